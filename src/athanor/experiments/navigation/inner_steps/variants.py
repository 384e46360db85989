"""What the number N of inner steps does, taken apart: learners in which it varies one thing alone.

The released N acts through the baseline only: N batches of one rollout, with a step of the critic on each.

* fitting: N steps on one such rollout.
* data: one step on N such rollouts together.

In the corrected reading, N inner steps use N + 1 batches of t trajectories, and the baseline is a least-squares fit to
each batch, whatever N.

* data: one inner step on as many trajectories in total, (N + 1) t / 2 a batch. What the whole learner with N does
  beyond it is adaptation.
* fitting: no inner step, and a critic as baseline that is fitted with N steps an episode.

adam is the learner as written but with the outer optimiser of the release: the released learner, its inner steps
corrected alone.
"""

from dataclasses import replace

from athanor.experiments.navigation.inner_steps.conditions import data_trajectories
from athanor.experiments.navigation.inner_steps.config import VARIANTS
from athanor.experiments.navigation.learners.config import Learners
from athanor.experiments.navigation.learners.methods import (
    corrected_gradient,
    corrected_method,
    corrected_optimiser,
    end_of,
    method,
    released_method,
    sizes,
    written_method,
)
from athanor.learning.learner import Learner
from athanor.learning.learners import Joint, joint_learner
from athanor.tasks.navigation.environment import Navigation


def variant_learner(
    env: Navigation, settings: Learners, reading: str, variant: str, steps: int, episodes: int
) -> Learner:
    """Return the learner of a variant of a reading; raise ValueError where there is no such variant."""
    condition = (reading, variant)
    if variant == "whole":
        return method(env, settings, reading, "maml", steps, episodes).learner
    if condition == ("released", "fitting"):
        return released_method(env, settings.networks, settings.released, "maml", 1, fit_steps=steps).learner
    if condition == ("released", "data"):
        return released_method(
            env, settings.networks, settings.released, "maml", 1, fit_rollouts=steps
        ).learner
    if condition == ("corrected", "data"):
        trajectories = data_trajectories(settings.corrected.trajectories, steps)
        more = settings.corrected.model_copy(update={"trajectories": trajectories})
        return corrected_method(env, settings.networks, more, "maml", 1, episodes).learner
    if condition == ("corrected", "fitting"):
        return _fitted(env, settings, steps, episodes)
    if condition == ("written", "adam"):
        return written_method(env, settings.networks, settings.written, "maml", steps, outer="adam").learner
    raise ValueError(f"variant is {variant}, must be one of {', '.join(VARIANTS)} that reading {reading} has")


def _fitted(env: Navigation, settings: Learners, steps: int, episodes: int) -> Learner:
    """Return joint training with the corrected gradient, its baseline a critic fitted with some steps an episode."""
    corrected = settings.corrected
    return joint_learner(
        Joint(critic_steps=steps, critic_rate=settings.written.critic_rate),
        replace(corrected_gradient(corrected), baseline="critic"),
        sizes(settings.networks, corrected.observation_offset),
        env,
        corrected_optimiser(corrected, episodes),
        end_of(env),
    )
