"""SVG(0): learning off policy from whole trials out of a store, with target networks (Heess et al. 2015)."""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree

from athanor.environment import Episodic
from athanor.learning.gradients import descend
from athanor.learning.learner import Learner, Log
from athanor.learning.maml import split
from athanor.learning.off_policy_networks import OffPolicyAgent, act, draw_agent
from athanor.learning.policy_gradient import Measure, total_reward
from athanor.learning.recurrent import Auxiliary, Played
from athanor.learning.rollout import rollout
from athanor.learning.svg_loss import SVG, Learnt, loss


class SVGState(NamedTuple):
    """What the learner has learnt."""

    params: OffPolicyAgent
    auxiliary: Any
    target: OffPolicyAgent  # params of some steps ago, or a moving average of them
    optimiser: optax.OptState
    steps: Int[Array, ""]  # of the optimiser so far


def svg_learner(
    settings: SVG,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
    measure: Measure = total_reward,
    auxiliary: Auxiliary | None = None,
) -> Learner:
    """Return the learner; what its update sees, fresh or out of a store, is divided between its steps."""
    if settings.memory_learns != "values" and auxiliary is None:
        raise ValueError(
            f"memory_learns is {settings.memory_learns}, must be values without an auxiliary loss"
        )

    def init(key: PRNGKeyArray) -> SVGState:
        inputs, noisy = environment.observation.size, settings.beta is not None
        agent = draw_agent(inputs, environment.action, settings.hidden, settings.recurrent, noisy, key)
        own = auxiliary.init(jax.random.fold_in(key, 1), settings.hidden) if auxiliary else ()
        return SVGState(agent, own, agent, optimiser.init(Learnt(agent, own)), jnp.int32(0))

    def collect(state: SVGState, tasks: PyTree, key: PRNGKeyArray) -> Played:
        agent, memory = state.params, state.params.encoder.start()
        describe = auxiliary.describe if auxiliary else None
        rollouts = jax.vmap(lambda task, key: rollout(environment, act, agent, memory, task, key, describe))(
            tasks, split(key, tasks)
        )
        return Played(rollouts, jax.vmap(measure)(tasks, rollouts))

    def update(state: SVGState, played: Played, key: PRNGKeyArray) -> tuple[SVGState, Log]:
        parts = jax.tree.map(partial(divided, settings.steps), played)
        step = partial(svg_step, settings, auxiliary, optimiser)
        state, (values, norms, entropies) = jax.lax.scan(
            step, state, (parts, jax.random.split(key, settings.steps))
        )
        measured = jax.tree.map(lambda leaf: leaf[:, None], played.measure)
        return state, Log(values[0], norms[0], entropies[0], jnp.float32(0.0), measured)

    return Learner(init, act, collect, update)


def divided(parts: int, leaf: Array) -> Array:
    """Return what is replayed in equal parts, one for each step."""
    if len(leaf) % parts:
        raise ValueError(f"{len(leaf)} trials, must be a multiple of {parts}, the steps of an update")
    return leaf.reshape(parts, len(leaf) // parts, *leaf.shape[1:])


def svg_step(
    settings: SVG,
    auxiliary: Auxiliary | None,
    optimiser: optax.GradientTransformation,
    state: SVGState,
    given: tuple[Played, PRNGKeyArray],
) -> tuple[SVGState, tuple[Float[Array, ""], Float[Array, ""], Float[Array, ""]]]:
    """Take a step on some trials, then let the target networks follow; report loss, gradient norm and entropy."""
    played, key = given
    learnt = Learnt(state.params, state.auxiliary)
    (value, entropy), direction = jax.value_and_grad(loss, argnums=3, has_aux=True)(
        settings, auxiliary, state.target, learnt, played, key
    )
    (agent, own), outer = descend(optimiser, learnt, direction, state.optimiser)
    steps = state.steps + 1
    target = followed(settings, state.target, agent, steps)
    return SVGState(agent, own, target, outer, steps), (value, optax.tree.norm(direction), entropy)


def followed(settings: SVG, target: PyTree, agent: PyTree, steps: Int[Array, ""]) -> PyTree:
    """Return target + rate (agent - target) at every multiple of the period, else the target networks as they are.

    A rate of 1 replaces them, once a period; a small one at every step makes them a moving average.
    """
    follows = steps % settings.target_period == 0
    return jax.tree.map(
        lambda old, new: jnp.where(follows, old + settings.target_rate * (new - old), old), target, agent
    )
