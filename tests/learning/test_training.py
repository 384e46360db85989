"""Training: parts equal the whole, seeds do not know of each other, and divergence is recorded."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from athanor.learning.learners import Joint, joint_learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.training import all_finite, begin, train, train_seeds


@pytest.fixture
def learner(corridor, networks):
    return joint_learner(Joint(), PolicyGradient(), networks, corridor, optax.adam(1e-3))


def sample(key, episode):
    """Draw targets, further away as training goes on."""
    return jax.random.randint(key, (3,), 1, 3 + episode // 4)


def test_a_run_in_parts_equals_the_whole(learner, key):
    start = begin(learner, key)
    half = jax.jit(lambda run: train(learner, sample, run, 4, key))
    whole, log, _ = jax.jit(lambda run: train(learner, sample, run, 8, key))(start)
    middle, first, _ = half(start)
    end, second, _ = half(middle)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6), whole.state, end.state)
    assert whole.episode == end.episode == 8
    np.testing.assert_allclose(log.loss, jnp.concatenate([first.loss, second.loss]), rtol=1e-3)


@pytest.mark.parametrize("at_once", [1, 3])
def test_seeds_together_equal_seeds_alone(learner, at_once, key):
    keys = jax.random.split(key, 3)
    runs = jax.vmap(lambda key: begin(learner, key))(keys)
    _, together, finite = jax.jit(lambda: train_seeds(learner, sample, runs, 4, keys, at_once))()
    assert finite.shape == (3, 4)
    alone = jax.jit(lambda key: train(learner, sample, begin(learner, key), 4, key))
    for seed in range(3):
        np.testing.assert_allclose(together.loss[seed], alone(keys[seed])[1].loss, rtol=1e-3)
    assert len(set(np.asarray(together.loss[:, 0]).tolist())) == 3


def test_a_diverged_run_is_recorded_and_keeps_its_last_finite_state(learner, key):
    def broken_after_2(state, tasks, key):
        state, log = learner.update(state, tasks, key)
        count = state.optimiser[0].count
        params = jax.tree.map(lambda p: jnp.where(count > 2, p * jnp.inf, p), state.params)
        return state._replace(params=params), log

    broken = learner._replace(update=broken_after_2)
    run, log, finite = jax.jit(lambda: train(broken, sample, begin(broken, key), 5, key))()
    np.testing.assert_array_equal(finite, [True, True, False, False, False])
    np.testing.assert_array_equal(jnp.isfinite(log.loss), finite)
    np.testing.assert_array_equal(jnp.isfinite(log.measure).all(axis=(1, 2)), finite)
    assert not run.finite
    assert all_finite(run.state)
    assert run.state.optimiser[0].count == 2
