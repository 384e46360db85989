"""The exact posterior of a velocity against numbers by hand, a filter on a fine grid, and what every posterior keeps."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.cheetah_velocity.belief import (
    conditioned,
    features,
    moments,
    probabilities,
    reward_of,
    uniform,
)

LOW, HIGH = 0.5, 3.0

rewards_of = jax.jit(jnp.vectorize(reward_of))


@jax.jit
def after(velocities, rewards):
    """Return the posterior after each of some steps."""

    def update(belief, step):
        belief = conditioned(belief, LOW, *step)
        return belief, belief

    return jax.lax.scan(update, uniform(HIGH), (velocities, rewards))[1]


def posterior(*steps):
    """Return the posterior after (velocity, reward) pairs."""
    velocities, rewards = (jnp.array(column, jnp.float32) for column in zip(*steps, strict=True))
    return jax.tree.map(lambda leaf: leaf[-1], after(velocities, rewards))


def test_rewards_by_hand():
    velocity = np.array([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 5.0], np.float32)
    assert rewards_of(velocity, np.ones(7, np.float32)).tolist() == [0, 0, 0.5, 1, 0.5, 0, 0]
    assert np.allclose(rewards_of(velocity, np.full(7, 2, np.float32)), [0, 0, 0.25, 0.5, 0.75, 1, 0])


def test_a_reward_leaves_two_candidates_by_hand():
    # 0.5 at 1 m/s: too slow for 2 m/s, or too fast for 2/3 m/s. Squares of both are as 9 to 1.
    belief = posterior((1.0, 0.5))
    assert np.allclose(belief.candidates, [2.0, 2 / 3]) and belief.possible.all()
    assert np.allclose(probabilities(belief), [0.9, 0.1])
    assert np.allclose(features(belief, LOW, HIGH)[1:3], [1.5 / 2.5, (2 / 3 - 0.5) / 2.5])
    # 0.5 at 2 m/s: one candidate, 4 m/s, is outside of the prior.
    assert posterior((2.0, 0.5)).possible.tolist() == [False, True]


def test_a_second_reward_decides_by_hand():
    assert posterior((1.0, 0.5), (1.2, 0.6)).possible.tolist() == [True, False]
    assert posterior((1.0, 0.5), (1.2, 0.2)).possible.tolist() == [False, True]
    assert posterior((1.0, 0.5), (1.5, 0.0)).possible.tolist() == [False, True]
    assert posterior((1.0, 0.5), (-1.0, 0.0)).possible.all()  # says nothing


def test_no_reward_by_hand():
    assert posterior((-1.0, 0.0)).highest == HIGH
    assert posterior((0.0, 0.0)).highest == HIGH
    belief = posterior((2.0, 0.0))  # at least twice too fast
    assert belief.highest == 1.0 and not belief.possible.any()
    assert np.allclose(moments(belief, LOW), [0.75, 0.5 / np.sqrt(12)])
    # Of 0.5 at 1 m/s, 2 m/s had been ruled out before.
    assert posterior((2.0, 0.0), (1.0, 0.5)).possible.tolist() == [False, True]


def random_steps(rng, count):
    """Return hidden velocities and what cheetahs at velocities all over the range meet, in float32 as they do."""
    target = rng.uniform(LOW, HIGH, count).astype(np.float32)
    velocity = rng.normal(1.5, 2.0, (count, 6)).astype(np.float32)
    return target, velocity, np.asarray(rewards_of(velocity, target[:, None]))


def test_the_posterior_is_a_filter_on_a_fine_grid():
    """A point of the grid stays while it nearly predicts each reward; the more of them, the likelier a candidate."""
    grid = np.linspace(LOW, HIGH, 1_000_001)
    _, velocity, reward = random_steps(np.random.default_rng(0), 20)
    beliefs = jax.vmap(after)(velocity, reward)
    found = jax.vmap(jax.vmap(lambda belief: moments(belief, LOW)))(beliefs)
    seen = set()
    for episode in range(len(velocity)):
        possible = np.ones(len(grid), bool)
        for step, (v, r) in enumerate(zip(velocity[episode], reward[episode], strict=True)):
            predicted = np.maximum(1 - np.abs(v / grid - 1), 0)
            possible &= np.abs(predicted - r) <= 2e-4 * v if r > 0 else predicted == 0
            mean, deviation = grid[possible].mean(), grid[possible].std()
            assert found[0][episode, step] == pytest.approx(mean, abs=4e-3)
            assert found[1][episode, step] == pytest.approx(deviation, abs=4e-3)
            seen.add((bool(r > 0), int(beliefs.possible[episode, step].sum())))
    assert seen >= {(False, 0), (True, 1), (True, 2), (False, 1)}  # every kind was met


def test_the_truth_is_never_lost_and_soon_known():
    target, velocity, reward = random_steps(np.random.default_rng(1), 4000)
    beliefs = jax.vmap(after)(velocity, reward)
    told = np.asarray(beliefs.possible.any(axis=2))
    near = np.abs(np.asarray(beliefs.candidates) - target[:, None, None]) <= 1e-4 * target[:, None, None]
    assert (near & np.asarray(beliefs.possible)).any(axis=2)[told].all()
    assert (np.asarray(beliefs.highest) >= target[:, None] * (1 - 1e-5)).all()
    assert told[:, -1].mean() > 0.9
    positive = (reward > 0).cumsum(axis=1)
    one = np.asarray(beliefs.possible).sum(axis=2) == 1
    assert one[positive >= 2].mean() > 0.999


def test_candidates_are_as_likely_as_they_turn_out_to_be():
    """Of all tasks that meet two candidates, the slower wish is true as often as it is said to be."""
    target, velocity, reward = random_steps(np.random.default_rng(2), 20_000)
    beliefs = jax.vmap(after)(velocity[:, :1], reward[:, :1])
    two = np.asarray(beliefs.possible).all(axis=2)[:, 0]
    said = np.asarray(jax.vmap(jax.vmap(probabilities))(beliefs))[two, 0, 0]
    true = np.abs(np.asarray(beliefs.candidates)[two, 0, 0] - target[two]) < 1e-3
    for likely in (said < 0.8, said >= 0.8):
        error = (
            4
            * np.sqrt(said[likely].var() + (said[likely] * (1 - said[likely])).mean())
            / np.sqrt(likely.sum())
        )
        assert likely.sum() > 300
        assert abs(said[likely].mean() - true[likely].mean()) < error


def test_tiny_velocities_tell_what_they_can():
    """Rounding neither rules the truth out nor invents it."""
    target = np.float32(2.3)
    for velocity in (1e-9, 1e-5, 1e-3):
        belief = posterior((velocity, float(rewards_of(np.float32(velocity), target))))
        assert belief.possible[0] and belief.candidates[0] == pytest.approx(2.3, rel=1e-5)
