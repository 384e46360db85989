"""Straight to an aim and stay there: what the oracle does with the target, and posterior sampling with its draw."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.sparse_navigation.environment import SparseNavigation

MESH = 2**16  # targets all over the arc, for means over them


class Straight(NamedTuple):
    """Episodes that go straight to an aim, for each of a list of aims and of targets."""

    episode_return: Float[np.ndarray, "*aim_target"]
    first_hit: Int[np.ndarray, "*aim_target"]  # step, from 1; one more than the steps where there is none


def points(angles: Float[np.ndarray, "*angle"]) -> Float[np.ndarray, "*angle 2"]:
    """Return the points of the unit circle at some angles."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def middles(rules: SparseNavigation, cells: int) -> Float[np.ndarray, "cell"]:
    """Return the middles of the arc's cells of equal width."""
    return (np.arange(cells) + 0.5) / cells * rules.max_angle


def towards(
    rules: SparseNavigation, aim: Float[np.ndarray, "*aim 2"], step: int
) -> Float[np.ndarray, "*aim 2"]:
    """Return the position some steps from the origin, each axis moving as fast as it can until it is level.

    No position that can be reached by then is nearer to the aim.
    """
    return np.clip(aim, -rules.speed * step, rules.speed * step)


def arrivals(rules: SparseNavigation, aim: Float[np.ndarray, "*aim 2"]) -> Int[np.ndarray, "*aim"]:
    """Return the steps to each aim."""
    return np.asarray(np.ceil(np.abs(aim).max(axis=-1) / rules.speed - 1e-9), int)


def straight(
    rules: SparseNavigation, aim: Float[np.ndarray, "*aim 2"], target: Float[np.ndarray, "*target 2"]
) -> Straight:
    """Play episodes towards aims with the targets given, one for one or as arrays that broadcast."""
    shape = np.broadcast_shapes(aim.shape, target.shape)[:-1]
    total, first_hit = np.zeros(shape), np.full(shape, rules.steps + 1)
    for step in reversed(range(1, rules.steps + 1)):
        reward = rewards(rules, towards(rules, aim, step), target)
        total += reward
        first_hit[reward > 0] = step
    return Straight(total, first_hit)


def known_returns(rules: SparseNavigation, cells: int) -> Float[np.ndarray, "cell"]:
    """Return the greatest return of an episode where the target is known, averaged over each cell of the arc."""
    target = points(middles(rules, MESH))
    return straight(rules, target, target).episode_return.reshape(cells, -1).mean(axis=1)


def rewards(
    rules: SparseNavigation, position: Float[np.ndarray, "*batch 2"], target: Float[np.ndarray, "*targets 2"]
) -> Float[np.ndarray, "*rewards"]:
    """Return the rewards of steps that end at some positions."""
    distance = np.hypot(position[..., 0] - target[..., 0], position[..., 1] - target[..., 1])
    return np.where(distance <= rules.radius, 1 - distance, 0.0)
