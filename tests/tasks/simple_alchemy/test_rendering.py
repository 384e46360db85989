"""Tests of states as text, by hand."""

import jax
import jax.numpy as jnp

from athanor.tasks.simple_alchemy.environment import ALL_FULL, SimpleAlchemy, State
from athanor.tasks.simple_alchemy.rendering import text

GAME = SimpleAlchemy(trial_steps=10)
GRAPH = GAME.sample_task(jax.random.key(0))


def shown(stone, in_cauldron, potions, time) -> str:
    return text(
        GAME, GRAPH, State(jnp.int32(stone), jnp.bool_(in_cauldron), jnp.int32(potions), jnp.int32(time))
    )


def test_a_start() -> None:
    assert shown(0b110, False, ALL_FULL, 0) == "trial 1, step 1: stone 011 outside, full potions: all"


def test_a_stone_in_the_cauldron() -> None:
    assert shown(1, True, ALL_FULL, 12) == "trial 2, step 3: stone 100 in the cauldron, full potions: all"


def test_potions_that_are_used() -> None:
    assert shown(1, False, 0b100100, 9).endswith("outside, full potions: 2 5")
    assert shown(1, False, 0, 9).endswith("outside, full potions: none")
