"""The sweep: along the arc from one end, on with each episode where the last one ended, until the target is known."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.arc.coverage import covered
from athanor.tasks.sparse_navigation.environment import SparseNavigation
from athanor.tasks.sparse_navigation.straight import MESH, arrivals, middles, points, rewards, towards

_HALVINGS = 40


class Swept(NamedTuple):
    """What the sweep gives for each target."""

    episode_return: Float[np.ndarray, "target episode"]
    first_hit: Int[np.ndarray, "target"]  # episode, from 1; one more than the episodes where there is none


def sweep(rules: SparseNavigation, episodes: int, targets: int = MESH) -> Swept:
    """Play the sweep for targets all over the arc, each known as soon as the rewards leave no other.

    The first hit leaves the target and its mirror image in the agent's direction; the image is mostly ruled out before,
    and otherwise by the next step, which the agent takes along its path. Then it goes straight to the target and stays.
    """
    angle, plan = middles(rules, targets), sweep_path(rules, episodes)
    target, told = points(angle), _told_after(rules, plan)
    returns, first_hit = np.zeros((targets, episodes)), np.full(targets, episodes + 1)
    known_from = np.full(targets, plan[..., 0].size)  # step over all episodes after which the target is known
    position = np.zeros((targets, 2))
    for episode, step in np.ndindex(plan.shape[:2]):
        now = episode * rules.steps + step
        if step == 0:
            position = np.zeros((targets, 2))
        direct = position + np.clip(target - position, -rules.speed, rules.speed)
        position = np.where((known_from < now)[:, None], direct, plan[episode, step])
        reward = rewards(rules, position, target)
        returns[:, episode] += reward
        hit = np.flatnonzero((reward > 0) & (first_hit > episodes))
        first_hit[hit] = episode + 1
        known_from[hit] = now + told(now, angle[hit])
    return Swept(returns, first_hit)


def _told_after(
    rules: SparseNavigation, plan: Float[np.ndarray, "episode step 2"]
) -> Callable[[int, Float[np.ndarray, "target"]], Int[np.ndarray, "target"]]:
    """Return a function of the step of the first hit and the target: in how many more steps the target is known.

    None where the mirror image is off the arc, or was within the radius before; otherwise one.
    """
    position = plan.reshape(-1, 2)
    first, last = covered(position, rules.radius)
    own = np.arctan2(position[:, 1], position[:, 0])

    def told(now: int, angle: Float[np.ndarray, "target"]) -> Int[np.ndarray, "target"]:
        mirror = (2 * own[now] - angle)[:, None]
        ruled_out = ((first[:now] <= mirror) & (mirror <= last[:now])).any(axis=1, keepdims=True)
        possible = (0 <= mirror) & (mirror <= rules.max_angle) & ~ruled_out
        return possible[:, 0].astype(int)

    return told


def sweep_path(rules: SparseNavigation, episodes: int) -> Float[np.ndarray, "episode step 2"]:
    """Return the positions of a sweep that never hits."""
    frontier, path = 0.0, np.zeros((episodes, rules.steps, 2))
    for episode in range(episodes):
        angle = min(frontier + 2 * np.arcsin(rules.radius / 2), rules.max_angle)
        arrival = int(arrivals(rules, points(np.array(angle))))
        for step in range(rules.steps):
            if step < arrival:
                path[episode, step] = towards(rules, points(np.array(angle)), step + 1)
            else:
                angle = _along(rules, angle)
                path[episode, step] = points(np.array(angle))
        if arrival <= rules.steps:
            frontier = float(covered(path[episode], rules.radius)[1][-1])
    return path


def _along(rules: SparseNavigation, angle: float) -> float:
    """Return the angle of the farthest point of the arc that one step reaches, by halving."""
    low, high = angle, angle + 2 * rules.speed
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        difference = points(np.array(middle)) - points(np.array(angle))
        low, high = (middle, high) if np.abs(difference).max() <= rules.speed else (low, middle)
    return min(low, rules.max_angle)
