"""PEARL: posterior sampling of a latent task, learnt off policy (Rakelly et al. 2019).

z is drawn once an episode from a belief that is a product of normal factors of the transitions so far, and held for
the episode; a policy and critics are fed it. What differs from the published agent:

    entropy     exact, where soft actor-critic takes that of a draw; no network of state values, as in its later version
    context     some of the first episodes of the trial whose transitions are learnt from; of a context without a reward
                only the cost of z is learnt
    roaming     a trial of training begins with episodes that hold one random action each
    optimiser   one, for all that is learnt

In a trial that is judged, the context of an episode is all that was seen in those before.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from athanor.environment import Box
from athanor.learning.gradients import descend
from athanor.learning.learner import Learner, Log
from athanor.learning.maml import split
from athanor.learning.off_policy_networks import ActionValues
from athanor.learning.pearl_loss import Pearl, Transitions, loss
from athanor.learning.pearl_networks import PearlAgent, act, explore
from athanor.learning.policy_gradient import Measure, total_reward
from athanor.learning.rollout import Rollout, rollout
from athanor.learning.svg import divided
from athanor.trial import Trial

# (task, observation before, action, reward) -> the reward that is learnt from, which the agent need not see
Teach = Callable[[Any, Array, Array, Array], Float[Array, ""]]


class PearlState(NamedTuple):
    """What the learner has learnt."""

    params: PearlAgent
    target: tuple[ActionValues, ActionValues]  # a moving average of the critics
    optimiser: optax.OptState


class Collected(NamedTuple):
    """A trial on each of some tasks: what is collected, and can be stored."""

    transitions: Transitions
    measure: PyTree


def as_seen(
    task: Any, observation: Float[Array, "observation"], action: Array, reward: Float[Array, ""]
) -> Float[Array, ""]:
    """Return the reward itself: the default of what is learnt from."""
    del task, observation, action
    return reward


def pearl_learner(
    settings: Pearl,
    trial: Trial,
    optimiser: optax.GradientTransformation,
    measure: Measure = total_reward,
    teach: Teach = as_seen,
) -> Learner:
    """Return the learner; what its update sees, out of a store, is divided between its steps."""
    box = trial.action
    if not isinstance(box, Box):
        raise ValueError("trial has actions that are numbers, must have vectors")
    if not (trial.see_action and trial.see_reward and trial.see_start) or trial.see_time:
        raise ValueError("trial must show the action, the reward and the start of episodes, and nothing else")
    if trial.episodes < sum(settings.exploration):
        raise ValueError(
            f"trial has {trial.episodes} episodes, must have at least {sum(settings.exploration)}, the exploration"
        )
    observed = trial.environment.observation.size
    exploring = partial(explore, settings.exploration)

    def init(key: PRNGKeyArray) -> PearlState:
        agent = PearlAgent(observed, box, settings.hidden, settings.components, settings.with_prior, key)
        return PearlState(agent, agent.critics, optimiser.init(agent))

    def collect(state: PearlState, tasks: PyTree, key: PRNGKeyArray) -> Collected:
        agent, first = state.params, state.params.start()
        rollouts = jax.vmap(lambda task, key: rollout(trial, exploring, agent, first, task, key))(
            tasks, split(key, tasks)
        )
        given = jax.vmap(partial(transitions, observed, teach))(tasks, rollouts)
        return Collected(given, jax.vmap(measure)(tasks, rollouts))

    def update(state: PearlState, played: Collected, key: PRNGKeyArray) -> tuple[PearlState, Log]:
        parts = jax.tree.map(partial(divided, settings.steps), played.transitions)
        step = partial(pearl_step, settings, trial.environment.steps, optimiser)
        state, (values, norms, entropies) = jax.lax.scan(
            step, state, (parts, jax.random.split(key, settings.steps))
        )
        measured = jax.tree.map(lambda leaf: leaf[:, None], played.measure)
        return state, Log(values[0], norms[0], entropies[0], jnp.float32(0.0), measured)

    return Learner(init, act, collect, update)


def transitions(observed: int, teach: Teach, task: Any, played: Rollout) -> Transitions:
    """Return the steps of a trial; after the last step of an episode nothing is to come."""
    seen, starts = played.observation[:, :observed], played.observation[:, -1]
    taught = jax.vmap(partial(teach, task))(seen[:-1], played.action, played.reward)
    goes_on = played.discount * (1.0 - starts[1:])
    return Transitions(seen[:-1], played.action, played.reward, taught, seen[1:], goes_on)


def pearl_step(
    settings: Pearl,
    steps: int,
    optimiser: optax.GradientTransformation,
    state: PearlState,
    given: tuple[Transitions, PRNGKeyArray],
) -> tuple[PearlState, tuple[Float[Array, ""], Float[Array, ""], Float[Array, ""]]]:
    """Take a step on some trials, then let the target critics follow; report loss, gradient norm and entropy."""
    played, key = given
    (value, entropy), direction = jax.value_and_grad(loss, argnums=3, has_aux=True)(
        settings, steps, state.target, state.params, played, key
    )
    agent, outer = descend(optimiser, state.params, direction, state.optimiser)
    target = jax.tree.map(
        lambda old, new: old + settings.target_rate * (new - old), state.target, agent.critics
    )
    return PearlState(agent, target, outer), (value, optax.tree.norm(direction), entropy)
