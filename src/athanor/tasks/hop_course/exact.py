"""The best run of a hop course, exactly: breadth first over all states that a runner can be in."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from athanor.tasks.hop_course.environment import PIT, HopCourse

ACTIONS = tuple((push, jumps) for push in (-1, 0, 1) for jumps in (False, True))  # as numbered in the game

Place = tuple[int, int, int, int]  # x, y, speed, rise


class Run(NamedTuple):
    """A best run."""

    advanced: int  # the cell that it ends in
    actions: list[int]  # a shortest way there
    finished: bool


def best_run(rules: HopCourse, ground: Int[np.ndarray, "cell"]) -> Run:
    """Return a run that gets farthest within the steps of an episode, and of those a shortest."""
    before: dict[Place, tuple[Place, int] | None] = {(0, 0, 0, 0): None}
    frontier, farthest = list(before), (0, 0, 0, 0)
    for _ in range(rules.steps):
        frontier, ended = _expanded(rules, ground.tolist(), frontier, before)
        farthest = max([farthest, *frontier, *ended], key=lambda place: place[0])
        if farthest[0] == rules.length - 1:
            break
    return Run(farthest[0], _way(before, farthest), farthest[0] == rules.length - 1)


def optimal(rules: HopCourse, ground: Int[np.ndarray, "cell"]) -> float:
    """Return the greatest return of an episode on a course."""
    return best_run(rules, ground).advanced / (rules.length - 1)


def widest_gap(rules: HopCourse) -> int:
    """Return the widest gap that can be crossed on level ground.

    A jump of rise j is level again after 2 j + 1 steps; it may be over the gap even then, as it falls with the step after
    that. Each of the 2 j + 2 steps advances by the speed, the first from the last cell before the gap.
    """
    return (2 * rules.jump + 2) * rules.fastest - 1


def highest_hurdle(rules: HopCourse) -> int:
    """Return the highest hurdle that can be cleared from level ground: the top of a jump, j + (j − 1) + …, and 1."""
    return rules.jump * (rules.jump + 1) // 2 + 1


def _expanded(
    rules: HopCourse,
    ground: list[int],
    frontier: list[Place],
    before: dict[Place, tuple[Place, int] | None],
) -> tuple[list[Place], list[Place]]:
    """Return the places first reached a step later, and those of them where the run is over."""
    fresh: list[Place] = []
    ended: list[Place] = []
    for place in frontier:
        for number, action in enumerate(ACTIONS):
            following = _following(rules, ground, place, *action)
            if following is None or following in before:
                continue
            before[following] = place, number
            x, y = following[:2]
            over = x == rules.length - 1 or (ground[x] == PIT and y < 0)
            (ended if over else fresh).append(following)
    return fresh, ended


def _following(rules: HopCourse, ground: list[int], place: Place, push: int, jumps: bool) -> Place | None:
    """Return the place after a step, or none after a stumble, which gets nowhere."""
    x, y, speed, rise = place
    if y == ground[x]:
        speed = min(max(speed + push, 0), rules.fastest)
        rise = rules.jump if jumps else 0
    top = max(y, y + rise)
    passed = ground[x + 1 : x + speed + 1]
    if any(height > top + 1 for height in passed):
        return None
    x, y = min(x + speed, rules.length - 1), y + rise
    if ground[x] != PIT and y <= ground[x]:
        return x, ground[x], speed, 0
    return x, y, speed, rise - 1


def _way(before: dict[Place, tuple[Place, int] | None], place: Place) -> list[int]:
    """Return the actions that lead to a place."""
    actions: list[int] = []
    step = before[place]
    while step is not None:
        place, action = step
        actions.append(action)
        step = before[place]
    return actions[::-1]
