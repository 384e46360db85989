"""The cross-entropy method in belief space.

Plan a fixed sequence of actions: draw sequences, simulate each once, refit the distribution to the best, repeat
(Rubinstein 1999; Chua et al. 2018 for planning). The distribution is a product of categoricals, one a step.

A fixed sequence cannot react to what it brings to light. What is learned while simulating therefore only makes a
path's outcomes agree with each other, as if one task were drawn at the start and kept; information as such has no
value to the plan, and more particles do not mend that.
"""

from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.planning.belief_model import SampledModel

BeliefState = TypeVar("BeliefState")


class Settings(NamedTuple):
    """The sizes of a plan."""

    horizon: int  # steps
    particles: int  # sequences drawn in an iteration
    elites: int  # sequences that the next distribution is fitted to
    iterations: int


class Plan(NamedTuple):
    """The distribution over action sequences after the last iteration."""

    probabilities: Float[Array, "step action"]


def plan(model: SampledModel[BeliefState], settings: Settings, state: BeliefState, key: PRNGKeyArray) -> Plan:
    """Fit a distribution over action sequences to the best of those that it draws."""

    def iterate(
        probabilities: Float[Array, "step action"], key: PRNGKeyArray
    ) -> tuple[Float[Array, "step action"], None]:
        action_noise, step_noise = jax.random.uniform(key, (2, settings.horizon, settings.particles))
        sequences = draw_actions(probabilities, action_noise)
        returns = evaluate(model, state, sequences, step_noise)
        _, elites = jax.lax.top_k(returns, settings.elites)
        return frequencies(sequences[:, elites], model.actions), None

    uniform = jnp.full((settings.horizon, model.actions), 1.0 / model.actions)
    probabilities, _ = jax.lax.scan(iterate, uniform, jax.random.split(key, settings.iterations))
    return Plan(probabilities)


def first_action(plan: Plan) -> Int[Array, ""]:
    """Return the most probable first action.

    The post leaves open what is executed. The mode is the categorical counterpart of executing the mean, as is usual
    with Gaussian CEM; the best sequence seen would favour one that was lucky in its single simulated outcome.
    """
    return jnp.argmax(plan.probabilities[0])


def draw_actions(
    probabilities: Float[Array, "step action"], noise: Float[Array, "step particle"]
) -> Int[Array, "step particle"]:
    """Draw actions by inverting the cumulative distribution of each step."""
    bounds = jnp.cumsum(probabilities, axis=1)[:, :-1]
    return jnp.sum(noise[:, None, :] >= bounds[:, :, None], axis=1, dtype=jnp.int32)


def evaluate(
    model: SampledModel[BeliefState],
    state: BeliefState,
    sequences: Int[Array, "step particle"],
    noise: Float[Array, "step particle"],
) -> Float[Array, "particle"]:
    """Return the discounted return of each sequence in one simulation of it."""
    horizon, particles = sequences.shape
    start = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (particles, *jnp.shape(leaf))), state)

    def step(
        carry: tuple[BeliefState, Float[Array, "particle"]], inputs: tuple[Array, Array, Array]
    ) -> tuple[tuple[BeliefState, Float[Array, "particle"]], None]:
        (states, returns), (actions, step_noise, weight) = carry, inputs
        states, rewards = jax.vmap(model.sample_step)(states, actions, step_noise)
        return (states, returns + weight * rewards), None

    weights = model.discount ** jnp.arange(horizon, dtype=jnp.float32)
    (_, returns), _ = jax.lax.scan(step, (start, jnp.zeros(particles)), (sequences, noise, weights))
    return returns


def frequencies(sequences: Int[Array, "step elite"], actions: int) -> Float[Array, "step action"]:
    """Return how often each action occurs at each step: the maximum-likelihood refit, without smoothing.

    The post names no smoothing. An action that no elite takes at a step is therefore never drawn there again.
    """
    chosen = sequences[:, None, :] == jnp.arange(actions)[:, None]
    return jnp.mean(chosen, axis=2, dtype=jnp.float32)
