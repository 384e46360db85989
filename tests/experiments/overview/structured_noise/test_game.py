"""The half circle: cover by hand, the dense game beside the sparse one, and the targets."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.arc.environment import Target
from athanor.experiments.overview.structured_noise import game
from athanor.learning.rollout import Rollout

KEY = jax.random.key(0)


def played(*positions):
    seen = jnp.array([[x, y, 0.0] for x, y in positions])
    steps = len(positions) - 1
    nothing = jnp.zeros(steps)
    return Rollout(seen, nothing, jnp.ones(steps), nothing, nothing, nothing > 0, nothing > 0, ())


def test_cover_by_hand():
    """From a point of the arc the radius 0.2 is a chord of 2 asin(0.1) either way, 11.48°: 23 whole degrees."""
    top = game.measure(Target(jnp.float32(0)), played((0.0, 0.0), (0.0, 1.0)))
    assert int(top.covered.sum()) == 23 and top.covered[90 - 11] == 1 == top.covered[90 + 11]
    ends = game.measure(Target(jnp.float32(0)), played((0.0, 1.0), (1.0, 0.0), (-1.0, 0.0)))
    assert int(ends.covered.sum()) == 2 * 12 and ends.covered[90] == 0  # the start is not counted
    assert float(ends.earned) == 2


def test_the_dense_game_moves_as_the_sparse_one_and_pays_by_distance():
    target, move = Target(jnp.float32(np.pi / 2)), jnp.array([0.0, 0.1])
    for rules, reward in ((game.DENSE, -0.9), (game.SPARSE, 0.0)):
        state, transition = rules.step(target, rules.reset(target, KEY), move, KEY)
        assert float(transition.reward) == pytest.approx(reward, abs=1e-6)
        np.testing.assert_allclose(state.position, move)


def test_targets_of_training_are_spread_evenly_and_the_others_lie_on_the_arc():
    known, new = game.targets(2, 5, KEY)
    np.testing.assert_allclose(known.angle, [np.pi / 4, 3 * np.pi / 4], rtol=1e-6)
    assert new.angle.shape == (5,) and (new.angle >= 0).all() and (new.angle <= np.pi).all()
