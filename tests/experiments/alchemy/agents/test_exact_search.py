"""Tests of exact search as an experiment: bounds by hand, what decisions lose, a size beyond the limit."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.agents import analysis, exact_search
from athanor.experiments.alchemy.agents.config import ExactSearch, Rollout, Simulation
from athanor.experiments.alchemy.game.config import Environment

KEY = jax.random.key(6)
STUDY = ExactSearch(sizes=((1, 2), (1, 6)), trials=3, limit=400)


@pytest.fixture(scope="module")
def found():
    settings = (Environment(), Simulation(samples=64), Rollout(samples=64), STUDY)
    return exact_search.run(*settings, KEY)


def test_values_lie_between_nothing_and_the_best_stone(found) -> None:
    table = found["exact_search"]
    small = table[table["potions"] == 2]
    assert len(small) == 3 and small["within_limit"].all()
    assert small["value"].between(0.0, 15.0).all()
    assert small["oracle"].isin([0, 1, 15]).all()


def test_a_size_beyond_the_limit_is_tried_once(found) -> None:
    large = found["exact_search"].query("potions == 6")
    assert not large["within_limit"].iloc[-1]
    assert large["within_limit"].iloc[:-1].all()
    assert large["value"].isna().tolist() == (~large["within_limit"]).tolist()


def test_no_decision_is_worth_more_than_the_best(found) -> None:
    regrets = found["first_decisions"].groupby("agent")["regret"]
    assert set(regrets.groups) == set(exact_search.COMPARED)
    assert (regrets.min() > -1e-9).all()
    assert regrets.mean()["rollout"] < 0.1


def test_sizes_and_regrets_by_hand() -> None:
    searches = pd.DataFrame(
        [
            (1, 2, 0, 4.0, 15.0, 10, 0.1, True),
            (1, 2, 1, 6.0, 1.0, 30, 0.3, True),
            (3, 9, 0, 30.0, 30.0, 50, 5.0, True),
            (3, 9, 1, np.nan, 30, 99, 9, False),
        ],
        columns=["stones", "potions", "trial", *exact_search.Found._fields],
    )
    columns = ["stones", "potions", "trial", "agent", "regret"]
    rows = [(1, 2, 0, "rollout", 0.0), (1, 2, 1, "rollout", 0.5), (3, 9, 0, "rollout", 8.0)]
    decisions = pd.DataFrame(rows, columns=columns)
    sizes, regrets = analysis.searched(searches, decisions)
    totals = analysis.totals_of(sizes, regrets).iloc[0]
    sizes = sizes.set_index(["stones", "potions"])
    assert sizes.loc[(1, 2), ["value", "most_positions", "regret_rollout"]].tolist() == [5.0, 30, 0.25]
    assert not sizes.loc[(3, 9), "within_limit"]
    assert totals.to_dict() == {"trials": 2, "sizes": 2, "within": 1}
    assert regrets["regret"].mean() == 0.25
