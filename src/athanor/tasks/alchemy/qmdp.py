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
from athanor.tasks.alchemy.environment import Alchemy, Observation

TIE = 1e-3  # reward for a bit, so that ties are settled


def act(env: Alchemy, samples: int, belief: Belief, seen: Observation, key: PRNGKeyArray) -> Int[Array, ""]:
    """Return the action."""

    def known() -> Int[Array, ""]:
        return games.known_action(env, belief, seen, key)

    def unknown() -> Int[Array, ""]:
        hypotheses, played = games.start(belief, seen, samples, key)
        score = games.rank(hypotheses, played).score(TIE)[:, 0]
        best = jnp.argmax(score)
        gain = score[best] - hypotheses.weight @ games.paid(played)
        return games.action_of(env, seen, best, gain > games.MARGIN)

    return jax.lax.cond(games.is_known(belief), known, unknown)
