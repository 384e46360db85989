"""What a learner is: pure functions that close over its settings, and a state that passes through them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.environment import Episodic
from athanor.learning import losses
from athanor.learning.baselines import fit_critic
from athanor.learning.networks import Actor, Critic, evaluate, mlp_actor, mlp_critic
from athanor.learning.policy_gradient import Batch
from athanor.learning.rollout import Act


@dataclass(frozen=True)
class Networks:
    """The sizes of actor and critic, but for what the environment says."""

    hidden: int = 128
    observation_offset: float = 0.0  # subtracted from every number observed


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
    """A learner of a task family. What it has learnt is its state; what it has seen is not in it.

    `collect` plays on several tasks (a first axis) and changes nothing; `update` learns from a batch, of the present
    or out of a store that stands between the two.
    """

    init: Callable[[PRNGKeyArray], Any]  # key -> state
    act: Act
    collect: Callable[[Any, Any, PRNGKeyArray], Any]  # (state, tasks, key) -> batch
    update: Callable[[Any, Any, PRNGKeyArray], tuple[Any, Log]]  # (state, batch, key) -> (state, log)

    def learn(self, state: Any, tasks: PyTree, key: PRNGKeyArray) -> tuple[Any, Log]:
        """Learn from a fresh batch: all randomness of its collection comes from the key itself."""
        return self.update(state, self.collect(state, tasks, key), jax.random.fold_in(key, 1))


def initialiser(
    networks: Networks,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
    critic_optimiser: optax.GradientTransformation,
) -> Callable[[PRNGKeyArray], LearnerState]:
    """Return the `init` that all learners share, so that equal keys start from equal weights."""

    def init(key: PRNGKeyArray) -> LearnerState:
        actor_key, critic_key = jax.random.split(key)
        inputs, hidden, offset = environment.observation.size, networks.hidden, networks.observation_offset
        actor = mlp_actor(inputs, environment.action, hidden, actor_key, offset)
        critic = mlp_critic(inputs, hidden, critic_key, offset)
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
    start = joined([batch.start for batch in batches], 2)
    return fit_critic(
        optimiser, steps, state.critic, state.critic_optimiser, observation, target, valid, start
    )


def mean_measure(measured: PyTree, axis: int) -> PyTree:
    """Return the mean of what was measured, over the axis of the trajectories."""
    return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=axis, dtype=jnp.float32), measured)


def mean_entropy(actor: Actor, batch: Batch) -> Float[Array, ""]:
    """Return the mean entropy of the policy over the valid steps of a task's first trajectory."""
    distribution = evaluate(actor, batch.observation[0], batch.start[0])
    return jnp.sum(losses.mean_weight(batch.valid[0]) * distribution.entropy())
