"""Posterior sampling in GridNavi, exactly: walk to a candidate drawn from the posterior, stay, draw another.

Which candidates are drawn before the first hit does not depend on the goal. So a distribution over the sets of open
candidates is carried forward (probabilities of the draws), and each goal weighs the same in all of them.
"""

from collections import defaultdict
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from athanor.tasks.grid_navi.board import Board
from athanor.tasks.grid_navi.environment import GridNavi

Hits = Float[
    np.ndarray, "2"
]  # summed over the goals found: in the episode that finds them, in each later one


def resampled_each_episode(rules: GridNavi, episodes: int) -> Float[np.ndarray, "episode"]:
    """Return the return of each episode, where a draw is made at its start and kept to until its end."""
    board = Board(rules)
    draws, hits = {(1 << len(board.candidates)) - 1: 1.0}, np.zeros((episodes, 2))
    for episode in range(episodes):
        following: dict[int, float] = defaultdict(float)
        for open_, probability in draws.items():
            goals = [int(goal) for goal in board.candidates if open_ & int(board.bits[goal])]
            for goal in goals:
                gained, left = _walk_and_stay(board, goal, open_)
                hits[episode] += probability / len(goals) * gained
                following[left] += probability / len(goals)
        draws = following
    return _returns(board, hits)


def _walk_and_stay(board: Board, goal: int, open_: int) -> tuple[Hits, int]:
    """Return what a draw gains from the goals that it finds, and the candidates that it leaves open."""
    gained = np.zeros(2)
    for cell in board.path(0, goal)[: board.rules.steps]:
        if open_ & int(board.bits[cell]):
            known = board.known_hits[cell]
            gained += known if cell == goal else 1, known
            open_ &= ~int(board.bits[cell])
    return gained, open_


def _returns(board: Board, hits: Float[np.ndarray, "episode 2"]) -> Float[np.ndarray, "episode"]:
    """Return the return of each episode: what it finds is hit in it, what episodes before it found as known."""
    now, later = hits.T / len(board.candidates)
    known = np.cumsum(later) - later
    return np.array([board.expected_return(1, expected) for expected in now + known])


class _Draws(NamedTuple):
    """A distribution over where an agent draws next and what is open then."""

    cell: Int[np.ndarray, "state"]
    open_: Int[np.ndarray, "state"]
    probability: Float[np.ndarray, "state"]


Arrivals = dict[int, list[_Draws]]  # by the step at which the next draw is made


def resampled_on_arrival(rules: GridNavi, episodes: int) -> Float[np.ndarray, "episode"]:
    """Return the return of each episode, where another draw is made as soon as one is ruled out.

    It is ruled out by arriving unrewarded, and by meeting the goal on the way: then the agent stays there.
    """
    board = Board(rules)
    everything = np.array([(1 << len(board.candidates)) - 1])
    draws, hits = _Draws(np.array([0]), everything, np.array([1.0])), np.zeros((episodes, 2))
    for episode in range(episodes):
        arrivals: Arrivals = defaultdict(list, {0: [draws]})
        for step in range(rules.steps):
            if step in arrivals:
                hits[episode] += _draw(board, _merged(arrivals.pop(step)), step, arrivals)
        ends = [end._replace(cell=np.zeros_like(end.cell)) for end in arrivals[rules.steps]]
        if not ends:  # every goal is found
            break
        draws = _merged(ends)
    return _returns(board, hits)


def _draw(board: Board, draws: _Draws, step: int, arrivals: Arrivals) -> Hits:
    """Draw in every state and walk; return what that gains, and file the states it leads to."""
    hits = np.zeros(2)
    probability = draws.probability / np.bitwise_count(draws.open_)
    for cell in np.unique(draws.cell):
        here = slice(*np.searchsorted(draws.cell, [cell, cell + 1]))
        for goal in board.candidates:
            chosen = np.flatnonzero(draws.open_[here] & board.bits[goal])
            state = _Draws(*(field[here][chosen] for field in (draws.cell, draws.open_, probability)))
            if len(chosen):
                hits += _walk(board, state, int(goal), step, arrivals)
    return hits


def _walk(board: Board, state: _Draws, goal: int, step: int, arrivals: Arrivals) -> Hits:
    """Walk from the cell that all states share to a drawn goal, until the end of the episode at most."""
    steps, hits, open_ = board.rules.steps, np.zeros(2), state.open_
    way = board.path(int(state.cell[0]), goal)[: steps - step]
    for entered, cell in enumerate(way, start=step + 1):
        found = state.probability @ (open_ & board.bits[cell] > 0)
        hits += found * np.array([steps + 1 - entered, board.known_hits[cell]])
        open_ = open_ & ~board.bits[cell]
    left = _Draws(np.full_like(state.cell, way[-1]), open_, state.probability)
    arrivals[step + len(way)].append(left)
    return hits


def _merged(parts: list[_Draws]) -> _Draws:
    """Return one distribution, each state once, sorted by cell; nothing is drawn where nothing is open."""
    cell, open_, probability = (np.concatenate(field) for field in zip(*parts, strict=True))
    sets = int(open_.max(initial=0)) + 1
    states, where = np.unique(cell * sets + open_, return_inverse=True)
    cell, open_ = np.divmod(states, sets)
    merged = _Draws(cell, open_, np.bincount(where, probability))
    return _Draws(*(field[open_ > 0] for field in merged))
