"""The recurrent learner with a memory that is computed for all steps of a trial at once, where it has a way to be.

It acts step by step, and learns from the same loss. Only how the features of what was observed are come by differs: a
scan over the steps would read the whole window anew in each, and keep all windows for its gradient.
"""

from typing import Any, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from athanor.environment import Episodic
from athanor.learning.gradients import descend
from athanor.learning.learner import Learner, Log
from athanor.learning.networks import ActorCritic, encode
from athanor.learning.policy_gradient import Measure, PolicyGradient, total_reward
from athanor.learning.recurrent import (
    NewNetwork,
    Played,
    Recurrent,
    RecurrentState,
    loss,
    prepare,
    recurrent_learner,
)


@runtime_checkable
class WholeTrial(Protocol):
    """An encoder that need not go step by step."""

    def along(
        self, observation: Float[Array, "time observation"], start: Bool[Array, "time"]
    ) -> Float[Array, "time feature"]:
        """Return the features of all steps; where `start` is true the memory starts anew."""


class Encoded(eqx.Module):
    """The encoder of what is encoded already: what it observes are the features."""

    def start(self) -> tuple[()]:
        """Return no memory."""
        return ()

    def __call__(
        self, memory: tuple[()], observation: Float[Array, "feature"]
    ) -> tuple[tuple[()], Float[Array, "feature"]]:
        """Return what is observed."""
        return memory, observation


def features_of(
    network: ActorCritic, observation: Float[Array, "time observation"], start: Bool[Array, "time"]
) -> Float[Array, "time feature"]:
    """Return the features along a trial, at once where the encoder has a way to."""
    if isinstance(network.encoder, WholeTrial):
        return network.encoder.along(observation, start)
    return encode(network, observation, start)


def encoded(network: ActorCritic, played: Played) -> tuple[ActorCritic, Played]:
    """Return the same policy, as one of features, and what was played, with features in the place of observations."""
    rollouts = played.rollout
    start = jnp.pad(rollouts.start, ((0, 0), (0, 1)))
    features = jax.vmap(features_of, in_axes=(None, 0, 0))(network, rollouts.observation, start)
    reads = ActorCritic(Encoded(), network.head, network.value)
    return reads, played._replace(rollout=rollouts._replace(observation=features))


def whole_trial_learner(
    settings: Recurrent,
    gradient: PolicyGradient,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
    network: NewNetwork,
    measure: Measure = total_reward,
) -> Learner:
    """Return the learner whose update is that of `recurrent_learner`, computed from features of whole trials."""
    stepwise = recurrent_learner(settings, gradient, environment, optimiser, measure, network=network)

    def update(state: RecurrentState, played: Played, key: PRNGKeyArray) -> tuple[RecurrentState, Log]:
        del key  # nothing is drawn
        batch = prepare(gradient, settings.reward_scale, *encoded(state.params, played))
        falls = settings.entropy_updates
        share = optax.linear_schedule(1.0, 0.0, falls)(state.updates) if falls else 1.0
        entropy_weight = jnp.float32(gradient.entropy * share)

        def objective(learnt: tuple[ActorCritic, Any]) -> tuple[Float[Array, ""], Float[Array, ""]]:
            reads, shown = encoded(learnt[0], played)
            of_features = batch._replace(played=shown)
            return loss(settings, gradient, None, (reads, ()), of_features, entropy_weight)

        def epoch(carry: RecurrentState, _: None) -> tuple[RecurrentState, tuple[Array, Array, Array]]:
            learnt = (carry.params, carry.auxiliary)
            (value, entropy), direction = jax.value_and_grad(objective, has_aux=True)(learnt)
            (params, own), outer = descend(optimiser, learnt, direction, carry.optimiser)
            logged = (value, optax.tree.norm(direction), entropy)
            return RecurrentState(params, own, outer, carry.updates), logged

        state, (values, norms, entropies) = jax.lax.scan(epoch, state, None, length=settings.epochs)
        measured = jax.tree.map(lambda leaf: leaf[:, None], played.measure)
        log = Log(values[0], norms[0], entropies[0], jnp.float32(0.0), measured)
        return state._replace(updates=state.updates + 1), log

    return stepwise._replace(update=update)
