"""Tests of mean scores over the prior: the oracle's mean as it is known, and agents that much below as they lose."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.agents import analysis, prior_scores
from athanor.experiments.alchemy.agents.config import PriorScores
from athanor.experiments.alchemy.agents.table import ON_POSTERIOR
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.config import Statistics
from athanor.tasks.alchemy.environment import Alchemy

KEY = jax.random.key(5)


def test_the_oracle_earns_what_is_published() -> None:
    means = prior_scores.plan(Alchemy(), KEY, 1000, 20)
    error = np.hypot(
        means.std(ddof=1) / np.sqrt(len(means)), 0.29
    )  # of both: 0.29 is published beside 288.45
    assert abs(means.mean() - 288.45) < 3 * error


def test_an_agent_is_placed_below_the_oracle_by_what_it_loses() -> None:
    """An agent loses its place in the list in one trial; the oracle's luck on the episodes played does not matter."""
    rows = [("oracle", e, t, 100.0 * e) for e in range(3) for t in (0, 1)]
    for place, agent in enumerate(ON_POSTERIOR):
        rows += [(agent, e, t, 100.0 * e - (place + (e - 1) / 10) * t) for e in range(3) for t in (0, 1)]
    played = pd.DataFrame(rows, columns=["agent", "episode", "trial", "score"])
    planned = prior_scores.run(Environment(trials=2), PriorScores(episodes=40), KEY)["oracle_means"]
    assert planned["episodes"].sum() == 40
    settings = (Statistics(bootstrap_samples=200), np.random.default_rng(0))
    found = analysis.over_the_prior(planned, analysis.parts(played), *settings).set_index("agent")
    best = found.loc["oracle"]
    assert best["low"] < best["value"] < best["high"]
    half = 4.302653 * 0.1 / 3**0.5  # Student's, of three losses 0.1 apart
    for place, agent in enumerate(ON_POSTERIOR):
        for name, wider in (("value", 0.0), ("low", -half), ("high", half)):
            assert found.loc[agent, name] == pytest.approx(best[name] - place + wider)
