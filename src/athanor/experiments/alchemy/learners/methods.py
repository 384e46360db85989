"""The learners of Alchemy: policies without memory that see the game's observation and name one of its actions.

All have the same gradient: the baseline is a least-squares fit to a batch of episodes, so that neither a critic nor a
scale of the rewards has to be chosen, and advantages are normalised at each step over a chemistry's episodes.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from athanor.experiments.alchemy.learners.config import Learners, MetaLearning
from athanor.learning import learners as meta_learning
from athanor.learning.learner import Learner, Networks
from athanor.learning.learners import Joint, joint_learner, meta_learner
from athanor.learning.policy_gradient import Measure, PolicyGradient
from athanor.learning.rollout import Rollout
from athanor.tasks.alchemy.environment import Alchemy

ALGORITHMS: dict[str, Literal["maml", "fomaml"]] = {
    "maml": "maml",
    "fomaml": "fomaml",
    "fomaml_fixed": "fomaml",  # on a few chemistries, as the source's poster trains it
}
TrialScores: TypeAlias = Float[Array, "trial"]
Adam: TypeAlias = Callable[[float, int], optax.GradientTransformation]  # of a first rate, for so many steps


def gradient(learners: Learners, clip: float | None = None) -> PolicyGradient:
    """Return how a policy gradient is estimated; with `clip` it is PPO's."""
    return PolicyGradient(
        discount=learners.discount,
        gae_lambda=learners.gae_lambda,
        trajectories=learners.trajectories,
        baseline="linear",
        normalise=True,
        average=True,
        entropy=learners.entropy,
        clip=clip,
    )


def falling(rate: float, steps: int) -> optax.GradientTransformation:
    """Return Adam with a rate that falls to 0 over its steps."""
    return optax.adam(optax.linear_schedule(rate, 0.0, steps))


def constant(rate: float, steps: int) -> optax.GradientTransformation:
    """Return Adam with a rate that stays what it is at first."""
    del steps
    return optax.adam(rate)


def joint(env: Alchemy, learners: Learners, name: str, updates: int, adam: Adam = falling) -> Learner:
    """Return the policy gradient or PPO, on one chemistry or several together."""
    if name == "ppo":
        rate, epochs, clip = learners.ppo_rate, learners.ppo_epochs, learners.ppo_clip
    elif name == "vpg":
        rate, epochs, clip = learners.vpg_rate, 1, None
    else:
        raise ValueError(f"learner is {name}, must be one of vpg, ppo")
    return joint_learner(
        Joint(epochs),
        gradient(learners, clip),
        Networks(learners.hidden),
        env,
        adam(rate, updates * epochs),
        trial_scores(env),
    )


def meta(
    env: Alchemy, learners: Learners, study: MetaLearning, name: str, updates: int, adam: Adam = falling
) -> Learner:
    """Return MAML, with exact second derivatives, or FOMAML."""
    if name not in ALGORITHMS:
        raise ValueError(f"learner is {name}, must be one of {', '.join(ALGORITHMS)}")
    settings = meta_learning.MetaLearning(ALGORITHMS[name], study.inner_steps, study.inner_rate)
    optimiser = adam(study.outer_rate, updates)
    return meta_learner(
        settings, gradient(learners), Networks(learners.hidden), env, optimiser, trial_scores(env)
    )


def trial_scores(env: Alchemy) -> Measure:
    """Return the measure that records what each trial of an episode paid."""

    def measure(task: Any, rollout: Rollout) -> TrialScores:
        del task
        return jnp.sum(rollout.reward.reshape(env.trials, env.trial_steps), axis=1)

    return measure
