"""Bounds and simulated returns against numbers by hand, a plain game, and the environment itself."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.tasks.noisy_target import returns
from athanor.tasks.noisy_target.environment import NoisyTarget


def test_bounds_by_hand():
    # One step from the middle: 0.02 nearer. Mean over the disc of min(1/2, 1 / (1 + ((w − 0.02) / 0.2)²)), by quadrature.
    rules = NoisyTarget(steps=1)
    w = (np.arange(100_000) + 0.5) / 100_000
    chance = np.minimum(0.5, 1 / (1 + (np.maximum(w - 0.02, 0) / 0.2) ** 2))
    mean = (2 * w * chance).mean()
    assert returns.upper_bound(rules) == pytest.approx(mean, abs=1e-6)
    assert returns.expert_return(rules) == pytest.approx(mean, abs=1e-5)


def test_the_oracle_is_exact_where_its_bounds_meet():
    least, most = returns.oracle(returns.SETTINGS["0.2_100"])
    assert least == most
    assert 45 < most < 50  # a half per step, but for the way
    least, most = returns.oracle(NoisyTarget(friction=0.0, acceleration=0.2))
    assert least < most  # so fast a ball cannot stop at once


def test_more_targets_hardly_change_the_mean(monkeypatch):
    rules = NoisyTarget()
    mean = returns.upper_bound(rules)
    monkeypatch.setattr(returns, "DISTANCES", 2 * returns.DISTANCES)
    assert returns.upper_bound(rules) == pytest.approx(mean, abs=1e-3)


def test_random_play_is_that_of_a_plain_game(monkeypatch):
    monkeypatch.setattr(returns, "RANDOM", 4000)
    mine = returns.random_returns(NoisyTarget(steps=20), jax.random.key(0))
    rng = np.random.default_rng(0)
    target = np.sqrt(rng.random(4000))[:, None] * np.array([1.0, 0.0])
    position, velocity, total = np.zeros((4000, 2)), np.zeros((4000, 2)), np.zeros(4000)
    for _ in range(20):
        push = rng.uniform(-1, 1, (4000, 2))
        velocity = 0.8 * velocity + 0.02 * push / np.maximum(np.hypot(*push.T), 1)[:, None]
        position = position + velocity
        total += rng.random(4000) < np.minimum(0.5, 1 / (1 + ((position - target) ** 2).sum(1) / 0.04))
    error = np.sqrt(mine.var() / 4000 + total.var() / 4000)
    assert np.hypot(*position.T).max() < 1  # no rim in so few steps
    assert abs(mine.mean() - total.mean()) < 4 * error


def test_rows_of_returns(monkeypatch):
    monkeypatch.setattr(returns, "RANDOM", 2000)
    monkeypatch.setattr(returns, "GREEDY", 100)
    rows = {row.agent: row for row in returns.exact_returns("0.2_100", jax.random.key(0))}
    assert list(rows) == ["oracle", "bayes_optimal", "greedy", "random"]
    assert all(row.lower <= row.expected_return <= row.upper and row.episodes == 1 for row in rows.values())
    assert rows["random"].upper < rows["greedy"].lower < rows["oracle"].lower
    assert (rows["bayes_optimal"].lower, rows["bayes_optimal"].upper) == (
        rows["greedy"].lower,
        rows["oracle"].upper,
    )


def test_what_is_summed_has_the_mean_of_the_rewards():
    """Over many tosses of one walk's coins."""
    rules = NoisyTarget(steps=20)
    task = rules.sample_task(jax.random.key(3))

    def episode(key):
        def advance(state, key):
            following, transition = rules.step(task, state, rules.expert(task, state), key)
            return following, (transition.reward, rules.chance(following.position, task.place))

        rewards, chances = jax.lax.scan(advance, rules.reset(task, key), jax.random.split(key, 20))[1]
        return rewards.sum(), chances.sum()

    rewards, chances = jax.jit(jax.vmap(episode))(jax.random.split(jax.random.key(0), 4000))
    assert jnp.ptp(chances) < 1e-4
    assert float(rewards.mean()) == pytest.approx(
        float(chances[0]), abs=4 * float(rewards.std()) / np.sqrt(4000)
    )


def test_an_unknown_setting_is_one_line():
    with pytest.raises(ValueError) as error:
        returns.exact_returns("huge", jax.random.key(0))
    assert str(error.value) == "setting is 'huge', must be one of 0.2_100"
