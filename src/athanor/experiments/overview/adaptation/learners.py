"""The learners of point navigation: one policy, one gradient, one number of episodes, and several ways to start from."""

from typing import Any, NamedTuple

import optax
from jaxtyping import PRNGKeyArray

from athanor.experiments.overview.adaptation.conditions import LEARNERS
from athanor.experiments.overview.adaptation.config import Adaptation
from athanor.learning.learner import Learner, LearnerState, Networks
from athanor.learning.learners import Joint, MetaLearning, joint_learner, meta_learner
from athanor.learning.normal import normal_actor
from athanor.learning.policy_gradient import PolicyGradient
from athanor.tasks.point_navigation.environment import PointNavigation

RULES = PointNavigation()


class Method(NamedTuple):
    """A learner and how it trains."""

    learner: Learner
    goals: int  # of an outer update
    updates: int


def method(settings: Adaptation, name: str) -> Method:
    """Return a learner that plays as many episodes as all others; raise ValueError for an unknown one."""
    rounds = settings.inner_steps + 1  # of episodes on a goal in an outer update
    if name == "random":
        return Method(_multitask(settings), settings.goals, 0)
    if name == "multitask":
        return Method(_multitask(settings), settings.goals * rounds, settings.updates)
    if name == "reptile":
        updates = max(settings.updates * rounds // settings.reptile_steps, 1)
        return Method(_reptile(settings), settings.goals, updates)
    if name == "emaml":
        return Method(_maml(settings, "maml", settings.sampling_weight), settings.goals, settings.updates)
    if name in ("maml", "fomaml"):
        return Method(_maml(settings, name), settings.goals, settings.updates)
    raise ValueError(f"learner is {name}, must be one of {', '.join(LEARNERS)}")


def gradient(settings: Adaptation, trajectories: int) -> PolicyGradient:
    """Return how a policy gradient is estimated."""
    return PolicyGradient(
        discount=settings.discount,
        gae_lambda=settings.gae_lambda,
        trajectories=trajectories,
        baseline="linear",
        normalise=True,
        average=True,
    )


def _multitask(settings: Adaptation) -> Learner:
    optimiser = _adam(settings)
    return _with_normal_policy(settings, joint_learner(Joint(), *_game(settings), optimiser), optimiser)


def _maml(settings: Adaptation, name: Any, sampling: float = 0.0) -> Learner:
    optimiser = _adam(settings)
    learning = MetaLearning(name, settings.inner_steps, settings.inner_rate, sampling=sampling)
    return _with_normal_policy(settings, meta_learner(learning, *_game(settings), optimiser), optimiser)


def _reptile(settings: Adaptation) -> Learner:
    optimiser = optax.sgd(settings.reptile_rate)
    learning = MetaLearning("reptile", settings.reptile_steps, settings.inner_rate)
    return _with_normal_policy(settings, meta_learner(learning, *_game(settings), optimiser), optimiser)


def _game(settings: Adaptation) -> tuple[PolicyGradient, Networks, PointNavigation]:
    return gradient(settings, settings.trajectories), Networks(settings.hidden), RULES


def _adam(settings: Adaptation) -> optax.GradientTransformation:
    rate = settings.outer_rate
    return optax.adam(optax.linear_schedule(rate, 0.1 * rate, settings.updates))


def _with_normal_policy(
    settings: Adaptation, learner: Learner, optimiser: optax.GradientTransformation
) -> Learner:
    """Return the learner with a normal policy, which the game clips; equal keys start from equal weights."""

    def init(key: PRNGKeyArray) -> LearnerState:
        actor = normal_actor(
            RULES.observation.size, RULES.action, settings.hidden, settings.first_log_deviation, key
        )
        return learner.init(key)._replace(params=actor, optimiser=optimiser.init(actor))

    return learner._replace(init=init)
