"""Monte Carlo tree search in belief space, with decision nodes and chance nodes.

The search is mctx's stochastic MuZero search (Antonoglou et al. 2022) on an exact model in place of a learned one,
made to plan rather than to explore for a learner: no noise at the root, uniform priors over the actions that are worth
searching, and the action visited most is chosen.
"""

from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import mctx
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from athanor.planning.belief_model import SearchModel

BeliefState = TypeVar("BeliefState")


class Settings(NamedTuple):
    """The size of a search."""

    simulations: int
    exploration: float  # c_1 of the PUCT rule


class Search(NamedTuple):
    """What a search returns."""

    action: Int[Array, ""]
    visits: Float[Array, "action"]  # share of the simulations


class _AfterState(NamedTuple):
    """A chance node: a belief state and the action taken in it."""

    state: Any  # the belief state
    action: Int[Array, "batch"]


def search(
    model: SearchModel[BeliefState], settings: Settings, state: BeliefState, key: PRNGKeyArray
) -> Search:
    """Search from a belief state and choose the action visited most."""

    def decide(
        params: None, key: PRNGKeyArray, action: Int[Array, "batch"], states: BeliefState
    ) -> tuple[mctx.DecisionRecurrentFnOutput, _AfterState]:
        del params, key
        logits = jax.vmap(model.outcome_logits)(states, action)
        values = jax.vmap(model.action_value)(states, action)
        return mctx.DecisionRecurrentFnOutput(chance_logits=logits, afterstate_value=values), _AfterState(
            states, action
        )

    def draw(
        params: None, key: PRNGKeyArray, outcome: Int[Array, "batch"], after: _AfterState
    ) -> tuple[mctx.ChanceRecurrentFnOutput, BeliefState]:
        del params, key
        states, reward, discount = jax.vmap(model.apply_outcome)(after.state, after.action, outcome)
        priors, values = _prior_logits(jax.vmap(model.allowed)(states)), jax.vmap(model.value)(states)
        output = mctx.ChanceRecurrentFnOutput(
            action_logits=priors, value=values, reward=reward, discount=discount
        )
        return output, states

    states = jax.tree.map(lambda leaf: jnp.asarray(leaf)[None], state)  # a batch of one
    allowed = jax.vmap(model.allowed)(states)
    root = mctx.RootFnOutput(
        prior_logits=_prior_logits(allowed),
        value=jax.vmap(model.value)(states),
        embedding=states,
    )
    with jax.numpy_dtype_promotion("standard"):  # mctx divides floats by counts
        output = mctx.stochastic_muzero_policy(
            None,
            key,
            root,
            decide,
            draw,
            settings.simulations,
            invalid_actions=~allowed,
            dirichlet_fraction=0.0,
            temperature=0.0,
            pb_c_init=settings.exploration,
        )
    return Search(output.action[0], output.action_weights[0])


def _prior_logits(allowed: Bool[Array, "..."]) -> Float[Array, "..."]:
    """Return the prior: uniform over the actions that are worth searching."""
    return jnp.where(allowed, 0.0, -jnp.inf)
