"""Structured noise on the half circle: cover by hand, the dense game beside the sparse one, and the rows."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.arc.environment import Target
from athanor.experiments.overview.structured_noise import training
from athanor.experiments.overview.structured_noise.config import StructuredNoise
from athanor.learning.rollout import Rollout

TINY = StructuredNoise(
    runs=2, tasks=2, trajectories=2, updates=2, hidden=4, held_out=2, shown_updates=1, shown_trajectories=2
)


@pytest.fixture(autouse=True, scope="module")
def compile_quickly():
    """Compile without optimisations: the programs run for a moment."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


def played(*positions):
    seen = jnp.array([[x, y, 0.0] for x, y in positions])
    steps = len(positions) - 1
    nothing = jnp.zeros(steps)
    return Rollout(seen, nothing, jnp.ones(steps), nothing, nothing, nothing, nothing, ())


def test_cover_by_hand():
    """From a point of the arc the radius 0.2 is a chord of 2 asin(0.1) either way, 11.48°: 23 whole degrees."""
    top = training.measure(Target(jnp.float32(0)), played((0.0, 0.0), (0.0, 1.0)))
    assert int(top.covered.sum()) == 23 and top.covered[90 - 11] == 1 == top.covered[90 + 11]
    ends = training.measure(Target(jnp.float32(0)), played((0.0, 1.0), (1.0, 0.0), (-1.0, 0.0)))
    assert int(ends.covered.sum()) == 2 * 12 and ends.covered[90] == 0  # the start is not counted
    assert ends.earned == 2


def test_the_dense_game_moves_as_the_sparse_one_and_pays_by_distance():
    target, move = Target(jnp.float32(np.pi / 2)), jnp.array([0.0, 0.1])
    for rules, reward in ((training.DENSE, -0.9), (training.SPARSE, 0.0)):
        state, transition = rules.step(
            target, rules.reset(target, jax.random.key(0)), move, jax.random.key(1)
        )
        assert transition.reward == pytest.approx(reward, abs=1e-6)
        np.testing.assert_allclose(state.position, move)


def test_what_episodes_cover_together_is_counted_once_and_before_adaptation():
    """Of two angles one episode covers the first, another both; after the update none is covered."""
    covered = jnp.array([[[[1.0, 0.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]])
    earned = jnp.array([[[1.0, 3.0], [5.0, 5.0]]])
    shown = training._shown(training.Measured(earned, covered), jnp.float32(0.5), jnp.bool_(True))
    assert shown.covered == 0.5
    np.testing.assert_array_equal(shown.returns, [2.0, 5.0])
    diverged = training._shown(training.Measured(earned, covered), jnp.float32(0.5), jnp.bool_(False))
    assert np.isnan(diverged.covered)


def test_rows_of_every_run_and_the_margin():
    table = training.run(TINY, jax.random.key(0))["structured_noise"]
    assert set(table["row"]) == {13} and np.isfinite(table["value"]).all()
    value = table.set_index(["system", "condition", "quantity", "run"])["value"]
    assert len(value) == 2 * (4 + 1 + 3)
    for number in range(2):
        covered = [value[system, "before", "covered", number] for system in ("maesn", "maml")]
        assert value["maesn", "before", "covered_over_thrice_maml", number] == pytest.approx(
            covered[0] - 3 * covered[1]
        )
        assert value["maesn", "trained", "divergence", number] >= 0
