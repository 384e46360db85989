"""What is trained by the number of inner steps, and for how long."""

from collections.abc import Iterator
from typing import NamedTuple

from athanor.experiments.navigation.game.config import SettingName
from athanor.experiments.navigation.inner_steps.config import Ablation, InnerSteps, Variant
from athanor.experiments.navigation.learners.config import Reading


class Condition(NamedTuple):
    """A learner with N inner steps under a reading, in a setting of the environment."""

    reading: Reading
    setting: SettingName
    variant: Variant
    steps: int


def readings_in_settings(study: InnerSteps) -> list[tuple[Reading, SettingName]]:
    """Return the readings with the settings that each is trained in."""
    released: list[tuple[Reading, SettingName]] = [("released", setting) for setting in study.settings]
    return [*released, ("written", study.settings[0]), ("corrected", study.settings[0])]


def conditions(study: InnerSteps, ablation: Ablation) -> Iterator[Condition]:
    """Yield whole learners with each N, then those in which N does a part of what it does there.

    With the fewest steps a variant is the whole learner, but where the baseline is another.
    """
    for reading, setting in readings_in_settings(study):
        yield from (Condition(reading, setting, "whole", steps) for steps in study.steps)
    varied: list[tuple[Reading, Variant, tuple[int, ...]]] = [
        ("released", "fitting", ablation.steps[1:]),
        ("released", "data", ablation.steps[1:]),
        ("corrected", "data", ablation.steps[1:]),
        ("corrected", "fitting", ablation.steps),
        ("written", "adam", ablation.steps[:1]),
    ]
    for reading, variant, numbers in varied:
        yield from (Condition(reading, study.settings[0], variant, steps) for steps in numbers)


def trained_on(study: InnerSteps, reading: str, variant: str, steps: int) -> bool:
    """Return whether a condition is trained on to `long_episodes`."""
    return reading == "released" and variant == "whole" and steps in study.long_steps


def length(study: InnerSteps, reading: str, variant: str, steps: int) -> int:
    """Return the training episodes of a condition."""
    return study.long_episodes if trained_on(study, reading, variant, steps) else study.episodes


def data_trajectories(trajectories: int, steps: int) -> int:
    """Return the trajectories of a gradient with one inner step that are as many in total as with N of them."""
    return trajectories * (steps + 1) // 2
