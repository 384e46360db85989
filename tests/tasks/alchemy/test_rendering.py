"""Test of states as text, by hand."""

import jax.numpy as jnp

from athanor.tasks.alchemy.environment import NO_POTION, NO_STONE, Alchemy, State
from athanor.tasks.alchemy.rendering import text


def test_the_text_shows_looks_and_colours() -> None:
    game = Alchemy(stones=2, potions=3)
    state = State(jnp.array([NO_STONE, 4], jnp.int8), jnp.array([NO_POTION, 0, 2], jnp.int8), jnp.int32(22))
    expected = "trial 2, step 3: stones gone, (-1, -1, 1) worth -1; potions - 0 2"
    assert text(game, game.chemistry(0, 0, 0), state) == expected
