"""Returns of the semicircle's agents: the oracle's exactly, the best sweep's, and random play's by simulation.

The Bayes-optimal return lies between the sweep's and a bound on how fast a path can sweep; as its
expected return stands the middle.
"""

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from athanor.expected_return import ExpectedReturn, bracket, exact, rules_of, simulated
from athanor.tasks.semicircle.environment import SETTINGS, Semicircle
from athanor.tasks.semicircle.oracle import oracle
from athanor.tasks.semicircle.sweep import best_sweep
from athanor.tasks.semicircle.upper_bound import upper_bound

SIMULATED = 40_000  # episodes of random play


def exact_returns(setting: str, key: PRNGKeyArray) -> list[ExpectedReturn]:
    """Return the expected return of an episode of every agent."""
    rules = rules_of(setting, SETTINGS)
    known, sweep, bound = oracle(rules), best_sweep(rules).value, upper_bound(rules)
    hits = random_hits(rules, np.random.default_rng(np.asarray(jax.random.key_data(key))))
    return [
        exact("oracle", known),
        bracket("bayes_optimal", sweep, bound),
        exact("sweep", sweep),
        simulated("random", hits),
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
