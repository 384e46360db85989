"""The learners, one line each: what an agent is made of, and what it observes."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import optax

from athanor.environment import Discrete
from athanor.experiments.task_inference.learning.config import Game, Learning
from athanor.experiments.task_inference.learning.families import Supervised, family_of
from athanor.learning.agents import Agent, agent_network, supervision
from athanor.learning.descriptions import Class, Description, Numbers
from athanor.learning.learner import Learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent, recurrent_learner
from athanor.learning.rollout import Describe
from athanor.learning.told import Telling
from athanor.learning.varibad import Varibad, varibad_learner
from athanor.observed import BeliefObserved, TaskObserved
from athanor.trial import Trial, as_vector


class Problem(NamedTuple):
    """What a learner is given: the rules, what it can be told in training, and the settings."""

    rules: Any
    supervised: Supervised
    game: Game
    learning: Learning


def problem_of(learning: Learning, game: Game) -> Problem:
    """Return what learners of a game are given; raise ValueError for an unknown family or setting."""
    family = family_of(game.family)
    rules = family.rules(game.setting)
    return Problem(rules, family.supervised(rules), game, learning)


Build = Callable[[Problem], Learner]
Observed = Literal["history", "posterior", "task", "nothing"]
Supervision = Literal["description", "expert", "index"]


def composed(
    observed: Observed = "history",
    memory: bool = False,
    belief: Literal["none", "separate", "shared"] = "none",
    reads: Literal["features", "outputs"] = "features",
    stops_gradient: bool = True,
    told: Supervision = "description",
) -> Build:
    """Return the learner whose agent is composed so, trained by PPO; without a history it sees no past step.

    A belief learns to tell the task's description, what the expert would do in the state met, or the number of the
    training task.
    """

    def build(problem: Problem) -> Learner:
        description, describe = SUPERVISIONS[told](problem)
        trial, weight = seen(problem, observed), problem.game.belief_weight
        agent = Agent(memory, belief, reads, stops_gradient, problem.game.hidden)
        return recurrent_learner(
            recurrent_of(problem),
            gradient_of(problem),
            Telling(trial) if told == "index" else trial,
            optimiser_of(problem),
            auxiliary=None if belief == "none" else supervision(description, describe, weight),
            network=lambda inputs, action, key: agent_network(agent, description, inputs, action, key),
        )

    return build


def varibad(problem: Problem) -> Learner:
    """Return the learner whose belief predicts rewards, from what the game itself shows of a step: it is told nothing."""
    own = problem.learning.varibad
    return varibad_learner(
        Varibad(problem.rules.observation.size, own.components, own.kl_weight),
        recurrent_of(problem),
        gradient_of(problem),
        seen(problem, "history"),
        optimiser_of(problem),
    )


def by_description(problem: Problem) -> tuple[Description, Describe]:
    """Tell what the family's description says of the task."""
    description, describe = problem.supervised
    return description, lambda task, state: describe(task)


def by_expert(problem: Problem) -> tuple[Description, Describe]:
    """Tell what the expert, who knows the task, would do in the state met; raise ValueError where there is none."""
    rules = problem.rules
    if not hasattr(rules, "expert"):
        raise ValueError(
            f"learner learns from an expert, must be another for {problem.game.family}, which has none"
        )
    action = rules.action
    segment = Class(action.n) if isinstance(action, Discrete) else Numbers(action.size)
    return Description((segment,)), lambda task, state: as_vector(action, rules.expert(task, state.state))


def by_index(problem: Problem) -> tuple[Description, Describe]:
    """Tell which of the training tasks it is; raise ValueError where they are relabelled, and have no number."""
    if problem.game.relabelled:
        raise ValueError(
            f"relabelled is true for {problem.game.family}, must be false for a learner told by number"
        )
    return Description((Class(problem.learning.training_tasks),)), lambda task, state: task.told


SUPERVISIONS: dict[Supervision, Callable[[Problem], tuple[Description, Describe]]] = {
    "description": by_description,
    "expert": by_expert,
    "index": by_index,
}


def seen(problem: Problem, observed: Observed) -> Trial:
    """Return the trials as an agent sees them; all see how much of a trial is over, the belief does not hold that."""
    wrapped = {"posterior": BeliefObserved, "task": TaskObserved}.get(observed)
    rules = wrapped(problem.rules) if wrapped else problem.rules
    history = observed == "history"
    return Trial(rules, problem.game.episodes, see_action=history, see_reward=history, see_time=True)


def recurrent_of(problem: Problem) -> Recurrent:
    """Return the sizes of a learner and how it learns from the trials of an update."""
    game = problem.game
    return Recurrent(
        game.hidden,
        game.epochs,
        problem.learning.value_weight,
        game.reward_scale,
        entropy_updates=game.updates,
    )


def gradient_of(problem: Problem) -> PolicyGradient:
    """Return how the policy gradient is estimated."""
    game = problem.game
    return PolicyGradient(
        discount=game.discount,
        gae_lambda=game.gae_lambda,
        clip=problem.learning.clip,
        entropy=game.entropy,
    )


def optimiser_of(problem: Problem) -> optax.GradientTransformation:
    """Return Adam with a rate that falls linearly, on gradients of limited norm."""
    game = problem.game
    rate = optax.linear_schedule(game.rate, game.rate * game.last_rate, game.updates * game.epochs)
    return optax.chain(
        optax.clip_by_global_norm(problem.learning.largest_gradient), optax.adam(rate, eps=1e-5)
    )


LEARNERS: dict[str, Build] = {
    "recurrent": composed(memory=True),
    "belief_network": composed(belief="separate"),
    "auxiliary_head": composed(memory=True, belief="shared"),
    "belief_of_expert": composed(belief="separate", told="expert"),
    "belief_of_index": composed(belief="separate", told="index"),
    "belief_outputs": composed(belief="separate", reads="outputs"),
    "belief_gradients": composed(belief="separate", stops_gradient=False),
    "belief_memory": composed(belief="separate", memory=True),
    "varibad": varibad,
    "exact_belief": composed(observed="posterior"),
    "contextual": composed(observed="task"),
    "multitask": composed(observed="nothing"),
}


TOLD_BY_NUMBER = ("belief_of_index",)  # learners whose tasks carry their number


def learner_of(name: str, problem: Problem) -> Learner:
    """Return a learner of a game; raise ValueError for an unknown one."""
    if name not in LEARNERS:
        raise ValueError(f"learner is {name!r}, must be one of {', '.join(LEARNERS)}")
    return LEARNERS[name](problem)
