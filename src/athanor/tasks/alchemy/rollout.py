"""An agent that looks ahead by playing on: every promising dip is followed to the end of the trial, on many chemistries.

Chemistries drawn from the posterior play abreast. All that have shown the same so far are one information set and take
the same action, the one of the highest mean plan (see `mean_plan`) over the set, so none knows more than the agent
would: experiments are worth what is learned from them. The dip whose playing on earns most is taken; this improves on
the mean plan as a step of policy iteration does (rollout, Tesauro and Galperin 1996).

A trial's value is what its stones are paid, less `bit_value` for each bit of the chemistry that is unknown at its end:
what later trials are taken to lose by it. At 0 the agent plays for the trial alone, as the published ideal observer.
Steps are taken to suffice for all dips and deposits, as in the published game: stones are paid as they stand at the end.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.tasks.alchemy import mean_plan, oracle
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.chemistries import COLOURS, VERTICES
from athanor.tasks.alchemy.environment import Alchemy, Chemistry, State, colour_of, dip, perceived
from athanor.tasks.alchemy.hypotheses import Hypotheses, draw, kinds_of, value_dips
from athanor.tasks.alchemy.posterior import entropy, sample_chemistry
from athanor.tasks.alchemy.rules import REWARDS

PAID: Int[np.ndarray, "vertex"] = np.append(np.maximum(REWARDS, 0), 0).astype(np.int32)  # an absent one too
MARGIN = 5e-3  # reward by which a dip must be worth more than none; ties count for less


class Lookahead(NamedTuple):
    """How far the agent looks, and what for."""

    samples: int  # chemistries that play abreast
    width: int  # dips that are played on, the best by mean plan
    bit_value: float  # reward of later trials for a bit of the chemistry that is known at the end of one


class Games(NamedTuple):
    """One game for each chemistry; all within an information set have shown the same."""

    stones: Int[Array, "stone hypothesis"]  # vertices
    potions: Int[Array, "hypothesis"]  # packed counts by kind
    together: Float[Array, "hypothesis hypothesis"]  # weight of one in the information set of another, or 0
    over: Bool[Array, "hypothesis"]  # whether no more is dipped
    value: Float[Array, "hypothesis"]  # of the trial, once over


class Ranking(NamedTuple):
    """How the mean plan ranks dips, for the information set of each chemistry."""

    value: Float[Array, "dip hypothesis"]  # mean of the plans' values; -1 for an impossible dip
    score: Float[Array, "dip hypothesis"]  # the same with what the outcome tells
    plan: Float[Array, "hypothesis"]  # value of the chemistry's own best plan


def act(
    env: Alchemy,
    lookahead: Lookahead,
    task: Chemistry,
    belief: Belief,
    state: State,
    key: PRNGKeyArray,
) -> Int[Array, ""]:
    """Return the action; the chemistry is read only for the looks and colours of what is there."""

    def known() -> Int[Array, ""]:
        chemistry = sample_chemistry(belief, key)
        return oracle.act(env, chemistry, mean_plan.as_if(task, chemistry, state))

    def unknown() -> Int[Array, ""]:
        hypotheses = draw(belief, lookahead.samples, key)
        seen = jax.vmap(mean_plan.as_if, (None, 0, None))(task, hypotheses.chemistry, state)
        stones = seen.stones.astype(jnp.int32).T
        potions = jax.vmap(oracle.count_potions)(seen.potions.astype(jnp.int32))
        last = state.time // env.trial_steps == env.trials - 1
        bit_value = jnp.where(last, 0.0, lookahead.bit_value)
        dip, gain = best_dip(hypotheses, stones, potions, lookahead.width, bit_value)
        return _named(env, task, state, dip, gain > MARGIN)

    return jax.lax.cond(entropy(belief) < mean_plan.CERTAIN, known, unknown)


def best_dip(
    hypotheses: Hypotheses,
    stones: Int[Array, "stone hypothesis"],
    potions: Int[Array, "hypothesis"],
    width: int,
    bit_value: Float[Array, ""],
) -> tuple[Int[Array, ""], Float[Array, ""]]:
    """Return the best dip and by how much it is worth more than to dip no more.

    Nothing is played on where the mean plan's dip is part of a best plan under every chemistry.
    """
    weight = hypotheses.weight
    start = Games(
        stones, potions, jnp.broadcast_to(weight, (len(weight),) * 2), weight <= 0, jnp.zeros_like(weight)
    )
    ranking = _rank(hypotheses, start, bit_value)
    value, score = ranking.value[:, 0], ranking.score[:, 0]  # all are one information set
    best = jnp.argmax(score)
    paid = weight @ _paid(hypotheses, start, 0.0)

    def ranked() -> tuple[Int[Array, ""], Float[Array, ""]]:
        return best, score[best] - paid

    def searched() -> tuple[Int[Array, ""], Float[Array, ""]]:
        _, dips = jax.lax.top_k(score, min(width, len(score)))
        values = jax.vmap(partial(_play_on, hypotheses, start, bit_value))(dips)
        values = jnp.where(value[dips] >= 0, values, -jnp.inf)
        winner = jnp.argmax(values)
        return dips[winner], values[winner] - weight @ _paid(hypotheses, start, bit_value)

    return jax.lax.cond(value[best] >= weight @ ranking.plan - MARGIN, ranked, searched)


def _play_on(
    hypotheses: Hypotheses, games: Games, bit_value: Float[Array, ""], dip: Int[Array, ""]
) -> Float[Array, ""]:
    """Return the mean value of the trial after a dip, the mean plan acting from then on."""
    first = _dip(hypotheses, games, jnp.broadcast_to(dip, games.over.shape))
    end = jax.lax.while_loop(
        lambda games: ~jnp.all(games.over), partial(_go_on, hypotheses, bit_value), first
    )
    return hypotheses.weight @ end.value


def _go_on(hypotheses: Hypotheses, bit_value: Float[Array, ""], games: Games) -> Games:
    """Let every game that is not over make one dip, or be over: where no dip is worth it, or the chemistry is known."""
    ranking = _rank(hypotheses, games, bit_value)
    paid = _paid(hypotheses, games, 0.0)
    known = jnp.sum(games.together > 0, axis=1) <= 1
    ends = known | (jnp.max(ranking.score, axis=0) <= paid + MARGIN)
    value = jnp.where(known, ranking.plan, _paid(hypotheses, games, bit_value))
    over = games.over | ends
    dipped = _dip(hypotheses, games, jnp.argmax(ranking.score, axis=0))
    return Games(
        jnp.where(over, games.stones, dipped.stones),
        jnp.where(over, games.potions, dipped.potions),
        jnp.where(over[:, None], games.together, dipped.together),
        over,
        jnp.where(games.over, games.value, value),
    )


def _rank(hypotheses: Hypotheses, games: Games, bit_value: Float[Array, ""]) -> Ranking:
    """Rank dips by the mean over the information set; one that is impossible scores -1."""
    dips = value_dips(hypotheses.chemistry, games.stones, games.potions)
    share = games.together / jnp.maximum(jnp.sum(games.together, axis=1, keepdims=True), 1e-9)
    worth = dips.value.astype(jnp.float32)
    value = worth @ share.T
    moved = dips.moves.astype(jnp.float32) @ share.T  # axis, dip, hypothesis
    outcome = jnp.concatenate([moved, 1 - jnp.sum(moved, axis=0, keepdims=True)])
    bits = -jnp.sum(jax.scipy.special.xlogy(outcome, jnp.clip(outcome, 1e-9)), axis=0) / jnp.log(2.0)
    possible = dips.value >= 0
    score = jnp.where(possible, value + jnp.maximum(bit_value, mean_plan.TIE) * bits, -1.0)
    plan = jnp.maximum(_paid(hypotheses, games, 0.0), jnp.max(worth, axis=0))
    return Ranking(jnp.where(possible, value, -1.0), score, plan)


def _paid(
    hypotheses: Hypotheses, games: Games, bit_value: Float[Array, ""] | float
) -> Float[Array, "hypothesis"]:
    """Return what the stones are paid as they are, less the worth of what is unknown: -log2 of a share, in the mean."""
    share = hypotheses.weight / jnp.maximum(jnp.sum(games.together, axis=1), 1e-9)
    unknown = jnp.where(hypotheses.weight > 0, -jnp.log2(jnp.clip(share, 1e-9)), 0.0)
    paid = jnp.sum(jnp.asarray(PAID)[games.stones], axis=0).astype(jnp.float32)
    return paid - bit_value * unknown


def _dip(hypotheses: Hypotheses, games: Games, dips: Int[Array, "hypothesis"]) -> Games:
    """Dip in every game, and split the information sets by what is seen: a look and a value."""
    slot, colour = jnp.divmod(dips, COLOURS)
    is_dipped = jnp.arange(len(games.stones))[:, None] == slot
    vertex = jnp.sum(jnp.where(is_dipped, games.stones, 0), axis=0)
    kind = jnp.take_along_axis(kinds_of(hypotheses.chemistry), colour[:, None], axis=1)[:, 0]
    reached = dip(hypotheses.chemistry, vertex, kind)
    look = jax.vmap(perceived)(hypotheses.chemistry, reached[:, None])[:, 0] @ jnp.array([9, 3, 1])
    shown = VERTICES * look + jax.lax.population_count(reached)
    return games._replace(
        stones=jnp.where(is_dipped, reached, games.stones),
        potions=games.potions - (1 << oracle.FIELD * kind),
        together=jnp.where(shown[:, None] == shown, games.together, 0.0),
    )


def _named(
    env: Alchemy, task: Chemistry, state: State, dip: Int[Array, ""], worth_it: Bool[Array, ""]
) -> Int[Array, ""]:
    """Return the dip as an action; where none is worth it, or time runs out, deposit what pays."""
    slot, colour = jnp.divmod(dip, COLOURS)
    colours = colour_of(task, state.potions.astype(jnp.int32))
    target = 1 + jnp.argmax(colours == colour)
    paid = jnp.asarray(PAID)[state.stones.astype(jnp.int32)]
    in_time = env.trial_steps - state.time % env.trial_steps > jnp.sum(paid > 0)
    dips = env.no_op + 1 + slot * (env.potions + 1) + target
    deposits = env.no_op + 1 + jnp.argmax(paid) * (env.potions + 1)
    otherwise = jnp.where(jnp.any(paid > 0), deposits, env.no_op)
    return jnp.where(worth_it & in_time, dips, otherwise).astype(jnp.int32)
