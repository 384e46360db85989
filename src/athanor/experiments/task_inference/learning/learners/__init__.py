"""The learners, one module each: what an agent is made of, and what it observes; and what they have in common."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias

import optax

from athanor.experiments.registry import entry
from athanor.experiments.task_inference.learning.config import Game, Learning
from athanor.experiments.task_inference.learning.families import Supervised, family_of
from athanor.learning.learner import Learner
from athanor.learning.policy_gradient import PolicyGradient
from athanor.learning.recurrent import Recurrent
from athanor.observed import BeliefObserved, TaskObserved
from athanor.trial import Trial

Observed: TypeAlias = Literal["history", "posterior", "task", "nothing"]


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


class Recipe(NamedTuple):
    """How a learner is built for a game, and whether its training tasks carry their number."""

    build: Callable[[Problem], Learner]
    numbered: bool = False


def recipe_of(name: str) -> Recipe:
    """Return how a learner is built, `LEARNER` of the module of that name; raise ValueError for an unknown one."""
    recipe: Recipe = entry(__name__, "learner", name)
    return recipe


def learner_of(name: str, problem: Problem) -> Learner:
    """Return a learner of a game; raise ValueError for an unknown one."""
    return recipe_of(name).build(problem)


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
