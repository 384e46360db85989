"""E-MAML: MAML with a term for how the first weights change which trajectories the inner steps see (Stadie et al. 2018).

MAML takes the inner trajectories as given. By the score function the term is, for each inner step k,

    E[ R(theta') grad log pi_theta_k(trajectories of step k) ],

with R the return after adaptation, less its mean over the tasks of the batch and divided by its deviation over them. It is in
the parameters theta_k before the step, and is pulled back to theta through the steps before. The log-probabilities are
averaged over steps, as in the policy's own loss.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from athanor.learning import losses
from athanor.learning.adaptation import Inner, InnerSteps, Problem, inner_update
from athanor.learning.gradients import Params
from athanor.learning.maml import Collected
from athanor.learning.networks import Actor, evaluate
from athanor.learning.policy_gradient import Batch


def returns_after(query: Batch) -> Float[Array, "task"]:
    """Return the mean discounted return of each task's trajectories after adaptation."""
    return jnp.mean(query.target[:, :, 0], axis=1)


def standardised(value: Float[Array, "task"]) -> Float[Array, "task"]:
    """Shift and scale to mean 0 and deviation 1 over the tasks; all 0 where they are equal."""
    centred = value - jnp.mean(value)
    return centred / (jnp.std(value) + 1e-8)


def sampling_gradient(problem: Problem, inner: Inner, weight: float, seen: Collected) -> Params:
    """Return the gradient of the weighted term, summed over inner steps and tasks."""

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

    credit = weight * standardised(returns_after(seen.query))
    gradients = jax.lax.map(lambda task: of_task(*task), (seen.support, credit))
    return jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0), gradients)


def log_likelihood(actor: Actor, batch: Batch) -> Float[Array, ""]:
    """Return the mean log-probability of the actions taken, over the counted steps."""
    chosen = evaluate(actor, batch.observation, batch.start).log_prob(batch.action)
    return jnp.sum(losses.mean_weight(batch.valid) * chosen)
