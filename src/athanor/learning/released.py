"""The learners as the code released with the student abstract computes them, in terms of the same functions.

Loss: the sum over steps of log-probability times advantage, an episode's last step left out, nothing normalised, one
trajectory a task (`RELEASED`). The critic that gives the baseline is a fresh copy of an untrained one each time.

* MAML: the inner updates reach no weight of the policy. N of the N + 1 rollouts of a task train the copy of the critic
  and nothing else; the last ones' losses are summed for one Adam step. Of 8 (N + 1) rollouts 8 reach the policy.
* FOMAML: no inner step. One rollout and one Adam step a task, one task after the other; then one rollout and one step
  more on the last task. The critic is never trained.
* Reptile: N rollouts a task, and no update.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Key, PRNGKeyArray, PyTree

from athanor.environment import Episodic
from athanor.learning.learner import Learner, LearnerState, Log, Networks, fit_on, initialiser, mean_measure
from athanor.learning.learners import draw_tasks, policy_step
from athanor.learning.maml import split
from athanor.learning.networks import act
from athanor.learning.policy_gradient import (
    Batch,
    Measure,
    PolicyGradient,
    draw,
    make_batch,
    problem,
    total_reward,
)
from athanor.learning.rollout import Rollout

RELEASED = PolicyGradient(drop_last_step=True)
CRITIC_RATE = 3e-4
POLICY_RATE = 5e-4


@dataclass(frozen=True)
class ReleasedSettings:
    """The numbers that the released code fixes."""

    gradient: PolicyGradient = RELEASED
    policy_rate: float = POLICY_RATE
    critic_rate: float = CRITIC_RATE
    fit_rollouts: int = 1  # of a batch that the critic is fitted to
    fit_steps: int = 1  # of the critic's Adam on such a batch


def released_maml(
    critic_batches: int,
    networks: Networks,
    environment: Episodic[Any, Any],
    measure: Measure = total_reward,
    settings: ReleasedSettings = ReleasedSettings(),
) -> Learner:
    """Return the released MAML; `critic_batches`, its N, may be 0."""
    gradient = settings.gradient
    optimiser, critic_optimiser = optax.adam(settings.policy_rate), optax.adam(settings.critic_rate)

    def rollouts(state: LearnerState, task: PyTree, key: PRNGKeyArray) -> tuple[Rollout, PyTree]:
        """Return rollouts and their measures: nothing that is fitted acts, so that all are drawn side by side."""
        fit_key, query_key = jax.random.split(key)
        count = critic_batches * settings.fit_rollouts
        keys = jnp.append(jax.random.split(fit_key, count), query_key)
        return jax.vmap(lambda key: draw(gradient, environment, measure, state.params, task, key))(keys)

    def collect(state: LearnerState, tasks: PyTree, key: PRNGKeyArray) -> tuple[Rollout, PyTree]:
        return jax.vmap(rollouts, in_axes=(None, 0, 0))(state, tasks, split(key, tasks))

    def baselined(state: LearnerState, drawn: tuple[Rollout, PyTree]) -> tuple[Batch, PyTree]:
        """Return the batch whose loss counts, its baseline fitted to N others, and the measures of all."""

        def fit(copy: LearnerState, drawn: tuple[Rollout, PyTree]) -> tuple[LearnerState, None]:
            batch = make_batch(gradient, copy.critic, *drawn)
            critic, fitting = fit_on(critic_optimiser, settings.fit_steps, copy, batch)
            return copy._replace(critic=critic, critic_optimiser=fitting), None

        def batched(leaf: Array) -> Array:
            trajectories = settings.fit_rollouts * leaf.shape[1]
            return leaf[:-1].reshape(critic_batches, trajectories, *leaf.shape[2:])

        copy, _ = jax.lax.scan(fit, state, jax.tree.map(batched, drawn))
        query = make_batch(gradient, copy.critic, *jax.tree.map(lambda leaf: leaf[-1], drawn))
        return query, mean_measure(drawn[1], 1)

    def update(
        state: LearnerState, drawn: tuple[Rollout, PyTree], key: PRNGKeyArray
    ) -> tuple[LearnerState, Log]:
        del key  # nothing is drawn
        batch, measured = jax.vmap(baselined, in_axes=(None, 0))(state, drawn)
        state, log = policy_step(gradient, optimiser, 1, state, batch)
        return state, log._replace(measure=measured)

    init = initialiser(networks, environment, optimiser, critic_optimiser)
    return Learner(init, act, collect, update)


def released_fomaml(
    networks: Networks,
    environment: Episodic[Any, Any],
    measure: Measure = total_reward,
    settings: ReleasedSettings = ReleasedSettings(),
) -> Learner:
    """Return the released FOMAML, whose log has a row for each of its steps' tasks; the repeated one comes last.

    A rollout is of the policy that the step before it left, so that nothing can be collected in advance: a batch is
    tasks and keys, and an update plays too.
    """
    optimiser, critic_optimiser = optax.adam(settings.policy_rate), optax.adam(settings.critic_rate)

    def collect(state: LearnerState, tasks: PyTree, key: PRNGKeyArray) -> tuple[PyTree, Key[Array, "task"]]:
        with_last_again = jax.tree.map(lambda leaf: jnp.concatenate([leaf, leaf[-1:]]), tasks)
        return with_last_again, split(key, with_last_again)

    def update(
        state: LearnerState, batch: tuple[PyTree, Key[Array, "task"]], key: PRNGKeyArray
    ) -> tuple[LearnerState, Log]:
        del key  # those of the batch are used

        def step(state: LearnerState, inputs: tuple[PyTree, PRNGKeyArray]) -> tuple[LearnerState, Log]:
            task, key = inputs
            one = jax.tree.map(lambda leaf: leaf[None], task)
            batch = draw_tasks(
                problem(settings.gradient, environment, state.critic, measure), state.params, one, key
            )
            return policy_step(settings.gradient, optimiser, 1, state, batch)

        state, logs = jax.lax.scan(step, state, batch)
        return state, _summed(logs)

    init = initialiser(networks, environment, optimiser, critic_optimiser)
    return Learner(init, act, collect, update)


def released_reptile(
    inner_steps: int, networks: Networks, environment: Episodic[Any, Any], measure: Measure = total_reward
) -> Learner:
    """Return the released Reptile: rollouts, and the state as it was."""
    optimiser, critic_optimiser = optax.adam(POLICY_RATE), optax.adam(CRITIC_RATE)

    def collect(state: LearnerState, tasks: PyTree, key: PRNGKeyArray) -> Batch:
        rollouts = problem(RELEASED, environment, state.critic, measure)
        keys = jax.random.split(key, inner_steps)
        return jax.lax.map(lambda key: draw_tasks(rollouts, state.params, tasks, key), keys)

    def update(state: LearnerState, batches: Batch, key: PRNGKeyArray) -> tuple[LearnerState, Log]:
        del key  # nothing is drawn
        last = jax.tree.map(lambda leaf: leaf[-1], batches)
        _, log = policy_step(RELEASED, optimiser, 1, state, last)
        measured = jax.tree.map(lambda leaf: jnp.swapaxes(leaf, 0, 1), mean_measure(batches.measure, 2))
        return state, log._replace(measure=measured)

    init = initialiser(networks, environment, optimiser, critic_optimiser)
    return Learner(init, act, collect, update)


def _summed(logs: Log) -> Log:
    """Return one log for steps on one task each."""
    return Log(
        jnp.sum(logs.loss),
        jnp.max(logs.gradient_norm),
        jnp.mean(logs.entropy),
        jnp.max(logs.inner_change),
        jax.tree.map(lambda leaf: leaf[:, 0], logs.measure),
    )
