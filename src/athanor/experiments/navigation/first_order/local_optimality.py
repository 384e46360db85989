"""Whether trained policies are local optima: follow the exact gradient of the expected discounted return a few steps.

The policies are the first of those that `training` trains, trained again from the same keys. The return is the mean
over the fixed targets, at the discount of the reading, of the policy before any adaptation.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from athanor.experiments.navigation.first_order.conditions import length
from athanor.experiments.navigation.first_order.config import FirstOrder, LocalOptimality
from athanor.experiments.navigation.first_order.training import known
from athanor.experiments.navigation.game.build import rules_of
from athanor.experiments.navigation.game.config import Environment
from athanor.experiments.navigation.learners.config import Learners
from athanor.experiments.navigation.learners.methods import method
from athanor.experiments.navigation.learners.runs import always, train
from athanor.experiments.progress import progress
from athanor.learning.networks import Actor, evaluate
from athanor.tasks.navigation.difficulty import difficulty
from athanor.tasks.navigation.ends import behind_the_cross
from athanor.tasks.navigation.environment import Navigation, Target, navigation
from athanor.tasks.navigation.expected import expected_end, expected_return, observations

COLUMNS = [
    "reading",
    "algorithm",
    "seed",
    "step",
    *"value gradient_norm distance_behind in_cross_behind".split(),
]
# Whatever level other programs are compiled at: on the cells of all moves it pays, tenfold, with a single step.
OPTIMISED = {"xla_backend_optimization_level": 2}
LEAST_NORM = 1e-30  # of a gradient that has a direction


class Place(NamedTuple):
    """A policy on its way up; a first axis of steps, the first before any."""

    value: Float[Array, "*step"]  # expected discounted return, mean over the targets
    gradient_norm: Float[Array, "*step"]  # of that, in the weights
    distance_behind: Float[Array, "*step"]  # m, expected at the end; mean over the targets behind the cross
    in_cross_behind: Float[Array, "*step"]  # probability of an end in the cross; mean over the same


def run(
    environment: Environment,
    learners: Learners,
    first_order: FirstOrder,
    local_optimality: LocalOptimality,
    key: PRNGKeyArray,
    reading: str,
    algorithm: str,
) -> dict[str, pd.DataFrame]:
    """Return `ascents`: one row per seed and step; NaN for a run that diverged."""
    study, train_key = local_optimality, jax.random.split(key, 3)[0]  # split as in `training`
    env = navigation(rules_of(environment, first_order.setting))
    targets = env.targets_at(environment.setting(first_order.setting).targets)
    episodes = length(first_order, reading, learners.corrected.episodes)
    chosen = method(env, learners, reading, known(algorithm), episodes=episodes)
    what = f"local optimality, {reading}, {algorithm}"
    runs, _ = train(chosen.learner, always(targets), episodes, study.seeds, train_key, f"{what}: chunk")
    cells = np.asarray(targets.cell)
    behind = behind_the_cross(difficulty(env, cells).myopic_distance, env.reach_squared)

    @partial(jax.jit, compiler_options=OPTIMISED)
    def climb(actor: Actor) -> Place:
        return ascent(env, targets, behind, chosen.gradient.discount, study, actor)

    tables = []
    for seed in progress(range(study.seeds), study.seeds, f"{what}: seed"):
        found = climb(jax.tree.map(lambda leaf, seed=seed: leaf[seed], runs.state.params))
        columns = {name: np.asarray(leaf, float) for name, leaf in found._asdict().items()}
        table = pd.DataFrame(columns) if runs.finite[seed] else pd.DataFrame(columns) * np.nan
        tables.append(table.assign(seed=seed, step=range(study.steps + 1)))
    return {"ascents": pd.concat(tables).assign(reading=reading, algorithm=algorithm)[COLUMNS]}


def ascent(
    env: Navigation,
    targets: Target,
    behind: Bool[np.ndarray, "target"],
    discount: float,
    study: LocalOptimality,
    actor: Actor,
) -> Place:
    """Return what a policy comes to along steps up its exact gradient, of the best length each that is tried.

    A step along the gradient that brings no more at any length is not taken.
    """
    tried = (study.longest * 0.5**number for number in reversed(range(study.halvings + 1)))
    lengths = jnp.array([0.0, *tried])  # of equals the first is taken: none

    def value(actor: Actor) -> Float[Array, ""]:
        return jnp.mean(
            jax.lax.map(lambda task: expected_return(env, task, chances(env, task, actor), discount), targets)
        )

    def step(actor: Actor, _: None) -> tuple[Actor, Place]:
        here, gradient = jax.value_and_grad(value)(actor)
        ends = jax.lax.map(lambda task: expected_end(env, task, chances(env, task, actor)), targets)
        norm = optax.tree.norm(gradient)
        far = jnp.maximum(norm, LEAST_NORM)

        def moved(length: Float[Array, ""]) -> Actor:
            return jax.tree.map(lambda weight, slope: weight + length * (slope / far), actor, gradient)

        best = lengths[jnp.argmax(jax.lax.map(lambda length: value(moved(length)), lengths))]
        place = Place(here, norm, _mean(ends.distance, behind), _mean(ends.on_obstacle, behind))
        return moved(best), place

    return jax.lax.scan(step, actor, length=study.steps + 1)[1]


def chances(env: Navigation, task: Target, actor: Actor) -> Float[Array, "x y action"]:
    """Return a policy's probabilities of the actions in every cell."""
    seen = observations(env, task)
    flat = seen.reshape(1, -1, seen.shape[-1])
    logits = evaluate(actor, flat, jnp.zeros(flat.shape[:2], bool)).logits
    return jax.nn.softmax(logits).reshape(*seen.shape[:2], -1)


def _mean(values: Float[Array, "target"], counted: Bool[np.ndarray, "target"]) -> Float[Array, ""]:
    return jnp.mean(values[np.flatnonzero(counted)])
