"""Tests of the table of returns, on numbers worked by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.simple_alchemy.agents import returns
from athanor.experiments.simple_alchemy.agents.config import Planners
from athanor.results import Origin, making, write_table


@pytest.fixture
def results(tmp_path):
    def trials(agent, *episodes, budget=0):
        rows = [
            (episode, trial, paid)
            for episode, trials in enumerate(episodes)
            for trial, paid in enumerate(trials)
        ]
        table = pd.DataFrame(rows, columns=["episode", "trial", "return"])
        known = {"consistent_graphs": 1, "gathered_bits": 0.0, "useless_bits": 0.0}
        return table.assign(family="three_edges", agent=agent, budget=budget, **known)

    tables = {
        "cem": trials("cem", (1.0, 3.0), (0.0, 2.0)),
        "cem_50": trials("cem", (0.0, 0.0), (1.0, 0.0), budget=50),
        "oracle": trials("oracle", (5.0, 5.0), (5.0, 5.0)),
        "times": pd.DataFrame(
            {
                "family": "three_edges",
                "agent": ["cem"] * 4 + ["oracle"],
                "budget": [0] * 3 + [50, 0],
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
    rng = np.random.default_rng(0)
    return returns.run(Planners(), statistics, rng, paths, tmp_path / "times.csv")


def test_main_agents_with_their_median_seconds(results) -> None:
    table = results["returns"]
    assert set(table["agent"]) == {"cem", "oracle"}
    assert len(table) == 8
    assert set(table.loc[table["agent"] == "cem", "decision_seconds"]) == {0.2}


def test_return_against_compute(results) -> None:
    table = results["planning_compute"].set_index(["agent", "budget"])
    assert table.loc[("cem", 500), ["own", "episodes", "mean_return"]].tolist() == [True, 2, 3.0]
    assert table.loc[("cem", 50), ["own", "mean_return"]].tolist() == [False, 0.5]
    assert table.loc[("oracle", 0), "mean_return"] == 10.0
    assert table.loc[("oracle", 0), ["low", "high"]].isna().all()  # equal returns have no interval
    assert table.loc[("cem", 500), "low"] <= 3.0 <= table.loc[("cem", 500), "high"]
