"""Distributions like those of the study's samples, with the true values of the statistics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from athanor.reporting.intervals import Samples

Draw = Callable[[np.random.Generator, tuple[int, int]], tuple[Float[ndarray, "repeat unit ..."], ...]]
SHARES = {"one_in_ten": 0.1, "half": 0.5, "nine_in_ten": 0.9}
RATIO = 2.0  # of paired times
TASKS = 24  # that every run meets


@dataclass(frozen=True)
class Distribution:
    """What samples are drawn from."""

    draw: Draw  # of one sample, or of two
    true: Mapping[str, float]  # by statistic
    near_normal: bool  # or of 0 and 1, whose binomial law is known: where intervals should keep their promise


def _single(draw: Callable[[np.random.Generator, tuple[int, int]], Float[ndarray, "..."]]) -> Draw:
    return lambda rng, size: (draw(rng, size),)


def _twice(draw: Callable[[np.random.Generator, tuple[int, int]], Samples]) -> Draw:
    return lambda rng, size: (draw(rng, size), draw(rng, size))


def normal(rng: np.random.Generator, size: tuple[int, int]) -> Samples:
    """Draw standard normal values."""
    return rng.standard_normal(size)


def exponential(rng: np.random.Generator, size: tuple[int, int]) -> Samples:
    """Draw values whose skewness is 2."""
    return rng.standard_exponential(size)


def log_normal(rng: np.random.Generator, size: tuple[int, int]) -> Samples:
    """Draw exponentials of standard normal values, whose skewness is 6.2."""
    return np.asarray(np.exp(rng.standard_normal(size)))


def bernoulli(rng: np.random.Generator, size: tuple[int, int], share: float) -> Samples:
    """Draw 1 with a probability, else 0."""
    return (rng.random(size) < share).astype(float)


def times(
    rng: np.random.Generator, size: tuple[int, int], common: float, own: float
) -> tuple[Samples, Samples]:
    """Draw pairs of log-normal times: a common factor, a slow moment of the machine, and each one's own."""
    moment = common * rng.standard_normal(size)
    first, second = (np.exp(moment + own * rng.standard_normal(size)) for _ in range(2))
    return RATIO * first, second


def runs_and_tasks(rng: np.random.Generator, size: tuple[int, int]) -> Float[ndarray, "repeat run task"]:
    """Draw values that are the sum of a term of the run, of one of the task that is larger, and of a rest."""
    repeats, runs = size
    run, task = rng.standard_normal((repeats, runs, 1)), rng.standard_normal((repeats, 1, TASKS))
    return np.asarray(0.5 * run + task + rng.standard_normal((repeats, runs, TASKS)))


def _true(mean: float, median: float, spread: float) -> dict[str, float]:
    return {"mean": mean, "median": median, "spread": spread}


_SINGLE = {
    "normal": (normal, _true(0.0, 0.0, 1.0)),
    "exponential": (exponential, _true(1.0, float(np.log(2.0)), 1.0)),
    "log_normal": (log_normal, _true(float(np.exp(0.5)), 1.0, float(np.sqrt((np.e - 1.0) * np.e)))),
}
_RATIOS = {"ratio_of_means": RATIO, "ratio_of_medians": RATIO}
DISTRIBUTIONS = {
    **{name: Distribution(_single(draw), true, name == "normal") for name, (draw, true) in _SINGLE.items()},
    **{
        f"two_{name}": Distribution(_twice(draw), {"difference_of_means": 0.0}, name == "normal")
        for name, (draw, _) in _SINGLE.items()
    },
    **{
        name: Distribution(_single(partial(bernoulli, share=share)), {"share": share}, True)
        for name, share in SHARES.items()
    },
    "runs_and_tasks": Distribution(_single(runs_and_tasks), {"crossed_mean": 0.0}, True),
    "times": Distribution(partial(times, common=0.1, own=0.05), _RATIOS, True),
    "skewed_times": Distribution(partial(times, common=0.5, own=0.5), _RATIOS, False),
}
