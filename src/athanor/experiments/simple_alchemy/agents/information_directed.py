"""Information-directed sampling on Simple Alchemy: exact regret within the trial, exact information about the graph."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.planning.information_directed import distribution
from athanor.tasks.simple_alchemy.belief import Belief, consistent, outcome_counts
from athanor.tasks.simple_alchemy.decisions import dips_to_goal
from athanor.tasks.simple_alchemy.environment import (
    ACTIONS,
    FIRST_DIP,
    Objective,
    SimpleAlchemy,
    State,
    deposit_values,
)
from athanor.tasks.simple_alchemy.graphs import POTIONS, GraphFamily, enumerate_graphs, transition_tables


class Costs(NamedTuple):
    """What information-directed sampling weighs, by action."""

    regret: Float[Array, "action"]  # reward of the rest of the trial; infinite for an empty potion
    gain: Float[Array, "action"]  # bits about the graph


def costs(rules: SimpleAlchemy) -> Callable[[Belief, State], Costs]:
    """Return the function that weighs the actions for a stone outside the cauldron.

    The regret of an action is what the oracle of a graph earns more in the rest of the trial than by that action and the
    oracle's own from then on, expected over the posterior. A dip gains the entropy of its outcome, which the graph decides.
    """
    graphs = enumerate_graphs(rules.family)
    tables, dips = jnp.asarray(transition_tables(graphs)), jnp.asarray(dips_to_goal(rules, graphs))
    steps = rules.trial_steps
    paid = deposit_values(Objective(rules.reward, 1.0), steps)
    worth = jnp.asarray(
        np.concatenate([paid, np.zeros(1 + POTIONS)]), jnp.float32
    )  # none after the last step

    def weigh(belief: Belief, state: State) -> Costs:
        step, potion = state.time % steps, jnp.arange(POTIONS)
        waiting = dips[:, state.potions, state.stone][:, None]  # dips to the goal, by graph
        dipped, emptied = tables[:, state.stone], state.potions & ~(1 << potion)
        after_dip = jnp.take_along_axis(dips[:, emptied], dipped[:, :, None], axis=2)[:, :, 0]
        # An action takes a step; then come the dips, and then the deposit.
        earned = jnp.concatenate(
            [_worth(worth, step + 1, waiting), _worth(worth, step + 1, after_dip)], axis=1
        )
        at_goal = jnp.where(state.stone == rules.goal, worth[step], 0.0)
        earned = jnp.concatenate([earned, jnp.broadcast_to(at_goal, waiting.shape)], axis=1)
        best = _worth(worth, step, waiting)
        regret = _mean(graphs, belief, best - earned)
        possible = jnp.ones(ACTIONS, bool).at[FIRST_DIP + potion].set(state.potions >> potion & 1 == 1)
        bits = jax.vmap(lambda one: _entropy(outcome_counts(rules.family, belief, state.stone, one)))(potion)
        shown = jnp.where(step < steps - 1, bits, 0.0)  # the last dip of a trial shows nothing
        gain = jnp.zeros(ACTIONS).at[FIRST_DIP + potion].set(shown)
        return Costs(jnp.where(possible, regret, jnp.inf), gain)

    return weigh


def act(
    weigh: Callable[[Belief, State], Costs], belief: Belief, state: State, key: PRNGKeyArray
) -> Int[Array, ""]:
    """Draw an action."""
    return jax.random.categorical(key, jnp.log(distribution(*weigh(belief, state))))


def _worth(
    worth: Float[Array, "step"], step: Int[Array, ""], dips: Int[Array, "graph column"]
) -> Float[Array, "graph column"]:
    """Return what the goal is worth when it is deposited after some dips; nothing where it never is."""
    return jnp.where(dips <= POTIONS, worth[step + dips], 0.0)


def _mean(
    graphs: GraphFamily, belief: Belief, values: Float[Array, "graph action"]
) -> Float[Array, "action"]:
    """Return the expectation over the posterior, which is uniform over the consistent graphs."""
    possible = consistent(graphs, belief)
    return jnp.where(possible[:, None], values, 0.0).sum(0) / possible.sum().astype(jnp.float32)


def _entropy(counts: Int[Array, "outcome"]) -> Float[Array, ""]:
    """Return the entropy in bits of outcomes that so many graphs have."""
    share = counts / counts.sum()
    return -(share * jnp.log2(jnp.where(share > 0, share, 1.0))).sum()
