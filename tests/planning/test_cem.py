"""Tests of the cross-entropy method: hand-worked plans, its parts, and what an open-loop plan cannot see."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.planning import cem

SETTINGS = cem.Settings(horizon=2, particles=64, elites=16, iterations=5)


class Ladder(NamedTuple):
    """Action 0 pays 1 at once and ends; action 1 pays nothing, and action 0 after it pays 2."""

    discount: float
    actions: int = 2

    def sample_step(self, rung, action, noise):
        del noise
        pays = jnp.where(rung == 0, 1.0, 2.0)
        reward = jnp.where((action == 0) & (rung >= 0), pays, 0.0)
        return jnp.where((action == 0) | (rung < 0), -1, rung + 1), reward


class Lottery(NamedTuple):
    """Action 0 pays 0.6 for certain, action 1 pays 1 with probability one half."""

    actions: int = 2
    discount: float = 1.0

    def sample_step(self, state, action, noise):
        return state, jnp.where(action == 0, 0.6, jnp.where(noise < 0.5, 1.0, 0.0))


@pytest.mark.parametrize(
    ("discount", "first"), [(0.6, 1), (0.4, 0)]
)  # 2 x 0.6 > 1 > 2 x 0.4: waiting pays only if the second step counts enough
def test_finds_the_optimal_plan(discount, first) -> None:
    plan = cem.plan(Ladder(discount), SETTINGS, jnp.int32(0), jax.random.key(0))
    assert int(cem.first_action(plan)) == first
    np.testing.assert_allclose(plan.probabilities.sum(axis=1), 1.0, rtol=1e-6)


def test_converges_to_certainty_where_one_action_is_better() -> None:
    plan = cem.plan(Ladder(1.0), SETTINGS, jnp.int32(0), jax.random.key(1))
    np.testing.assert_array_equal(plan.probabilities, [[0.0, 1.0], [1.0, 0.0]])


def test_one_simulation_a_sequence_favours_luck() -> None:
    """The elites of one iteration are lucky gambles: known of the method, and so of the post's planner."""
    settings = cem.Settings(1, 1000, 100, 1)
    plan = cem.plan(Lottery(), settings, jnp.int32(0), jax.random.key(0))
    assert int(cem.first_action(plan)) == 1


def test_returns_by_hand() -> None:
    sequences = jnp.array([[0, 1, 1], [0, 0, 1]])  # (step, particle)
    returns = cem.evaluate(Ladder(0.5), jnp.int32(0), sequences, jnp.zeros((2, 3)))
    np.testing.assert_array_equal(returns, [1.0, 0.5 * 2.0, 0.0])


def test_frequencies_by_hand() -> None:
    found = cem.frequencies(jnp.array([[0, 2, 2, 2], [1, 1, 0, 0]]), 3)
    np.testing.assert_array_equal(found, [[0.25, 0.0, 0.75], [0.5, 0.5, 0.0]])


def test_actions_are_drawn_with_their_probabilities() -> None:
    probabilities = jnp.array([[0.25, 0.0, 0.75], [0.0, 1.0, 0.0]])
    noise = jnp.tile((jnp.arange(8.0) + 0.5) / 8.0, (2, 1))
    actions = cem.draw_actions(probabilities, noise)
    np.testing.assert_array_equal(actions, [[0, 0, 2, 2, 2, 2, 2, 2], [1] * 8])


def test_same_key_same_plan() -> None:
    plans = [cem.plan(Lottery(), SETTINGS, jnp.int32(0), jax.random.key(7)) for _ in range(2)]
    np.testing.assert_array_equal(*[plan.probabilities for plan in plans])
