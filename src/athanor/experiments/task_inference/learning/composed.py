"""Agents that are composed of a memory and a belief network, and trained by PPO."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from athanor.experiments.task_inference.learning.learners import (
    Observed,
    Problem,
    Recipe,
    gradient_of,
    optimiser_of,
    recurrent_of,
    seen,
)
from athanor.learning.agents import Agent, agent_network, supervision
from athanor.learning.descriptions import Description
from athanor.learning.learner import Learner
from athanor.learning.recurrent import recurrent_learner
from athanor.learning.rollout import Describe
from athanor.learning.told import Telling

Supervise: TypeAlias = Callable[[Problem], tuple[Description, Describe]]


def by_description(problem: Problem) -> tuple[Description, Describe]:
    """Tell what the family's description says of the task."""
    description, describe = problem.supervised
    return description, lambda task, state: describe(task)


def composed(
    observed: Observed = "history",
    memory: bool = False,
    belief: Literal["none", "separate", "shared"] = "none",
    reads: Literal["features", "outputs"] = "features",
    stops_gradient: bool = True,
    told: Supervise = by_description,
    numbered: bool = False,
) -> Recipe:
    """Return the learner whose agent is composed so; without a history it sees no past step.

    A belief learns to tell what it is `told`; of tasks that are `numbered` that may be the number.
    """

    def build(problem: Problem) -> Learner:
        description, describe = told(problem)
        trial, weight = seen(problem, observed), problem.game.belief_weight
        agent = Agent(memory, belief, reads, stops_gradient, problem.game.hidden)
        return recurrent_learner(
            recurrent_of(problem),
            gradient_of(problem),
            Telling(trial) if numbered else trial,
            optimiser_of(problem),
            auxiliary=None if belief == "none" else supervision(description, describe, weight),
            network=lambda inputs, action, key: agent_network(agent, description, inputs, action, key),
        )

    return Recipe(build, numbered)
