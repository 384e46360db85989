"""E-MAML: MAML with a term for how the first weights change which trajectories the inner steps see (Stadie et al. 2018).

MAML takes the inner trajectories as given. By the score function the term is, for each inner step k,

    E[ R(theta') grad log pi_theta_k(trajectories of step k) ],

with R the return after adaptation, less its mean over the tasks of the batch and divided by its deviation over them. It is in
the parameters theta_k before the step, and is pulled back to theta through the steps before. The log-probabilities are
averaged over steps, as in the policy's own loss.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.environment import Episodic
from athanor.learning import losses
from athanor.learning.adaptation import Inner, InnerSteps, Problem, inner_update
from athanor.learning.gradients import Params, descend
from athanor.learning.learner import Learner, LearnerState, Log, Networks, mean_entropy, mean_measure
from athanor.learning.learners import MetaLearning, meta_learner
from athanor.learning.maml import Collected, outer_gradient
from athanor.learning.networks import Actor, evaluate, largest_difference
from athanor.learning.policy_gradient import Batch, Measure, PolicyGradient, problem, total_reward


@dataclass(frozen=True)
class Emaml:
    """MAML's inner loop, and the weight of the term beside its gradient."""

    inner_steps: int = 1
    inner_rate: float = 0.1
    sampling: float = 0.0  # weight of the term

    def __post_init__(self) -> None:
        if not 0 <= self.sampling < float("inf"):
            raise ValueError(f"sampling is {self.sampling}, must be at least 0 and finite")


def emaml_learner(
    settings: Emaml,
    gradient: PolicyGradient,
    networks: Networks,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
    measure: Measure = total_reward,
) -> Learner:
    """Return MAML whose outer gradient has the further term; without a critic to be fitted."""
    if gradient.baseline == "critic":
        raise ValueError("baseline is critic, must be none or linear for E-MAML")
    steps = MetaLearning("maml", settings.inner_steps, settings.inner_rate)
    plain = meta_learner(steps, gradient, networks, environment, optimiser, measure)

    def update(state: LearnerState, seen: Collected, key: PRNGKeyArray) -> tuple[LearnerState, Log]:
        del key  # nothing is drawn
        of_task = problem(gradient, environment, state.critic, measure)
        loss, direction = outer_gradient(of_task, steps.inner, seen)
        term = term_gradient(of_task, steps.inner, settings, seen)
        direction = jax.tree.map(jnp.add, direction, term)
        params, outer = descend(optimiser, state.params, direction, state.optimiser)
        change = jax.vmap(largest_difference, in_axes=(None, 0))(state.params, seen.adapted)
        entropy = jnp.mean(jax.vmap(mean_entropy)(seen.adapted, seen.query))
        measured = jax.tree.map(lambda leaf: leaf[:, None], mean_measure(seen.query.measure, 1))
        log = Log(loss, optax.tree.norm(direction), entropy, jnp.max(change), measured)
        return state._replace(params=params, optimiser=outer), log

    return plain._replace(update=update)


def returns_after(query: Batch) -> Float[Array, "task"]:
    """Return the mean discounted return of each task's trajectories after adaptation."""
    return jnp.mean(query.target[:, :, 0], axis=1)


def standardised(value: Float[Array, "task"]) -> Float[Array, "task"]:
    """Shift and scale to mean 0 and deviation 1 over the tasks; all 0 where they are equal."""
    centred = value - jnp.mean(value)
    return centred / (jnp.std(value) + 1e-8)


def term_gradient(problem: Problem, inner: Inner, settings: Emaml, seen: Collected) -> Params:
    """Return the gradient of the term, summed over inner steps and tasks."""

    def of_task(steps: InnerSteps, credit: Float[Array, ""]) -> Params:
        def term(params: Params, batch: Batch) -> Float[Array, ""]:
            return -credit * log_likelihood(params, batch)

        def back(gradient: Params, step: InnerSteps) -> tuple[Params, None]:
            pulled = jax.jvp(
                lambda params: inner_update(problem, inner, params, step.batch), (step.params,), (gradient,)
            )[1]
            return jax.tree.map(jnp.add, pulled, jax.grad(term)(step.params, step.batch)), None

        nothing = jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), steps.params)
        return jax.lax.scan(back, nothing, steps, reverse=True)[0]

    credit = settings.sampling * standardised(returns_after(seen.query))
    gradients = jax.lax.map(lambda task: of_task(*task), (seen.support, credit))
    return jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0), gradients)


def log_likelihood(actor: Actor, batch: Batch) -> Float[Array, ""]:
    """Return the mean log-probability of the actions taken, over the counted steps."""
    chosen = evaluate(actor, batch.observation, batch.start).log_prob(batch.action)
    return jnp.sum(losses.mean_weight(batch.valid) * chosen)
