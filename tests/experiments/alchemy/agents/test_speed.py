"""Tests of what is timed: rates and ratios by hand, plain episodes to their end, an episode of every agent."""

import jax
import pandas as pd
import pytest

from athanor.experiments.alchemy.agents import analysis, episode_times, speed
from athanor.experiments.alchemy.agents.config import EpisodeTimes, Rollout, Simulation, Speed
from athanor.experiments.alchemy.agents.table import AGENTS
from athanor.experiments.alchemy.game.config import Environment

KEY = jax.random.key(2)
ENVIRONMENT = Environment(trials=1, trial_steps=4, potions=3)


def test_rates_and_ratios_by_hand() -> None:
    """A step of the game takes 1 µs, observed 2, with the posterior 4; a plain one 50, observed 100."""
    each = {
        "game": 1,
        "game_observed": 2,
        "game_believed": 4,
        "plain": 50,
        "plain_observed": 100,
        "oracle": 7,
        "start": 1,
        "draw": 3,
    }
    rows = [(name, turn, 10, 10 * each[name] * 1e-6) for name in each for turn in range(3)]
    table = pd.DataFrame(rows, columns=["program", "turn", "amount", "seconds"])
    value = analysis.by_turn(table).iloc[0]
    assert value["game"] == pytest.approx(1.0)
    assert value["plain"] == pytest.approx(20.0)
    assert value["update"] == pytest.approx(3.0)
    assert value["draw"] == pytest.approx(2.0)
    assert value["oracle"] == pytest.approx(0.007)


def test_all_programs_are_timed_in_turn() -> None:
    table = speed.run(ENVIRONMENT, Speed(games=2, plain_episodes=1, turns=2), KEY)["speed"]
    assert table["turn"].tolist() == [0] * 8 + [1] * 8
    assert (table["seconds"] > 0).all()
    amounts = table.set_index("program")["amount"]
    assert amounts["game"].tolist() == [8, 8]
    assert amounts["plain"].tolist() == [4, 4]
    assert amounts["oracle"].tolist() == [2, 2]


def test_every_agent_is_timed() -> None:
    settings = (
        ENVIRONMENT,
        Simulation(samples=4),
        Rollout(samples=4, width=1, finalists=1),
        EpisodeTimes(turns=2),
    )
    table = episode_times.run(*settings, KEY)["episode_times"]
    assert table.groupby("agent").size().to_dict() == dict.fromkeys(AGENTS, 2)
    assert (table["seconds"] > 0).all()
