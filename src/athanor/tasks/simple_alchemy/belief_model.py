"""The exact belief MDP of Simple Alchemy, made for planners that simulate millions of steps.

The belief is that of `belief.py`, with the three entries of a colour pair's row side by side in one word (or in one
word each, where the family has too many edge sets for that). A simulated step is then a few dozen integer operations
that vectorise over particles, and its outputs, each of which XLA computes in a loop of its own, are few.
"""

import itertools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from athanor.tasks.simple_alchemy.belief import Belief, sets_with_edge
from athanor.tasks.simple_alchemy.environment import ACTIONS, FIRST_DIP, SimpleAlchemy, State, is_dip
from athanor.tasks.simple_alchemy.graphs import ATTRIBUTES, EDGE_AT, EDGE_SETS, PAIRS, VERTICES

WORD_BITS = 31  # of a non-negative int32
UNCHANGED = ATTRIBUTES  # outcome of a dip that flips no attribute; outcome a < 3 flips attribute a

Word = Int[Array, ""]
Row = tuple[Word, ...]  # the entries of one colour pair, packed


class BeliefState(NamedTuple):
    """A state of the belief MDP: what is observed, and the rows of the belief."""

    state: State
    rows: tuple[Row, ...]  # one a pair


@dataclass(frozen=True)
class SimpleAlchemyBelief:
    """The belief MDP of a game: implements `planning.belief_model.SampledModel`."""

    rules: SimpleAlchemy
    discount: float

    @property
    def actions(self) -> int:
        """Return the number of actions."""
        return ACTIONS

    @cached_property
    def bits(self) -> int:
        """Return the bits of an entry: one for each edge set."""
        return len(EDGE_SETS[self.rules.family])

    @cached_property
    def entries(self) -> int:
        """Return the entries that share a word."""
        return ATTRIBUTES if ATTRIBUTES * self.bits <= WORD_BITS else 1

    def pack(self, state: State, belief: Belief) -> BeliefState:
        """Return the belief state for an observed state and the belief over graphs."""
        return BeliefState(state, tuple(self._pack_row(belief[pair]) for pair in range(PAIRS)))

    def unpack(self, rows: tuple[Row, ...]) -> Belief:
        """Return the belief that the rows hold."""
        return jnp.array([[self._entry(row, attribute) for attribute in range(ATTRIBUTES)] for row in rows])

    def sample_step(
        self, state: BeliefState, action: Int[Array, ""], noise: Float[Array, ""]
    ) -> tuple[BeliefState, Float[Array, ""]]:
        """Draw one successor from the posterior predictive, with the reward of the step.

        Equal in distribution to drawing a graph from the posterior, stepping it and conditioning on what is seen.
        The last step of a trial draws the next stone from the same noise: what a dip did then is never seen.
        """
        seen = state.state
        pair, colour = (action - FIRST_DIP) >> 1, (action - FIRST_DIP) & 1
        flips = self._flipping(seen.stone, colour)
        row = _choose(pair, state.rows)
        outcome = self._draw(row, flips, self._ways(pair, state.rows), noise)
        dipped = jnp.where(outcome == UNCHANGED, seen.stone, seen.stone ^ (1 << outcome))
        fresh = (noise * VERTICES).astype(jnp.int32)
        following = self.rules.advance(seen, action, dipped, fresh)
        learns = is_dip(seen, action) & (following.time % self.rules.trial_steps != 0)
        kept = self._keep(row, flips, outcome)
        rows = tuple(
            tuple(jnp.where(learns & (pair == p), new, old) for new, old in zip(kept, words, strict=True))
            for p, words in enumerate(state.rows)
        )
        return BeliefState(following, rows), self.rules.reward_of(seen, action)

    def _draw(self, row: Row, flips: Row, ways: tuple[Word, ...], noise: Float[Array, ""]) -> Word:
        """Draw the outcome of a dip in proportion to the consistent graphs that give it."""
        flipping = tuple(word & mask for word, mask in zip(row, flips, strict=True))
        weights = [self._count(flipping, attribute) * ways[attribute] for attribute in range(ATTRIBUTES)]
        graphs = _sum(self._count(row, attribute) * ways[attribute] for attribute in range(ATTRIBUTES))
        drawn = (noise * graphs.astype(noise.dtype)).astype(jnp.int32)
        return _sum((drawn >= bound).astype(jnp.int32) for bound in itertools.accumulate(weights))

    def _keep(self, row: Row, flips: Row, outcome: Word) -> Row:
        """Return what remains of the dipped pair's row after an outcome."""
        attributes = np.arange(ATTRIBUTES).reshape(-1, self.entries).tolist()
        kept = []
        for word, mask, held in zip(row, flips, attributes, strict=True):
            flipped = _sum(
                jnp.where(outcome == attribute, self._full << self._shift(attribute), 0) for attribute in held
            )
            kept.append(jnp.where(outcome == UNCHANGED, word & ~mask, word & mask & flipped))
        return tuple(kept)

    def _ways(self, pair: Int[Array, ""], rows: tuple[Row, ...]) -> tuple[Word, ...]:
        """Count, for each attribute the dipped pair may act on, the consistent choices of the other two pairs."""
        first = _choose(pair, (rows[1], rows[0], rows[0]))
        second = _choose(pair, (rows[2], rows[2], rows[1]))
        ones, twos = ([self._count(row, attribute) for attribute in range(3)] for row in (first, second))
        return tuple(ones[b] * twos[c] + ones[c] * twos[b] for b, c in ((1, 2), (2, 0), (0, 1)))

    def _flipping(self, stone: Int[Array, ""], colour: Int[Array, ""]) -> Row:
        """Return, packed like a row, the edge sets with which a dip flips the attribute."""
        return tuple(jnp.asarray(table)[stone * 2 + colour] for table in self._flipping_table)

    @cached_property
    def _flipping_table(self) -> Int[np.ndarray, "word vertex_colour"]:
        present = sets_with_edge(self.rules.family)[EDGE_AT]  # (attribute, vertex)
        vertex = np.arange(VERTICES)
        movable = (vertex[:, None] >> np.arange(ATTRIBUTES)[:, None, None] & 1) == np.arange(2)
        entries = np.where(movable, present[..., None], 0).reshape(ATTRIBUTES, -1)
        shifts = np.array([self._shift(attribute) for attribute in range(ATTRIBUTES)])[:, None]
        return (entries << shifts).reshape(-1, self.entries, VERTICES * 2).sum(axis=1).astype(np.int32)

    def _pack_row(self, entries: Int[Array, "attribute"]) -> Row:
        words = [entries[attribute] << self._shift(attribute) for attribute in range(ATTRIBUTES)]
        return tuple(
            _sum(words[first : first + self.entries]) for first in range(0, ATTRIBUTES, self.entries)
        )

    def _entry(self, row: Row, attribute: int) -> Word:
        return row[attribute // self.entries] >> self._shift(attribute) & self._full

    def _count(self, row: Row, attribute: int) -> Word:
        return jax.lax.population_count(self._entry(row, attribute))

    def _shift(self, attribute: int) -> int:
        return self.bits * (attribute % self.entries)

    @property
    def _full(self) -> int:
        return 2**self.bits - 1


def _sum(words: Iterable[Word]) -> Word:
    """Add words up."""
    return reduce(operator.add, words)


def _choose(pair: Int[Array, ""], rows: tuple[Row, ...]) -> Row:
    """Return the row of a pair: selects instead of an index, because they vectorise over particles."""
    return tuple(
        jnp.where(pair == 0, first, jnp.where(pair == 1, second, third))
        for first, second, third in zip(*rows, strict=True)
    )
