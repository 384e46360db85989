"""Train a learner on point navigation, and see what it earns on held-out goals after 0, 1, … updates."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.overview.adaptation.config import Adaptation
from athanor.experiments.overview.adaptation.learners import RULES, Method, gradient, method
from athanor.experiments.progress import progress
from athanor.learning.adaptation import Inner, adaptation_curve, inner_update
from athanor.learning.policy_gradient import problem
from athanor.learning.training import begin, train
from athanor.tasks.point_navigation.environment import Goal
from athanor.tasks.point_navigation.exact import greedy_return

COLUMNS = ["learner", "run", "goal", "updates", "return"]


def run(adaptation: Adaptation, key: PRNGKeyArray, learner: str) -> dict[str, pd.DataFrame]:
    """Return `curves`: the return on each held-out goal, by the number of updates on it; none if a run diverged.

    All learners of a run start from the same weights and meet the same held-out goals.
    """
    keys = list(jax.random.split(key, adaptation.runs))
    if learner == "oracle":
        earned = [_oracle(adaptation, key) for key in keys]
    else:
        one = jax.jit(lambda key: trained(adaptation, method(adaptation, learner), key))
        earned = [np.asarray(one(key)) for key in progress(keys, len(keys), f"{learner}: runs")]
    return {"curves": rows(np.stack(earned)).assign(learner=learner)[COLUMNS]}


def held_out(adaptation: Adaptation, key: PRNGKeyArray) -> Goal:
    """Return the held-out goals of a run."""
    return jax.vmap(RULES.sample_task)(jax.random.split(jax.random.fold_in(key, 1), adaptation.held_out))


def trained(adaptation: Adaptation, how: Method, key: PRNGKeyArray) -> Float[Array, "goal updates"]:
    """Train a run, and return what it earns."""
    begin_key, train_key, test_key = jax.random.split(key, 3)

    def sample(key: PRNGKeyArray, episode: Array) -> Goal:
        del episode  # all updates are alike
        return jax.vmap(RULES.sample_task)(jax.random.split(key, how.goals))

    run = begin(how.learner, begin_key)
    if how.updates:
        run, _, _ = train(how.learner, sample, run, how.updates, train_key)
    played = problem(gradient(adaptation, adaptation.shown_trajectories), RULES, run.state.critic)

    first = Inner(1, adaptation.inner_rate)
    later = Inner(adaptation.shown_updates - 1, adaptation.later_inner_rate)

    def of_goal(goal: Goal, key: PRNGKeyArray) -> Float[Array, "updates"]:
        first_key, later_key = jax.random.split(key)
        before = played.sample(run.state.params, goal, first_key)
        once = inner_update(played, first, run.state.params, before)
        curve = adaptation_curve(played, later, once, goal, later_key)
        return jnp.concatenate([jnp.mean(before.measure)[None], jnp.mean(curve.measure, axis=1)])

    keys = jax.random.split(test_key, adaptation.held_out)
    earned = jax.vmap(of_goal)(held_out(adaptation, key), keys)
    return jnp.where(run.finite, earned, jnp.nan)


def _oracle(adaptation: Adaptation, key: PRNGKeyArray) -> Float[np.ndarray, "goal updates"]:
    """Return what greedy play earns that knows the goal, and needs no update."""
    earned = greedy_return(RULES, np.asarray(held_out(adaptation, key).place, float))
    return np.repeat(earned[:, None], adaptation.shown_updates + 1, axis=1)


def rows(earned: Float[np.ndarray, "run goal updates"]) -> pd.DataFrame:
    """Return returns as rows."""
    run, goal, updates = (axis.ravel() for axis in np.indices(earned.shape))
    rounded = np.round(earned.ravel().astype(float), 3)
    return pd.DataFrame({"run": run, "goal": goal, "updates": updates, "return": rounded})
