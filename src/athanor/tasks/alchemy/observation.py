"""What an agent of Alchemy sees, and what it can name; apart from the environment, so that beliefs need not know that."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from athanor.tasks.alchemy.chemistries import AXES, COLOURS
from athanor.tasks.alchemy.rules import POTION_FEATURES, STONE_FEATURES, Rules

ABSENT = 2  # what an absent stone's coordinates and value read


class Chemistry(NamedTuple):
    """The task: numbers of a causal graph, a potion map, a stone map and a rotation."""

    graph: Int[Array, ""]
    potion_map: Int[Array, ""]
    stone_map: Int[Array, ""]
    rotation: Int[Array, ""]


class Observation(NamedTuple):
    """What the agent sees of the items, and the time, which it can count."""

    looks: Int[Array, "stone 3"]  # perceived coordinates, −1, 0 or 1; 2 where a stone is absent
    values: Int[Array, "stone"]  # sums of latent coordinates; 0 where a stone is absent
    colours: Int[Array, "potion"]  # COLOURS where a potion is used
    time: Int[Array, ""]  # as in the state

    @property
    def stones(self) -> Bool[Array, "stone"]:
        """Return which stones are there."""
        return self.looks[:, 0] < ABSENT

    @property
    def potions(self) -> Bool[Array, "potion"]:
        """Return which potions are there."""
        return self.colours < COLOURS


class Named(NamedTuple):
    """The items that an action names; those of an action that does nothing are none, or only one half of a pair."""

    stone: Bool[Array, "stone"]
    cauldron: Bool[Array, ""]
    potion: Bool[Array, "potion"]


def parse(rules: Rules, action: Int[Array, ""]) -> Named:
    """Return what an action names."""
    slot, target = jnp.divmod(action - rules.no_op - 1, rules.potions + 1)
    return Named(jnp.arange(rules.stones) == slot, target == 0, jnp.arange(1, rules.potions + 1) == target)


def read(rules: Rules, observation: Float[Array, "size"], time: Int[Array, ""]) -> Observation:
    """Return what `see` gives, from what `observe` shows and the time."""
    stones, potions = jnp.split(observation, [STONE_FEATURES * rules.stones])
    stones = stones.reshape(rules.stones, STONE_FEATURES)
    potions = potions[: POTION_FEATURES * rules.potions].reshape(rules.potions, POTION_FEATURES)
    values = jnp.where(stones[:, AXES + 1] == 1, 0.0, AXES * stones[:, AXES])
    looks, values, colours = (
        jnp.round(each).astype(jnp.int32) for each in (stones[:, :AXES], values, AXES * (potions[:, 0] + 1))
    )
    return Observation(looks, values, colours, time)
