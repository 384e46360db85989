"""Exact returns of GridNavi's agents, a row for each number of episodes and agent."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, PRNGKeyArray

from athanor.expected_return import ExpectedReturn, exact, rules_of
from athanor.tasks.grid_navi.bayes_optimal import bayes_optimal
from athanor.tasks.grid_navi.board import Board
from athanor.tasks.grid_navi.environment import SETTINGS, GridNavi
from athanor.tasks.grid_navi.posterior_sampling import resampled_each_episode, resampled_on_arrival

EPISODES = (1, 2, 4)  # of a trial


Returns = Float[np.ndarray, "episode"]


def oracle(rules: GridNavi, episodes: int) -> Returns:
    """Return the return of each episode of an agent that knows the goal."""
    board = Board(rules)
    return np.full(episodes, board.expected_return(1, board.known_hits[board.candidates].mean()))


def memory_reset(rules: GridNavi, episodes: int) -> Returns:
    """Return the return of each episode of Bayes-optimal play that forgets everything between episodes."""
    return np.full(episodes, bayes_optimal(rules, 1))


def random(rules: GridNavi, episodes: int) -> Returns:
    """Return the return of each episode where every action is drawn uniformly."""
    board = Board(rules)
    return np.full(episodes, board.expected_return(1, random_hits(board)[board.candidates].mean()))


def random_hits(board: Board) -> Float[np.ndarray, "cell"]:
    """Return how often an episode of random actions is expected to enter each cell."""
    presence, hits = np.eye(board.rules.size**2)[0], np.zeros(board.rules.size**2)
    for _ in range(board.rules.steps):
        arrivals = np.broadcast_to(presence / len(board.following), board.following.shape)
        presence = np.bincount(board.following.ravel(), arrivals.ravel())
        hits += presence
    return hits


BY_EPISODE: dict[str, Callable[[GridNavi, int], Returns]] = {
    "oracle": oracle,
    "posterior_sampling": resampled_each_episode,
    "posterior_sampling_on_arrival": resampled_on_arrival,
    "memory_reset": memory_reset,
    "random": random,
}


def exact_returns(setting: str, key: PRNGKeyArray) -> list[ExpectedReturn]:
    """Return the expected return of every agent in trials of 1, 2 and 4 episodes; all are exact."""
    del key  # nothing is simulated
    rules = rules_of(setting, SETTINGS)
    values = {("bayes_optimal", episodes): bayes_optimal(rules, episodes) for episodes in EPISODES}
    for name, agent in BY_EPISODE.items():
        trials = np.cumsum(agent(rules, max(EPISODES)))
        values |= {(name, episodes): float(trials[episodes - 1]) for episodes in EPISODES}
    return [exact(name, value, episodes) for (name, episodes), value in values.items()]
