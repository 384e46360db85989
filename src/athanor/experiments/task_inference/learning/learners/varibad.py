"""VariBAD: a belief that predicts rewards, from what the game itself shows of a step; it is told nothing."""

from athanor.experiments.task_inference.learning.learners import (
    Problem,
    Recipe,
    gradient_of,
    optimiser_of,
    recurrent_of,
    seen,
)
from athanor.learning.learner import Learner
from athanor.learning.varibad import Varibad, varibad_learner


def varibad(problem: Problem) -> Learner:
    """Return the learner of a game."""
    own = problem.learning.varibad
    return varibad_learner(
        Varibad(problem.rules.observation.size, own.components, own.kl_weight),
        recurrent_of(problem),
        gradient_of(problem),
        seen(problem, "history"),
        optimiser_of(problem),
    )


LEARNER = Recipe(varibad)
