"""After the first hit in the semicircle: trips from the origin to an arc that is known to hold the target.

A trip of n steps can end anywhere in the square of half side n · speed. A single point that covers the whole arc hits
on every trip. Quicker in the long run may be a first trip that covers one part, and on a miss the rest a step later:
it tells which part holds the target, and later trips go to that part alone.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.arc.coverage import covered
from athanor.tasks.semicircle.environment import Semicircle
from athanor.tasks.semicircle.oracle import share_within

_BORDER = 400  # points of a square's border tried as ends of a trip
_NEVER = 10**6  # steps of a trip that no point allows

Angles = Float[np.ndarray, "arc"]
Steps = Int[np.ndarray, "arc"]


class Plan(NamedTuple):
    """Trips to an arc in two parts; one part where `share` is 1."""

    share: Angles  # of the arc that is in the first part
    first: Steps  # of the first trip, where it hits in the first part
    first_again: Steps  # of each later trip there
    second: Steps
    second_again: Steps

    def hits(self, left: Int[np.ndarray, "*arc"] | int) -> Float[np.ndarray, "*arc"]:
        """Return the expected hits of a number of steps."""
        first = _visits(left, self.first, self.first_again)
        return self.share * first + (1 - self.share) * _visits(left, self.second, self.second_again)


def _visits(left: Steps | int, first: Steps, again: Steps) -> Steps:
    return np.where(left >= first, 1 + (left - first) // again, 0)


class Discovery(NamedTuple):
    """Arcs that a step newly covers: how likely the target is there, and the trips that follow."""

    probability: Angles
    plan: Plan

    def gain(self, left: Int[np.ndarray, "*arc"] | int) -> Float[np.ndarray, "*arc"]:
        """Return the probability of finding the target there times the hits, this one and those of the steps left."""
        return self.probability * (1 + self.plan.hits(left))


class _Ends(NamedTuple):
    """Points where a trip of some steps can end, sorted by the first angle covered."""

    position: Float[np.ndarray, "point 2"]
    first: Float[np.ndarray, "point"]  # angle covered
    last: Float[np.ndarray, "point"]
    farthest: Int[np.ndarray, "point"]  # the point, up to this one, whose last angle is greatest

    def reaching(self, angle: Angles) -> Steps:
        """Return the point that covers an angle and the most above it, −1 where no point covers it."""
        index = np.searchsorted(self.first, angle, side="right") - 1
        point = self.farthest[np.maximum(index, 0)]
        return np.where((index >= 0) & (self.last[point] >= angle), point, -1)


@dataclass(frozen=True)
class Trips:
    """The trips of a game."""

    rules: Semicircle

    @cached_property
    def lengths(self) -> range:
        """Return the steps of trips worth trying: from the quickest hit to two more than any known target needs."""
        within = [share_within(self.rules, steps) for steps in range(self.rules.steps + 1)]
        return range(int(np.argmax(np.array(within) > 0)), int(np.argmax(within)) + 3)

    @cached_property
    def ends(self) -> dict[int, _Ends]:
        """Return the points where trips of each length can end."""
        return {steps: _ends(self.rules, steps) for steps in self.lengths}

    @cached_property
    def next_last(self) -> dict[int, Float[np.ndarray, "point"]]:
        """Return, for each end of a trip, the greatest angle that one more step covers without leaving a gap."""
        return {steps: self._next_last(steps) for steps in self.lengths[:-1]}

    def _next_last(self, steps: int) -> Float[np.ndarray, "point"]:
        here, there = self.ends[steps], self.ends[steps + 1]
        near = np.abs(here.position[:, None] - there.position).max(axis=-1) <= self.rules.speed + 1e-9
        joined = near & (there.first <= here.last[:, None])
        return np.where(joined, there.last, -np.inf).max(axis=1)

    def steps_to(self, first: Angles, last: Angles) -> Steps:
        """Return the fewest steps to a point that covers all of each arc."""
        fewest = np.full(len(first), _NEVER)
        for steps in reversed(self.lengths):
            ends = self.ends[steps]
            point = ends.reaching(first)
            fewest[(point >= 0) & (ends.last[point] >= last)] = steps
        return fewest

    def discovery(self, first: Angles, last: Angles) -> Discovery:
        """Return what it means to cover each arc, as far as it belongs to the game's, for the first time."""
        last = np.minimum(last, self.rules.max_angle)
        length = np.maximum(last - first, 0.0)
        return Discovery(length / self.rules.max_angle, self.plan(first, first + length))

    def plan(self, first: Angles, last: Angles) -> Plan:
        """Return the best plan found for each arc, judged by the hits of an episode without the way to the arc."""
        whole = self.steps_to(first, last)
        plan = Plan(np.ones(len(first)), whole, whole, whole, whole)
        for steps in self.lengths[:-1]:
            plan = self._better(plan, first, last, steps)
            plan = self._better(plan, np.pi - last, np.pi - first, steps)  # the mirror image
        return plan

    def _better(self, plan: Plan, first: Angles, last: Angles, steps: int) -> Plan:
        """Return a plan, replaced where it is better to cover a part after some steps and the rest one step later."""
        ends = self.ends[steps]
        point = ends.reaching(first)
        middle = ends.last[point]
        split = (point >= 0) & (middle < last) & (self.next_last[steps][point] >= last)
        at, first, middle, last = np.flatnonzero(split), first[split], middle[split], last[split]
        share, now = (middle - first) / (last - first), np.full(len(at), steps)
        parts = Plan(share, now, self.steps_to(first, middle), now + 1, self.steps_to(middle, last))
        left = self.rules.steps - self.lengths[-1]
        better = parts.hits(left) > Plan(*(field[at] for field in plan)).hits(left)
        replaced = []
        for old, new in zip(plan, parts, strict=True):
            field = old.copy()
            field[at[better]] = new[better]
            replaced.append(field)
        return Plan(*replaced)


def _ends(rules: Semicircle, steps: int) -> _Ends:
    """Return points on the border of the square in reach that cover a part of the arc."""
    half = rules.speed * steps
    along, side = np.linspace(-half, half, _BORDER), np.full(_BORDER, half)
    position = np.concatenate(
        [np.stack(pair, axis=-1) for pair in ((along, side), (side, along), (-side, along))]
    )
    first, last = covered(position, rules.radius)
    use = np.flatnonzero((first <= last) & (last > 0) & (first < rules.max_angle))
    order = use[np.argsort(first[use], kind="stable")]
    first, last = first[order], last[order]
    best = np.maximum.accumulate(last)
    farthest = np.maximum.accumulate(np.where(last == best, np.arange(len(last)), 0))
    return _Ends(position[order], first, last, farthest)
