"""Recurrent meta-learning: a policy whose memory runs through all trials of an episode (Duan et al. 2016, Wang et al. 2016).

What it sees besides the observation is its previous action and what that was paid, so that all that can be known of the
task can be remembered. Nothing is adapted by gradients once it is trained.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree

from athanor.environment import Box, Episodic, Space
from athanor.learning import losses, returns
from athanor.learning.gradients import descend
from athanor.learning.learner import Learner, Log
from athanor.learning.maml import split
from athanor.learning.networks import Linear
from athanor.learning.policy_gradient import Measure, PolicyGradient, following, total_reward
from athanor.learning.rollout import Rollout, rollout
from athanor.observed import extended


class Remembered(NamedTuple):
    """A state, and what led to it."""

    state: Any
    action: Float[Array, "action"]  # one-hot; all 0 before the first step
    reward: Float[Array, ""]  # as observed


@dataclass(frozen=True)
class WithFeedback:
    """An environment whose observations end with the previous action and its reward, divided by a scale."""

    environment: Episodic[Any, Any]
    actions: int
    reward_scale: float = 1.0

    @property
    def steps(self) -> int:
        """Return the horizon."""
        return self.environment.steps

    @property
    def observation(self) -> Box:
        """Return the space of observations; rewards are not bounded."""
        fed_back = Box((0.0,) * self.actions + (-math.inf,), (1.0,) * self.actions + (math.inf,))
        return extended(self.environment.observation, fed_back)

    @property
    def action(self) -> Space:
        """Return the space of actions."""
        return self.environment.action

    def reset(self, task: Any, key: PRNGKeyArray) -> Remembered:
        """Start an episode, with nothing to remember."""
        return Remembered(self.environment.reset(task, key), jnp.zeros(self.actions), jnp.float32(0.0))

    def step(
        self, task: Any, state: Remembered, action: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[Remembered, Any]:
        """Act; the transition is the environment's own."""
        following_state, transition = self.environment.step(task, state.state, action, key)
        scaled = transition.reward / self.reward_scale
        return Remembered(following_state, jax.nn.one_hot(action, self.actions), scaled), transition

    def observe(self, task: Any, state: Remembered) -> Float[Array, "observation"]:
        """Return the observation, the previous action and its reward."""
        shown = self.environment.observe(task, state.state)
        return jnp.concatenate([shown, state.action, state.reward[None]])


class RecurrentNetwork(eqx.Module):
    """A gated recurrent unit, from whose state policy and value are read linearly."""

    cell: eqx.nn.GRUCell
    policy: Linear
    value: Linear

    def __init__(self, inputs: int, hidden: int, actions: int, key: PRNGKeyArray) -> None:
        """Draw the weights."""
        cell_key, policy_key, value_key = jax.random.split(key, 3)
        self.cell = eqx.nn.GRUCell(inputs, hidden, key=cell_key)
        self.policy = Linear(hidden, actions, policy_key)
        self.value = Linear(hidden, 1, value_key)

    def start(self) -> Float[Array, "hidden"]:
        """Return the memory at the start of an episode."""
        return jnp.zeros(self.cell.hidden_size)


def act(
    network: RecurrentNetwork,
    memory: Float[Array, "hidden"],
    observation: Float[Array, "observation"],
    key: PRNGKeyArray,
) -> tuple[Int[Array, ""], Float[Array, "hidden"]]:
    """Take the observation into the memory, and draw an action from the policy."""
    memory = network.cell(observation, memory)
    cumulative = jnp.cumsum(jax.nn.softmax(network.policy(memory)))
    chance = jax.random.uniform(key) * cumulative[-1]
    return jnp.sum(chance >= cumulative, dtype=jnp.int32), memory


def unroll(
    network: RecurrentNetwork, observation: Float[Array, "time observation"]
) -> tuple[Float[Array, "time action"], Float[Array, "time"]]:
    """Return logits and values along an episode."""

    def step(memory: Array, observation: Array) -> tuple[Array, Array]:
        memory = network.cell(observation, memory)
        return memory, memory

    _, memories = jax.lax.scan(step, network.start(), observation)
    return jax.vmap(network.policy)(memories), jax.vmap(network.value)(memories)[:, 0]


@dataclass(frozen=True)
class Recurrent:
    """A recurrent meta-learner, but for its gradient and its optimiser."""

    hidden: int = 64
    epochs: int = 2  # optimiser steps on the same episodes
    value_weight: float = 0.5  # of the values' squared error in the loss


class Episodes(NamedTuple):
    """Episodes of a batch of tasks, ready for the loss."""

    rollout: Rollout
    behaviour: Float[Array, "task time"]  # log-probability under the policy that acted
    advantage: Float[Array, "task time"]
    target: Float[Array, "task time"]  # of the values
    weight: Float[Array, "task time"]  # of a step in the loss


class RecurrentState(NamedTuple):
    """What the learner has learnt."""

    params: RecurrentNetwork
    optimiser: optax.OptState


def recurrent_learner(
    settings: Recurrent,
    gradient: PolicyGradient,
    environment: WithFeedback,
    observations: int,
    optimiser: optax.GradientTransformation,
    measure: Measure = total_reward,
) -> Learner:
    """Return the learner whose update is some steps on one fresh episode of each task of a batch.

    Of the gradient's settings it takes discount, trace, entropy and clip; advantages have mean 0 and deviation 1 over
    all steps of the batch. `observations` counts the numbers that the environment itself shows.
    """
    inputs = observations + environment.actions + 1

    def init(key: PRNGKeyArray) -> Any:
        network = RecurrentNetwork(inputs, settings.hidden, environment.actions, key)
        return RecurrentState(network, optimiser.init(network))

    def update(state: Any, tasks: PyTree, key: PRNGKeyArray) -> tuple[Any, Log]:
        rollouts = jax.vmap(
            lambda task, key: rollout(environment, act, state.params, state.params.start(), task, key)
        )(tasks, split(key, tasks))
        batch = prepare(gradient, environment.reward_scale, state.params, rollouts)

        def epoch(carry: RecurrentState, _: None) -> tuple[RecurrentState, tuple[Array, Array, Array]]:
            (value, entropy), direction = jax.value_and_grad(loss, argnums=2, has_aux=True)(
                settings, gradient, carry.params, batch
            )
            stepped = RecurrentState(*descend(optimiser, carry.params, direction, carry.optimiser))
            return stepped, (value, optax.tree.norm(direction), entropy)

        state, (values, norms, entropies) = jax.lax.scan(epoch, state, None, length=settings.epochs)
        measured = jax.tree.map(lambda leaf: leaf[:, None], jax.vmap(measure)(tasks, rollouts))
        return state, Log(values[0], norms[0], entropies[0], jnp.float32(0.0), measured)

    return Learner(init, act, update)


def prepare(
    gradient: PolicyGradient, reward_scale: float, network: RecurrentNetwork, rollouts: Rollout
) -> Episodes:
    """Compute advantages and targets by the network's own values, with rewards divided by a scale."""
    logits, v_tm1 = jax.vmap(unroll, in_axes=(None, 0))(network, rollouts.observation)
    continues = following(rollouts.valid, False)
    discount_t = gradient.discount * continues.astype(jnp.float32)
    v_tm1 = jnp.where(rollouts.valid, v_tm1, 0.0)
    advantage = jax.vmap(returns.generalised_advantages, in_axes=(0, 0, 0, 0, None))(
        rollouts.reward / reward_scale, discount_t, v_tm1, following(v_tm1, 0.0), gradient.trace
    )
    weight = losses.mean_weight(rollouts.valid)
    centred = advantage - jnp.sum(weight * advantage)
    deviation = jnp.sqrt(jnp.sum(weight * jnp.square(centred)))
    behaviour = losses.log_probability(logits, rollouts.action)
    return Episodes(rollouts, behaviour, centred / (deviation + 1e-8), advantage + v_tm1, weight)


def loss(
    settings: Recurrent, gradient: PolicyGradient, network: RecurrentNetwork, batch: Episodes
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return the policy's loss with the values' error and the entropy bonus, and the entropy."""
    logits, values = jax.vmap(unroll, in_axes=(None, 0))(network, batch.rollout.observation)
    chosen = losses.log_probability(logits, batch.rollout.action)
    if gradient.clip is None:
        found = losses.vpg_loss(chosen, batch.advantage, batch.weight)
    else:
        found = losses.ppo_loss(chosen, batch.behaviour, batch.advantage, batch.weight, gradient.clip)
    entropy = losses.entropy(logits, batch.weight)
    found += settings.value_weight * losses.critic_loss(values, batch.target, batch.weight)
    return found - gradient.entropy * entropy, entropy
