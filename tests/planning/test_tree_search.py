"""Tests of tree search: hand-worked decisions, and the value of information."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from athanor.planning import cem, tree_search

LEFT, RIGHT, LOOK = range(3)


class Doors(NamedTuple):
    """A prize of 1 is behind the left door with some probability, else behind the right one.

    Opening a door ends the game; looking takes a step and shows where the prize is.
    """

    discount: float
    actions: int = 3
    outcomes: int = 2  # the prize is on the left, on the right
    left_only: bool = False

    def allowed(self, state):
        del state
        return jnp.array([True, False, False]) | ~jnp.asarray(self.left_only)

    def outcome_logits(self, state, action):
        return jnp.log(jnp.stack([state, 1.0 - state]))

    def apply_outcome(self, state, action, outcome):
        known = jnp.where(outcome == LEFT, 1.0, 0.0)
        reward = jnp.where(action == outcome, 1.0, 0.0)
        return known, reward, jnp.where(action == LOOK, self.discount, 0.0)

    def value(self, state):
        return jnp.maximum(state, 1.0 - state)

    def action_value(self, state, action):
        return jnp.stack([state, 1.0 - state, jnp.float32(self.discount)])[action]

    def sample_step(self, state, action, noise):
        """Play the same game simulated; -1 when it is over."""
        prize = jnp.where(noise < state, LEFT, RIGHT)
        known, reward, discount = self.apply_outcome(state, action, prize)
        over = state < 0.0
        return jnp.where(over | (discount == 0.0), -1.0, known), jnp.where(over, 0.0, reward)


SETTINGS = tree_search.Settings(simulations=32, exploration=2.5)


@jax.jit
def search(model, state, key):
    """Search; one program for all games, whose discount and doors are arguments."""
    return tree_search.search(model, SETTINGS, state, key)


def decide(model, state):
    return search(model, jnp.float32(state), jax.random.key(0))


@pytest.mark.parametrize(
    ("discount", "state", "action"),
    [(0.9, 0.6, LOOK), (0.5, 0.6, LEFT), (0.5, 0.3, RIGHT), (0.9, 0.95, LEFT), (0.9, 0.0, RIGHT)],
)  # looking is worth the discount, a door its probability
def test_looks_where_information_is_worth_its_price(discount, state, action) -> None:
    assert int(decide(Doors(discount), state).action) == action


def test_an_open_loop_plan_sees_no_value_in_looking() -> None:
    """Looking is worth 0.9, a door 0.6; but a fixed sequence cannot use what it sees: 0.9 x 0.6 < 0.6."""
    model = Doors(0.9)
    sequences = jnp.array([[LOOK, LEFT], [LEFT, LEFT]]).T.repeat(2000, axis=1)
    noise = jax.random.uniform(jax.random.key(0), sequences.shape)
    returns = cem.evaluate(model, jnp.float32(0.6), sequences, noise).reshape(2, -1).mean(axis=1)
    np.testing.assert_allclose(returns, [0.9 * 0.6, 0.6], atol=0.03)


def test_visits_are_shares_and_leave_out_what_is_not_allowed() -> None:
    found = decide(Doors(0.9, left_only=True), 0.1)
    np.testing.assert_allclose(found.visits, [1.0, 0.0, 0.0])
    assert int(found.action) == LEFT


def test_same_key_same_search_alone_or_abreast() -> None:
    alone = decide(Doors(0.9), 0.6)
    keys = jnp.stack([jax.random.key(0)] * 2)
    abreast = jax.vmap(search, in_axes=(None, 0, 0))(Doors(0.9), jnp.array([0.6, 0.2]), keys)
    np.testing.assert_array_equal(alone.visits, abreast.visits[0])
