"""Terms beside MAML's outer gradient, one for each inner step: how the inner data come about, and returns on the way.

MAML counts the return after the last inner step alone, on inner trajectories that are given. Two terms can be added, both of
the parameters theta_k before inner step k and the trajectories drawn with them, pulled back to theta through the steps before:

* E-MAML's, how theta changes which trajectories the inner steps see (Stadie et al. 2018). By the score function it is

      E[ R(theta') sum over k of grad log pi_theta_k(trajectories of step k) ],

  with R the return after adaptation, less its mean over the tasks of the batch and divided by its deviation over them. The
  log-probabilities are averaged over steps, as in the policy's own loss.
* The loss at every step but the first: not only the last update is to have led somewhere (Antoniou et al. 2019). The
  trajectories that an inner step needs anyhow are an estimate of it.
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
class Terms:
    """MAML's inner loop, and the weights of the terms beside its gradient."""

    inner_steps: int = 1
    inner_rate: float = 0.1
    sampling: float = 0.0  # of E-MAML's term
    every_step: float = 0.0  # of the loss before each inner step but the first

    def __post_init__(self) -> None:
        for name in ("sampling", "every_step"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 0 and finite")


def maml_with_terms(
    settings: Terms,
    gradient: PolicyGradient,
    networks: Networks,
    environment: Episodic[Any, Any],
    optimiser: optax.GradientTransformation,
    measure: Measure = total_reward,
) -> Learner:
    """Return MAML whose outer gradient has further terms; without a critic to be fitted."""
    if gradient.baseline == "critic":
        raise ValueError("baseline is critic, must be none or linear for MAML with terms")
    steps = MetaLearning("maml", settings.inner_steps, settings.inner_rate)
    plain = meta_learner(steps, gradient, networks, environment, optimiser, measure)

    def update(state: LearnerState, seen: Collected, key: PRNGKeyArray) -> tuple[LearnerState, Log]:
        del key  # nothing is drawn
        of_task = problem(gradient, environment, state.critic, measure)
        loss, direction = outer_gradient(of_task, steps.inner, seen)
        terms = terms_gradient(of_task, steps.inner, settings, seen)
        direction = jax.tree.map(jnp.add, direction, terms)
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


def terms_gradient(problem: Problem, inner: Inner, settings: Terms, seen: Collected) -> Params:
    """Return the gradient of the terms, summed over tasks.

    That of an inner step is in the parameters before it, and is pulled back through the steps before that.
    """
    later = settings.every_step * (jnp.arange(inner.steps) > 0).astype(jnp.float32)

    def of_task(steps: InnerSteps, credit: Float[Array, ""]) -> Params:
        def term(params: Params, batch: Batch, weight: Float[Array, ""]) -> Float[Array, ""]:
            return weight * problem.loss(params, batch) - credit * log_likelihood(params, batch)

        def back(gradient: Params, at: tuple[InnerSteps, Float[Array, ""]]) -> tuple[Params, None]:
            step, weight = at
            pulled = jax.jvp(
                lambda params: inner_update(problem, inner, params, step.batch), (step.params,), (gradient,)
            )[1]
            return jax.tree.map(jnp.add, pulled, jax.grad(term)(step.params, step.batch, weight)), None

        nothing = jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), steps.params)
        return jax.lax.scan(back, nothing, (steps, later), reverse=True)[0]

    credit = settings.sampling * standardised(returns_after(seen.query))
    gradients = jax.lax.map(lambda task: of_task(*task), (seen.support, credit))
    return jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0), gradients)


def log_likelihood(actor: Actor, batch: Batch) -> Float[Array, ""]:
    """Return the mean log-probability of the actions taken, over the counted steps."""
    chosen = evaluate(actor, batch.observation, batch.start).log_prob(batch.action)
    return jnp.sum(losses.mean_weight(batch.valid) * chosen)
