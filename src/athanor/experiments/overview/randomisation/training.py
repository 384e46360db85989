"""Train policies of the pendulum and of the linear system on random dynamics, and test them on new ones."""

from collections.abc import Iterator
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Key, PRNGKeyArray

from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.randomisation import regulators, rods
from athanor.experiments.overview.randomisation.config import DomainRandomisation, Regulators
from athanor.experiments.overview.randomisation.regulators import Gains
from athanor.experiments.overview.randomisation.systems import SYSTEMS
from athanor.experiments.progress import progress
from athanor.tasks.lqr.environment import SETTINGS

TESTED = ("nominal", "range", "wider")  # where policies of the pendulum are tested
Costs = dict[str, Float[np.ndarray, "run"]]  # of each system


def run(domain_randomisation: DomainRandomisation, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `randomised`: costs of an episode on held-out systems, what each saves, and gains of the linear system.

    All systems of a run start from the same weights, play as many episodes and meet the same held-out ones.
    """
    keys = jax.random.split(key, domain_randomisation.runs)
    rows = [*of_pendulum(domain_randomisation, keys), *of_lqr(domain_randomisation.lqr, keys)]
    return {"randomised": pd.DataFrame(rows, columns=list(Learned._fields))}


def of_pendulum(settings: DomainRandomisation, keys: Key[Array, "run"]) -> Iterator[Learned]:
    """Yield the numbers of the pendulum."""
    program = jax.jit(partial(rods.costs, settings.pendulum))
    jobs = progress(
        [(name, key) for name in SYSTEMS for key in keys], len(SYSTEMS) * len(keys), "pendulum: runs"
    )
    found = np.array([program(SYSTEMS[name], key) for name, key in jobs], float)
    by_system = dict(zip(SYSTEMS, found.reshape(len(SYSTEMS), len(keys), -1), strict=True))
    for at, tested in enumerate(TESTED):
        yield from described("pendulum", tested, {name: costs[:, at] for name, costs in by_system.items()})


def of_lqr(settings: Regulators, keys: Key[Array, "run"]) -> Iterator[Learned]:
    """Yield the numbers of the linear system: trained on each range, tested on all."""
    program = jax.jit(partial(regulators.regulated, settings))
    for own, rules in SETTINGS.items():
        gains = Gains(jnp.float32(rules.low), jnp.float32(rules.high))
        found = {name: [program(gains, system, key) for key in keys] for name, system in SYSTEMS.items()}
        for at, tested in enumerate(SETTINGS):
            condition = own if tested == own else f"{own}_on_{tested}"
            costs = {name: np.array([cost[at] for cost, _ in runs], float) for name, runs in found.items()}
            yield from described("lqr", condition, costs)
        for name in ("nominal", "randomised"):
            for number, (_, gain) in enumerate(found[name]):
                yield Learned(18, name, "lqr", own, number, "gain", float(gain))


def described(family: str, condition: str, costs: Costs) -> Iterator[Learned]:
    """Yield costs, and the share of the nominal system's that another saves; with memory, also of that without."""
    for system, of_system in costs.items():
        values = {"cost": of_system}
        if system != "nominal":
            values["saved"] = 1 - of_system / costs["nominal"]
        if system == "with_memory":
            values["saved_by_memory"] = 1 - of_system / costs["randomised"]
        for quantity, of_runs in values.items():
            for number, value in enumerate(of_runs):
                yield Learned(18, system, family, condition, number, quantity, float(value))
