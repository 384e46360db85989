"""Agents that look ahead by playing on: each dip in question is followed to the end of the trial.

They are one step of policy improvement on a QMDP policy that pays for information (Tesauro and Galperin 1996). What comes
of a dip is what an agent earns that learns only from what it sees, so that experiments are worth what they save.
A trial is worth its reward, to the agent that plays for later trials less what these lose by what is still unknown.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.tasks.alchemy import games as played
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.environment import Alchemy, Observation
from athanor.tasks.alchemy.games import MARGIN, Games, Ranking, Seen, dip_all, paid, rank
from athanor.tasks.alchemy.hypotheses import Hypotheses
from athanor.tasks.alchemy.posterior import entropy

PREVIEW = 4  # times fewer chemistries, with which dips are played on first
NEGLIGIBLE = 0.05  # loss of later trials for which nothing is played on


class Lookahead(NamedTuple):
    """How far the agent looks, and what for."""

    samples: int  # chemistries that stand for the posterior
    width: int  # dips that are played on, the best by QMDP, with a quarter of the chemistries
    finalists: int  # of these, those that are played on with all
    information: float  # reward that the QMDP policy which plays on gives for a bit
    later_loss: float  # reward that later trials lose, by squared bits unknown at the end of one


class Decision(NamedTuple):
    """What is known when a dip is chosen."""

    seen: Seen
    preview: Seen  # with fewer chemistries
    lookahead: Lookahead
    later_loss: Float[Array, ""]  # that of the lookahead; 0 in the last trial
    bits: Float[Array, ""]  # entropy of the posterior

    def unknown(self, ranking: Ranking) -> Float[Array, "hypothesis"]:
        """Return the bits that are unknown to each information set: those that are now, plus log2 of its mass."""
        return jnp.maximum(self.bits + jnp.log2(jnp.clip(ranking.mass, 1e-9)), 0.0)

    def loss(self, unknown: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return what later trials lose if some bits are unknown at the end of this one."""
        return self.later_loss * unknown**2

    def bit_value(self, unknown: Float[Array, "..."]) -> Float[Array, "..."]:
        """Return what they lose for a bit, the derivative of the loss."""
        return 2 * self.later_loss * unknown


class Playing(NamedTuple):
    """Games on their way to the end of the trial."""

    games: Games
    over: Bool[Array, "hypothesis"]  # whether no more is dipped
    value: Float[Array, "hypothesis"]  # of the trial, once over


def act(
    env: Alchemy, lookahead: Lookahead, belief: Belief, seen: Observation, key: PRNGKeyArray
) -> Int[Array, ""]:
    """Return the action."""

    def known() -> Int[Array, ""]:
        return played.known_action(env, belief, seen, key)

    def unknown() -> Int[Array, ""]:
        games, preview = (
            played.start(belief, seen, samples, key)
            for samples in (lookahead.samples, -(-lookahead.samples // PREVIEW))
        )
        is_last = seen.time // env.trial_steps == env.trials - 1
        later_loss = jnp.where(is_last, 0.0, lookahead.later_loss)
        dip, gain = best_dip(Decision(games, preview, lookahead, later_loss, entropy(belief)))
        return played.action_of(env, seen, dip, gain > MARGIN)

    return jax.lax.cond(played.is_known(belief), known, unknown)


def best_dip(decision: Decision) -> tuple[Int[Array, ""], Float[Array, ""]]:
    """Return the best dip and by how much it is worth more than to dip no more.

    Nothing is played on where the dip of QMDP, or none, is part of a best plan under every chemistry.
    """
    hypotheses, games = decision.seen
    ranking = rank(hypotheses, games)
    value = ranking.value[:, 0]  # all are one information set
    score = ranking.score(_information(decision, ranking))[:, 0]
    best = jnp.argmax(score)
    deposits = hypotheses.weight @ paid(games)
    none = deposits - decision.loss(decision.bits)

    def searched() -> tuple[Int[Array, ""], Float[Array, ""]]:
        _, dips = jax.lax.top_k(score, min(decision.lookahead.width, len(score)))
        _, values = jax.lax.scan(
            partial(_consider, decision, decision.preview), jnp.float32(-jnp.inf), (dips, value[dips])
        )
        _, best = jax.lax.top_k(values, min(decision.lookahead.finalists, len(dips)))
        dips = dips[best]
        _, values = jax.lax.scan(partial(_consider, decision, decision.seen), none, (dips, value[dips]))
        winner = jnp.argmax(values)
        return dips[winner], values[winner] - none

    agreed = jnp.maximum(value[best], deposits) >= hypotheses.weight @ ranking.plan - MARGIN
    settled = (agreed & (decision.loss(decision.bits) < NEGLIGIBLE)) | (score[best] < 0)
    return jax.lax.cond(settled, lambda: (best, value[best] - deposits), searched)


def _consider(
    decision: Decision,
    seen: Seen,
    best: Float[Array, ""],
    dip_and_limit: tuple[Int[Array, ""], Float[Array, ""]],
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Play a dip on, unless it cannot be made, or be worth more than the best so far; return the best by then and its value."""
    dip, limit = dip_and_limit
    value = jax.lax.cond(
        (limit >= 0) & (limit > best), lambda: _play_on(decision, seen, dip), lambda: jnp.float32(-jnp.inf)
    )
    return jnp.maximum(best, value), value


def _play_on(decision: Decision, seen: Seen, dip: Int[Array, ""]) -> Float[Array, ""]:
    """Return the mean value of the trial after a dip, QMDP acting from then on."""
    hypotheses, games = seen
    weight = hypotheses.weight
    dipped = dip_all(hypotheses, games, jnp.broadcast_to(dip, weight.shape))
    first = Playing(dipped, weight <= 0, jnp.zeros_like(weight))
    end = jax.lax.while_loop(
        lambda playing: ~jnp.all(playing.over), partial(_go_on, decision, hypotheses), first
    )
    return weight @ end.value


def _go_on(decision: Decision, hypotheses: Hypotheses, playing: Playing) -> Playing:
    """Let every game that is not over make one dip, or be over: where no dip is worth it, or the chemistry is known."""
    games = playing.games
    ranking = rank(hypotheses, games)
    unknown = decision.unknown(ranking)
    known = ranking.mass <= hypotheses.weight * (1 + 1e-5)
    worth_it = jnp.max(ranking.score(decision.bit_value(unknown)), axis=0) > paid(games) + MARGIN
    over = playing.over | known | ~worth_it
    dips = jnp.argmax(ranking.score(_information(decision, ranking)), axis=0)
    dipped = dip_all(hypotheses, games, dips)
    value = jnp.where(known, ranking.plan, paid(games)) - decision.loss(unknown)
    return Playing(
        Games(
            jnp.where(over, games.stones, dipped.stones),
            jnp.where(over, games.potions, dipped.potions),
            dipped.group,
        ),
        over,
        jnp.where(playing.over, playing.value, value),
    )


def _information(decision: Decision, ranking: Ranking) -> Float[Array, "hypothesis"]:
    """Return the reward for a bit by which dips are ranked."""
    return jnp.maximum(decision.lookahead.information, decision.bit_value(decision.unknown(ranking)))
