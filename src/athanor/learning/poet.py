"""POET's choices (Wang et al. 2019): which courses are new, which are worth their place, and where agents move.

A pair is a course and the agent that is optimised on it. Agents move to courses on which they do better than the agent
there, as they are (direct) or after one generation on that course (proposal). Pairs whose agent scores enough have
children, mutated courses: of these the minimal criterion keeps what is neither too hard nor too easy, the most novel are
admitted, and the oldest pairs give way. How pairs evolve is in `athanor.learning.poet_search`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

NONE = -1  # in the place of an agent: none moves
STAYS = -np.inf  # score of an agent that cannot move


@dataclass(frozen=True)
class Poet:
    """The settings, but for those of the evolution strategy."""

    capacity: int = 8  # pairs
    generations: int = 25  # of a pair in a round
    breeds: float = 1.0  # score from which on a pair has children
    hard: float = 0.2  # a course on which its agent scores no more is too hard
    easy: float = 0.9  # one on which it scores as much is too easy
    children: int = 16  # tried in a round
    admitted: int = 2  # of them at most
    neighbours: int = 5  # nearest courses ever seen, whose mean distance is the novelty
    transfers: bool = True  # whether agents move

    def __post_init__(self) -> None:
        for name in ("capacity", "generations", "children", "admitted", "neighbours"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, must be at least 1")
        if self.hard >= self.easy:
            raise ValueError(f"hard is {self.hard}, must be less than easy, which is {self.easy}")


class Moves(NamedTuple):
    """Which agent moves to each course."""

    agent: Int[np.ndarray, "course"]  # or NONE
    proposed: Bool[np.ndarray, "course"]  # whether after a generation on the course
    score: Float[np.ndarray, "course"]  # of the agent that is there then


def novelty(
    features: Float[np.ndarray, "course feature"], seen: Float[np.ndarray, "seen feature"], neighbours: int
) -> Float[np.ndarray, "course"]:
    """Return the mean distance to the nearest courses ever seen; to all of them where they are fewer."""
    distance = np.linalg.norm(features[:, None] - seen, axis=-1)
    return np.sort(distance, axis=1)[:, :neighbours].mean(axis=1)


def minimal_criterion(settings: Poet, score: Float[np.ndarray, "*course"]) -> Bool[np.ndarray, "*course"]:
    """Return which courses are neither too hard nor too easy for an agent of that score."""
    return (score > settings.hard) & (score < settings.easy)


def candidates(
    settings: Poet,
    features: Float[np.ndarray, "course feature"],
    score: Float[np.ndarray, "course"],
    seen: Float[np.ndarray, "seen feature"],
) -> Int[np.ndarray, "candidate"]:
    """Return the courses that pass the minimal criterion, the most novel first."""
    order = np.argsort(-novelty(features, seen, settings.neighbours), kind="stable")
    return order[minimal_criterion(settings, score[order])]


def moves(
    own: Float[np.ndarray, "course"],
    direct: Float[np.ndarray, "course agent"],
    proposed: Float[np.ndarray, "course agent"],
    there: Bool[np.ndarray, "agent"],
) -> Moves:
    """Return the best agent for each course, which moves if it is better than the course's own.

    Course and agent of a pair have the same place; `there` are the places that hold a pair.
    """
    away = there[:, None] & there & ~np.eye(len(own), dtype=bool)
    every = np.where(np.concatenate([away, away], axis=1), np.concatenate([direct, proposed], axis=1), STAYS)
    best = every.argmax(axis=1)
    score = every.max(axis=1)
    better = score > own
    return Moves(
        np.where(better, best % len(own), NONE),
        better & (best >= len(own)),
        np.where(better, score, own),
    )


def place(born: Int[np.ndarray, "pair"]) -> int:
    """Return where a new pair goes: where none is (born before 0), else where the oldest is."""
    return int(born.argmin())
