"""What FOMAML saves of MAML's time and operations, what rollouts take of an episode, and how fast training is."""

from pathlib import Path

import jax
import numpy as np
import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.config_timing import Condition, Published, Timing
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Networks
from athanor.experiments.navigation.timed import (
    COMPILED,
    EAGER,
    NOT_RUN,
    ROLLOUTS,
    Times,
    first_order,
    per_cent,
    saved,
)
from athanor.experiments.navigation.timing_speed import settings, speed_quantities
from athanor.reporting.quantities import COLUMNS, Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate
from athanor.results import read_table

SAVED, DRAWN = "saved", "rollouts"  # by FOMAML, of MAML; and of an episode of the algorithm itself
SECONDS, OPERATIONS = "seconds", "operations"
KEYS = ["what", "measure", "implementation", *Condition._fields]
MAML_RUNS = "training logs: all 3 MAML runs"
FOMAML_RUNS = {
    "figure": "training logs: the 3 FOMAML runs shown",
    "all_runs": "training logs: all 7 FOMAML runs",
}

Share = tuple[str, str, str, Condition, Estimate]  # of KEYS, the last ones joined; in per cent


def run(
    environment: Environment,
    networks: Networks,
    timing: Timing,
    published: Published,
    statistics: Statistics,
    key: PRNGKeyArray,
    times: Path,
    core_speed: Path,
    figure3b: Path,
) -> dict[str, pd.DataFrame]:
    """Return `timing_shares` and `timing_published`, in per cent of an episode, and `timing_quantities`."""
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    timed = Times(read_table(times), statistics, rng)
    shares = [*_savings(timed, timing), *_rollouts(timed)]
    given = _published(pd.read_csv(figure3b, comment="#"), published)
    quantities = [
        *settings(timing),
        *(
            exactly(f"timing_published_{name}", value, ".3g", "%", f"saved by FOMAML, published: {name}")
            for name, value in given.items()
        ),
        *_quantities(shares, timing, networks.hidden),
        *speed_quantities(timed, read_table(core_speed), environment, timing, networks.hidden),
    ]
    rows = [(*share[:3], *share[3], *share[4]) for share in shares]
    return {
        "timing_shares": pd.DataFrame(rows, columns=[*KEYS, "share", "low", "high"]),
        "timing_published": pd.DataFrame(given.items(), columns=["source", "saved"]),
        "timing_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }


def _conditions(timed: Times, implementation: str) -> list[Condition]:
    """Return what was timed in an implementation."""
    rows = timed.table[timed.table["implementation"] == implementation]
    chosen = rows[list(Condition._fields)].drop_duplicates()
    return [Condition(*row) for row in chosen.itertuples(index=False, name=None)]


def _savings(timed: Times, timing: Timing) -> list[Share]:
    """Return what FOMAML saves of MAML's seconds and operations."""
    found: list[Share] = []
    for name in (COMPILED, EAGER):
        for maml in _conditions(timed, name):
            if maml.algorithm != "maml":
                continue
            fomaml = first_order(maml, timing.inner_steps[0])
            ratio = timed.ratio(timed.seconds(name, fomaml), timed.seconds(name, maml))
            found.append((SAVED, SECONDS, name, maml, saved(ratio)))
            if name == COMPILED:
                counted = timed.operations(name, fomaml) / timed.operations(name, maml)
                found.append((SAVED, OPERATIONS, name, maml, saved(Estimate(counted, counted, counted))))
    return found


def _rollouts(timed: Times) -> list[Share]:
    """Return what rollouts take of an episode; those of the written FOMAML are those of its MAML."""
    found: list[Share] = []
    for drawn in _conditions(timed, ROLLOUTS):
        same = [drawn] if drawn.reading == "released" else [drawn, drawn._replace(algorithm="fomaml")]
        for whole in same:
            ratio = timed.ratio(timed.seconds(ROLLOUTS, drawn), timed.seconds(COMPILED, whole))
            counted = timed.operations(ROLLOUTS, drawn) / timed.operations(COMPILED, whole)
            found.append((DRAWN, SECONDS, COMPILED, whole, per_cent(ratio)))
            found.append((DRAWN, OPERATIONS, COMPILED, whole, per_cent(Estimate(counted, counted, counted))))
    return found


def _quantities(shares: list[Share], timing: Timing, hidden: int) -> list[Quantity]:
    """Return the shares that the text names, at the first and the last N and the extreme hidden units."""
    places = {
        "": (timing.inner_steps[0], hidden),
        "_most_steps": (timing.inner_steps[-1], hidden),
        "_torch_steps": (timing.torch_inner_steps[-1], hidden),
        "_fewest_units": (timing.inner_steps[0], timing.hidden[0]),
        "_most_units": (timing.inner_steps[0], timing.hidden[-1]),
    }
    eager = ("", "_torch_steps")  # the places that PyTorch is timed at, where it is
    found = {}
    for what, measure, implementation, condition, share in shares:
        for place, size in places.items():
            if size != (condition.inner_steps, condition.hidden):
                continue
            if implementation == EAGER and place not in eager:
                continue
            of = "" if what == SAVED else f"_{condition.algorithm}"
            name = f"timing_{what}_{measure}_{implementation}_{condition.reading}{of}{place}"
            text = f"{implementation}, {condition.reading}, N = {size[0]}, {size[1]} units: {measure}, {what}"
            found[name] = estimated(name, share, ".1f", "%", text)
    for reading in ("released", "written"):
        for place in eager:
            name = f"timing_{SAVED}_{SECONDS}_{EAGER}_{reading}{place}"
            found.setdefault(name, estimated(name, NOT_RUN, ".1f", "%", "not run: PyTorch is not installed"))
    return list(found.values())


def _published(figure: pd.DataFrame, published: Published) -> dict[str, float]:
    """Return what FOMAML saves of the time by the poster, the abstract and the published training times, in per cent."""
    mean = figure.set_index("source")["mean"]
    by_times = {name: 100.0 * (1.0 - mean[runs] / mean[MAML_RUNS]) for name, runs in FOMAML_RUNS.items()}
    as_speed = 100.0 * (1.0 - 1.0 / (1.0 + published.abstract_saving / 100.0))  # were speed meant, not time
    text = {"abstract": published.abstract_saving, "abstract_as_speed": as_speed}
    return {"poster": published.poster_saving, **text, **by_times}
