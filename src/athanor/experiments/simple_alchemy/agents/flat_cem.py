"""The same CEM planner in plain NumPy on a flat belief, one number a graph: what the factored belief is timed against.

It is written as the post describes it, vectorised over particles: a graph is drawn from each particle's belief, the
stone follows that graph, and the belief is conditioned by indexing a table of likelihoods.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from athanor.planning.cem import Settings
from athanor.tasks.simple_alchemy.environment import ACTIONS, ALL_FULL, DEPOSIT, FIRST_DIP, SimpleAlchemy
from athanor.tasks.simple_alchemy.graphs import POTIONS, VERTICES, enumerate_graphs, transition_tables


class Observed(NamedTuple):
    """What is observed of the game at a decision."""

    stone: int
    in_cauldron: bool
    potions: int
    time: int


class _Particles(NamedTuple):
    """Simulated games, changed in place."""

    stone: Int[np.ndarray, "particle"]
    in_cauldron: Bool[np.ndarray, "particle"]
    potions: Int[np.ndarray, "particle"]
    belief: Float[np.ndarray, "particle graph"]


@dataclass(frozen=True)
class FlatCem:
    """The planner and its tables."""

    rules: SimpleAlchemy
    discount: float
    settings: Settings

    @cached_property
    def next_stone(self) -> Int[np.ndarray, "vertex potion graph"]:
        """Return where each dip takes a stone."""
        tables = transition_tables(enumerate_graphs(self.rules.family))
        return np.ascontiguousarray(np.moveaxis(tables, 0, -1))

    @cached_property
    def likelihood(self) -> Float[np.ndarray, "vertex potion next_vertex graph"]:
        """Return the probability of each next stone, 0 or 1, under each graph."""
        following = np.arange(VERTICES)[:, None]
        return (self.next_stone[:, :, None, :] == following).astype(np.float32)

    def first_action(
        self, observed: Observed, belief: Float[np.ndarray, "graph"], rng: np.random.Generator
    ) -> int:
        """Plan, and return the most probable first action."""
        probabilities = np.full((self.settings.horizon, ACTIONS), 1 / ACTIONS)
        for _ in range(self.settings.iterations):
            noise = rng.random((self.settings.horizon, self.settings.particles))
            bounds = np.cumsum(probabilities, axis=1)[:, None, :-1]
            sequences = np.sum(noise[:, :, None] >= bounds, axis=2)
            returns = self.evaluate(observed, belief, sequences, rng)
            elites = np.argpartition(-returns, self.settings.elites - 1)[: self.settings.elites]
            probabilities = np.mean(sequences[:, elites, None] == np.arange(ACTIONS), axis=1)
        return int(np.argmax(probabilities[0]))

    def evaluate(
        self,
        observed: Observed,
        belief: Float[np.ndarray, "graph"],
        sequences: Int[np.ndarray, "step particle"],
        rng: np.random.Generator,
    ) -> Float[np.ndarray, "particle"]:
        """Return the discounted return of each sequence in one simulation of it."""
        count = sequences.shape[1]
        particles = _Particles(
            np.full(count, observed.stone),
            np.full(count, observed.in_cauldron),
            np.full(count, observed.potions),
            np.tile(belief.astype(np.float32), (count, 1)),
        )
        returns = np.zeros(count)
        for step, actions in enumerate(sequences[: self.rules.steps - observed.time]):
            ends = (observed.time + step + 1) % self.rules.trial_steps == 0
            returns += self.discount**step * self._reward(particles, actions)
            self._dip(particles, actions, learns=not ends, rng=rng)
            particles.in_cauldron[actions == DEPOSIT] = True
            if ends:
                particles.stone[:] = rng.integers(VERTICES, size=count)
                particles.in_cauldron[:] = False
                particles.potions[:] = ALL_FULL
        return returns

    def _reward(
        self, particles: _Particles, actions: Int[np.ndarray, "particle"]
    ) -> Bool[np.ndarray, "particle"]:
        deposits = ~particles.in_cauldron & (actions == DEPOSIT)
        paying = particles.in_cauldron if self.rules.reward == "per_step" else deposits
        return paying & (particles.stone == self.rules.goal)

    def _dip(
        self,
        particles: _Particles,
        actions: Int[np.ndarray, "particle"],
        *,
        learns: bool,
        rng: np.random.Generator,
    ) -> None:
        """Dip the stones that an action dips, each under a graph drawn from its belief, and condition on it."""
        potions = np.clip(actions - FIRST_DIP, 0, POTIONS - 1)
        named = (actions >= FIRST_DIP) & (actions < DEPOSIT)
        dips = np.flatnonzero(named & ~particles.in_cauldron & (particles.potions >> potions & 1 == 1))
        stone, potion, belief = particles.stone[dips], potions[dips], particles.belief[dips]
        cumulative = np.cumsum(belief, axis=1)
        graph = np.sum(cumulative <= rng.random((len(dips), 1)) * cumulative[:, -1:], axis=1)
        dipped = self.next_stone[stone, potion, np.minimum(graph, belief.shape[1] - 1)]
        if learns:
            belief *= self.likelihood[stone, potion, dipped]
            particles.belief[dips] = belief / belief.sum(axis=1, keepdims=True)
        particles.stone[dips] = dipped
        particles.potions[dips] &= ~(1 << potion)
