"""What a learner is: pure functions that close over its settings, and a state that passes through them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.learning import losses
from athanor.learning.baselines import fit_critic
from athanor.learning.networks import Actor, Critic, evaluate
from athanor.learning.policy_gradient import Batch
from athanor.learning.rollout import Act


@dataclass(frozen=True)
class Networks:
    """The shapes of actor and critic."""

    observations: int
    actions: int
    hidden: int = 128
    centre: float = 0.0  # subtracted from every observation


class LearnerState(NamedTuple):
    """What a learner has learnt."""

    params: Actor
    critic: Critic
    optimiser: optax.OptState
    critic_optimiser: optax.OptState


class Log(NamedTuple):
    """What an update reports."""

    loss: Float[Array, ""]
    gradient_norm: Float[Array, ""]
    entropy: Float[Array, ""]  # nats, mean over the steps of a rollout after adaptation
    inner_change: Float[Array, ""]  # largest change of a weight by the inner loop
    measure: PyTree  # axes (task, inner step): mean over trajectories, after 0 ... N inner steps


class Learner(NamedTuple):
    """A learner of a task family; `batch` is several tasks, on a first axis, from which it draws its own data."""

    init: Callable[[PRNGKeyArray], LearnerState]
    act: Act
    update: Callable[[LearnerState, Any, PRNGKeyArray], tuple[LearnerState, Log]]


def initialiser(
    networks: Networks,
    optimiser: optax.GradientTransformation,
    critic_optimiser: optax.GradientTransformation,
) -> Callable[[PRNGKeyArray], LearnerState]:
    """Return the `init` that all learners share, so that equal keys start from equal weights."""

    def init(key: PRNGKeyArray) -> LearnerState:
        actor_key, critic_key = jax.random.split(key)
        inputs, hidden, centre = networks.observations, networks.hidden, networks.centre
        actor = Actor(inputs, hidden, networks.actions, actor_key, centre)
        critic = Critic(inputs, hidden, critic_key, centre)
        return LearnerState(actor, critic, optimiser.init(actor), critic_optimiser.init(critic))

    return init


def fit_on(
    optimiser: optax.GradientTransformation, steps: int, state: LearnerState, *batches: Batch
) -> tuple[Critic, optax.OptState]:
    """Fit the state's critic to all batches together, whatever axes stand before (trajectory, time)."""

    def joined(leaves: list[Array], kept: int) -> Array:
        return jnp.concatenate([leaf.reshape(-1, *leaf.shape[leaf.ndim - kept :]) for leaf in leaves])

    observation = joined([batch.observation for batch in batches], 3)
    target = joined([batch.target for batch in batches], 2)
    valid = joined([batch.valid for batch in batches], 2)
    return fit_critic(optimiser, steps, state.critic, state.critic_optimiser, observation, target, valid)


def mean_measure(measured: PyTree, axis: int) -> PyTree:
    """Return the mean of what was measured, over the axis of the trajectories."""
    return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=axis, dtype=jnp.float32), measured)


def mean_entropy(actor: Actor, batch: Batch) -> Float[Array, ""]:
    """Return the mean entropy of the policy over the valid steps of a task's first trajectory."""
    return losses.entropy(evaluate(actor, batch.observation[0]), losses.mean_weight(batch.valid[0]))
