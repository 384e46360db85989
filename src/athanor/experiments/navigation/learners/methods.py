"""The learners of the study under the three readings of the student abstract.

* written: the equations and Table 1, literally. Losses summed over steps, one trajectory, a critic as baseline; the
  outer optimiser is SGD for MAML and Adam for FOMAML, as the supplement says.
* released: what the released code computes (`athanor.learning.released`).
* corrected: the method intended, with changes that make it train.
"""

from typing import Any, Literal, NamedTuple, TypeAlias

import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from athanor.experiments.navigation.learners.config import (
    READINGS,
    Algorithm,
    Corrected,
    Learners,
    Networks,
    Released,
    Written,
)
from athanor.learning import learner as learning
from athanor.learning.adaptation import Inner
from athanor.learning.learner import Learner
from athanor.learning.learners import Joint, MetaLearning, joint_learner, meta_learner
from athanor.learning.policy_gradient import Measure, PolicyGradient
from athanor.learning.released import ReleasedSettings, released_fomaml, released_maml
from athanor.learning.rollout import Rollout
from athanor.tasks.navigation.environment import Navigation
from athanor.tasks.navigation.shaping import ShapedNavigation

Game: TypeAlias = Navigation | ShapedNavigation

Outer = Literal["sgd", "adam"]


class End(NamedTuple):
    """What is recorded of a rollout; a mean over trajectories where a task has several."""

    squared_distance: Float[Array, "..."]  # m^2, from the last cell entered to the target
    distance: Float[Array, "..."]  # m, its root
    reward: Float[Array, "..."]  # undiscounted return, as the learner was paid
    cell: Float[Array, "... 2"]  # last cell entered


class Method(NamedTuple):
    """A learner, and how it adapts to a task once it is trained."""

    learner: Learner
    gradient: PolicyGradient
    inner: Inner


def method(
    env: Navigation,
    learners: Learners,
    reading: str,
    algorithm: Algorithm,
    steps: int = 1,
    episodes: int | None = None,
) -> Method:
    """Return an algorithm with N inner steps under a reading; raise ValueError where there is no such reading.

    `episodes` is how long the corrected reading trains, if not as its section says.
    """
    if reading == "released":
        return released_method(env, learners.networks, learners.released, algorithm, steps)
    if reading == "written":
        return written_method(env, learners.networks, learners.written, algorithm, steps)
    if reading == "corrected":
        return corrected_method(env, learners.networks, learners.corrected, algorithm, steps, episodes)
    raise ValueError(f"reading is {reading}, must be one of {', '.join(READINGS)}")


def released_method(
    env: Navigation,
    networks: Networks,
    released: Released,
    algorithm: Algorithm,
    steps: int,
    fit_rollouts: int = 1,
    fit_steps: int = 1,
) -> Method:
    """Return a released learner, whose inner loop changes nothing; its FOMAML has no inner loop at all.

    The MAML's critic is fitted to `steps` batches of some rollouts each, with some steps on each batch.
    """
    gradient = PolicyGradient(discount=released.discount, gae_lambda=released.gae_lambda, drop_last_step=True)
    rates = (released.outer_rate, released.critic_rate)
    settings = ReleasedSettings(gradient, *rates, fit_rollouts, fit_steps)
    rest = (sizes(networks), env, end_of(env), settings)
    learner = released_maml(steps, *rest) if algorithm == "maml" else released_fomaml(*rest)
    return Method(learner, gradient, Inner(1, 0.0))


def written_method(
    env: Navigation,
    networks: Networks,
    written: Written,
    algorithm: Algorithm,
    steps: int,
    outer: Outer | None = None,
) -> Method:
    """Return the method of the equations at the rates of Table 1; `outer` is another outer optimiser."""
    gradient = PolicyGradient(discount=written.discount, gae_lambda=written.gae_lambda)
    settings = MetaLearning(algorithm, steps, written.inner_rate, critic_rate=written.critic_rate)
    outer = outer or ("sgd" if algorithm == "maml" else "adam")
    optimiser = optax.sgd(written.outer_rate) if outer == "sgd" else optax.adam(written.outer_rate)
    learner = meta_learner(settings, gradient, sizes(networks), env, optimiser, end_of(env))
    return Method(learner, gradient, settings.inner)


def corrected_method(
    env: Game,
    networks: Networks,
    corrected: Corrected,
    algorithm: Algorithm,
    steps: int = 1,
    episodes: int | None = None,
    sampling: float = 0.0,
) -> Method:
    """Return the corrected method: normalised advantages, a fitted baseline, means, several trajectories, Adam.

    Its rate falls to 0 over the training episodes, those of the section or other; `sampling` is the weight of E-MAML's term.
    """
    gradient = corrected_gradient(corrected)
    settings = MetaLearning(algorithm, steps, corrected.inner_rate, sampling=sampling)
    optimiser = corrected_optimiser(corrected, episodes)
    learner = meta_learner(
        settings, gradient, sizes(networks, corrected.observation_offset), env, optimiser, end_of(env)
    )
    return Method(learner, gradient, settings.inner)


def joint_method(
    env: Navigation, networks: Networks, corrected: Corrected, episodes: int | None = None
) -> Method:
    """Return joint training with the corrected gradient: what meta-learning is compared with."""
    gradient, optimiser = corrected_gradient(corrected), corrected_optimiser(corrected, episodes)
    learner = joint_learner(
        Joint(), gradient, sizes(networks, corrected.observation_offset), env, optimiser, end_of(env)
    )
    return Method(learner, gradient, Inner(1, corrected.inner_rate))


def corrected_optimiser(corrected: Corrected, episodes: int | None = None) -> optax.GradientTransformation:
    """Return the outer optimiser of the corrected reading."""
    return optax.adam(optax.linear_schedule(corrected.outer_rate, 0.0, episodes or corrected.episodes))


def corrected_gradient(corrected: Corrected) -> PolicyGradient:
    """Return how the corrected reading estimates a policy gradient."""
    return PolicyGradient(
        discount=corrected.discount,
        gae_lambda=corrected.gae_lambda,
        trajectories=corrected.trajectories,
        baseline="linear",
        normalise=True,
        average=True,
        entropy=corrected.entropy,
    )


def sizes(networks: Networks, observation_offset: float = 0.0) -> learning.Networks:
    """Return the sizes of actor and critic; `observation_offset` in metres."""
    return learning.Networks(networks.hidden, observation_offset)


def end_of(env: Game) -> Measure:
    """Return the measure that records where a rollout ends."""

    def measure(task: Any, rollout: Rollout) -> End:
        state = rollout.state
        squared = env.squared_distance(task, state)
        cell = state.cell.astype(jnp.float32)
        return End(squared, jnp.sqrt(squared), jnp.sum(rollout.reward), cell)

    return measure
