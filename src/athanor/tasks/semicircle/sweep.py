"""The best sweep of the semicircle: along the arc without a gap until the first hit, then trips to the arc just swept.

Until the first hit nothing is random, so that a sweep is a path. A step newly covers the angles from the last one
covered before it to the last one covered after it; the target is there with probability proportional to their length.
The path is optimised by dynamic programming, on one coarse lattice first, then on a small lattice round each of its
positions, again and again, and finer ones. It is a policy that can be played, and so its value is a lower bound of the Bayes-optimal return.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.arc.coverage import covered
from athanor.tasks.semicircle.environment import Semicircle
from athanor.tasks.semicircle.sweep_lattice import lattice_path
from athanor.tasks.semicircle.trips import Trips

PER_STEP = 4  # points of the first lattice to the longest step of an axis
SPACINGS = (0.02, 0.01, 0.005, 0.0025)  # of the lattices, in turn, in radii of the circle
_AROUND = 2  # lattice points on each side of a position
_ROUNDS = 40  # of improvement at each spacing, at most
_TINY = 1e-9


class Sweep(NamedTuple):
    """A path and what it is worth."""

    start: int  # steps to the first position of the path
    path: Float[np.ndarray, "step 2"]
    value: float  # expected return


class _Lattice(NamedTuple):
    """Positions where the path may be at each step, and the angles that they cover."""

    position: Float[np.ndarray, "step point 2"]
    first: Float[np.ndarray, "step point"]
    last: Float[np.ndarray, "step point"]


def best_sweep(rules: Semicircle, spacings: tuple[float, ...] = SPACINGS) -> Sweep:
    """Return the best sweep found; raise ValueError for an arc of more than half a circle."""
    if rules.max_angle > np.pi:
        raise ValueError(f"max_angle is {rules.max_angle}, must be at most pi for a sweep")
    trips = Trips(rules)
    sweep = Sweep(*lattice_path(rules, trips, PER_STEP), 0.0)
    for spacing in spacings:
        sweep = _converged(rules, trips, sweep, spacing)
    return sweep


def _converged(rules: Semicircle, trips: Trips, sweep: Sweep, spacing: float) -> Sweep:
    """Return a sweep improved on lattices of one spacing until that gains nothing."""
    for _ in range(_ROUNDS):
        better = _improved(rules, trips, sweep, spacing)
        if better.value <= sweep.value + _TINY:
            return sweep
        sweep = better
    return sweep


def _improved(rules: Semicircle, trips: Trips, sweep: Sweep, spacing: float) -> Sweep:
    """Return the best sweep on the lattice round a sweep, by backward induction over its steps.

    With last(p) the last angle covered from p, V_t(p) = max over p' of gain_t(last(p), last(p')) + V_{t+1}(p'), or 0 at
    the end of the path; the gain is the probability of the angles between times the hits of an episode that finds the
    target among them.
    """
    lattice = _round(rules, sweep.path, spacing)
    times = sweep.start + np.arange(len(sweep.path))
    gain = _gains(rules, trips, lattice, times)
    value, choices = np.zeros(lattice.first.shape), np.full(lattice.first.shape, -1)
    for step in reversed(range(len(times) - 1)):
        candidates = gain[step] + value[step + 1]
        best = candidates.argmax(axis=1)
        value[step] = np.maximum(candidates.max(axis=1), 0)
        choices[step] = np.where(candidates.max(axis=1) > 0, best, -1)
    opening = value[0] + _opening(rules, trips, lattice, sweep.start)
    point, path = int(opening.argmax()), []
    for step in range(len(times)):
        path.append(lattice.position[step, point])
        point = choices[step, point]
        if point < 0:
            break
    return Sweep(sweep.start, np.stack(path), float(opening.max()))


def _round(rules: Semicircle, path: Float[np.ndarray, "step 2"], spacing: float) -> _Lattice:
    """Return the lattice round each position of a path; the positions themselves belong to it."""
    offsets = np.arange(-_AROUND, _AROUND + 1) * spacing
    position = path[:, None] + np.stack(np.meshgrid(offsets, offsets), axis=-1).reshape(-1, 2)
    first, last = covered(position, rules.radius)
    return _Lattice(position, first, last)


def _gains(
    rules: Semicircle, trips: Trips, lattice: _Lattice, times: Int[np.ndarray, "step"]
) -> Float[np.ndarray, "move point following"]:
    """Return the gain of every move, −inf for one that is too long, leaves a gap or covers nothing new."""
    here, there = _Lattice(*(x[:-1, :, None] for x in lattice)), _Lattice(*(x[1:, None] for x in lattice))
    moves = np.abs(here.position - there.position).max(axis=-1) <= rules.speed + _TINY
    joined = (here.first <= here.last) & (there.first <= here.last) & (there.last > here.last)
    step, point, following = np.nonzero(moves & joined & (here.last > 0) & (here.last < rules.max_angle))
    discovery = trips.discovery(lattice.last[step, point], lattice.last[step + 1, following])
    gain = np.full(moves.shape, -np.inf)
    gain[step, point, following] = discovery.gain(rules.steps - times[step + 1])
    return gain


def _opening(rules: Semicircle, trips: Trips, lattice: _Lattice, start: int) -> Float[np.ndarray, "point"]:
    """Return what the first positions of a path are worth; −inf for one that is not reached in time."""
    discovery = trips.discovery(np.maximum(lattice.first[0], 0.0), lattice.last[0])
    reached = np.abs(lattice.position[0]).max(axis=-1) <= start * rules.speed + _TINY
    return np.where(reached, discovery.gain(rules.steps - start), -np.inf)
