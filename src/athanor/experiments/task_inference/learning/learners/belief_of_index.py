"""A belief network that learns which of the training tasks it is in."""

from athanor.experiments.task_inference.learning.composed import composed
from athanor.experiments.task_inference.learning.learners import Problem
from athanor.learning.descriptions import Class, Description
from athanor.learning.rollout import Describe


def by_index(problem: Problem) -> tuple[Description, Describe]:
    """Tell the number of the training task; raise ValueError where they are relabelled, and have none."""
    if problem.game.relabelled:
        raise ValueError(
            f"relabelled is true for {problem.game.family}, must be false for a learner told by number"
        )
    return Description((Class(problem.learning.training_tasks),)), lambda task, state: task.told


LEARNER = composed(belief="separate", told=by_index, numbered=True)
