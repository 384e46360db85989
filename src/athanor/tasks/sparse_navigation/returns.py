"""Returns of scripted agents in sparse navigation, episode by episode on one target, and when they first hit it.

Oracle and sweep are deterministic: their means are exact on a mesh of targets, and half the mesh changes them by less
than 0.0001. Posterior sampling and random play are simulated, averaged over all targets; their intervals hold 95 %.
"""

from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from athanor.expected_return import ExpectedReturn, exact, rules_of, simulated
from athanor.tasks.sparse_navigation.environment import SETTINGS, SparseNavigation
from athanor.tasks.sparse_navigation.posterior_sampling import posterior_sampling
from athanor.tasks.sparse_navigation.straight import known_returns, points, rewards
from athanor.tasks.sparse_navigation.sweep import sweep

EPISODES = 10  # on one target
WALKS = 100_000  # episodes of random play
TARGETS = 64  # of each, all over the arc

PerEpisode = Float[np.ndarray, "episode"]


class FirstHits(NamedTuple):
    """How many targets an agent has hit by the end of an episode."""

    agent: str
    episode: int  # from 1
    share_hit: float
    mean_first_hit: float  # mean episode of the first hit, over the targets hit by then


def exact_returns(setting: str, key: PRNGKeyArray) -> list[ExpectedReturn]:
    """Return the expected return of every episode of every agent."""
    rules = rules_of(setting, SETTINGS)
    sampling_rng, walks_rng = _generators(key)
    sampled = posterior_sampling(rules, EPISODES, sampling_rng).episode_return
    walks = np.repeat(random_returns(rules, walks_rng)[:, None], EPISODES, axis=1)
    known = np.full((1, EPISODES), oracle(rules))
    swept = sweep(rules, EPISODES).episode_return.mean(axis=0, keepdims=True)
    agents = {"oracle": known, "sweep": swept, "posterior_sampling": sampled, "random": walks}
    return [row for agent, returns in agents.items() for row in _rows(agent, returns)]


def _rows(agent: str, returns: Float[np.ndarray, "simulation episode"]) -> list[ExpectedReturn]:
    """Return a row per episode; a single simulation is exact."""
    by_episode = list(enumerate(returns.T, start=1))
    if len(returns) == 1:
        return [exact(agent, float(value), number) for number, (value,) in by_episode]
    return [simulated(agent, column, number) for number, column in by_episode]


def first_hits(setting: str, key: PRNGKeyArray) -> list[FirstHits]:
    """Return the share of the targets that each scripted agent has hit by each episode; random play is left out."""
    rules = rules_of(setting, SETTINGS)
    sampling_rng, _ = _generators(key)
    hit = sweep(rules, EPISODES).first_hit
    found = {
        "oracle": np.eye(EPISODES)[0],
        "sweep": np.bincount(hit, minlength=EPISODES + 2)[1 : EPISODES + 1] / len(hit),
        "posterior_sampling": posterior_sampling(rules, EPISODES, sampling_rng).found.mean(axis=0),
    }
    return [row for agent, shares in found.items() for row in _hits(agent, shares)]


def _hits(agent: str, found: PerEpisode) -> list[FirstHits]:
    """Return the shares hit by each episode, given those first hit in it."""
    numbers, share = np.arange(1, len(found) + 1), np.cumsum(found)
    mean = np.cumsum(numbers * found) / share
    return [
        FirstHits(agent, int(number), float(hit), float(first))
        for number, hit, first in zip(numbers, share, mean, strict=True)
    ]


def oracle(rules: SparseNavigation) -> float:
    """Return the greatest expected return of an episode where the target is known."""
    return float(known_returns(rules, 1)[0])


def random_returns(rules: SparseNavigation, rng: np.random.Generator) -> Float[np.ndarray, "walk"]:
    """Return what simulated walks whose every action is drawn uniformly earn, averaged over targets all over the arc."""
    position, total = np.zeros((WALKS, 2)), np.zeros(WALKS)
    for _ in range(rules.steps):
        position += rng.uniform(-rules.speed, rules.speed, (WALKS, 2))
        near = np.flatnonzero(np.abs(np.hypot(*position.T) - 1) <= rules.radius)
        target = points((np.arange(TARGETS) + rng.random()) / TARGETS * rules.max_angle)
        total[near] += rewards(rules, position[near, None], target).mean(axis=1)
    return total


def _generators(key: PRNGKeyArray) -> list[np.random.Generator]:
    """Return the generators of the draws and of the walks."""
    return np.random.default_rng(np.asarray(jax.random.key_data(key))).spawn(2)
