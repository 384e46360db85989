"""Train MAESN and MAML on the half circle: what they cover of the arc before they adapt, and what adapting earns."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.arc.environment import Target
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.structured_noise.config import StructuredNoise
from athanor.learning import maesn
from athanor.learning.adaptation import Inner, Problem, adaptation_curve
from athanor.learning.learner import Learner, LearnerState, Networks
from athanor.learning.learners import MetaLearning, meta_learner
from athanor.learning.networks import mlp_critic
from athanor.learning.normal import normal_actor
from athanor.learning.policy_gradient import Measure, PolicyGradient, problem, total_reward
from athanor.learning.rollout import Rollout
from athanor.learning.training import begin, train
from athanor.tasks.sparse_navigation.environment import SparseNavigation

FAMILY = "half_circle"
ANGLES = 181  # of the arc, at which cover is looked at
TIMES = 3  # what MAML covers, that MAESN is compared with


@dataclass(frozen=True)
class Dense(SparseNavigation):
    """The same game, paid by the distance in every step; beliefs, which are of hits, have no meaning here."""

    def reward_at(self, distance: Float[Array, ""]) -> Float[Array, ""]:
        """Return how near the target is."""
        return -distance


SPARSE, DENSE = SparseNavigation(), Dense()


class Measured(NamedTuple):
    """What is recorded of an episode."""

    earned: Float[Array, ""]
    covered: Float[Array, "angle"]  # 1 where the episode would have hit a target, else 0


class Shown(NamedTuple):
    """What a run comes to."""

    covered: Float[Array, ""]  # share of the arc, before adapting
    returns: Float[Array, "updates"]  # means over targets
    divergence: Float[Array, ""]  # mean over training tasks, nats; not a number for MAML


def run(structured_noise: StructuredNoise, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `structured_noise`: cover, returns by updates and divergence. Learners of a run meet the same targets."""
    keys = jax.random.split(key, structured_noise.runs)
    of_maesn, of_maml = (
        jax.tree.map(np.asarray, jax.jit(partial(jax.lax.map, partial(one, structured_noise)))(keys))
        for one in (structured, plain)
    )
    rows = [*rows_of("maesn", of_maesn), *rows_of("maml", of_maml)]
    for number, margin in enumerate(of_maesn.covered - TIMES * of_maml.covered):
        rows.append(Learned(13, "maesn", FAMILY, "before", number, "covered_over_thrice_maml", float(margin)))
    return {"structured_noise": pd.DataFrame(rows, columns=list(Learned._fields))}


def rows_of(system: str, shown: Shown) -> Iterator[Learned]:
    """Yield the numbers of every run of a learner."""
    for number in range(len(shown.covered)):
        place = (13, system, FAMILY)
        yield Learned(*place, "before", number, "covered", float(shown.covered[number]))
        for updates, value in enumerate(shown.returns[number]):
            yield Learned(*place, f"after_{updates}", number, "return", float(value))
        if system == "maesn":
            yield Learned(*place, "trained", number, "divergence", float(shown.divergence[number]))


def measure(task: Target, played: Rollout) -> Measured:
    """Return what an episode earned, and which angles of the arc it came near enough to for a hit."""
    del task  # cover is of all targets
    angle = jnp.linspace(0.0, SPARSE.max_angle, ANGLES)
    arc = jnp.stack([jnp.cos(angle), jnp.sin(angle)], axis=-1)
    reached = played.observation[1:, :2]
    near = jnp.linalg.norm(reached[:, None] - arc, axis=-1) <= SPARSE.radius
    return Measured(jnp.sum(played.reward), jnp.any(near, axis=0).astype(jnp.float32))


def targets(settings: StructuredNoise, key: PRNGKeyArray) -> tuple[Target, Target]:
    """Return the targets of training, evenly spread, and held-out ones, drawn."""
    spread = (jnp.arange(settings.tasks, dtype=jnp.float32) + 0.5) * (math.pi / settings.tasks)
    return Target(spread), jax.vmap(SPARSE.sample_task)(jax.random.split(key, settings.held_out))


def structured(settings: StructuredNoise, key: PRNGKeyArray) -> Shown:
    """Train a run of MAESN, and show it."""
    begin_key, train_key, test_key, target_key = jax.random.split(key, 4)
    known, new = targets(settings, target_key)
    dense, sparse = (maesn.WithNoise(rules, settings.latent) for rules in (DENSE, SPARSE))
    learning = maesn.MAESN(
        settings.tasks,
        settings.latent,
        settings.inner_steps,
        settings.latent_rate,
        settings.divergence_weight,
    )
    learner = maesn.maesn_learner(
        learning,
        _problem(settings, dense, settings.trajectories, total_reward),
        partial(_policy, settings, dense.observation.size),
        _adam(settings),
    )
    run, _, _ = train(learner, lambda *_: known, begin(learner, begin_key), settings.updates, train_key)
    params = run.state.params
    played = _problem(settings, sparse, settings.shown_trajectories)

    def of_target(target: Target, key: PRNGKeyArray) -> Measured:
        start = maesn.standard(settings.latent)
        seen = maesn.adapt(played, settings.shown_updates, params, start, target, key)
        return _joined(seen.support.measure, seen.query.measure)

    shown = jax.vmap(of_target)(new, jax.random.split(test_key, settings.held_out))
    divergence = jnp.mean(jax.vmap(maesn.divergence)(params.latents))
    return _shown(shown, divergence, run.finite)


def plain(settings: StructuredNoise, key: PRNGKeyArray) -> Shown:
    """Train a run of MAML, and show it."""
    begin_key, train_key, test_key, target_key = jax.random.split(key, 4)
    known, new = targets(settings, target_key)
    learner = _maml(settings)
    run, _, _ = train(learner, lambda *_: known, begin(learner, begin_key), settings.updates, train_key)
    played = _problem(settings, SPARSE, settings.shown_trajectories)
    inner = Inner(settings.shown_updates, settings.inner_rate)

    def of_target(target: Target, key: PRNGKeyArray) -> Measured:
        measured: Measured = adaptation_curve(played, inner, run.state.params, target, key).measure
        return measured

    shown = jax.vmap(of_target)(new, jax.random.split(test_key, settings.held_out))
    return _shown(shown, jnp.float32(jnp.nan), run.finite)


def _shown(measured: Measured, divergence: Float[Array, ""], finite: Array) -> Shown:
    """Take means; the axes are target, update and trajectory. No update's batch tells of its target."""
    covered = jnp.mean(jnp.max(measured.covered[:, 0], axis=1))
    shown = Shown(covered, jnp.mean(measured.earned, axis=(0, 2)), divergence)
    return jax.tree.map(lambda leaf: jnp.where(finite, leaf, jnp.nan), shown)


def _joined(before: Measured, after: Measured) -> Measured:
    return jax.tree.map(lambda more, one: jnp.concatenate([more, one[None]]), before, after)


def _maml(settings: StructuredNoise) -> Learner:
    """Return MAML with a normal policy."""
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


def _policy(settings: StructuredNoise, inputs: int, key: PRNGKeyArray) -> Any:
    return normal_actor(inputs, SPARSE.action, settings.hidden, settings.first_log_deviation, key)


def _problem(
    settings: StructuredNoise, environment: Any, trajectories: int, measured: Measure = measure
) -> Problem:
    unread = mlp_critic(
        environment.observation.size, 1, jax.random.key(0)
    )  # returns are compared with each other
    return problem(_gradient(settings, trajectories), environment, unread, measured)


def _gradient(settings: StructuredNoise, trajectories: int) -> PolicyGradient:
    """Return how a policy gradient is estimated; a fitted baseline would take from the noise what it earned."""
    return PolicyGradient(
        discount=settings.discount,
        gae_lambda=1.0,
        trajectories=trajectories,
        baseline="none",
        normalise=True,
        average=True,
    )


def _adam(settings: StructuredNoise) -> optax.GradientTransformation:
    rate = settings.outer_rate
    return optax.adam(optax.linear_schedule(rate, 0.1 * rate, settings.updates))
