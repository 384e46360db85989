"""Tests of the simulation: common episodes, bounds that hold by construction, scores known otherwise."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy.agents import analysis, play, scores
from athanor.experiments.alchemy.agents.config import Rollout, Simulation
from athanor.experiments.alchemy.agents.table import AGENTS, ON_POSTERIOR
from athanor.experiments.alchemy.game.config import Environment
from athanor.experiments.config import Statistics
from athanor.results import Origin, making, write_table

KEY = jax.random.key(1)
ENVIRONMENT = Environment(trials=2)
SIMULATION = Simulation(episodes=24, samples=16)
ROLLOUT = Rollout(samples=16, width=4, finalists=2)
STATISTICS = Statistics(bootstrap_samples=200)


def play_agent(agent, environment=ENVIRONMENT, simulation=SIMULATION):
    return play.run(environment, simulation, ROLLOUT, KEY, agent)


def test_an_episode_does_not_depend_on_how_many_there_are() -> None:
    more, fewer = (play_agent("random_dips", simulation=Simulation(episodes=count)) for count in (8, 3))
    pd.testing.assert_frame_equal(fewer["scores"], more["scores"].head(6), rtol=1e-5)


@pytest.mark.parametrize("agent", ["qmdp", "far_sighted"])
def test_planners_play_with_rotations_too(agent) -> None:
    rotated = Environment(level="rotated", stones=1, potions=4, trials=3)
    score = play_agent(agent, rotated, Simulation(episodes=12, samples=4))["scores"]["score"]
    assert 2.25 < score.mean() < 15.0  # depositing what pays earns 2.25 a stone


def test_an_unknown_agent_is_named() -> None:
    with pytest.raises(ValueError, match="agent is greedy, must be one of random, deposit_positive,"):
        play_agent("greedy")


@pytest.fixture
def made_up(tmp_path):
    """Two trials, three episodes; every agent scores its place in the list, the oracle more in the second trial."""
    with making(Origin("tests")):
        paths = []
        for place, agent in enumerate(AGENTS):
            second = place + (agent == "oracle") * np.arange(1, 4)
            columns = {"episode": np.repeat(range(3), 2), "trial": [0, 1] * 3, "entropy": [1.0, 0.0] * 3}
            score = np.stack([np.full(3, place), np.broadcast_to(second, 3)], 1).ravel().astype(float)
            paths.append(tmp_path / f"{agent}.csv")
            write_table(paths[-1], pd.DataFrame({"agent": agent, **columns, "score": score}))
        bits = {"agent": ["oracle"], "trial": 1, "step": 0, "value": 1.0, "error": 0.5, "episodes": 3}
        write_table(tmp_path / "entropy.csv", pd.DataFrame(bits))
        seconds = pd.DataFrame(
            {"agent": AGENTS * 2, "turn": [0] * 8 + [1] * 8, "seconds": [1.0] * 8 + [2.0] * 8}
        )
        write_table(tmp_path / "times.csv", seconds)
        unknown = (tmp_path / "entropy.csv",)
        found = scores.run(
            STATISTICS, np.random.default_rng(0), tuple(paths), unknown, tmp_path / "times.csv"
        )
    return found


def test_scores_brought_together(made_up) -> None:
    oracle, rollout = map(AGENTS.index, ("oracle", "rollout"))
    assert (made_up["scores"]["seconds"] == 1.5).all()
    means = made_up["mean_scores"].set_index(["agent", "trial"])["value"]
    assert means["oracle", "all"] == 2 * oracle + 2
    assert means["qmdp", "2"] == AGENTS.index("qmdp")
    losses = made_up["losses"].set_index(["agent", "trial"])
    assert losses.loc[("rollout", "1"), "value"] == oracle - rollout
    assert losses.loc[("rollout", "1"), ["low", "high"]].isna().all()  # equal losses have no interval
    assert losses.loc[("rollout", "2"), "value"] == oracle - rollout + 2
    assert made_up["entropy"]["high"].iloc[0] == pytest.approx(1.0 + 0.5 * 4.302653)  # Student's t, 2 degrees


def test_losses_by_part_of_an_episode(made_up) -> None:
    oracle, rollout = map(AGENTS.index, ("oracle", "rollout"))
    parts = analysis.parts(made_up["scores"])
    assert set(parts["agent"]) == set(ON_POSTERIOR)
    mean = parts.groupby(["agent", "part"])["loss"].mean()
    assert mean["rollout", "episode"] == 2 * (oracle - rollout) + 2
    assert mean["rollout", "first_trial"] == oracle - rollout
    assert mean["rollout", "later_trials"] == oracle - rollout + 2
    line = analysis.squared_bits(made_up["scores"])
    assert line["products"].sum() / line["squares"].sum() == oracle - rollout + 2
    ends = analysis.first_and_last(made_up["mean_scores"]).set_index(["agent", "trial"])["value"]
    assert ends["oracle", "last"] == oracle + 2
