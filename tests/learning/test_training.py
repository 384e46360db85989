"""Training: parts equal the whole, seeds do not know of each other, and divergence is recorded."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.learning.learner import Learner, LearnerState, Log
from athanor.learning.networks import act
from athanor.learning.training import all_finite, begin, train, train_seeds


def learner(breaks_at: int = 1000) -> Learner:
    """Return one that follows the tasks' mean with some noise, and counts; at a count its parameter overflows."""

    def init(key):
        return LearnerState(jax.random.normal(key), jnp.float32(0.0), jnp.int32(0), ())

    def collect(state, tasks, key):
        return tasks, key

    def update(state, batch, key):
        tasks, key = batch
        gradient = state.params - jnp.mean(tasks) + jax.random.normal(key)
        params = jnp.where(state.optimiser == breaks_at, jnp.inf, state.params - 0.1 * gradient)
        log = Log(gradient**2, jnp.abs(gradient), jnp.float32(0.0), jnp.float32(0.0), tasks[:, None])
        return state._replace(params=params, optimiser=state.optimiser + 1), log

    return Learner(init, act, collect, update)


def sample(key, episode):
    """Draw tasks, further away as training goes on."""
    return jax.random.uniform(key, (3,)) + jnp.floor(episode / 4)


def test_a_run_in_parts_equals_the_whole(key):
    start = begin(learner(), key)
    half = jax.jit(lambda run: train(learner(), sample, run, 4, key))
    whole, log, _ = jax.jit(lambda run: train(learner(), sample, run, 8, key))(start)
    middle, first, _ = half(start)
    end, second, _ = half(middle)
    np.testing.assert_allclose(whole.state.params, end.state.params, rtol=1e-5)
    assert whole.episode == end.episode == 8
    np.testing.assert_allclose(log.loss, jnp.concatenate([first.loss, second.loss]), rtol=1e-5)
    assert log.measure[:4].max() < 1.0 <= log.measure[4:].min()  # tasks know the episode


@pytest.mark.parametrize("at_once", [1, 3])
def test_seeds_together_equal_seeds_alone(at_once, key):
    keys = jax.random.split(key, 3)
    runs = jax.vmap(lambda key: begin(learner(), key))(keys)
    _, together, finite = jax.jit(lambda: train_seeds(learner(), sample, runs, 4, keys, at_once))()
    assert finite.shape == (3, 4)
    alone = jax.jit(lambda key: train(learner(), sample, begin(learner(), key), 4, key))
    for seed in range(3):
        np.testing.assert_allclose(together.loss[seed], alone(keys[seed])[1].loss, rtol=1e-5)
    assert len(set(np.asarray(together.loss[:, 0]).tolist())) == 3


def test_a_diverged_run_is_recorded_and_keeps_its_last_finite_state(key):
    broken = learner(breaks_at=2)
    run, log, finite = jax.jit(lambda: train(broken, sample, begin(broken, key), 5, key))()
    np.testing.assert_array_equal(finite, [True, True, False, False, False])
    np.testing.assert_array_equal(jnp.isfinite(log.loss), finite)
    np.testing.assert_array_equal(jnp.isfinite(log.measure).all(axis=(1, 2)), finite)
    assert not run.finite
    assert all_finite(run.state)
    assert run.state.optimiser == 2
