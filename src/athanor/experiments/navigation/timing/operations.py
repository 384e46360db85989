"""Floating-point operations of an episode of training: XLA's count of each piece, times how often it is computed.

XLA counts the body of a loop once, however often it runs, so that its count of a whole program says little. The
pieces are compiled without loops. Steps of optimisers, a few operations a weight, are left out.
"""

from typing import Any, NamedTuple

import jax
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.navigation.learners.methods import Method
from athanor.experiments.navigation.timing.conditions import Condition
from athanor.experiments.protocols.timing import operations
from athanor.learning import losses
from athanor.learning.adaptation import Inner, InnerSteps, pull_back
from athanor.learning.learner import mean_entropy
from athanor.learning.networks import Actor, Critic, act, evaluate
from athanor.learning.policy_gradient import Batch, draw, make_batch, problem, total_reward
from athanor.tasks.navigation.environment import Navigation, State, Target


class Pieces(NamedTuple):
    """Operations of the pieces of an episode, each for one task and the trajectories of one batch."""

    rollouts: float
    advantages: float
    gradient: float  # of the policy's loss
    curvature: float  # a product with the loss's second derivatives
    critic: float  # gradient of the critic's loss; 0 without a critic
    entropy: float  # recorded of every update


def pieces(env: Navigation, method: Method, task: Target, key: PRNGKeyArray) -> Pieces:
    """Count the operations of each piece."""
    gradient, state = method.gradient, method.learner.init(key)
    ours = problem(gradient, env, state.critic)
    drawn = draw(gradient, env, total_reward, state.params, task, key)
    batch = make_batch(gradient, state.critic, *drawn)

    def step(actor: Actor, state: State, key: PRNGKeyArray) -> Any:
        return env.step(task, state, act(actor, (), env.observe(task, state), key).action, key)

    def curvature(actor: Actor, direction: Actor, batch: Batch) -> Actor:
        one = jax.tree.map(lambda leaf: leaf[None], InnerSteps(actor, batch))
        return pull_back(ours, Inner(1, 1.0), one, direction)

    def advantages(critic: Critic) -> Batch:
        return make_batch(gradient, critic, *drawn)

    steps = env.horizon * gradient.trajectories
    fitted = gradient.baseline == "critic"
    return Pieces(
        rollouts=steps * operations(step, state.params, env.reset(task, key), key),
        advantages=operations(advantages, state.critic),
        gradient=operations(jax.value_and_grad(ours.loss), state.params, batch),
        curvature=operations(curvature, state.params, state.params, batch),
        critic=operations(jax.grad(_critic_loss), state.critic, batch) if fitted else 0.0,
        entropy=operations(mean_entropy, state.params, batch),
    )


def episode_operations(pieces: Pieces, condition: Condition, tasks: int) -> float:
    """Return the operations of an episode: those of the pieces, times how often each is computed."""
    drawn, inner = rollouts(condition, tasks), tasks * condition.inner_steps
    learnt = pieces.advantages + pieces.gradient
    if condition.reading == "released":
        fits = inner if condition.algorithm == "maml" else 0
        updates = drawn - fits
        return drawn * pieces.rollouts + updates * (learnt + pieces.entropy) + fits * pieces.critic
    second = inner * pieces.curvature if condition.algorithm == "maml" else 0.0
    return drawn * (pieces.rollouts + learnt + pieces.critic) + second + tasks * pieces.entropy


def rollouts(condition: Condition, tasks: int) -> int:
    """Return how many batches are drawn: N + 1 a task; by the released FOMAML one a task, and one more."""
    if condition.reading == "released" and condition.algorithm == "fomaml":
        return tasks + 1
    return tasks * (condition.inner_steps + 1)


def _critic_loss(critic: Critic, batch: Batch) -> Float[Array, ""]:
    weight = losses.mean_weight(batch.valid)
    return losses.critic_loss(evaluate(critic, batch.observation, batch.start), batch.target, weight)
