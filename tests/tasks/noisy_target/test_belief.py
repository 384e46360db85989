"""The filter against Bayes' rule by hand, its convergence as the mesh gets finer, and calibration."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.noisy_target.belief import blocks, centres, conditioned, features, moments, uniform
from athanor.tasks.noisy_target.environment import NoisyTarget

RNG = np.random.default_rng(0)
PLACES = (0.5 * RNG.standard_normal((25, 2))).clip(-0.7, 0.7).astype(np.float32)
REWARDS = (RNG.random(25) < np.minimum(0.5, 1 / (1 + ((PLACES - 0.4) ** 2).sum(1) / 0.04))).astype(np.float32)


def plain_filter(mesh):
    """Return the cells and the posterior over them in float64, by a product of likelihoods."""
    cells = centres(mesh).astype(float)
    weight = np.ones(len(cells))
    for place, reward in zip(PLACES, REWARDS, strict=True):
        p = np.minimum(0.5, 1 / (1 + ((cells - place) ** 2).sum(axis=1) / 0.2**2))
        weight *= p if reward else 1 - p
    return cells, weight / weight.sum()


def posterior(mesh):
    game = NoisyTarget(mesh=mesh)

    def update(belief, step):
        place, reward = step
        chances = jax.vmap(game.chance, (None, 0))(place, jnp.asarray(centres(mesh)))
        return conditioned(belief, chances, reward), None

    return jax.jit(lambda *steps: jax.lax.scan(update, uniform(mesh), steps)[0])(PLACES, REWARDS)


def test_cells_by_hand():
    assert centres(2).tolist() == [[-0.5, -0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, 0.5]]
    assert len(centres(64)) / 32**2 == pytest.approx(np.pi, rel=0.01)
    # Of 8 × 8 blocks, the columns are numbered by eights; the middle four of the first are partly in the disc.
    assert centres(8)[0].tolist() == [-0.875, -0.375] and blocks(8)[0] == 2
    assert np.bincount(blocks(32))[[27, 0]].tolist() == [16, 0]


def test_bayes_rule_by_hand():
    # Four cells, one of which gives rewards with probability 0.5, the others with 0.1.
    chances = jnp.array([0.5, 0.1, 0.1, 0.1], jnp.float32)
    hit = conditioned(uniform(2), chances, jnp.float32(1))
    assert np.allclose(np.exp(hit.log_probability), np.array([5, 1, 1, 1]) / 8)
    missed = conditioned(uniform(2), chances, jnp.float32(0))
    assert np.allclose(np.exp(missed.log_probability), np.array([5, 9, 9, 9]) / 32)


def test_moments_by_hand():
    assert np.allclose(moments(uniform(2), 2)[0], 0)
    assert np.allclose(moments(uniform(2), 2)[1], np.eye(2) / 4)


def test_the_filter_is_a_plain_product_of_likelihoods():
    cells, weight = plain_filter(32)
    belief = posterior(32)
    assert np.allclose(np.exp(belief.log_probability), weight, atol=1e-6)
    seen = np.asarray(features(belief, 32))
    assert seen.shape == (69,) and seen[:64].sum() == pytest.approx(1, abs=1e-5)
    mean, deviation = weight @ cells, np.sqrt(weight @ (cells - weight @ cells) ** 2)
    assert np.allclose(seen[64:66], (mean + 1) / 2, atol=1e-5)
    assert np.allclose(seen[66:68], deviation, atol=1e-5)
    correlation = np.average(np.prod(cells - mean, axis=1), weights=weight) / np.prod(deviation)
    assert seen[68] == pytest.approx((correlation + 1) / 2, abs=1e-5)
    corner = (cells[:, 0] > 0.25) & (cells[:, 0] < 0.5) & (cells[:, 1] > 0) & (cells[:, 1] < 0.25)
    assert seen[5 * 8 + 4] == pytest.approx(weight[corner].sum(), abs=1e-6)


def test_halving_the_mesh_hardly_changes_the_posterior():
    """What half the mesh changes gets smaller, and is small at the default against the posterior's own spread."""
    fine = moments(posterior(256), 256)
    errors = [
        max(np.abs(m - f).max() for m, f in zip(moments(posterior(n), n), fine, strict=True))
        for n in (8, 32, 128)
    ]
    assert errors[0] > errors[1] > errors[2]
    assert errors[1] < 0.005 and errors[2] < 0.0005
    assert 0.05 < np.sqrt(fine[1][0, 0]) < 0.5


def test_the_target_is_where_it_is_believed_to_be():
    """By random play on targets from the prior, standardised errors have mean 0 and mean square 1."""
    game = NoisyTarget(steps=40)

    def episode(key):
        task_key, push_key, coin_key = jax.random.split(key, 3)
        task = game.sample_task(task_key)
        lean = jax.random.uniform(push_key, (2,), jnp.float32, -1, 1)

        def advance(carry, key):
            state, belief = carry
            following, transition = game.step(task, state, lean, key)
            seen, after = game.observe(task, state), game.observe(task, following)
            return (following, game.update(belief, seen, lean, transition.reward, after)), None

        start = (game.reset(task, key), game.prior())
        (_, belief), _ = jax.lax.scan(advance, start, jax.random.split(coin_key, 40))
        mean, covariance = moments(belief, game.mesh)
        return (task.place - mean) / jnp.sqrt(jnp.diagonal(covariance)), jnp.diagonal(covariance)

    error, variance = map(np.asarray, jax.jit(jax.vmap(episode))(jax.random.split(jax.random.key(1), 2000)))
    assert np.abs(error.mean(axis=0)).max() < 4 / np.sqrt(2000)
    assert np.abs((error**2).mean(axis=0) - 1).max() < 4 * (error**2).std() / np.sqrt(2000)
    assert variance.mean() < 0.24  # the prior's is 0.25
