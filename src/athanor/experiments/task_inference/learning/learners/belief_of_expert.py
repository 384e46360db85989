"""A belief network that learns what an expert, who knows the task, would do."""

from athanor.environment import Discrete
from athanor.experiments.task_inference.learning.composed import composed
from athanor.experiments.task_inference.learning.learners import Problem
from athanor.learning.descriptions import Class, Description, Numbers
from athanor.learning.rollout import Describe
from athanor.trial import as_vector


def by_expert(problem: Problem) -> tuple[Description, Describe]:
    """Tell what the expert would do in the state met; raise ValueError where there is none."""
    rules = problem.rules
    if not hasattr(rules, "expert"):
        raise ValueError(
            f"learner learns from an expert, must be another for {problem.game.family}, which has none"
        )
    action = rules.action
    segment = Class(action.n) if isinstance(action, Discrete) else Numbers(action.size)
    return Description((segment,)), lambda task, state: as_vector(action, rules.expert(task, state.state))


LEARNER = composed(belief="separate", told=by_expert)
