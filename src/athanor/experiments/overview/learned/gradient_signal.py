"""How much a policy gradient tells in the room, where it is known exactly, and what fine-tuning on few trajectories earns.

A policy has a row of logits for each cell, and a goal cell pays 1 for each step that ends in it. Of n trajectories the
policy gradient's estimate is g + noise, where the noise has the squared length N / n in the mean: it is as long as g from
N / |g|^2 trajectories on. Scores are 0 for the uniform policy and 1 for the best play.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int, PRNGKeyArray

from athanor.experiments.overview.learned.config import GradientSignal
from athanor.experiments.overview.learned.row import Learned
from athanor.experiments.overview.learned.skills import ROOM, WORLD
from athanor.learning.skills import visits
from athanor.tasks.room.exact import optimal

Logits = Float[Array, "cell action"]
Rewards = Float[Array, "cell"]
MOMENTS = {"uniform": 0.0, "halfway": 0.5, "near": 0.9}  # scores at which the gradient is looked at


class Trajectories(NamedTuple):
    """Where a policy went, what it did there, and what was paid from then on."""

    cell: Int[Array, "trajectory step"]
    action: Int[Array, "trajectory step"]
    reward_to_go: Float[Array, "trajectory step"]


def run(gradient_signal: GradientSignal, key: PRNGKeyArray) -> dict[str, pd.DataFrame]:
    """Return `gradient_signal`: trajectories for a gradient as long as its noise, and scores of fine-tuning, by run.

    Of fine-tuning these are the score at the end, what was lost since its best update, and by how much the score with the
    most trajectories exceeds it. Each run has a goal of its own.
    """
    keys = jax.random.split(key, gradient_signal.runs)
    rows = [row for number, key in enumerate(keys) for row in of_run(gradient_signal, number, key)]
    return {"gradient_signal": pd.DataFrame(rows, columns=list(Learned._fields))}


def of_run(settings: GradientSignal, number: int, key: PRNGKeyArray) -> Iterator[Learned]:
    """Yield the numbers of a run."""
    goal_key, signal_key, tune_key = jax.random.split(key, 3)
    goals = np.delete(np.arange(ROOM.cells), ROOM.start)
    rewards = jax.nn.one_hot(jax.random.choice(goal_key, goals), ROOM.cells)
    uniform = jnp.zeros(WORLD.following.shape)
    least, best = float(expected_return(uniform, rewards)), optimal(ROOM, np.asarray(rewards, float))
    path, earned = ascent(settings, rewards)
    scores = (np.asarray(earned) - least) / (best - least)
    for moment, score in MOMENTS.items():
        at = int(np.argmax(scores >= score)) if (scores >= score).any() else len(scores) - 1
        needed = trajectories_for_signal(settings.trajectories, path[at], rewards, signal_key)
        yield Learned(6, "policy_gradient", "room", moment, number, "trajectories", float(needed))
    tuned = {
        shots: (np.asarray(fine_tuned(settings, shots, rewards, tune_key), float) - least) / (best - least)
        for shots in settings.shots
    }
    most = tuned[max(tuned)][-1]
    for shots, scores in tuned.items():
        numbers = {"score": scores[-1], "lost": scores.max() - scores[-1], "below_most": most - scores[-1]}
        for quantity, value in numbers.items():
            yield Learned(6, "policy_gradient", "room", f"shots{shots}", number, quantity, float(value))


def expected_return(logits: Logits, rewards: Rewards) -> Float[Array, ""]:
    """Return what a policy earns in an episode, exactly."""
    policy = jnp.broadcast_to(jax.nn.softmax(logits), (WORLD.steps, *logits.shape))
    return jnp.sum(visits(WORLD, policy) @ rewards)


@partial(jax.jit, static_argnums=0)
def ascent(
    settings: GradientSignal, rewards: Rewards
) -> tuple[Float[Array, "update cell action"], Float[Array, "update"]]:
    """Return the policies on the way up the exact gradient from the uniform one, and what each earns."""

    def step(logits: Logits, _: None) -> tuple[Logits, tuple[Logits, Float[Array, ""]]]:
        earned, gradient = jax.value_and_grad(expected_return)(logits, rewards)
        return logits + settings.rate * gradient, (logits, earned)

    start = jnp.zeros(WORLD.following.shape)
    return jax.lax.scan(step, start, length=settings.updates)[1]


def played(logits: Logits, rewards: Rewards, count: int, key: PRNGKeyArray) -> Trajectories:
    """Play some episodes."""

    def step(
        cell: Int[Array, "trajectory"], key: PRNGKeyArray
    ) -> tuple[Int[Array, "trajectory"], tuple[Array, Array, Array]]:
        action = jax.random.categorical(key, logits[cell])
        following = WORLD.following[cell, action]
        return following, (cell, action, rewards[following])

    start = jnp.full(count, WORLD.start)
    _, (cell, action, paid) = jax.lax.scan(step, start, jax.random.split(key, WORLD.steps))
    return Trajectories(cell.T, action.T, jnp.cumsum(paid[::-1], axis=0)[::-1].T)


def values(logits: Logits, rewards: Rewards) -> Float[Array, "step cell"]:
    """Return what a policy earns from each cell on, with so many steps played already."""
    policy = jax.nn.softmax(logits)

    def back(later: Rewards, _: None) -> tuple[Rewards, Rewards]:
        now = jnp.sum(policy * (rewards + later)[WORLD.following], axis=1)
        return now, now

    return jax.lax.scan(back, jnp.zeros_like(rewards), length=WORLD.steps)[1][::-1]


def single_gradients(
    logits: Logits, rewards: Rewards, count: int, key: PRNGKeyArray
) -> Float[Array, "trajectory cell action"]:
    """Return the policy gradient's estimate of each trajectory, with the exact values as baseline."""
    seen = played(logits, rewards, count, key)
    baseline = values(logits, rewards)[jnp.arange(WORLD.steps), seen.cell]
    chosen = jax.nn.one_hot(seen.action, logits.shape[1]) - jax.nn.softmax(logits)[seen.cell]
    score = chosen * (seen.reward_to_go - baseline)[..., None]
    return jax.vmap(lambda cell, score: jnp.zeros_like(logits).at[cell].add(score))(seen.cell, score)


@partial(jax.jit, static_argnums=0)
def trajectories_for_signal(
    count: int, logits: Logits, rewards: Rewards, key: PRNGKeyArray
) -> Float[Array, ""]:
    """Return from how many trajectories on an estimate's noise is no longer than the gradient, by some trajectories."""
    exact = jax.grad(expected_return)(logits, rewards)
    noise = single_gradients(logits, rewards, count, key) - exact
    return jnp.mean(jnp.sum(noise**2, axis=(1, 2))) / jnp.sum(exact**2)


@partial(jax.jit, static_argnums=(0, 1))
def fine_tuned(
    settings: GradientSignal, shots: int, rewards: Rewards, key: PRNGKeyArray
) -> Float[Array, "update"]:
    """Return what the uniform policy earns, exactly, after each update of fine-tuning on some trajectories, the same in all.

    It climbs log π times the reward to go less its mean over the trajectories, step by step.
    """
    start = jnp.zeros(WORLD.following.shape)
    seen = played(start, rewards, shots, key)
    advantage = seen.reward_to_go - jnp.mean(seen.reward_to_go, axis=0)

    def surrogate(logits: Logits) -> Float[Array, ""]:
        return jnp.sum(jax.nn.log_softmax(logits)[seen.cell, seen.action] * advantage) / shots

    def step(logits: Logits, _: None) -> tuple[Logits, Float[Array, ""]]:
        following = logits + settings.rate * jax.grad(surrogate)(logits)
        return following, expected_return(following, rewards)

    return jax.lax.scan(step, start, length=settings.tuning_updates)[1]
