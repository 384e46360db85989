"""Bayes-optimal play of a trial: the walk that finds the goal soonest, over (cell, candidates visited, time).

Until the first hit nothing is random: the posterior is uniform over the candidates not visited. So the policy is a walk
that returns to the start with each episode, and the value is that of the best walk. A candidate first visited at step t
of episode e adds, if it is the goal, the hits of staying on it and of walking straight to it in later episodes:

    hits(e, t, goal) = steps + 1 − t + (episodes − e) · known_hits(goal).
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.grid_navi.board import Board
from athanor.tasks.grid_navi.environment import GridNavi

_BEAM = 500  # states kept by the search that gives a first walk
HITS = np.int32  # of an episode, summed over candidates: there are many walks


class _Moment(NamedTuple):
    """Where in a trial of `episodes` episodes the walks are."""

    episodes: int
    episode: int  # from 1
    step: int  # of the episode, from 1


class _Walks(NamedTuple):
    """The best walk to each state reached, at one moment."""

    cell: Int[np.ndarray, "state"]
    visited: Int[np.ndarray, "state"]  # sets of candidates
    by_episode: Int[np.ndarray, "state episode"]  # hits, summed over the candidates visited

    @property
    def hits(self) -> Int[np.ndarray, "state"]:
        """Return the hits of all episodes."""
        return self.by_episode.sum(axis=1)


def bayes_optimal(rules: GridNavi, episodes: int) -> float:
    """Return the greatest expected return of a trial of some episodes on one goal."""
    board = Board(rules)
    return board.expected_return(episodes, _optimal_hits(board, episodes).sum() / len(board.candidates))


def bayes_optimal_by_episode(rules: GridNavi, episodes: int) -> Float[np.ndarray, "episode"]:
    """Return the expected return of each episode of such a trial, for one of the best walks."""
    board = Board(rules)
    hits = _optimal_hits(board, episodes) / len(board.candidates)
    return np.array([board.expected_return(1, each) for each in hits])


def _optimal_hits(board: Board, episodes: int) -> Int[np.ndarray, "episode"]:
    return _best_walk(board, episodes, int(_best_walk(board, episodes, 0, _BEAM).sum()))


def _best_walk(
    board: Board, episodes: int, known: int, beam: int | None = None
) -> Int[np.ndarray, "episode"]:
    """Return the hits of the best walk by episode, summed over the candidates.

    Walks that cannot reach the `known` hits are dropped; with a beam, so are all but that number of promising ones, and
    the result is a lower bound.
    """
    walks = _Walks(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros((1, episodes), HITS))
    for episode in range(1, episodes + 1):
        walks = _best_of_each(walks._replace(cell=np.zeros_like(walks.cell)))
        for step in range(1, board.rules.steps + 1):
            moment = _Moment(episodes, episode, step)
            walks = _advance(board, walks, moment)
            bound = walks.hits + _most_to_come(board, walks.visited, moment)
            kept = np.flatnonzero(bound >= known)
            if beam is not None and len(kept) > beam:
                kept = kept[np.argsort(-bound[kept], kind="stable")[:beam]]
            walks = _Walks(*(field[kept] for field in walks))
    return np.asarray(walks.by_episode[walks.hits.argmax()])


def _advance(board: Board, walks: _Walks, moment: _Moment) -> _Walks:
    """Take every action, and keep the best walk to each state."""
    cell = board.following[:, walks.cell]
    fresh = board.bits[cell] & ~walks.visited
    gained = np.zeros((*cell.shape, moment.episodes), HITS)
    gained[..., moment.episode - 1] = board.rules.steps + 1 - moment.step
    gained[..., moment.episode :] = board.known_hits[cell][..., None]
    by_episode = walks.by_episode + np.where(fresh[..., None] > 0, gained, 0)
    return _best_of_each(
        _Walks(cell.ravel(), (walks.visited | fresh).ravel(), by_episode.reshape(-1, moment.episodes))
    )


def _best_of_each(walks: _Walks) -> _Walks:
    """Return the best of the walks that end in the same cell with the same candidates visited."""
    order = np.lexsort((-walks.hits, walks.visited, walks.cell))
    cell, visited, by_episode = (field[order] for field in walks)
    first = np.ones(len(cell), bool)
    first[1:] = (np.diff(cell) != 0) | (np.diff(visited) != 0)
    return _Walks(cell[first], visited[first], by_episode[first])


def _most_to_come(
    board: Board, visited: Int[np.ndarray, "state"], moment: _Moment
) -> Int[np.ndarray, "state"]:
    """Return a bound on the hits that the rest of a walk can add.

    Found in a later episode e, a candidate adds at most (episodes − e + 1) · known_hits, as it cannot be entered there
    sooner than by a straight walk: never more than its share of the first term. Found in this episode, it adds that
    share and the hits of the steps left, of which each finds at most one.
    """
    members = board.bits[board.candidates]
    open_ = (visited[:, None] & members) == 0
    later = (moment.episodes - moment.episode) * open_ @ board.known_hits[board.candidates]
    left = board.rules.steps - moment.step
    found = np.minimum(open_.sum(axis=1), left)
    return later + found * left - found * (found - 1) // 2
