"""The rules of navigation a second time, in plain Python, from the written description: points, lines, no lattice."""

import math

import pytest

CROSS = {
    "none": [],
    "easy": [((5, 7), (5, 3))],
    "medium": [((5, 7), (5, 3)), ((3, 5), (7, 5))],
    "hard": [
        ((1.5, 5.5), (4.5, 5.5)),
        ((5.5, 5.5), (8.5, 5.5)),
        ((1.5, 4.5), (4.5, 4.5)),
        ((5.5, 4.5), (8.5, 4.5)),
        ((4.5, 5.5), (4.5, 8.5)),
        ((5.5, 5.5), (5.5, 8.5)),
        ((4.5, 4.5), (4.5, 1.5)),
        ((5.5, 4.5), (5.5, 1.5)),
    ],
}
SHORT_CROSS = [((5, 6), (5, 4)), ((4, 5), (6, 5))]
TINY = 1e-9


def on_segment(point, ends) -> bool:
    """Tell whether a point is within 0.02 of a segment and projects strictly inside it."""
    (ax, ay), (bx, by) = ends
    length = math.hypot(bx - ax, by - ay)
    along = ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / length
    across = abs((point[0] - ax) * (by - ay) - (point[1] - ay) * (bx - ax)) / length
    return across <= 0.02 + TINY and TINY < along < length - TINY


class PlainGame:
    """One episode."""

    def __init__(self, segments, target, start, *, squared, reach, outside, at_obstacles, idle, horizon):
        self.segments, self.target, self.position = segments, target, start
        self.squared, self.reach, self.outside = squared, reach, outside
        self.at_obstacles, self.idle, self.horizon = at_obstacles, idle, horizon
        self.step_number, self.frozen, self.over = 0, False, False
        self.squared_distance = self._squared_distance(start)
        self.reward = 0.0
        self.put_back_to = start

    def step(self, action):
        """Take an action and return whether the episode is over."""
        self.step_number += 1
        last = self.step_number == self.horizon
        if not (last and self.idle):
            self._move(action)
        reached = self.reach is not None and self.squared_distance <= self.reach + TINY
        if reached:
            self.reward = 0.0
        if self.outside == "penalty" and not all(-TINY <= c <= 10 + TINY for c in self.position):
            self.reward = -800.0
        self.over = reached or last
        return self.over

    def _move(self, action):
        if self.frozen:
            self.position = self.put_back_to
            return
        angle = math.radians(90 - 45 * action)
        x, y = self.position
        there = (round(x + 0.1 * round(math.cos(angle)), 1), round(y + 0.1 * round(math.sin(angle)), 1))
        if self.outside == "clip":
            there = tuple(min(max(c, 0.0), 10.0) for c in there)
        hit = any(on_segment(there, ends) for ends in self.segments)
        if hit and self.at_obstacles == "block":
            there = self.position
        self.frozen = hit and self.at_obstacles == "freeze"
        self.put_back_to, self.position = self.position, there
        self.squared_distance = self._squared_distance(there)
        self.reward = -self.squared_distance if self.squared else -math.sqrt(self.squared_distance)

    def _squared_distance(self, point):
        return sum((c - t) ** 2 for c, t in zip(point, self.target, strict=True))


@pytest.fixture
def plain():
    """Start an episode by the plain rules, on the map of the given rules."""

    def start(rules, target, position):
        segments = SHORT_CROSS if rules.arm == 1 and rules.obstacles == "medium" else CROSS[rules.obstacles]
        return PlainGame(
            segments,
            target,
            position,
            squared=rules.squared,
            reach=rules.reach_squared,
            outside=rules.outside,
            at_obstacles=rules.at_obstacles,
            idle=rules.idle_last_step,
            horizon=rules.horizon,
        )

    return start
