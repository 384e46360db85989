"""Meta-train a policy on tasks of the room that skills make, log D(z | s), or on goals, and adapt it to each goal.

Policies are tables of logits and returns are exact, so that an inner step is one of gradient ascent on the return itself, and
MAML's outer gradient misses nothing: how the table changes what the inner step sees is part of it.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.overview.learned.config import OwnTasks
from athanor.experiments.overview.learned.gradient_signal import Logits, Rewards, expected_return
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.learned.skills import ROOM, WORLD
from athanor.learning.adaptation import Inner, Problem, adaptation_curve
from athanor.learning.gradients import descend
from athanor.learning.maml import meta_gradient
from athanor.learning.skills import Skills, learn_skills, random_discriminator, skill_rewards

GOALS = jnp.asarray(np.delete(np.eye(ROOM.cells, dtype=np.float32), ROOM.start, axis=0))  # all true tasks
Tasks = Float[Array, "task cell"]


class Outcome(NamedTuple):
    """What a policy earns on a task, and the task."""

    earned: Float[Array, ""]
    rewards: Rewards


def run(own_tasks: OwnTasks, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `own_tasks`: mean return over all goals after 0, 1, … updates, and by how much it is above that from scratch.

    All systems of a run start from the same table.
    """
    keys = jax.random.split(key, own_tasks.runs)
    program = jax.jit(jax.vmap(partial(returns, own_tasks), in_axes=(None, 0, 0)))
    made = jax.jit(jax.vmap(partial(tasks_of, own_tasks)))(keys)
    found = {
        system: np.asarray(program(jnp.float32(system != "scratch"), tasks, keys), float)
        for system, tasks in made.items()
    }
    return {"own_tasks": pd.DataFrame(list(described(found)), columns=list(Learned._fields))}


def tasks_of(settings: OwnTasks, key: PRNGKeyArray) -> dict[str, Tasks]:
    """Return the tasks of each system, as many for all: those of fewer skills come several times."""
    skills_key, random_key = jax.random.split(jax.random.fold_in(key, 1))
    learning = Skills(settings.skills, settings.temperature, settings.rounds)
    learnt = learn_skills(learning, WORLD, skills_key)[1]
    drawn = random_discriminator(settings.skills, ROOM.cells, settings.deviation, random_key)
    place = jnp.arange(len(GOALS)) % settings.skills
    own = {"diayn": skill_rewards(learnt)[place], "random_discriminator": skill_rewards(drawn)[place]}
    return {"scratch": GOALS, **own, "hand_made": GOALS}


def played() -> Problem:
    """Return the room as a problem without chance."""

    def sample(logits: Logits, rewards: Rewards, key: PRNGKeyArray) -> Outcome:
        del key  # nothing is drawn
        return Outcome(expected_return(logits, rewards), rewards)

    def loss(logits: Logits, seen: Outcome) -> Float[Array, ""]:
        return -expected_return(logits, seen.rewards)

    return Problem(sample, loss)


def returns(
    settings: OwnTasks, learns: Float[Array, ""], tasks: Tasks, key: PRNGKeyArray
) -> Float[Array, "updates"]:
    """Meta-train by MAML on all tasks at once, unless `learns` is 0; return the mean return over goals, by updates on them."""
    problem, rate = played(), learns * settings.outer_rate
    optimiser = optax.adam(lambda step: rate * (1.0 - 0.9 * step / settings.updates))
    inner = Inner(settings.inner_steps, settings.inner_rate)

    def update(carry: tuple[Logits, optax.OptState], _: None) -> tuple[tuple[Logits, optax.OptState], None]:
        logits, state = carry
        gradient = meta_gradient(problem, inner, logits, tasks, key)[1]
        return descend(optimiser, logits, gradient, state), None

    first = settings.initial * jax.random.normal(key, WORLD.following.shape)
    (logits, _), _ = jax.lax.scan(update, (first, optimiser.init(first)), length=settings.updates)
    shown = Inner(settings.shown_updates, settings.inner_rate)
    curves = jax.vmap(lambda goal: adaptation_curve(problem, shown, logits, goal, key).earned)(GOALS)
    return jnp.mean(curves, axis=0)


def described(found: dict[str, Float[np.ndarray, "run updates"]]) -> Iterator[Learned]:
    """Yield the numbers of all systems."""
    for system, earned in found.items():
        for (number, updates), value in np.ndenumerate(earned):
            place = (20, system, "room", f"after_{updates}", number)
            yield Learned(*place, "return", float(value))
            if system != "scratch":
                yield Learned(*place, "over_scratch", float(value - found["scratch"][number, updates]))
