"""Sections of config.yaml on the base setting: MAML against FOMAML, the configurations, and single tasks."""

from collections.abc import Iterator

from pydantic import Field

from athanor.experiments.navigation.section import Count, Section, SettingName
from athanor.tasks.navigation.rules import ObstacleLevel


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


class Configurations(Section):
    """Obstacles with and without the target in the observation, MAML: supplementary Figure 1."""

    obstacles: tuple[ObstacleLevel, ...] = Field(
        ("none", "medium"),
        min_length=1,
        description="obstacle levels; the base one is trained in first_order",
    )
    released_episodes: Count = Field(
        1000, description="training episodes as released, at most those of first_order"
    )
    frame: int = Field(100, ge=2, description="last episodes, over which the spread is taken")
    block: Count = Field(10, description="episodes whose mean is a point of a learning curve")

    def episodes(self, reading: str, repaired: int) -> int:
        """Return the training episodes of a reading, given those of the repaired one."""
        return self.released_episodes if reading == "released" else repaired

    def conditions(self, base: ObstacleLevel, base_seen: bool) -> list[tuple[str, str, str]]:
        """Return what is trained here (reading, obstacles, target): all but the base configuration."""
        goals = {"seen": True, "hidden": False}
        return [
            (reading, obstacles, goal)
            for reading in ("released", "repaired")
            for obstacles in self.obstacles
            for goal, seen in goals.items()
            if (obstacles, seen) != (base, base_seen)
        ]


class SingleTask(Section):
    """Policy gradients on one task, without meta-learning."""

    targets: tuple[int, ...] = Field(
        (7, 2), min_length=1, description="fixed targets trained on: one before the cross, one behind it"
    )
    episodes: Count = Field(300, description="training episodes")
    clip: float = Field(0.2, gt=0.0, lt=1.0, description="of PPO's ratio of probabilities")
    epochs: Count = Field(4, description="optimiser steps of PPO on the same trajectories")
    frame: Count = Field(20, description="last episodes that count as the end")


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
