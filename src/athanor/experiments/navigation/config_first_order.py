"""The section of config.yaml on MAML against FOMAML."""

from collections.abc import Iterator

from pydantic import Field

from athanor.experiments.config import Count, Section
from athanor.experiments.navigation.game.config import SettingName
from athanor.experiments.navigation.single.config import Configurations, SingleTask


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

    def episodes(self, reading: str, repaired: int) -> int:
        """Return the training episodes of a reading, given those of the repaired one."""
        return {"released": self.released_episodes, "written": self.written_episodes}.get(reading, repaired)


def misfits(
    first_order: FirstOrder, configurations: Configurations, single: SingleTask, targets: int, repaired: int
) -> Iterator[str]:
    """Yield what in these sections does not fit the number of targets and the repaired training episodes."""
    shortest = min(configurations.released_episodes, repaired)
    limits = {
        "first_order.solved_targets": (first_order.solved_targets, targets),
        "configurations.released_episodes": (
            configurations.released_episodes,
            first_order.released_episodes,
        ),
        "configurations.frame": (configurations.frame, shortest),
        "configurations.block": (configurations.block, shortest),
        "single_task.frame": (single.frame, single.episodes),
    }
    for name, (value, most) in limits.items():
        if value > most:
            yield f"{name} is {value}, must be at most {most}"
    named = {"first_order.shown_targets": first_order.shown_targets, "single_task.targets": single.targets}
    for name, chosen in named.items():
        if not all(0 <= target < targets for target in chosen):
            yield f"{name} is {list(chosen)}, must be numbers from 0 to {targets - 1}"
