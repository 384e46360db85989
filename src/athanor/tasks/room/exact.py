"""What skills in a room can tell at best, and what its tasks pay at best."""

import math

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.room.environment import Room


def reachable(rules: Room) -> Int[np.ndarray, "steps"]:
    """Return the number of cells that an agent can be in after 1, 2, … steps."""
    presence = np.arange(rules.cells) == rules.start
    counts = []
    for _ in range(rules.steps):
        entered = np.zeros(rules.cells, bool)
        entered[rules.following[presence]] = True
        presence = entered
        counts.append(int(presence.sum()))
    return np.array(counts)


def final_bound(rules: Room, skills: int) -> float:
    """Return the most that the last state can tell of the skill: min(log K, log reachable states), in nats.

    It is reached: deterministic skills that end in different cells, as evenly as they can, tell as much where K is at most
    the number of the cells, or a multiple of it.
    """
    _check(skills)
    return min(math.log(skills), math.log(int(reachable(rules)[-1])))


def any_step_bound(rules: Room, skills: int) -> float:
    """Return a bound on what the state after a step drawn uniformly tells of the skill, in nats.

    The step T says nothing of the skill Z, so that I(S; Z) ≤ I(S, T; Z) = mean over t of I(S_t; Z), and each of these is at
    most min(log K, log states reachable in t steps). It is reached where skills can part at the first step and never
    meet: up to as many of them as there are cells after one step.
    """
    _check(skills)
    return float(np.minimum(math.log(skills), np.log(reachable(rules))).mean())


def mutual_information(presence: Float[np.ndarray, "skill cell"]) -> float:
    """Return I(S; Z) in nats of skills drawn uniformly, given the distribution of the state under each."""
    mean = presence.mean(axis=0)
    ratio = np.divide(presence, mean, out=np.ones_like(presence), where=presence > 0)
    return float((presence * np.log(ratio)).sum() / len(presence))


def optimal(rules: Room, of_cell: Float[np.ndarray, "cell"]) -> float:
    """Return the greatest return of an episode, by backward induction."""
    later = np.zeros(rules.cells)
    for _ in range(rules.steps):
        later = (of_cell + later)[rules.following].max(axis=1)
    return float(later[rules.start])


def oracle(rules: Room) -> float:
    """Return the expected return of an agent that knows the goal, over goals other than the start."""
    goals = np.delete(np.eye(rules.cells), rules.start, axis=0)
    return float(np.mean([optimal(rules, goal) for goal in goals]))


def without_adapting(rules: Room) -> float:
    """Return the greatest expected return of one way to act on all goals: of a walk that is on other cells than the start.

    A goal pays as often as the walk is there, and all are equally likely: every step off the start is worth the same.
    """
    off_start = (np.arange(rules.cells) != rules.start).astype(float)
    return optimal(rules, off_start) / (rules.cells - 1)


def _check(skills: int) -> None:
    if skills < 2:
        raise ValueError(f"skills is {skills}, must be at least 2")
