"""The section of config.yaml on MAML against FOMAML."""

from pydantic import Field

from athanor.experiments.config import Count, Section
from athanor.experiments.navigation.game.config import SettingName


class FirstOrder(Section):
    """MAML against FOMAML under each reading, one inner step: the published Figure 3."""

    setting: SettingName = Field("release", description="setting of the environment trained in")
    released_episodes: Count = Field(2000, description="training episodes as released; 2000 are published")
    written_episodes: Count = Field(400, description="training episodes as written")
    held_out: Count = Field(24, description="targets drawn from the distribution, none of them trained on")
    trajectories: Count = Field(32, description="trajectories of a trained policy to a target, at least")
    shown_targets: tuple[int, ...] = Field(
        (7, 2), min_length=1, description="fixed targets whose ways are drawn; the bottom right one first"
    )
    shown_trajectories: Count = Field(2, description="ways drawn to each of them, for each run")
    near: float = Field(
        0.5, gt=0.0, description="metres from the reachable optimum within which a target is solved"
    )
    solved_targets: Count = Field(6, description="fixed targets that a run must solve to solve the setting")


class LocalOptimality(Section):
    """Whether the exact gradient leads the trained policies of first_order out of the cross."""

    seeds: Count = Field(5, description="training runs of a condition, the first of those of first_order")
    steps: Count = Field(5, description="steps up the exact gradient of the expected discounted return")
    longest: float = Field(
        0.3, gt=0.0, allow_inf_nan=False, description="longest change of all weights by a step, their norm"
    )
    halvings: Count = Field(5, description="shorter steps tried beside it, each half the one before")
    trapped: float = Field(
        0.5,
        gt=0.0,
        lt=1.0,
        description="a policy is trapped from this probability on that a walk to a target behind the cross ends in it",
    )
