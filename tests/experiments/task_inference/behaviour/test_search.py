"""Shares of the arc and first hits by hand; both agents pass through training and play to the estimates."""

import jax
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.behaviour import analysis
from athanor.experiments.task_inference.behaviour.agents import agent_of, nearness
from athanor.experiments.task_inference.behaviour.config import Behaviour
from athanor.experiments.task_inference.behaviour.search import Searches, Watched, episode_rows, share_of_arc
from athanor.experiments.task_inference.config import TaskInferenceConfig
from athanor.experiments.task_inference.exact.config import ExpectedReturns
from athanor.experiments.task_inference.learning.config import Learning
from athanor.results import Origin, making, write_table
from athanor.tasks.sparse_navigation.environment import SETTINGS
from athanor.tasks.sparse_navigation.sweep import sweep_path

RULES = SETTINGS["0.2_20"]


def test_shares_of_the_arc_by_hand():
    """A point of the arc covers 4 asin(radius / 2) of it, one at its end half of that; the origin covers nothing."""
    whole = 4 * np.arcsin(0.1) / np.pi
    path = np.array([[[0.0, 1.0]], [[1.0, 0.0]], [[0.0, 0.0]]])
    np.testing.assert_allclose(share_of_arc(RULES, path), [whole, whole / 2, 0.0], atol=2 / 512)


def test_what_the_sweep_covers_is_what_it_hits():
    """Of targets all over the arc it hits 0.49475 in its first episode, as known returns have it."""
    assert share_of_arc(RULES, sweep_path(RULES, 1))[0] == pytest.approx(0.49475, abs=2 / 512)


def test_rows_by_hand():
    """Two targets, three episodes of two steps: one is hit in the second episode, the other never."""
    reward = np.zeros((2, 3, 2))
    reward[0, 1], reward[0, 2] = [0.0, 0.9], [0.8, 0.9]
    path = np.zeros((2, 3, 2, 2))
    path[:, 0] = [0.0, 1.0]
    found = episode_rows(
        RULES, Watched(Searches(reward, path), Searches(reward, path), Searches(reward, path))
    )
    np.testing.assert_allclose(found["return"], [0.0, 0.45, 0.85])
    np.testing.assert_allclose(found["share_hit"], [0.0, 0.5, 0.5])
    np.testing.assert_allclose(found["first_hit"], [np.nan, 2.0, 2.0])
    assert found["share_of_arc"].to_numpy()[1] == 0.0


def test_what_is_taught_is_the_distance_by_hand():
    """From the origin by (0, 0.1), a target at the top is 0.9 away; a step of 1 is one of 0.1."""
    task = RULES.sample_task(jax.random.key(0))._replace(angle=jax.numpy.float32(np.pi / 2))
    before, action = np.zeros(3, np.float32), np.array([0.0, 1.0], np.float32)
    taught = nearness(RULES, task, *(jax.numpy.asarray(each) for each in (before, action)), None)
    assert float(taught) == pytest.approx(-0.9)


def learned(agent, shares, hits, returns):
    rows = [
        (agent, run, episode + 1, returns[run][episode], hits[run][episode], 1.0, shares[run][episode])
        for run in range(2)
        for episode in range(2)
    ]
    return pd.DataFrame(rows, columns=analysis.COLUMNS)


def test_estimates_by_hand(tmp_path):
    both = {
        "belief_network": learned(
            "belief_network", [[0.4, 0.2]] * 2, [[0.4, 0.8]] * 2, [[2.0, 4.0], [4.0, 6.0]]
        ),
        "pearl": learned("pearl", [[0.1, 0.1], [0.2, 0.2]], [[0.1, 0.2]] * 2, [[1.0, 1.0]] * 2),
    }
    agents = {"sweep": (0.5, 1.0), "posterior_sampling": (0.1, 0.2), "oracle": (1.0, 1.0)}
    rows = [(name, number + 1, hit) for name, hits in agents.items() for number, hit in enumerate(hits)]
    hits = pd.DataFrame(rows, columns=["agent", "episode", "share_hit"]).assign(
        setting="0.2_20", mean_first_hit=1.0
    )
    exact = hits.rename(columns={"episode": "episodes", "share_hit": "expected_return"})
    files = both | {"hits": hits, "exact": exact.assign(family="sparse_navigation")}
    with making(Origin()):
        for name, table in files.items():
            write_table(tmp_path / f"{name}.csv", table)
    game = Behaviour().belief_network.model_copy(update={"episodes": 2})
    found = analysis.run(
        Statistics(bootstrap_samples=100),
        Behaviour(belief_network=game),
        np.random.default_rng(0),
        tuple(tmp_path / f"{name}.csv" for name in both),
        tmp_path / "exact.csv",
        tmp_path / "hits.csv",
    )
    value = found["estimates/behaviour"].set_index("quantity")["value"]
    expected = {
        "search_of_the_sweep.belief_network": 0.4 / 0.5,
        "search_of_sampling.pearl": 0.15 / 0.1,
        "search_hits_over_sampling.belief_network": 0.8 - 0.2,
        "search_gain": 4.0 - 1.0,
        "search_first_share_of_arc.belief_network": 0.4,
        "search_return.belief_network.2": 5.0,
    }
    for name, number in expected.items():
        assert value[f"task_inference.{name}"] == pytest.approx(number), name
    assert len(found["behaviour"]) == 4 + 4 + 6


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"family": "bandit"}, "belief_network.family is bandit, must be sparse_navigation"),
        ({"episodes": 11}, "belief_network.episodes is 11, must be at most 10"),
    ],
)
def test_games_that_cannot_be_judged_are_refused(given, message):
    game = Behaviour().belief_network.model_dump() | given
    with pytest.raises(ValidationError, match=message):
        Behaviour(belief_network=game)


def test_what_is_unknown_is_named():
    known = ExpectedReturns().families
    others = ExpectedReturns(
        families=[
            referred.model_copy(update={"settings": ("0.3_32",)})
            if referred.family == "sparse_navigation"
            else referred
            for referred in known
        ]
    )
    with pytest.raises(
        ValidationError, match=r"behaviour.belief_network has .* setting 0.2_20, must be one of"
    ):
        TaskInferenceConfig(expected_returns=others)
    with pytest.raises(ValueError, match="agent is oracle, must be belief_network or pearl"):
        agent_of("oracle", Behaviour(), Learning())


@pytest.mark.parametrize("name", ["belief_network", "pearl"])
def test_both_agents_play_as_many_episodes(name):
    agent = agent_of(name, Behaviour(), Learning())
    assert (agent.trial.episodes, agent.trial.environment) == (6, RULES)
