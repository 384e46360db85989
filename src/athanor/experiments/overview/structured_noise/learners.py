"""MAESN and MAML with one policy, one policy gradient and one outer optimiser."""

from functools import partial
from typing import Any

import jax
import optax
from jaxtyping import PRNGKeyArray

from athanor.environment import Episodic
from athanor.experiments.overview.structured_noise.config import StructuredNoise
from athanor.experiments.overview.structured_noise.game import DENSE, SPARSE, measure
from athanor.learning.adaptation import Problem
from athanor.learning.latent_noise import WithNoise
from athanor.learning.learner import Learner, LearnerState, Networks
from athanor.learning.learners import MetaLearning, meta_learner
from athanor.learning.maesn import MAESN, Weight, maesn_learner
from athanor.learning.networks import Actor, mlp_critic
from athanor.learning.normal import normal_actor
from athanor.learning.policy_gradient import Measure, PolicyGradient, problem, total_reward


def maesn(settings: StructuredNoise, weight: Weight) -> Learner:
    """Return MAESN with this weight of the divergence, on the game that is paid by distance."""
    learning = MAESN(settings.tasks, settings.latent, settings.inner_steps, settings.latent_rate)
    noisy = WithNoise(DENSE, settings.latent)
    played = _problem(settings, noisy, settings.trajectories, total_reward)
    return maesn_learner(
        learning, weight, played, partial(_policy, settings, noisy.observation.size), _adam(settings)
    )


def maml(settings: StructuredNoise) -> Learner:
    """Return MAML, on the game that is paid by distance."""
    optimiser = _adam(settings)
    learner = meta_learner(
        MetaLearning("maml", settings.inner_steps, settings.inner_rate),
        _gradient(settings, settings.trajectories),
        Networks(settings.hidden),
        DENSE,
        optimiser,
    )

    def init(key: PRNGKeyArray) -> LearnerState:
        actor = _policy(settings, DENSE.observation.size, key)
        return learner.init(key)._replace(params=actor, optimiser=optimiser.init(actor))

    return learner._replace(init=init)


def shown_problem(settings: StructuredNoise, noise: int) -> Problem:
    """Return the game at test, with so many components of noise in what is seen: earnings and cover are recorded."""
    environment: Episodic[Any, Any] = WithNoise(SPARSE, noise) if noise else SPARSE
    return _problem(settings, environment, settings.shown_trajectories, measure)


def _problem(
    settings: StructuredNoise, environment: Episodic[Any, Any], trajectories: int, measured: Measure
) -> Problem:
    inputs = environment.observation.size
    # Returns are compared with a linear fit, and no critic is read: any does.
    unread = mlp_critic(inputs, 1, jax.random.key(0))
    return problem(_gradient(settings, trajectories), environment, unread, measured)


def _gradient(settings: StructuredNoise, trajectories: int) -> PolicyGradient:
    """Return how a policy gradient is estimated.

    The fit sees the noise. An action does not change it, so that this is no bias; without it, what the noise is worth
    would drown what an action is.
    """
    return PolicyGradient(
        discount=settings.discount,
        gae_lambda=1.0,
        trajectories=trajectories,
        baseline="linear",
        normalise=True,
        average=True,
    )


def _policy(settings: StructuredNoise, inputs: int, key: PRNGKeyArray) -> Actor:
    return normal_actor(inputs, SPARSE.action, settings.hidden, settings.first_log_deviation, key)


def _adam(settings: StructuredNoise) -> optax.GradientTransformation:
    rate = settings.outer_rate
    return optax.adam(optax.linear_schedule(rate, 0.1 * rate, settings.updates))
