"""Tests of the table of returns, on numbers worked by hand."""

import jax
import pandas as pd
import pytest

from athanor.experiments.simple_alchemy import returns
from athanor.experiments.simple_alchemy.config import Cem, Statistics, TreeSearch
from athanor.results import Origin, making, write_table


@pytest.fixture
def results(tmp_path):
    def trials(agent, *episodes):
        rows = [
            (episode, trial, paid)
            for episode, trials in enumerate(episodes)
            for trial, paid in enumerate(trials)
        ]
        table = pd.DataFrame(rows, columns=["episode", "trial", "return"])
        return table.assign(family="three_edges", agent=agent, consistent_graphs=1)

    tables = {
        "cem": trials("cem", (1.0, 3.0), (0.0, 2.0)),
        "cem_50": trials("cem_50", (0.0, 0.0), (1.0, 0.0)),
        "oracle": trials("oracle", (5.0, 5.0), (5.0, 5.0)),
        "times": pd.DataFrame(
            {
                "family": "three_edges",
                "agent": ["cem"] * 3 + ["cem_50", "oracle"],
                "repeat": [0, 1, 2, 0, 0],
                "seconds": [0.5, 0.1, 0.2, 0.05, 0.01],
            }
        ),
    }
    with making(Origin("test")):
        for name, table in tables.items():
            write_table(tmp_path / f"{name}.csv", table)
    paths = tuple(tmp_path / f"{name}.csv" for name in ("cem", "cem_50", "oracle"))
    statistics = Statistics(bootstrap_samples=200)
    key = jax.random.key(0)
    return returns.run(Cem(), TreeSearch(), statistics, key, paths, tmp_path / "times.csv")


def test_main_agents_with_their_median_seconds(results) -> None:
    table = results["returns"]
    assert set(table["agent"]) == {"cem", "oracle"}
    assert len(table) == 8
    assert set(table.loc[table["agent"] == "cem", "decision_seconds"]) == {0.2}


def test_return_against_compute(results) -> None:
    table = results["planning_compute"].set_index("agent")
    assert table.loc["cem", ["planner", "budget", "episodes", "mean_return"]].tolist() == ["cem", 500, 2, 3.0]
    assert table.loc["cem_50", ["planner", "budget", "mean_return"]].tolist() == ["cem", 50, 0.5]
    assert table.loc["oracle", ["planner", "budget"]].tolist() == ["none", 0]
    assert table.loc["oracle", ["low", "mean_return", "high"]].tolist() == [10.0] * 3
    assert table.loc["cem", "low"] <= 3.0 <= table.loc["cem", "high"]
