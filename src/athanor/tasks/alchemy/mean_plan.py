"""An agent that makes the dip whose plan is worth most, averaged over chemistries of the posterior.

Q(d) = E[W_c(s')], the mean over chemistries c of the posterior, where W_c is the oracle's value of what dip d leaves of
the trial. It supposes that the chemistry is told after one more dip (Littman et al. 1995 call it QMDP), so that it
pays nothing for information; of dips that are worth the same it makes the one whose outcome is least predictable.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from athanor.tasks.alchemy import games
from athanor.tasks.alchemy.belief import Belief
from athanor.tasks.alchemy.environment import Alchemy, Chemistry, State

TIE = 1e-3  # reward for a bit, so that ties are settled


def act(
    env: Alchemy, samples: int, task: Chemistry, belief: Belief, state: State, key: PRNGKeyArray
) -> Int[Array, ""]:
    """Return the action; the chemistry is read only for the looks and colours of what is there."""

    def known() -> Int[Array, ""]:
        return games.known_action(env, task, belief, state, key)

    def unknown() -> Int[Array, ""]:
        seen = games.start(task, belief, state, samples, key)
        score = games.rank(*seen).score(TIE)[:, 0]
        best = jnp.argmax(score)
        gain = score[best] - seen.hypotheses.weight @ games.paid(seen.games)
        return games.action_of(env, task, state, best, gain > games.MARGIN)

    return jax.lax.cond(games.is_known(belief), known, unknown)
