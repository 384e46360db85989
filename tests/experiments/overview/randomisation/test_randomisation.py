"""Random dynamics: costs of static gains in closed form, what an encoder sees, and shares by hand."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.experiments.overview.randomisation import regulators, rods, training
from athanor.experiments.overview.randomisation.config import Regulators, Rods
from athanor.experiments.overview.randomisation.regulators import Gains, Regulator
from athanor.experiments.overview.randomisation.systems import SYSTEMS, places, within
from athanor.tasks.lqr.environment import SETTINGS, Lqr, State
from athanor.tasks.lqr.exact import nominal_gain, randomised_cost, robust_gain
from athanor.tasks.pendulum.environment import Pendulum

KEY = jax.random.key(0)
WIDE, NARROW = Gains(jnp.float32(0.2), jnp.float32(1.8)), Gains(jnp.float32(0.5), jnp.float32(1.5))
FEW = Regulators(generations=60, population=16, episodes=32, hidden=2)


def test_places_lie_in_a_range() -> None:
    """Of 1 to 4 the middle is 2.5 and the upper end 4; the mean system is at 0."""
    assert [float(within(1.0, 4.0, jnp.float32(place))) for place in (-1, 0, 1)] == [1.0, 2.5, 4.0]
    assert not places(jnp.float32(0.0), 3, 2, KEY).any()
    assert float(jnp.abs(places(jnp.float32(1.25), 100, 2, KEY)).max()) > 1


def with_bias(bias: float) -> Regulator:
    """Return a regulator with random weights that holds most systems."""
    return eqx.tree_at(lambda one: one.gain.bias, Regulator(2, jax.random.key(1)), jnp.array([bias]))


@pytest.mark.parametrize("system", ["nominal", "randomised"])
def test_the_cost_of_a_static_gain_is_the_closed_form(system: str) -> None:
    """A gain that neither memory nor task reaches is the same at all steps, whatever range it was trained on."""
    regulator = with_bias(0.9)
    gain = float(regulators.first_gain(regulator, SYSTEMS[system]))
    found = regulators.expected_costs(NARROW, regulator, SYSTEMS[system])
    exact = [randomised_cost(tested, gain) for tested in SETTINGS.values()]
    np.testing.assert_allclose(found, exact, rtol=1e-4)


def test_costs_grow_with_the_square_of_the_start() -> None:
    """Also with a memory: what it sees has no scale."""
    regulator = with_bias(0.9)
    starts = (State(jnp.float32(x), jnp.int32(0)) for x in (0.1, 0.3))
    one, three = (
        regulators.cost(WIDE, regulator, SYSTEMS["with_memory"], jnp.float32(0.6), start) for start in starts
    )
    assert float(three) == pytest.approx(9 * float(one), rel=1e-4)


@pytest.mark.parametrize(("system", "exact"), [("nominal", nominal_gain), ("randomised", robust_gain)])
def test_gains_evolve_to_the_exact_ones(system: str, exact: Callable[[Lqr], float]) -> None:
    regulator = regulators.trained(FEW, WIDE, SYSTEMS[system], KEY)
    gain = float(regulators.first_gain(regulator, SYSTEMS[system]))
    assert gain == pytest.approx(exact(SETTINGS["0.2_1.8"]), abs=0.1)


def test_what_policies_of_the_pendulum_see() -> None:
    """Mass and length if told, in shares of their ranges; the last torque through the memory alone."""
    place = jnp.array([[1.0, -0.5]])
    told, hidden = (rods.rods(Pendulum(), SYSTEMS[name], place) for name in ("oracle", "randomised"))
    assert float(told.task.mass[0]) == 1.5 and float(told.task.length[0]) == pytest.approx(0.85)
    assert np.array_equal(told.told, place) and not hidden.told.any()
    still = jnp.zeros(6)
    pushed = still.at[5].set(2.0)
    for name, sees in (("randomised", False), ("with_memory", True)):
        network = rods.learner_of(Rods(), SYSTEMS[name]).init(KEY).params
        first, other = (network.encoder(network.encoder.start(), seen)[1] for seen in (still, pushed))
        assert bool((first != other).any()) == sees


def test_shares_by_hand() -> None:
    """A cost of 3 is a quarter less than 4, and one of 2 a third less than 3."""
    costs = {
        name: np.array([cost, cost])
        for name, cost in (("nominal", 4.0), ("randomised", 3.0), ("with_memory", 2.0))
    }
    rows = list(training.described("lqr", "range", costs))
    found = {(row.system, row.quantity): row.value for row in rows}
    assert len(rows) == 2 * len(found) == 2 * 6
    assert found["randomised", "saved"] == 0.25 and found["with_memory", "saved"] == 0.5
    assert found["with_memory", "saved_by_memory"] == pytest.approx(1 / 3)


def test_a_policy_is_tested_on_every_range() -> None:
    """An episode of two steps costs at most twice what one may: π² + 0.1 · 8² + 0.001 · 2²."""
    settings = Rods(steps=2, batch=2, updates=1, epochs=1, hidden=2, memory=2, held_out=4)
    costs = jax.jit(lambda key: rods.costs(settings, SYSTEMS["with_memory"], key))(KEY)
    assert costs.shape == (len(training.TESTED),) and bool(((costs > 0) & (costs < 2 * 16.3)).all())
