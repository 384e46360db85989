"""Estimate what FOMAML saves of MAML's time, what rollouts take of an episode, and how fast training is."""

from pathlib import Path

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Learners
from athanor.experiments.navigation.timing.conditions import EAGER
from athanor.experiments.navigation.timing.config import Timing
from athanor.experiments.navigation.timing.shares import (
    DRAWN,
    OPERATIONS,
    SAVED,
    SECONDS,
    at_sizes,
    programs,
    shares,
)
from athanor.experiments.navigation.timing.speed import eager, rate, training
from athanor.reporting.estimands import Estimand, estimates, of_columns
from athanor.results import read_table

# Name, what, measure, keys, description.
SHARES = (
    ("saved_time", SAVED, SECONDS, ("implementation",), "of MAML's time saved by FOMAML"),
    ("saved_operations", SAVED, OPERATIONS, (), "of MAML's operations saved by FOMAML"),
    ("rollouts_time", DRAWN, SECONDS, ("algorithm",), "of an episode's time taken by rollouts"),
    (
        "rollouts_operations",
        DRAWN,
        OPERATIONS,
        ("algorithm",),
        "of an episode's operations taken by rollouts",
    ),
)
# Name, format, unit, description.
CORE = (
    ("core_peak", ".0f", "GFLOP/s", "the core in a large matrix product"),
    ("core_weights_read", ".0f", "GB/s", "the core's reading of weights that differ by task"),
)
MEDIANS = (
    ("seconds_ms", ".2f", "ms", "an episode of a training run of MAML"),
    ("traffic_ms", ".2f", "ms", "reading the weights in an episode of MAML"),
    ("bound_ms", ".2f", "ms", "reading the weights and arithmetic in an episode of MAML"),
)
# Name, numerator, denominator, format, unit, description.
RATIOS = (
    ("peak_share", "arithmetic_per_cent", "seconds", ".0f", "%", "of the core's peak, MAML"),
    ("over_traffic", "seconds", "traffic", ".1f", "", "time of MAML over that of reading the weights"),
    (
        "over_bound",
        "seconds",
        "bound",
        ".2f",
        "",
        "time of MAML over that of reading the weights and arithmetic",
    ),
    ("eager_speedup", "eager", "seconds", ".0f", "", "PyTorch's time of MAML over ours"),
)
MFLOP = (("episode_mflop", ".0f", "MFLOP", "an episode of MAML"),)
EAGER_SECONDS = (("eager_seconds", ".2f", "s", "an episode in PyTorch"),)
SIZES = (("timed_size", "d", "", "inner steps or hidden units timed"),)
TORCH = (("torch_measured", "d", "", "1 where PyTorch was timed, or 0"),)
ESTIMANDS = (
    *(
        Estimand(
            name=name,
            table="shares",
            value="share",
            where={"what": what, "measure": measure},
            per=("reading", *keys, "size") if what == DRAWN else (*keys, "reading", "size"),
            interval=("low", "high"),
            format=".1f",
            unit="%",
            description=f"{text}: {{reading}}, {{size}}" + "".join(f", {{{key}}}" for key in keys),
        )
        for name, what, measure, keys, text in SHARES
    ),
    *of_columns("core", (), CORE, over="repeat", statistic="median"),
    *of_columns("training", ("reading",), MEDIANS, over="repeat", statistic="median"),
    *(
        Estimand(
            name=name,
            table="training",
            value=(above, below),
            per=("reading",),
            over="repeat",
            statistic="ratio_of_medians",
            format=spec,
            unit=unit,
            description=f"{{reading}}: {text}",
        )
        for name, above, below, spec, unit, text in RATIOS
    ),
    *of_columns("training", ("reading",), MFLOP),
    *of_columns(
        "eager", ("reading", "algorithm"), EAGER_SECONDS, value="seconds", over="repeat", statistic="median"
    ),
    *of_columns("sizes", ("timed", "which"), SIZES, value="size"),
    *of_columns("torch", (), TORCH),
)


def run(
    environment: Environment,
    learners: Learners,
    timing: Timing,
    statistics: Statistics,
    rng: np.random.Generator,
    times: Path,
    core_speed: Path,
) -> dict[str, pd.DataFrame]:
    """Return `timing_shares`, in per cent of an episode, and `estimates/timing`."""
    table, core = read_table(times), read_table(core_speed)
    timed, first = programs(table), timing.inner_steps[0]
    found = shares(timed, timing, learners.networks.hidden, statistics, rng)
    rates = {"core_peak": rate(core, "matrix_product"), "core_weights_read": rate(core, "weights_read")}
    tables = {
        "shares": at_sizes(found, timing, learners.networks.hidden),
        "core": pd.DataFrame(rates).div(1e9).reset_index(),
        "training": training(timed, core, environment, first, learners.networks.hidden),
        "eager": eager(timed, first, learners.networks.hidden),
        "sizes": sizes_timed(timing),
        "torch": pd.DataFrame({"torch_measured": [(table["implementation"] == EAGER).any()]}),
    }
    return {
        "timing_shares": found,
        "estimates/timing": estimates("navigation", ESTIMANDS, tables, statistics, rng),
    }


def sizes_timed(timing: Timing) -> pd.DataFrame:
    """Return the fewest and the most inner steps and hidden units that are timed."""
    timed = {
        "inner_steps": timing.inner_steps,
        "hidden": timing.hidden,
        "torch_inner_steps": timing.torch_inner_steps,
    }
    rows = [
        (name, *pair)
        for name, values in timed.items()
        for pair in (("fewest", values[0]), ("most", values[-1]))
    ]
    return pd.DataFrame(rows, columns=["timed", "which", "size"])
