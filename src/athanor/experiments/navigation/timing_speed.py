"""How fast training is: by the core's measured peak, by the reading of weights, and against eager PyTorch."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from athanor.experiments.navigation.config_timing import Condition, Timing
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.timed import COMPILED, EAGER, Seconds, Times, per_cent
from athanor.experiments.navigation.timing import SETTING, TIMED_READINGS
from athanor.reporting.quantities import Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate
from athanor.tasks.navigation.environment import navigation
from athanor.tasks.navigation.rules import ACTIONS

FLOAT = 4  # bytes


class Bounds(NamedTuple):
    """Seconds of an episode that a core cannot go below, by turn."""

    traffic: Seconds  # reading the weights once for each step that policies take side by side
    arithmetic: Seconds  # all operations at the peak


def settings(timing: Timing) -> list[Quantity]:
    """Return the settings that the text names."""
    return [
        exactly("timing_seeds", timing.seeds, "d", "runs", "training runs in a timed call"),
        exactly("timing_repeats", timing.repeats, "d", "turns", "turns of the timed programs"),
        exactly("timing_torch_repeats", timing.torch_repeats, "d", "turns", "turns of those in PyTorch"),
        exactly("timing_first_steps", timing.inner_steps[0], "d", "", "fewest inner steps timed"),
        exactly("timing_last_steps", timing.inner_steps[-1], "d", "", "most inner steps timed"),
        exactly("timing_torch_steps", timing.torch_inner_steps[-1], "d", "", "most timed in PyTorch"),
        exactly("timing_fewest_units", timing.hidden[0], "d", "units", "fewest hidden units timed"),
        exactly("timing_most_units", timing.hidden[-1], "d", "units", "most hidden units timed"),
    ]


def speed_quantities(
    timed: Times, core: pd.DataFrame, environment: Environment, timing: Timing, hidden: int
) -> list[Quantity]:
    """Return the speed of MAML's training with the first N, and what bounds it."""
    rates = {
        str(name): rows.sort_values("repeat")["value"].to_numpy() for name, rows in core.groupby("measure")
    }
    gigas = {"peak": ("matrix_product", "GFLOP/s"), "weights_read": ("weights_read", "GB/s")}
    quantities = [
        estimated(f"timing_{name}", timed.median(rates[measure] / 1e9), ".0f", unit, f"the core: {measure}")
        for name, (measure, unit) in gigas.items()
    ]
    measured = (timed.table["implementation"] == EAGER).any()
    quantities.append(exactly("timing_torch_measured", measured, "d", "", "1 where PyTorch was timed, or 0"))
    for reading in TIMED_READINGS:
        condition = Condition(reading, "maml", timing.inner_steps[0], hidden)
        quantities += _of_reading(timed, rates, condition, _bounds(timed, rates, environment, condition))
        quantities += _eager(timed, condition)
    return quantities


def _bounds(
    timed: Times, rates: dict[str, np.ndarray], environment: Environment, condition: Condition
) -> Bounds:
    """Return the bounds of a reading; its policies are one until the first inner step, then one a task."""
    env = navigation(rules_of(environment, SETTING))
    inputs, hidden = env.observation.size, condition.hidden
    weights = (inputs + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * ACTIONS
    tasks = len(environment.setting(SETTING).targets)
    policies = 1 if condition.reading == "released" else 1 + tasks * condition.inner_steps
    read = FLOAT * weights * env.horizon * policies
    operations = timed.operations(COMPILED, condition)
    return Bounds(read / rates["weights_read"], operations / rates["matrix_product"])


def _of_reading(
    timed: Times, rates: dict[str, np.ndarray], condition: Condition, bounds: Bounds
) -> list[Quantity]:
    reading = condition.reading
    seconds = 1.0 / rates[f"training_{reading}"]
    both = bounds.traffic + bounds.arithmetic

    def quantity(name: str, found: Estimate, spec: str, unit: str, text: str) -> Quantity:
        return estimated(f"timing_{reading}_{name}", found, spec, unit, f"MAML as {reading}: {text}")

    eager = timed.seconds(EAGER, condition)
    return [
        quantity("ms", timed.median(1e3 * seconds), ".2f", "ms", "an episode of a training run"),
        quantity("mflop", _exact(timed.operations(COMPILED, condition) / 1e6), ".0f", "MFLOP", "an episode"),
        quantity("peak_share", per_cent(timed.ratio(bounds.arithmetic, seconds)), ".0f", "%", "of the peak"),
        quantity("traffic_ms", timed.median(1e3 * bounds.traffic), ".2f", "ms", "reading weights"),
        quantity("bound_ms", timed.median(1e3 * both), ".2f", "ms", "reading weights and arithmetic"),
        quantity(
            "over_traffic", timed.ratio(seconds, bounds.traffic), ".1f", "", "time over reading weights"
        ),
        quantity("over_bound", timed.ratio(seconds, both), ".2f", "", "time over both bounds"),
        quantity("speedup", timed.ratio(eager, seconds), ".0f", "", "PyTorch's time over ours"),
    ]


def _eager(timed: Times, maml: Condition) -> list[Quantity]:
    """Return the seconds of an episode in PyTorch."""
    return [
        estimated(
            f"timing_{EAGER}_{maml.reading}_{algorithm}",
            timed.median(timed.seconds(EAGER, maml._replace(algorithm=algorithm))),
            ".2f",
            "s",
            f"PyTorch, {algorithm} as {maml.reading}: an episode",
        )
        for algorithm in ("maml", "fomaml")
    ]


def _exact(value: float) -> Estimate:
    return Estimate(value, value, value)
