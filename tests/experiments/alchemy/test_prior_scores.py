"""Tests of mean scores over the prior: the oracle's mean as it is known, and agents that much below as they lose."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy import prior_scores
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_prior_scores import PriorScores
from athanor.experiments.alchemy.config_published import Published
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.experiments.alchemy.summary_gaps import ON_POSTERIOR
from athanor.results import Origin, making, write_table
from athanor.tasks.alchemy.environment import Alchemy

KEY = jax.random.key(5)


def test_the_oracle_earns_what_is_published() -> None:
    means = prior_scores.plan(Alchemy(), KEY, 1000, 20)
    error = np.hypot(
        means.std(ddof=1) / np.sqrt(len(means)), 0.29
    )  # of both: 0.29 is published beside 288.45
    assert abs(means.mean() - 288.45) < 3 * error


def test_an_agent_is_placed_below_the_oracle_by_what_it_loses(tmp_path) -> None:
    """An agent loses its place in the list in one trial; the oracle's luck on the episodes played does not matter."""
    rows = [("oracle", e, t, 100.0 * e) for e in range(3) for t in (0, 1)]
    for place, agent in enumerate(ON_POSTERIOR):
        rows += [(agent, e, t, 100.0 * e - place * t) for e in range(3) for t in (0, 1)]
    path = tmp_path / "scores.csv"
    with making(Origin("tests")):
        write_table(path, pd.DataFrame(rows, columns=["agent", "episode", "trial", "score"]))
    sections = (
        Environment(trials=2),
        PriorScores(episodes=40),
        Published(),
        Statistics(bootstrap_samples=200),
    )
    found = prior_scores.run(*sections, KEY, path)["prior_scores_quantities"].set_index("quantity")
    best = found.loc["prior_score_oracle"]
    assert best["low"] < best["value"] < best["high"]
    assert found.loc["prior_score_bound", "value"] == pytest.approx(best["value"] - 29.25 + 25.83)
    for place, agent in enumerate(ON_POSTERIOR):
        own = found.loc[f"prior_score_{agent}"]
        for name in ("value", "low", "high"):
            assert own[name] == pytest.approx(best[name] - place)
    assert found.loc["prior_episodes", "value"] == 40
