"""What FOMAML saves of MAML's seconds and operations, and what rollouts take of an episode: shares in per cent."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.timing.conditions import (
    COMPILED,
    EAGER,
    ROLLOUTS,
    Condition,
    conditions,
    eager_conditions,
    first_order,
    rollout_conditions,
)
from athanor.experiments.navigation.timing.config import Timing
from athanor.reporting.statistics import Estimate, estimate

SAVED, DRAWN = "saved", "rollouts"  # by FOMAML, of MAML; and of an episode of the algorithm itself
SECONDS, OPERATIONS = "seconds", "operations"
COLUMNS = ["what", "measure", "implementation", *Condition._fields, "share", "low", "high"]


class Timed(NamedTuple):
    """A timed program."""

    seconds: Float[np.ndarray, " turn"]  # of an episode; none where it was not timed
    operations: float  # floating-point operations of an episode; NaN where they were not counted


Programs = Mapping[tuple[object, ...], Timed]  # by implementation and condition
NOT_TIMED = Timed(np.empty(0), float("nan"))


def programs(times: pd.DataFrame) -> Programs:
    """Return the timed programs, their seconds in the order of the turns."""
    groups = times.sort_values("repeat").groupby(["implementation", *Condition._fields], sort=False)
    return {
        key: Timed(rows["seconds_per_episode"].to_numpy(float), float(rows["flops_per_episode"].iloc[0]))
        for key, rows in groups
    }


def shares(
    timed: Programs, timing: Timing, hidden: int, statistics: Statistics, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the shares of all conditions, in per cent; NaN of what was not timed."""
    rows = []
    for what, implementation, condition, above, below in compared(timed, timing, hidden):
        turns = min(len(above.seconds), len(below.seconds))  # those that both were timed in: the first ones
        pair = [above.seconds[:turns], below.seconds[:turns]]
        ratio = estimate("ratio_of_medians", pair, rng, statistics.confidence, statistics.bootstrap_samples)
        found = {SECONDS: ratio, OPERATIONS: Estimate(*[above.operations / below.operations] * 3)}
        for measure, remaining in found.items():
            share = saved(remaining) if what == SAVED else per_cent(remaining)
            if measure == SECONDS or implementation == COMPILED:
                rows.append((what, measure, implementation, *condition, *share))
    return pd.DataFrame(rows, columns=COLUMNS)


def compared(
    timed: Programs, timing: Timing, hidden: int
) -> Iterator[tuple[str, str, Condition, Timed, Timed]]:
    """Yield what is a share of what: FOMAML of MAML, and rollouts of an episode."""

    def program(implementation: str, condition: Condition) -> Timed:
        return timed.get((implementation, *condition), NOT_TIMED)

    pairs = [(COMPILED, one) for one in conditions(timing, hidden)]
    pairs += [(EAGER, one) for one in eager_conditions(timing, hidden)]
    for name, maml in pairs:
        if maml.algorithm == "maml":
            fomaml = first_order(maml, timing.inner_steps[0])
            yield SAVED, name, maml, program(name, fomaml), program(name, maml)
    for drawn in rollout_conditions(timing, hidden):
        same = [drawn, drawn._replace(algorithm="fomaml")] if drawn.reading == "written" else [drawn]
        for whole in same:
            yield DRAWN, COMPILED, whole, program(ROLLOUTS, drawn), program(COMPILED, whole)


def at_sizes(table: pd.DataFrame, timing: Timing, hidden: int) -> pd.DataFrame:
    """Return the shares at the first and the last N and with the fewest and the most hidden units, named so."""
    first = timing.inner_steps[0]
    named = {
        "base": (first, hidden),
        "most_steps": (timing.inner_steps[-1], hidden),
        "torch_steps": (timing.torch_inner_steps[-1], hidden),
        "fewest_units": (first, timing.hidden[0]),
        "most_units": (first, timing.hidden[-1]),
    }
    return pd.concat(
        table[(table["inner_steps"] == steps) & (table["hidden"] == units)].assign(size=name)
        for name, (steps, units) in named.items()
    )


def per_cent(ratio: Estimate) -> Estimate:
    """Return a ratio in per cent."""
    return Estimate(*(100.0 * value for value in ratio))


def saved(ratio: Estimate) -> Estimate:
    """Return what is saved, in per cent, where a ratio remains."""
    return Estimate(*(100.0 * (1.0 - value) for value in (ratio.value, ratio.high, ratio.low)))
