"""Train for given courses directly, with as many episodes: from scratch, with restarts, or by a direct curriculum."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray, PyTree

from athanor.experiments.overview.coevolution.config import Coevolution
from athanor.experiments.overview.coevolution.runner import (
    COURSES,
    FINISHED,
    Drawn,
    new_agent,
    redraw,
    score,
)
from athanor.learning.evolution import Evolution, Evolved, init
from athanor.learning.poet_search import advanced

SYSTEMS = ("from_scratch", "restarts", "curriculum")


class Targets(NamedTuple):
    """The courses trained for, run axis first, and the episodes that there are for each."""

    course: Drawn
    difficulty: Int[np.ndarray, "run part"]
    evaluations: Int[np.ndarray, "run"]


class Program(NamedTuple):
    """What all alternatives share."""

    settings: Coevolution
    optimiser: optax.GradientTransformation
    advance: Callable[[Evolved, PyTree, Key[Array, "run"]], tuple[Evolved, Array]]  # by a round
    score: Callable[[PyTree, PyTree], Float[Array, "run"]]
    redraw: Callable[[Int[Array, "run part"], Array], Drawn]

    @property
    def block(self) -> int:
        """Return the episodes of a round."""
        return self.settings.generations * self.settings.population + 1


def program(settings: Coevolution, evolution: Evolution, optimiser: optax.GradientTransformation) -> Program:
    """Return what all alternatives share, compiled once."""
    advance = advanced(evolution, optimiser, score, settings.generations)
    return Program(settings, optimiser, *(jax.jit(jax.vmap(one)) for one in (advance, score, redraw)))


def trained(
    program: Program, system: str, targets: Targets, key: PRNGKeyArray
) -> Float[np.ndarray, "run round"]:
    """Return the share of its target that each run's agent runs after each round; not a number past its episodes.

    The curriculum starts on level ground. Whenever its course is run to the end, each part of the difficulty goes a step
    further to that of the target, as a mutation would, with the obstacles in the places of the target's.
    """
    runs, rounds = len(targets.evaluations), int(targets.evaluations.max() // program.block)
    agent = _anew(program, runs, jax.random.fold_in(key, 0))
    stage = np.zeros_like(targets.difficulty) if system == "curriculum" else targets.difficulty
    course, found = program.redraw(jnp.asarray(stage), targets.course.seed), []
    for number in range(1, rounds + 1):
        round_key = jax.random.fold_in(key, number)
        agent, own = program.advance(agent, course, jax.random.split(round_key, runs))
        found.append(np.asarray(program.score(agent.params, targets.course), float))
        if system == "curriculum":
            stage = further(stage, targets.difficulty, np.asarray(own))
            course = program.redraw(jnp.asarray(stage), targets.course.seed)
        if system == "restarts" and number % program.settings.restart == 0:
            agent = _anew(program, runs, jax.random.fold_in(round_key, 1))
    late = np.arange(1, rounds + 1) * program.block > targets.evaluations[:, None]
    return np.where(late, np.nan, np.array(found).reshape(rounds, runs).T)


def further(
    stage: Int[np.ndarray, "run part"], target: Int[np.ndarray, "run part"], own: Float[np.ndarray, "run"]
) -> Int[np.ndarray, "run part"]:
    """Return the next difficulties of a curriculum: a step nearer to the target's where the present course is run."""
    return np.where((own >= FINISHED)[:, None], np.minimum(stage + np.array(COURSES.steps), target), stage)


def _anew(program: Program, runs: int, key: PRNGKeyArray) -> Evolved:
    """Return agents with random weights."""
    params: Any = jax.vmap(partial(new_agent, program.settings.hidden))(jax.random.split(key, runs))
    return jax.vmap(partial(init, program.optimiser))(params)
