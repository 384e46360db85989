"""Train MAESN and MAML on the half circle: what they cover of the arc before they adapt, and what adapting earns."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.arc.environment import Target
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.structured_noise import learners
from athanor.experiments.overview.structured_noise.config import StructuredNoise
from athanor.experiments.overview.structured_noise.game import FAMILY, Measured, targets
from athanor.learning import maesn
from athanor.learning.adaptation import Inner, adaptation_curve
from athanor.learning.latent_noise import divergence, standard
from athanor.learning.learner import Learner
from athanor.learning.training import begin, train

TIMES = 3  # what MAML covers, that MAESN is compared with


class Shown(NamedTuple):
    """What a learner comes to: first the untrained one, then the trained one (where there is an axis `stage`)."""

    covered: Float[Array, "*run_stage"]  # share of the arc, before adapting
    returns: Float[Array, "*run_stage updates"]  # means over held-out targets
    divergence: Float[Array, "*run_stage"]  # mean over training tasks, nats; 0 for MAML


def run(structured_noise: StructuredNoise, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `structured_noise`: cover, returns by updates and divergence, of MAESN, without divergence too, and MAML.

    Learners of a run meet the same targets.
    """
    settings, keys = structured_noise, jax.random.split(key, structured_noise.runs)
    weights = jnp.repeat(jnp.array([settings.divergence_weight, 0.0], jnp.float32), settings.runs)
    both = _mapped(partial(structured, settings), weights, jnp.concatenate([keys, keys]))
    kept, free = (Shown(*leaves) for leaves in zip(*(np.split(leaf, 2) for leaf in both), strict=True))
    shown = {"maesn": kept, "maesn_free": free, "maml": _mapped(partial(plain, settings), keys)}
    return {"structured_noise": table(shown)}


def _mapped(one: Callable[..., Shown], *arguments: Array) -> Shown:
    """Compute for one run after the other: then what a gradient needs stays in the cache of a core."""
    program = jax.jit(lambda *stacked: jax.lax.map(lambda own: one(*own), stacked))
    return jax.tree.map(np.asarray, program(*arguments))


def table(shown: dict[str, Shown]) -> pd.DataFrame:
    """Return all numbers, and by run what MAESN covers less what MAML covers three times."""
    rows = [row for system, found in shown.items() for row in rows_of(system, found)]
    margins = shown["maesn"].covered[:, 1] - TIMES * shown["maml"].covered[:, 1]
    for number, margin in enumerate(margins):
        rows.append(_row("maesn", "before", number, "covered_over_thrice_maml", margin))
    return pd.DataFrame(rows, columns=list(Learned._fields))


def rows_of(system: str, shown: Shown) -> Iterator[Learned]:
    """Yield the numbers of every run of a learner."""
    for number, (untrained, trained) in enumerate(shown.covered):
        yield _row(system, "untrained", number, "covered", untrained)
        yield _row(system, "before", number, "covered", trained)
        for updates, value in enumerate(shown.returns[number, 1]):
            yield _row(system, f"after_{updates}", number, "return", value)
        if system != "maml":
            yield _row(system, "trained", number, "divergence", shown.divergence[number, 1])


def _row(system: str, condition: str, number: int, quantity: str, value: Any) -> Learned:
    return Learned(13, system, FAMILY, condition, number, quantity, float(value))


def structured(settings: StructuredNoise, weight: maesn.Weight, key: PRNGKeyArray) -> Shown:
    """Train a run of MAESN, and show it."""
    played = learners.shown_problem(settings, settings.latent)

    def of_target(params: maesn.Structured, target: Target, key: PRNGKeyArray) -> Measured:
        start = standard(settings.latent)
        seen = maesn.adapt(played, settings.shown_updates, params, start, target, key)
        return _joined(seen.support.measure, seen.query.measure)

    def apart(params: maesn.Structured) -> Float[Array, ""]:
        return jnp.mean(jax.vmap(divergence)(params.latents))

    return trained(settings, learners.maesn(settings, weight), of_target, apart, key)


def plain(settings: StructuredNoise, key: PRNGKeyArray) -> Shown:
    """Train a run of MAML, and show it."""
    played = learners.shown_problem(settings, 0)
    inner = Inner(settings.shown_updates, settings.inner_rate)

    def of_target(params: Any, target: Target, key: PRNGKeyArray) -> Measured:
        measured: Measured = adaptation_curve(played, inner, params, target, key).measure
        return measured

    return trained(settings, learners.maml(settings), of_target, lambda _: jnp.float32(0.0), key)


def trained(
    settings: StructuredNoise,
    learner: Learner,
    of_target: Callable[[Any, Target, PRNGKeyArray], Measured],
    apart: Callable[[Any], Float[Array, ""]],
    key: PRNGKeyArray,
) -> Shown:
    """Train a learner, and show it on held-out targets before training and after; equal keys have equal targets."""
    begin_key, train_key, test_key, target_key = jax.random.split(key, 4)
    known, new = targets(settings.tasks, settings.held_out, target_key)
    first = begin(learner, begin_key)
    last, _, _ = train(learner, lambda *_: known, first, settings.updates, train_key)
    test_keys = jax.random.split(test_key, settings.held_out)

    def show(params: Any) -> Shown:
        return summary(jax.vmap(partial(of_target, params))(new, test_keys), apart(params), last.finite)

    stages = jax.tree.map(lambda *leaves: jnp.stack(leaves), first.state.params, last.state.params)
    shown: Shown = jax.lax.map(show, stages)
    return shown


def summary(measured: Measured, of_prior: Float[Array, ""], finite: Array) -> Shown:
    """Take means; the axes are target, update and trajectory. The batch before any update tells nothing of a target."""
    covered = jnp.mean(jnp.max(measured.covered[:, 0], axis=1))
    shown = Shown(covered, jnp.mean(measured.earned, axis=(0, 2)), of_prior)
    return jax.tree.map(lambda leaf: jnp.where(finite, leaf, jnp.nan), shown)


def _joined(before: Measured, after: Measured) -> Measured:
    return jax.tree.map(lambda more, one: jnp.concatenate([more, one[None]]), before, after)
