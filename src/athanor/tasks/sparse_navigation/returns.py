"""Returns of scripted agents in sparse navigation, episode by episode on one target, and when they first hit it.

Oracle and sweep are deterministic: their means are exact on a mesh of targets, and half the mesh changes them by less
than 0.0001. Posterior sampling and random play are simulated, averaged over all targets; their intervals hold 95 %.
"""

from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from athanor.tasks.sparse_navigation.environment import SETTINGS, SparseNavigation
from athanor.tasks.sparse_navigation.posterior_sampling import posterior_sampling
from athanor.tasks.sparse_navigation.straight import known_returns, points, rewards
from athanor.tasks.sparse_navigation.sweep import sweep

EPISODES = 10  # on one target
WALKS = 100_000  # episodes of random play
TARGETS = 64  # of each, all over the arc
_CONFIDENCE = 1.96  # standard errors on each side: 95 %

PerEpisode = Float[np.ndarray, "episode"]


class Row(NamedTuple):
    """The expected return of one episode of an agent, and an interval that holds it."""

    episodes: int  # number of the episode on the target, from 1
    agent: str
    expected_return: float
    lower: float
    upper: float


class FirstHits(NamedTuple):
    """How many targets an agent has hit by the end of an episode."""

    agent: str
    episode: int  # from 1
    share_hit: float
    mean_first_hit: float  # mean episode of the first hit, over the targets hit by then


def exact_returns(setting: str, key: PRNGKeyArray) -> list[Row]:
    """Return the expected return of every episode of every agent."""
    rules = _rules(setting)
    sampling_rng, walks_rng = _generators(key)
    sampled = posterior_sampling(rules, EPISODES, sampling_rng).episode_return
    walks = np.repeat(random_returns(rules, walks_rng)[:, None], EPISODES, axis=1)
    known = np.full((1, EPISODES), oracle(rules))
    swept = sweep(rules, EPISODES).episode_return.mean(axis=0, keepdims=True)
    agents = {"oracle": known, "sweep": swept, "posterior_sampling": sampled, "random": walks}
    return [row for agent, returns in agents.items() for row in _rows(agent, returns)]


def _rows(agent: str, returns: Float[np.ndarray, "simulation episode"]) -> list[Row]:
    """Return the mean of simulated returns and its interval; a single simulation is exact."""
    mean, count = returns.mean(axis=0), len(returns)
    error = returns.std(axis=0, ddof=1) / np.sqrt(count) if count > 1 else np.zeros_like(mean)
    bounds = zip(mean, mean - _CONFIDENCE * error, mean + _CONFIDENCE * error, strict=True)
    return [Row(number, agent, *map(float, row)) for number, row in enumerate(bounds, start=1)]


def first_hits(setting: str, key: PRNGKeyArray) -> list[FirstHits]:
    """Return the share of the targets that each scripted agent has hit by each episode; random play is left out."""
    rules = _rules(setting)
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


def _rules(setting: str) -> SparseNavigation:
    """Return the rules of a setting; raise ValueError for an unknown one."""
    if setting not in SETTINGS:
        raise ValueError(f"setting is {setting!r}, must be one of {', '.join(SETTINGS)}")
    return SETTINGS[setting]
