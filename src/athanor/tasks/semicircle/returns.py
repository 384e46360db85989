"""Returns of the semicircle's agents: the oracle's exactly, the best sweep's, and random play's by simulation.

The Bayes-optimal return lies between the sweep's and a bound on how fast a path can sweep; as its
expected return stands the middle.
"""

from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from athanor.tasks.semicircle.environment import SETTINGS, Semicircle
from athanor.tasks.semicircle.oracle import oracle
from athanor.tasks.semicircle.sweep import best_sweep
from athanor.tasks.semicircle.upper_bound import upper_bound

SIMULATED = 40_000  # episodes of random play
_CONFIDENCE = 1.96  # standard errors on each side: 95 %


class Row(NamedTuple):
    """The expected return of an agent, and an interval that holds it."""

    episodes: int
    agent: str
    expected_return: float
    lower: float
    upper: float


def exact_returns(setting: str, key: PRNGKeyArray) -> list[Row]:
    """Return the expected return of an episode of every agent."""
    rules = _rules(setting)
    known, sweep, bound = oracle(rules), best_sweep(rules).value, upper_bound(rules)
    hits = random_hits(rules, np.random.default_rng(np.asarray(jax.random.key_data(key))))
    mean, error = float(hits.mean()), float(hits.std(ddof=1) / np.sqrt(len(hits)))
    return [
        Row(1, "oracle", known, known, known),
        Row(1, "bayes_optimal", (sweep + bound) / 2, sweep, bound),
        Row(1, "sweep", sweep, sweep, sweep),
        Row(1, "random", mean, mean - _CONFIDENCE * error, mean + _CONFIDENCE * error),
    ]


def random_hits(rules: Semicircle, rng: np.random.Generator) -> Float[np.ndarray, "episode"]:
    """Return the hits of simulated episodes, a target each, where every action is drawn uniformly."""
    angle = rng.uniform(0, rules.max_angle, SIMULATED)
    target = np.stack([np.cos(angle), np.sin(angle)])
    position, hits = np.zeros((2, SIMULATED)), np.zeros(SIMULATED)
    for _ in range(rules.steps):
        position += rng.uniform(-rules.speed, rules.speed, (2, SIMULATED))
        hit = np.hypot(*(position - target)) <= rules.radius
        hits += hit
        position[:, hit] = 0.0
    return hits


def _rules(setting: str) -> Semicircle:
    """Return the rules of a setting; raise ValueError for an unknown one."""
    if setting not in SETTINGS:
        raise ValueError(f"setting is {setting!r}, must be one of {', '.join(SETTINGS)}")
    return SETTINGS[setting]
