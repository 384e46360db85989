"""The chemistries that stand for a posterior, played abreast: one game each, those that have shown the same acting alike.

Games that have shown the same form an information set. What is averaged over an information set is what an agent knows
that has seen its games; where a dip tells chemistries apart, the set splits.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from athanor.tasks.alchemy import oracle
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.chemistries import AXES, COLOURS
from athanor.tasks.alchemy.environment import Alchemy, Observation, dip, perceived
from athanor.tasks.alchemy.hypotheses import Hypotheses, as_if, draw, kinds_of, value_dips
from athanor.tasks.alchemy.posterior import entropy, sample_chemistry
from athanor.tasks.alchemy.rules import REWARDS

PAID: Int[np.ndarray, "vertex"] = np.append(np.maximum(REWARDS, 0), 0).astype(np.int32)  # an absent one too
IMPOSSIBLE = -1.0  # in place of the value of a dip that cannot be made
SHOWN = 3**AXES * (AXES + 1)  # looks, and values by the number of positive properties
MARGIN = 5e-3  # reward by which a dip must be worth more than none
CERTAIN = 1e-4  # bits; a posterior on two chemistries has at least log2(49) - 48/49 log2(48) = 0.14


class Games(NamedTuple):
    """A game for each chemistry."""

    stones: Int[Array, "stone hypothesis"]  # vertices
    potions: Int[Array, "hypothesis"]  # packed counts by kind
    group: Int[Array, "hypothesis"]  # information set: the same number if two games have shown the same


class Ranking(NamedTuple):
    """What the information set of each chemistry says of dips."""

    value: Float[Array, "dip hypothesis"]  # mean of the plans that chemistries have after it; or IMPOSSIBLE
    bits: Float[Array, "dip hypothesis"]  # entropy of what is seen
    plan: Float[Array, "hypothesis"]  # value of the chemistry's own best plan
    mass: Float[Array, "hypothesis"]  # probability of the information set

    def score(self, information: Float[Array, "hypothesis"] | float) -> Float[Array, "dip hypothesis"]:
        """Return what dips are worth if a bit is worth some reward."""
        return jnp.where(self.value >= 0, self.value + information * self.bits, IMPOSSIBLE)


class Seen(NamedTuple):
    """What is known at a decision: chemistries that stand for the posterior, and the present of each one's game."""

    hypotheses: Hypotheses
    games: Games


def start(belief: Belief, observation: Observation, samples: int, key: jax.Array) -> Seen:
    """Return the games of a decision, one information set."""
    hypotheses = draw(belief, samples, key)
    states = jax.vmap(as_if, (0, None))(hypotheses.chemistry, observation)
    potions = jax.vmap(oracle.count_potions)(states.potions.astype(jnp.int32))
    return Seen(hypotheses, Games(states.stones.astype(jnp.int32).T, potions, jnp.zeros(samples, jnp.int32)))


def known_action(env: Alchemy, belief: Belief, seen: Observation, key: jax.Array) -> Int[Array, ""]:
    """Return the oracle's action under a chemistry of the posterior: the right one if only one is left."""
    chemistry = sample_chemistry(belief, key)
    return oracle.act(env, chemistry, as_if(chemistry, seen))


def is_known(belief: Belief) -> Bool[Array, ""]:
    """Return whether only one chemistry is left."""
    return entropy(belief) < CERTAIN


def rank(hypotheses: Hypotheses, games: Games) -> Ranking:
    """Average over information sets what the oracle makes of what each dip leaves, and how far apart it tells them."""
    dips = value_dips(hypotheses.chemistry, games.stones, games.potions)
    worth = dips.value.astype(jnp.float32)
    count = len(worth)
    moves = dips.moves.reshape(-1, worth.shape[1]).astype(jnp.float32)
    rows = jnp.concatenate([worth, moves, jnp.ones((1, worth.shape[1]))]) * hypotheses.weight
    of_groups = jax.ops.segment_sum(rows.T, games.group, worth.shape[1])
    *sums, mass = jnp.split(of_groups[games.group].T, [count, len(rows) - 1])
    mean, moved = (one / jnp.maximum(mass, 1e-9) for one in sums)
    plan = jnp.maximum(paid(games), jnp.max(worth, axis=0))
    value = jnp.where(dips.value >= 0, mean, IMPOSSIBLE)
    return Ranking(value, _entropy(moved.reshape(-1, count, worth.shape[1])), plan, mass[0])


def _entropy(moved: Float[Array, "axis dip hypothesis"]) -> Float[Array, "dip hypothesis"]:
    """Return the bits of what a dip shows: that the stone moves along one of the axes, or not at all."""
    outcome = jnp.concatenate([moved, 1 - jnp.sum(moved, axis=0, keepdims=True)])
    return -jnp.sum(outcome * jnp.log2(jnp.clip(outcome, 1e-9)), axis=0)


def paid(games: Games) -> Float[Array, "hypothesis"]:
    """Return what the stones are paid as they are."""
    return jnp.sum(jnp.asarray(PAID)[games.stones], axis=0).astype(jnp.float32)


def dip_all(hypotheses: Hypotheses, games: Games, dips: Int[Array, "hypothesis"]) -> Games:
    """Dip in every game, and split the information sets by what is seen: a look and a value."""
    slot, colour = jnp.divmod(dips, COLOURS)
    is_dipped = jnp.arange(len(games.stones))[:, None] == slot
    vertex = jnp.sum(jnp.where(is_dipped, games.stones, 0), axis=0)
    kind = jnp.take_along_axis(kinds_of(hypotheses.chemistry), colour[:, None], axis=1)[:, 0]
    reached = dip(hypotheses.chemistry, vertex, kind)
    look = jax.vmap(perceived)(hypotheses.chemistry, reached[:, None])[:, 0] @ jnp.array([9, 3, 1])
    shown = look * (AXES + 1) + jax.lax.population_count(reached)
    return Games(
        stones=jnp.where(is_dipped, reached, games.stones),
        potions=games.potions - (1 << oracle.FIELD * kind),
        group=_split(games.group, shown),
    )


def _split(group: Int[Array, "hypothesis"], shown: Int[Array, "hypothesis"]) -> Int[Array, "hypothesis"]:
    """Return the groups of those that are in one group and are shown the same, each by the last one's place."""
    place = jnp.arange(len(group), dtype=jnp.int32)
    pair = group * SHOWN + shown
    return jnp.zeros(len(group) * SHOWN, jnp.int32).at[pair].max(place)[pair]


def action_of(
    env: Alchemy, seen: Observation, dip: Int[Array, ""], worth_it: Bool[Array, ""]
) -> Int[Array, ""]:
    """Return a dip as an action; where it is not worth it, or time runs out, deposit what pays."""
    slot, colour = jnp.divmod(dip, COLOURS)
    target = 1 + jnp.argmax(seen.colours == colour)
    paying = seen.values > 0
    in_time = env.trial_steps - seen.time % env.trial_steps > jnp.sum(paying)
    dips = env.no_op + 1 + slot * (env.potions + 1) + target
    deposits = env.no_op + 1 + jnp.argmax(paying) * (env.potions + 1)
    otherwise = jnp.where(jnp.any(paying), deposits, env.no_op)
    return jnp.where(worth_it & in_time, dips, otherwise).astype(jnp.int32)
