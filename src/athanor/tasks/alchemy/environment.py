"""Alchemy as an environment: stones are dipped into potions and deposited in a cauldron, under a hidden chemistry.

Small tables are packed into words, a few bits an entry, so that a look-up is a shift: it vectorises over episodes
where a gather would not.
"""

from dataclasses import asdict
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, Int8, Integer, PRNGKeyArray, UInt32

from athanor.environment import Box, Discrete, Transition
from athanor.tasks.alchemy import belief as beliefs
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.chemistries import (
    AXES,
    COLOURS,
    EDGES,
    GRAPHS,
    KINDS,
    POTION_MAPS,
    ROTATIONS,
    STONE_MAPS,
    VERTICES,
    kind_of_colour,
    looks,
)
from athanor.tasks.alchemy.observation import ABSENT, Named, parse, read
from athanor.tasks.alchemy.observation import Chemistry as Chemistry
from athanor.tasks.alchemy.observation import Observation as Observation
from athanor.tasks.alchemy.posterior import MARGINALS, marginals
from athanor.tasks.alchemy.rules import BONUS, CHEMISTRY_FEATURES, Rules

NO_STONE = VERTICES  # a stone that was deposited
NO_POTION = KINDS  # a potion that was used
END_TRIAL = 0  # the action, where there is one


class State(NamedTuple):
    """Everything but the chemistry, in latent terms; of the items the agent sees looks and colours."""

    stones: Int8[Array, "stone"]  # vertex, or NO_STONE
    potions: Int8[Array, "potion"]  # kind, or NO_POTION
    time: Int[
        Array, ""
    ]  # steps since the start of the episode; the end of a trial skips to the next one's first


class Known(NamedTuple):
    """The belief, and the time, which decides whether a step shows what its dip did."""

    chemistries: Belief  # those that are left
    time: Int[Array, ""]  # as in the state


def _pack(table: Integer[np.ndarray, "... entry"], bits: int) -> Int[np.ndarray, "..."]:
    """Pack the last axis into words, entry i at bit `bits * i`."""
    return np.sum(table << bits * np.arange(table.shape[-1]), axis=-1).astype(np.int32)


def _look_up(word: Int[Array, "..."], entry: Int[Array, "..."], bits: int) -> Int[Array, "..."]:
    """Return an entry of a packed table."""
    return word >> bits * entry & (2**bits - 1)


LOTTERY = np.repeat(np.arange(len(GRAPHS.constraints)), GRAPHS.tickets).astype(np.int32)
# Whether the edge along axis a at vertex v exists: bit 8 a + v.
_EDGE_WORDS = _pack(GRAPHS.edge_at_vertex.reshape(-1, AXES * VERTICES).astype(int), 1)
# A used potion reads as a seventh colour, an absent stone's coordinates as 2 = 3 - 1.
_COLOUR_WORDS = _pack(np.pad(np.argsort(kind_of_colour(), 1), ((0, 0), (0, 1)), constant_values=COLOURS), 3)
_LOOK_WORDS = _pack(
    np.pad(np.moveaxis(looks() + 1, 2, 3), ((0, 0), (0, 0), (0, 0), (0, 1)), constant_values=3), 2
)
_EDGE_FEATURES = GRAPHS.edge_present.reshape(-1, AXES * EDGES).astype(np.float32)


class Alchemy(Rules):
    """The game as a task family."""

    @property
    def observation(self) -> Box:
        """Return the space of observations."""
        stone, potion = ((-1.0,) * AXES + (-1.0, 0.0), (2.0,) * AXES + (2.0, 1.0)), ((-1.0, 0.0), (1.0, 1.0))
        chemistry = CHEMISTRY_FEATURES * self.see_chemistry
        low, high = (stone[i] * self.stones + potion[i] * self.potions for i in range(2))
        return Box(low + (-1.0,) * chemistry, high + (1.0,) * chemistry)

    @property
    def action(self) -> Discrete:
        """Return the space of actions."""
        return Discrete(self.actions)

    def sample_task(self, key: PRNGKeyArray) -> Chemistry:
        """Draw a chemistry from the prior."""
        graph_key, potion_key, stone_key, rotation_key = jax.random.split(key, 4)
        ticket = jax.random.randint(graph_key, (), 0, len(LOTTERY))
        return Chemistry(
            jnp.asarray(LOTTERY)[ticket],
            jax.random.randint(potion_key, (), 0, POTION_MAPS),
            jax.random.randint(stone_key, (), 0, STONE_MAPS),
            jax.random.randint(rotation_key, (), 0, self.rotations),
        )

    def chemistry(self, graph: int, potion_map: int, stone_map: int, rotation: int = 0) -> Chemistry:
        """Return the chemistry with the given numbers, or say in one line which one the prior does not allow."""
        counts = (len(GRAPHS.constraints), POTION_MAPS, STONE_MAPS, self.rotations)
        numbers = Chemistry(*(jnp.int32(number) for number in (graph, potion_map, stone_map, rotation)))
        for name, number, count in zip(Chemistry._fields, numbers, counts, strict=True):
            if not 0 <= number < count:
                raise ValueError(f"{name} is {number}, must be from 0 to {count - 1} (level {self.level})")
        return numbers

    def reset(self, task: Chemistry, key: PRNGKeyArray) -> State:
        """Start an episode with items drawn uniformly."""
        del task  # which items there are does not depend on the chemistry
        return State(*self._draw_items(key), jnp.int32(0))

    def step(
        self, task: Chemistry, state: State, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[State, Transition]:
        """Act; the key draws the next trial's items where a trial ends. After the end of the episode nothing happens.

        What an action names but is not there, a used item or an action out of range, makes it do nothing.
        """
        ended = state.time >= self.steps
        stones, potions, reward = self._act(task, state, jnp.where(ended, self.no_op, action))
        time = self._advance(state.time, action)
        trial_over = time % self.trial_steps == 0
        fresh_stones, fresh_potions = self._draw_items(key)
        following = State(
            jnp.where(trial_over & ~ended, fresh_stones, stones),
            jnp.where(trial_over & ~ended, fresh_potions, potions),
            jnp.where(ended, state.time, time),
        )
        return following, Transition(reward, time >= self.steps)

    def observe(self, task: Chemistry, state: State) -> Float[Array, "size"]:
        """Return three coordinates, value / 3 and used for each stone, colour / 3 - 1 and used for each potion."""
        seen = self.see(task, state)
        used = ~seen.stones
        value = jnp.where(used, float(ABSENT), seen.values / AXES)
        stones = [seen.looks.astype(jnp.float32), value[:, None], used[:, None].astype(jnp.float32)]
        potions = [seen.colours / AXES - 1.0, (~seen.potions).astype(jnp.float32)]
        shown = [jnp.concatenate(stones, axis=1).ravel(), jnp.stack(potions, axis=1).ravel()]
        if self.see_chemistry:
            shown.append(chemistry_features(task))
        return jnp.concatenate(shown)

    def see(self, task: Chemistry, state: State) -> Observation:
        """Return what the agent sees, as whole numbers; `observe` shows the same, but for the time."""
        stones = state.stones.astype(jnp.int32)
        values = jnp.where(stones == NO_STONE, 0, stone_value(stones))
        colours = colour_of(task, state.potions.astype(jnp.int32))
        return Observation(perceived(task, stones), values, colours, state.time)

    @property
    def description(self) -> Box:
        """Return the space of descriptions: `chemistry_features`."""
        return Box((-1.0,) * CHEMISTRY_FEATURES, (1.0,) * CHEMISTRY_FEATURES)

    def describe(self, task: Chemistry) -> Float[Array, "feature"]:
        """Return a chemistry as numbers."""
        return chemistry_features(task)

    @property
    def features_size(self) -> int:
        """Return the number of marginals of the posterior."""
        return MARGINALS

    def prior(self) -> Known:
        """Return the belief before anything was seen."""
        return Known(beliefs.prior(self), jnp.int32(0))

    def start(self, observation: Float[Array, "size"]) -> Known:
        """Return the belief at the start of an episode, the first stones seen."""
        time = jnp.int32(0)
        return Known(beliefs.start(self, read(self, observation, time)), time)

    def update(
        self,
        belief: Known,
        observation: Float[Array, "size"],
        action: Int[Array, ""],
        reward: Float[Array, ""],
        following: Float[Array, "size"],
    ) -> Known:
        """Condition a belief on a step; what a reward tells, a stone's value tells before."""
        del reward
        time = jnp.where(belief.time >= self.steps, belief.time, self._advance(belief.time, action))
        before, after = read(self, observation, belief.time), read(self, following, time)
        return Known(beliefs.update(self, belief.chemistries, before, action, after), time)

    def features(self, belief: Known) -> Float[Array, "feature"]:
        """Return the marginals of the posterior."""
        return marginals(belief.chemistries)

    def _act(
        self, task: Chemistry, state: State, action: Int[Array, ""]
    ) -> tuple[Int8[Array, "stone"], Int8[Array, "potion"], Float[Array, ""]]:
        """Return the items and the reward after an action on them."""
        named = parse(self, action)
        stone, kind = pick_stone(state, named), pick_potion(state, named)
        deposits = (stone != NO_STONE) & named.cauldron
        dips = (stone != NO_STONE) & (kind != NO_POTION)
        dipped = jnp.where(dips, dip(task, stone, kind), jnp.where(deposits, NO_STONE, stone))
        return (
            jnp.where(named.stone, dipped.astype(jnp.int8), state.stones),
            jnp.where(named.potion & dips, jnp.int8(NO_POTION), state.potions),
            jnp.where(deposits, deposit_reward(stone), 0).astype(jnp.float32),
        )

    def _advance(self, time: Int[Array, ""], action: Int[Array, ""]) -> Int[Array, ""]:
        if not self.end_trial:
            return time + 1
        next_trial = (time // self.trial_steps + 1) * self.trial_steps
        return jnp.where(action == END_TRIAL, next_trial, time + 1)

    def _draw_items(self, key: PRNGKeyArray) -> tuple[Int8[Array, "stone"], Int8[Array, "potion"]]:
        """Draw stones and potions uniformly from one batch of random words."""
        words = jax.random.bits(key, (self.stones + self.potions,), jnp.uint32)
        return _uniform(words[: self.stones], VERTICES), _uniform(words[self.stones :], KINDS)


def alchemy(rules: Rules) -> Alchemy:
    """Return the task family with the given rules."""
    return Alchemy(**asdict(rules))


def dip(task: Chemistry, stone: Int[Array, "..."], kind: Int[Array, "..."]) -> Int[Array, "..."]:
    """Return the vertex that a stone becomes in a potion: it moves if it is at the other end and the edge exists."""
    axis, direction = kind >> 1, kind & 1
    edge = _look_up(jnp.asarray(_EDGE_WORDS)[task.graph], VERTICES * axis + stone, 1)
    movable = (stone >> axis ^ direction) & 1
    return stone ^ (edge & movable) << axis


def deposit_reward(stone: Int[Array, "..."]) -> Int[Array, "..."]:
    """Return what a stone is worth in the cauldron."""
    return stone_value(stone) + jnp.where(stone == VERTICES - 1, BONUS, 0)


def perceived(task: Chemistry, stone: Int[Array, "stone"]) -> Int[Array, "stone axis"]:
    """Return the perceived coordinates of stones: -1, 0 or 1, and 2 for an absent stone."""
    words = jnp.asarray(_LOOK_WORDS)[task.rotation, task.stone_map]
    return _look_up(words, stone[:, None], 2) - 1


def colour_of(task: Chemistry, kind: Int[Array, "..."]) -> Int[Array, "..."]:
    """Return the colours of potions; the number of colours for a used one."""
    return _look_up(jnp.asarray(_COLOUR_WORDS)[task.potion_map], kind, 3)


def chemistry_features(task: Chemistry) -> Float[Array, "features"]:
    """Return a chemistry as numbers: edges (0 or 1), the kinds' colours as observed, stone map, rotation (0 or 1)."""
    parts = [
        jnp.asarray(_EDGE_FEATURES)[task.graph],
        colour_of(task, jnp.arange(KINDS)) / AXES - 1.0,
        (task.stone_map >> jnp.arange(AXES) & 1).astype(jnp.float32),
        (jnp.arange(len(ROTATIONS)) == task.rotation).astype(jnp.float32),
    ]
    return jnp.concatenate(parts)


def stone_value(stone: Int[Array, "..."]) -> Int[Array, "..."]:
    """Return the sum of a vertex's coordinates."""
    return 2 * jax.lax.population_count(stone) - AXES


def pick_stone(state: State, named: Named) -> Int[Array, ""]:
    """Return the stone that an action names, or NO_STONE."""
    return _pick(state.stones, named.stone, NO_STONE)


def pick_potion(state: State, named: Named) -> Int[Array, ""]:
    """Return the kind of the potion that an action names, or NO_POTION."""
    return _pick(state.potions, named.potion, NO_POTION)


def _pick(items: Int8[Array, "item"], chosen: Bool[Array, "item"], absent: int) -> Int[Array, ""]:
    """Return the chosen item, or the number that says that it is absent: a sum vectorises where a gather does not."""
    return absent - jnp.sum(jnp.where(chosen, absent - items.astype(jnp.int32), 0))


def _uniform(words: UInt32[Array, "item"], span: int) -> Int8[Array, "item"]:
    """Return floor(span * word / 2^32), by halves of a word; a probability is off by 2^-32 at most."""
    high, low = words >> 16, words & 0xFFFF
    return ((high * span + (low * span >> 16)) >> 16).astype(jnp.int8)
