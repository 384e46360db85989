"""Tune the discounts of the chain of noise by meta-gradients, full and truncated."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from athanor.experiments.overview.learned.config import MetaGradients
from athanor.experiments.overview.learned.row import Learned
from athanor.learning.meta_gradients import (
    MetaState,
    meta_gradient,
    moved,
    squared_error,
    start,
    value_update,
)
from athanor.tasks.chains.discounts import best_by_state, errors, long_run
from athanor.tasks.chains.environment import Chains, State

GAME = Chains()
Carry = tuple[MetaState, Float[Array, "actor state"]]  # what is learnt, and the episodes to learn from next
_AXES: tuple[Any, ...] = (
    0,
    None,
    0,
)  # of a state: values and traces are each actor's own, discounts are shared
SYSTEMS = {"full": True, "truncated": False}


def run(meta_gradients: MetaGradients, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `meta_gradients`: discounts at the end, their distance to the exact ones, and the error they leave."""
    rows = []
    for system, full in SYSTEMS.items():
        keys = jax.random.split(key, meta_gradients.runs)
        tuned = jax.jit(jax.vmap(partial(tune, meta_gradients, full)))(keys)
        for number, discounts in enumerate(np.asarray(tuned, float)):
            values = described(discounts, meta_gradients.rate, full)
            condition = f"alpha{meta_gradients.rate:g}"
            rows += [Learned(11, system, "chains", condition, number, *value) for value in values.items()]
    return {"meta_gradients": pd.DataFrame(rows, columns=list(Learned._fields))}


def described(discounts: Float[np.ndarray, "state"], rate: float, full: bool) -> dict[str, float]:
    """Return the discounts that matter, their greatest distance to where the gradient settles, and the mean error."""
    kappa = long_run(rate)
    last = GAME.length - 1
    settles = best_by_state(GAME, kappa if full else rate)
    values = {f"gamma_{state}": float(discounts[state]) for state in range(last)}
    return values | {
        "distance_to_exact": float(abs(discounts - settles)[:last].max()),
        "error": float(errors(GAME, discounts, kappa).mean()),
    }


def tune(settings: MetaGradients, full: bool, key: PRNGKeyArray) -> Float[Array, "state"]:
    """Return the mean of the discounts over the last quarter of the updates.

    In each one every actor learns from an episode, is judged on its next one, and then learns from that. The learning
    rate of the discounts falls linearly to 0. A truncated gradient is smaller by the learning rate of the values, which
    is made up for.
    """
    update, axes = partial(value_update, rate=settings.rate), MetaState(*_AXES)

    scale = settings.meta_rate * (1.0 if full else 1 / settings.rate)

    def advance(
        carry: Carry, step: tuple[Float[Array, ""], PRNGKeyArray]
    ) -> tuple[Carry, Float[Array, "state"]]:
        (state, seen), (share_left, key) = carry, step
        following = jax.vmap(play)(jax.random.split(key, settings.actors))
        state = jax.vmap(partial(moved, update, full=full), (axes, 0), axes)(state, seen)
        gradient = jax.vmap(partial(meta_gradient, squared_error), (axes, 0))(state, following).mean(axis=0)
        meta = jnp.clip(state.meta - scale * share_left * gradient, 0.0, 1.0)
        return (state._replace(meta=meta), following), meta

    keys = jax.random.split(key, settings.updates + 1)
    seen = jax.vmap(play)(jax.random.split(keys[0], settings.actors))
    steps = jnp.linspace(1.0, 0.0, settings.updates), keys[1:]
    _, metas = jax.lax.scan(advance, (_first(settings), seen), steps)
    return metas[-(settings.updates // 4) :].mean(axis=0)


def _first(settings: MetaGradients) -> MetaState:
    """Return the actors' states at first: no values yet, discounts in common."""
    state = start(jnp.zeros(GAME.length), jnp.full(GAME.length, settings.initial))
    parameters, trace = (
        jnp.broadcast_to(leaf, (settings.actors, *leaf.shape)) for leaf in (state.parameters, state.trace)
    )
    return MetaState(parameters, state.meta, trace)


def play(key: PRNGKeyArray) -> Float[Array, "state"]:
    """Return the rewards of an episode."""
    task = GAME.sample_task(key)

    def step(state: State, key: PRNGKeyArray) -> tuple[State, Float[Array, ""]]:
        following, transition = GAME.step(task, state, jnp.int32(0), key)
        return following, transition.reward

    _, rewards = jax.lax.scan(step, GAME.reset(task, key), jax.random.split(key, GAME.length))
    return rewards
