"""The exact belief MDP of Simple Alchemy with its outcomes enumerated, made for tree search.

A deposit is one edge of the tree: nothing can be decided until the trial ends, so it leads to the start of the next
trial, pays what the rest of the trial pays, and its value is discounted over all the steps in between.
"""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from athanor.tasks.simple_alchemy.belief import Belief, consistent, outcome_counts, update
from athanor.tasks.simple_alchemy.environment import (
    ACTIONS,
    ALL_FULL,
    DEPOSIT,
    FIRST_DIP,
    Objective,
    SimpleAlchemy,
    State,
    deposit_values,
)
from athanor.tasks.simple_alchemy.graphs import (
    ATTRIBUTES,
    PAIRS,
    POTIONS,
    VERTICES,
    GraphFamily,
    enumerate_graphs,
    transition_tables,
)


class BeliefState(NamedTuple):
    """A state of the belief MDP: what is observed, and the belief over graphs."""

    state: State
    belief: Belief


@dataclass(frozen=True)
class SimpleAlchemySearch:
    """The belief MDP of a game: implements `planning.belief_model.SearchModel`.

    An outcome is the vertex of the next stone. Values of leaves are the oracle's, averaged over the consistent
    graphs: an upper bound, because it knows the graph.
    """

    rules: SimpleAlchemy
    discount: float

    @property
    def actions(self) -> int:
        """Return the number of actions."""
        return ACTIONS

    @property
    def outcomes(self) -> int:
        """Return the number of outcomes."""
        return VERTICES

    def allowed(self, state: BeliefState) -> Bool[Array, "action"]:
        """Allow dips that may change the stone, one of those that are alike, and a deposit where nothing is better.

        Left out is what is never better than something kept: doing nothing, a dip known to change nothing, a dip
        into a pair of which nothing is known that is not known of an earlier pair, and giving up (depositing a
        stone that is not the goal) while a dip is left, since a dip costs nothing then.
        """
        dips = self._may_change(state) & ~_like_earlier(state)
        deposit = (state.state.stone == self.rules.goal) | ~jnp.any(dips)
        return jnp.concatenate([jnp.zeros(FIRST_DIP, bool), dips, deposit[None]])

    def _may_change(self, state: BeliefState) -> Bool[Array, "potion"]:
        """Tell into which full potions a dip changes the stone under some consistent graph."""
        potions = jnp.arange(POTIONS)
        counts = jax.vmap(partial(outcome_counts, self.rules.family, state.belief, state.state.stone))(
            potions
        )
        return jnp.any(counts[:, 1:] > 0, axis=1) & (state.state.potions >> potions & 1 == 1)

    def outcome_logits(self, state: BeliefState, action: Int[Array, ""]) -> Float[Array, "outcome"]:
        """Return the log-probability, up to a constant, that each vertex is the next stone."""
        seen = state.state
        flips = jnp.concatenate([jnp.zeros(1, jnp.int32), 1 << jnp.arange(ATTRIBUTES)])
        counts = outcome_counts(self.rules.family, state.belief, seen.stone, _potion(action))
        dipped = jnp.zeros(VERTICES, jnp.int32).at[seen.stone ^ flips].set(counts)
        return jnp.log(jnp.where(self._ends_trial(seen, action), 1, dipped).astype(jnp.float32))

    def apply_outcome(
        self, state: BeliefState, action: Int[Array, ""], outcome: Int[Array, ""]
    ) -> tuple[BeliefState, Float[Array, ""], Float[Array, ""]]:
        """Return the successor, the reward until it (of a deposit only), and the discount of its value."""
        seen = state.state
        ends = self._ends_trial(seen, action)
        step = seen.time % self.rules.trial_steps
        passed = jnp.where(ends, self.rules.trial_steps - step, 1)
        potions = jnp.where(ends, ALL_FULL, seen.potions & ~(1 << _potion(action)))
        following = State(outcome, jnp.bool_(False), potions, seen.time + passed)
        belief = update(self.rules.family, state.belief, seen.stone, _potion(action), outcome)
        pays = (action == DEPOSIT) & (seen.stone == self.rules.goal) & self._goes_on(seen)
        reward = jnp.where(pays, jnp.asarray(self._worth)[step], 0.0)
        discount = jnp.where(self._goes_on(following), self.discount ** passed.astype(jnp.float32), 0.0)
        return BeliefState(following, jnp.where(ends, state.belief, belief)), reward, discount

    def value(self, state: BeliefState) -> Float[Array, ""]:
        """Return the oracle's value, averaged over the consistent graphs."""
        seen = state.state
        dips = jnp.asarray(self._dips)[seen.potions, seen.stone]
        return self._average(state, self._values(seen.time, dips))

    def action_value(self, state: BeliefState, action: Int[Array, ""]) -> Float[Array, ""]:
        """Return the value of an action if the graph were told right after it."""
        seen = state.state
        potion = _potion(action)
        dipped = jnp.asarray(self._table)[seen.stone, potion]
        emptied = seen.potions & ~(1 << potion)
        dips = jnp.asarray(self._dips)[emptied, dipped, jnp.arange(dipped.size)]
        never = jnp.full_like(dips, self.rules.trial_steps)
        now = jnp.where(seen.stone == self.rules.goal, 0, never)
        return self._average(state, self._values(seen.time, jnp.where(action == DEPOSIT, now, dips + 1)))

    def _values(self, time: Int[Array, ""], dips: Int[Array, "graph"]) -> Float[Array, "graph"]:
        """Return the oracle's value for every graph, if the goal can be deposited after so many dips."""
        step = time % self.rules.trial_steps
        trials_after = (self.rules.steps - 1 - time) // self.rules.trial_steps
        until_next = self.discount ** (self.rules.trial_steps - step).astype(jnp.float32)
        this = jnp.asarray(self._worth)[jnp.minimum(step + dips, self.rules.trial_steps)]
        return (
            this * self.discount ** dips.astype(jnp.float32)
            + until_next * jnp.asarray(self._later)[trials_after]
        )

    def _average(self, state: BeliefState, values: Float[Array, "graph"]) -> Float[Array, ""]:
        weights = consistent(self._graphs, state.belief).astype(jnp.float32)
        mean = weights @ values / jnp.maximum(jnp.sum(weights), 1.0)
        return jnp.where(self._goes_on(state.state), mean, 0.0)

    def _goes_on(self, state: State) -> Bool[Array, ""]:
        return state.time < self.rules.steps

    def _ends_trial(self, state: State, action: Int[Array, ""]) -> Bool[Array, ""]:
        return (action == DEPOSIT) | ((state.time + 1) % self.rules.trial_steps == 0)

    @cached_property
    def _graphs(self) -> GraphFamily:
        return enumerate_graphs(self.rules.family)

    @cached_property
    def _table(self) -> Int[np.ndarray, "vertex potion graph"]:
        return np.moveaxis(transition_tables(self._graphs), 0, -1).astype(np.int32)

    @cached_property
    def _worth(self) -> Float[np.ndarray, "step_or_end"]:
        """Return what depositing the goal stone is worth at each step, and 0 at the trial's end."""
        worth = deposit_values(Objective(self.rules.reward, self.discount), self.rules.trial_steps)
        return np.append(worth, 0.0).astype(np.float32)

    @cached_property
    def _dips(self) -> Int[np.ndarray, "potions vertex graph"]:
        """Return the fewest dips that make a stone the goal stone; a whole trial's steps where none do."""
        graph = np.arange(self._table.shape[-1])
        dips = np.full((ALL_FULL + 1, VERTICES, len(graph)), self.rules.trial_steps, np.int32)
        dips[:, self.rules.goal] = 0
        for potions in range(ALL_FULL + 1):  # emptying a potion always gives a smaller number
            for potion in (potion for potion in range(POTIONS) if potions >> potion & 1):
                after = dips[potions & ~(1 << potion), self._table[:, potion], graph]
                dips[potions] = np.minimum(dips[potions], 1 + after)
        return dips

    @cached_property
    def _later(self) -> Float[np.ndarray, "trials graph"]:
        """Return the oracle's value of 0, 1, ... whole trials."""
        dips = self._dips[ALL_FULL]
        start = np.mean(self._worth[dips] * self.discount**dips, axis=0)
        discounts = self.discount ** (self.rules.trial_steps * np.arange(self.rules.trials))
        sums = np.concatenate([[0.0], np.cumsum(discounts)])[: self.rules.trials]
        return (sums[:, None] * start).astype(np.float32)


def _like_earlier(state: BeliefState) -> Bool[Array, "potion"]:
    """Tell which potions belong to a pair that is in all respects like an earlier pair: a relabelling swaps them."""
    full = state.state.potions >> jnp.arange(POTIONS).reshape(PAIRS, -1) & 1
    known = jnp.concatenate([state.belief, full], axis=1)
    alike = jnp.all(known[:, None] == known, axis=-1)
    return jnp.repeat(jnp.any(jnp.tril(alike, -1), axis=1), POTIONS // PAIRS)


def _potion(action: Int[Array, ""]) -> Int[Array, ""]:
    """Return the potion that a dip names (any, for other actions)."""
    return jnp.clip(action - FIRST_DIP, 0, POTIONS - 1)
