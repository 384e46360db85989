"""Recurrent meta-learning: a policy whose memory runs through all of a trial (Duan et al. 2016, Wang et al. 2016).

What it sees besides the observation is what it did and what for (see `athanor.trial`), so that all that can be known of
the task can be remembered. Nothing is adapted by gradients once it is trained.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree

from athanor.environment import Episodic, Space
from athanor.learning import losses, returns
from athanor.learning.gradients import descend
from athanor.learning.learner import Learner, Log
from athanor.learning.maml import split
from athanor.learning.networks import ActorCritic, act, encode, evaluate, gru_actor_critic
from athanor.learning.policy_gradient import Measure, PolicyGradient, total_reward
from athanor.learning.rollout import Describe, Rollout, rollout


@dataclass(frozen=True)
class Recurrent:
    """A recurrent meta-learner, but for its gradient and its optimiser."""

    hidden: int = 64
    epochs: int = 2  # optimiser steps on the same episodes
    value_weight: float = 0.5  # of the values' squared error in the loss
    reward_scale: float = 1.0  # that rewards are divided by before they are learnt from
    entropy_updates: int | None = (
        None  # over which the weight of the entropy bonus falls to 0; None: it does not fall
    )


NewNetwork = Callable[[int, Space, PRNGKeyArray], Any]  # (size of an observation, actions, key) -> network


class Auxiliary(NamedTuple):
    """A loss on the features besides the policy's, given a description of each step: in training alone it is told."""

    weight: float
    describe: Describe
    init: Callable[[PRNGKeyArray, int], Any]  # (key, number of features) -> parameters of its own
    loss: Callable[
        [Any, Any, Float[Array, "description"]], Float[Array, ""]
    ]  # (own, features of a step, description)


class Played(NamedTuple):
    """One episode of each task of a batch: what is collected, and can be stored."""

    rollout: Rollout
    measure: PyTree  # task axis first


class Episodes(NamedTuple):
    """Episodes of a batch of tasks, ready for the loss."""

    played: Played
    advantage: Float[Array, "task time"]
    target: Float[Array, "task time"]  # of the values
    weight: Float[Array, "task time"]  # of a step in the loss


class RecurrentState(NamedTuple):
    """What the learner has learnt."""

    params: ActorCritic
    auxiliary: Any  # parameters of the auxiliary loss
    optimiser: optax.OptState
    updates: Int[Array, ""]  # so far


def recurrent_learner(
    settings: Recurrent,
    gradient: PolicyGradient,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
    measure: Measure = total_reward,
    auxiliary: Auxiliary | None = None,
    network: NewNetwork | None = None,
) -> Learner:
    """Return the learner whose update is some steps on one episode of each task of a batch.

    Of the gradient's settings it takes discount, gae_lambda, entropy and clip; advantages have mean 0 and deviation 1 over
    all steps of the batch. `network` makes what an `ActorCritic` is like: encoder, `distribution`, `read`.
    """
    new_network = network or (
        lambda inputs, action, key: gru_actor_critic(inputs, action, settings.hidden, key)
    )

    def init(key: PRNGKeyArray) -> RecurrentState:
        params = new_network(environment.observation.size, environment.action, key)
        own = auxiliary.init(jax.random.fold_in(key, 1), settings.hidden) if auxiliary else ()
        return RecurrentState(params, own, optimiser.init((params, own)), jnp.int32(0))

    def collect(state: RecurrentState, tasks: PyTree, key: PRNGKeyArray) -> Played:
        network, memory = state.params, state.params.encoder.start()
        describe = auxiliary.describe if auxiliary else None
        rollouts = jax.vmap(
            lambda task, key: rollout(environment, act, network, memory, task, key, describe)
        )(tasks, split(key, tasks))
        return Played(rollouts, jax.vmap(measure)(tasks, rollouts))

    def update(state: RecurrentState, played: Played, key: PRNGKeyArray) -> tuple[RecurrentState, Log]:
        del key  # nothing is drawn
        batch = prepare(gradient, settings.reward_scale, state.params, played)
        entropy_weight = gradient.entropy * _share_left(settings.entropy_updates, state.updates)

        def epoch(carry: RecurrentState, _: None) -> tuple[RecurrentState, tuple[Array, Array, Array]]:
            learnt = (carry.params, carry.auxiliary)
            (value, entropy), direction = jax.value_and_grad(loss, argnums=3, has_aux=True)(
                settings, gradient, auxiliary, learnt, batch, entropy_weight
            )
            (network, own), outer = descend(optimiser, learnt, direction, carry.optimiser)
            return RecurrentState(network, own, outer, carry.updates), (
                value,
                optax.tree.norm(direction),
                entropy,
            )

        state, (values, norms, entropies) = jax.lax.scan(epoch, state, None, length=settings.epochs)
        state = state._replace(updates=state.updates + 1)
        measured = jax.tree.map(lambda leaf: leaf[:, None], played.measure)
        return state, Log(values[0], norms[0], entropies[0], jnp.float32(0.0), measured)

    return Learner(init, act, collect, update)


def _share_left(updates: int | None, done: Int[Array, ""]) -> Float[Array, ""]:
    """Return what is left of a weight that falls linearly to 0."""
    return jnp.float32(1.0) if updates is None else jnp.maximum(1.0 - done.astype(jnp.float32) / updates, 0.0)


def prepare(gradient: PolicyGradient, reward_scale: float, network: ActorCritic, played: Played) -> Episodes:
    """Compute advantages and targets by the network's own values, with rewards divided by a scale."""
    rollouts = played.rollout
    _, values = evaluate(network, rollouts.observation, jnp.pad(rollouts.start, ((0, 0), (0, 1))))
    # What follows the last step counts where it is cut off there; where the episode ended its discount is 0.
    v_t = jnp.where(rollouts.discount > 0, values[:, 1:], 0.0)
    v_tm1 = jnp.where(rollouts.valid, values[:, :-1], 0.0)
    advantage = jax.vmap(returns.generalised_advantages, in_axes=(0, 0, 0, 0, None))(
        rollouts.reward / reward_scale, gradient.discount * rollouts.discount, v_tm1, v_t, gradient.gae_lambda
    )
    weight = losses.mean_weight(rollouts.valid)
    centred = advantage - jnp.sum(weight * advantage)
    deviation = jnp.sqrt(jnp.sum(weight * jnp.square(centred)))
    return Episodes(played, centred / (deviation + 1e-8), advantage + v_tm1, weight)


def loss(
    settings: Recurrent,
    gradient: PolicyGradient,
    auxiliary: Auxiliary | None,
    learnt: tuple[ActorCritic, Any],
    batch: Episodes,
    entropy_weight: Float[Array, ""],
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return the policy's loss with the values' error, the entropy bonus and the auxiliary loss, and the entropy."""
    network, own = learnt
    rollouts, weight = batch.played.rollout, batch.weight
    features = jax.vmap(encode, in_axes=(None, 0, 0))(network, rollouts.observation[:, :-1], rollouts.start)
    distribution, values = jax.vmap(jax.vmap(network.read))(features)
    chosen = distribution.log_prob(rollouts.action)
    if gradient.clip is None:
        found = losses.vpg_loss(chosen, batch.advantage, weight)
    else:
        found = losses.ppo_loss(chosen, rollouts.log_probability, batch.advantage, weight, gradient.clip)
    entropy = jnp.sum(weight * distribution.entropy())
    found += (
        settings.value_weight * losses.critic_loss(values, batch.target, weight) - entropy_weight * entropy
    )
    if auxiliary is not None:
        of_steps = jax.vmap(auxiliary.loss, in_axes=(None, 0, 0))
        told = jax.vmap(of_steps, in_axes=(None, 0, 0))(own, features, rollouts.description)
        found += auxiliary.weight * jnp.sum(weight * told)
    return found, entropy
