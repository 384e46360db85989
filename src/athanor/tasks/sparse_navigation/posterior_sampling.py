"""Posterior sampling with the exact posterior: each episode goes straight to an angle drawn from it, and stays there.

Targets and draws are the middles of the arc's cells, so that the posterior is exact on them. Which angles are drawn
before the first hit does not depend on the target: a simulated sequence of draws serves all targets at once. A hit tells the distance to the target; two from different directions tell the target. A
first hit only on arrival leaves two targets as long as the mirror image of the target in the draw has not been ruled
out: the next draw is one of the two, and tells which.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from athanor.tasks.sparse_navigation.environment import SparseNavigation
from athanor.tasks.sparse_navigation.straight import (
    Straight,
    arrivals,
    known_returns,
    middles,
    points,
    straight,
)

CELLS = 512  # of the arc
SEQUENCES = 2000  # of draws simulated


class Sampled(NamedTuple):
    """What each simulated sequence of draws gives, averaged over the targets."""

    episode_return: Float[np.ndarray, "sequence episode"]
    found: Float[np.ndarray, "sequence episode"]  # share of the targets first hit in the episode


class _Tables(NamedTuple):
    """Straight episodes for all aims and targets, by cell."""

    straight: Straight  # aim, target
    arrival: Int[np.ndarray, "aim"]
    known: Float[np.ndarray, "target"]  # return of an episode that knows the target


def posterior_sampling(
    rules: SparseNavigation, episodes: int, rng: np.random.Generator, cells: int = CELLS
) -> Sampled:
    """Simulate sequences of draws for a number of episodes."""
    tables = _tables(rules, cells)
    open_, known = np.ones((SEQUENCES, cells), bool), np.zeros((SEQUENCES, cells))
    returns, found = np.zeros((2, SEQUENCES, episodes))
    for episode in range(episodes):
        aim = np.where(open_, rng.random(open_.shape), -1.0).argmax(axis=1)
        hit = open_ & (tables.straight.first_hit[aim] <= rules.steps)
        returns[:, episode] = (known + hit * tables.straight.episode_return[aim]).mean(axis=1)
        found[:, episode] = hit.mean(axis=1)
        known = np.where(known > 0, tables.known, 0.0) + hit * _next_return(tables, aim, hit)
        open_ &= ~hit
    return Sampled(returns, found)


def _tables(rules: SparseNavigation, cells: int) -> _Tables:
    place = points(middles(rules, cells))
    table = straight(rules, place[:, None], place)
    return _Tables(table, arrivals(rules, place), known_returns(rules, cells))


def _next_return(
    tables: _Tables, aim: Int[np.ndarray, "sequence"], hit: Bool[np.ndarray, "sequence target"]
) -> Float[np.ndarray, "sequence target"]:
    """Return the return of the episode after the first hit: of one that knows the target, or draws one of two."""
    cells = hit.shape[1]
    mirror = 2 * aim[:, None] - np.arange(cells)
    inside = (mirror >= 0) & (mirror < cells)
    mirror = np.clip(mirror, 0, cells - 1)
    on_arrival = hit & (tables.straight.first_hit[aim] == tables.arrival[aim][:, None])
    two = on_arrival & inside & np.take_along_axis(on_arrival, mirror, axis=1)
    either = (tables.known + tables.straight.episode_return[mirror, np.arange(cells)]) / 2
    return np.where(two, either, tables.known)
