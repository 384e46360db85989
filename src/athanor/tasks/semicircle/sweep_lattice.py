"""The best sweep on one coarse lattice over the whole neighbourhood of the arc: where a finer search starts."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.arc.coverage import covered
from athanor.tasks.semicircle.environment import Semicircle
from athanor.tasks.semicircle.trips import Discovery, Trips


class _Moves(NamedTuple):
    """Moves that leave no gap and cover something new, sorted by where they start."""

    origin: Int[np.ndarray, "move"]  # point of the lattice
    end: Int[np.ndarray, "move"]
    discovery: Discovery


def lattice_path(rules: Semicircle, trips: Trips, per_step: int) -> tuple[int, Float[np.ndarray, "step 2"]]:
    """Return the step of its first position and the path of the best sweep on a lattice, so many points to a step.

    With steps − t steps left after step t, V_t(p) = max over moves p → p' of their gain at t + 1 plus V_{t+1}(p'), or 0
    at the end of the path.
    """
    points = _points(rules, per_step)
    position = points * (rules.speed / per_step)
    first, last = covered(position, rules.radius)
    moves = _moves(rules, trips, points, per_step)
    opening = trips.discovery(np.maximum(first, 0.0), last)
    distance = np.abs(points).max(axis=1)
    values, choices = np.zeros((rules.steps + 1, len(points))), np.full((rules.steps + 1, len(points)), -1)
    for time in reversed(range(rules.steps)):
        candidates = moves.discovery.gain(rules.steps - time - 1) + values[time + 1, moves.end]
        np.maximum.at(values[time], moves.origin, candidates)
        best = np.flatnonzero(candidates == values[time, moves.origin])
        choices[time, moves.origin[best]] = moves.end[best]
    times = range(1, rules.steps + 1)
    starts = [np.where(distance <= t * per_step, opening.gain(rules.steps - t) + values[t], 0) for t in times]
    start, point = np.unravel_index(np.argmax(starts), (len(starts), len(points)))
    path = [int(point)]
    while (following := choices[int(start) + len(path), path[-1]]) >= 0:
        path.append(int(following))
    return int(start) + 1, position[path]


def _points(rules: Semicircle, per_step: int) -> Int[np.ndarray, "point 2"]:
    """Return the points of the lattice that cover a part of the arc."""
    reach = int(np.ceil((1 + rules.radius) / rules.speed * per_step))
    points = np.indices((2 * reach + 1,) * 2).reshape(2, -1).T - reach
    first, last = covered(points * (rules.speed / per_step), rules.radius)
    return points[(first <= last) & (last > 0) & (first < rules.max_angle)]


def _moves(rules: Semicircle, trips: Trips, points: Int[np.ndarray, "point 2"], per_step: int) -> _Moves:
    """Return every move of the lattice that a sweep can make."""
    first, last = covered(points * (rules.speed / per_step), rules.radius)
    low = points.min(axis=0) - per_step
    number = np.full(np.ptp(points, axis=0) + 2 * per_step + 1, -1)
    number[tuple((points - low).T)] = np.arange(len(points))
    origins, ends = [], []
    for offset in np.ndindex(2 * per_step + 1, 2 * per_step + 1):
        end = number[tuple((points - low + np.array(offset) - per_step).T)]
        joined = (end >= 0) & (first[end] <= last) & (last[end] > last)
        origin = np.flatnonzero(joined & (last > 0) & (last < rules.max_angle))
        origins.append(origin)
        ends.append(end[origin])
    origin, end = np.concatenate(origins), np.concatenate(ends)
    return _Moves(origin, end, trips.discovery(last[origin], last[end]))
