"""What an episode of training is timed of: readings, algorithms, inner steps and hidden units."""

from typing import NamedTuple

from athanor.experiments.navigation.learners.config import Algorithm, Reading
from athanor.experiments.navigation.timing.config import Timing

SETTING = "release"
COMPILED, ROLLOUTS, EAGER = "jax", "jax_rollouts", "pytorch"  # the second: an episode's rollouts alone
TIMED_READINGS: tuple[Reading, ...] = ("released", "written")  # by N and units; the corrected one at one size
ALGORITHMS: tuple[Algorithm, ...] = ("maml", "fomaml")


class Condition(NamedTuple):
    """What an episode of training is timed of."""

    reading: Reading
    algorithm: Algorithm
    inner_steps: int
    hidden: int


def sizes(timing: Timing, hidden: int) -> list[tuple[int, int]]:
    """Return the pairs of N and hidden units timed, given those of section networks."""
    along_steps = [(steps, hidden) for steps in timing.inner_steps]
    along_hidden = [(timing.inner_steps[0], units) for units in timing.hidden]
    return along_steps + [size for size in along_hidden if size not in along_steps]


def conditions(timing: Timing, hidden: int) -> list[Condition]:
    """Return what is timed, FOMAML after MAML; the released one, in which N has no part, with the first N only."""
    first = timing.inner_steps[0]
    found = [
        Condition(reading, algorithm, steps, units)
        for steps, units in sizes(timing, hidden)
        for reading in TIMED_READINGS
        for algorithm in ALGORITHMS
        if (reading, algorithm) != ("released", "fomaml") or steps == first
    ]
    return [*found, *(Condition("corrected", algorithm, first, hidden) for algorithm in ALGORITHMS)]


def eager_conditions(timing: Timing, hidden: int) -> list[Condition]:
    """Return what is timed in PyTorch too, where it is installed."""
    return [
        condition
        for condition in conditions(timing, hidden)
        if condition.reading in TIMED_READINGS
        and condition.hidden == hidden
        and condition.inner_steps in timing.torch_inner_steps
    ]


def rollout_conditions(timing: Timing, hidden: int) -> list[Condition]:
    """Return whose rollouts are timed alone, at the study's own size; the written FOMAML's are those of its MAML."""
    return [
        condition
        for condition in conditions(timing, hidden)
        if condition.hidden == hidden and (condition.reading, condition.algorithm) != ("written", "fomaml")
    ]


def first_order(condition: Condition, first: int) -> Condition:
    """Return the FOMAML that a MAML is compared with; N has no part in the released one, timed with the first N."""
    steps = first if condition.reading == "released" else condition.inner_steps
    return condition._replace(algorithm="fomaml", inner_steps=steps)
