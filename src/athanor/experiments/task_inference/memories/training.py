"""Train the recurrent learner with another memory, as large and for as long, and play it as all learners of its game."""

from functools import partial

import pandas as pd
from jaxtyping import PRNGKeyArray

from athanor.environment import Space
from athanor.experiments.task_inference.learning.config import Learning
from athanor.experiments.task_inference.learning.learners import (
    Problem,
    gradient_of,
    learner_of,
    optimiser_of,
    problem_of,
    recurrent_of,
    seen,
)
from athanor.experiments.task_inference.learning.training import trained
from athanor.learning.learner import Learner
from athanor.learning.memories import MEMORIES, equal_width, memory_actor_critic, size
from athanor.learning.networks import ActorCritic
from athanor.learning.recurrent import recurrent_learner


def run(
    learning: Learning, key: PRNGKeyArray, family: str, setting: str, learner: str
) -> dict[str, pd.DataFrame]:
    """Return `curves`, the mean return of a trial at each point, and `sizes`, the numbers learnt.

    Where a run diverged there is no return from there on.
    """
    problem = problem_of(learning, learning.game(family, setting))
    built = learner_with(learner, problem)
    _, table = trained(learner, built, problem, key)
    sizes = {"numbers": numbers_of(built), "of_recurrent": numbers_of(learner_of("recurrent", problem))}
    named = {"family": family, "setting": setting, "learner": learner}
    return {"curves": table, "sizes": pd.DataFrame([named | sizes])}


def learner_with(memory: str, problem: Problem) -> Learner:
    """Return the recurrent learner with another memory; raise ValueError for an unknown one."""
    if memory not in MEMORIES:
        raise ValueError(f"learner is {memory!r}, must be one of {', '.join(MEMORIES)}")
    trial = seen(problem, "history")

    def network(inputs: int, action: Space, key: PRNGKeyArray) -> ActorCritic:
        build = partial(_of_width, memory, trial.steps, inputs, action)
        return build(equal_width(build, numbers_of(learner_of("recurrent", problem))), key)

    return recurrent_learner(
        recurrent_of(problem), gradient_of(problem), trial, optimiser_of(problem), network=network
    )


def numbers_of(learner: Learner) -> int:
    """Return how many numbers a learner learns."""
    return size(lambda key: learner.init(key).params)


def _of_width(
    name: str, window: int, inputs: int, action: Space, width: int, key: PRNGKeyArray
) -> ActorCritic:
    return memory_actor_critic(MEMORIES[name], width, window, inputs, action, key)
