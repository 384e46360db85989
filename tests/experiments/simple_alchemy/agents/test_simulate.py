"""Tests of the simulation: equal keys, numbers of episodes, and bits; bounds and beliefs are looked at in the miniature."""

import jax
import numpy as np
import pytest

from athanor.experiments.simple_alchemy.agents import simulate
from athanor.experiments.simple_alchemy.agents.config import Simulation
from athanor.experiments.simple_alchemy.agents.players import rules_of
from athanor.tasks.simple_alchemy.decisions import decision_classes

from ..conftest import ENVIRONMENT, PLANNERS


def test_bits_that_change_no_decision_are_among_those_gathered(played) -> None:
    """They are recomputed from the posterior of the first episode's last step, graph by graph."""
    rules, episodes = rules_of(ENVIRONMENT, "three_edges"), played("random")
    returns = simulate._returns(rules, episodes)
    assert (returns["useless_bits"] <= returns["gathered_bits"]).all()
    possible = simulate._trajectories(rules, episodes)["posterior"][-1] > 0
    classes = decision_classes(rules)
    entropies = []
    for chosen in (classes, classes[possible]):
        share = np.unique(chosen, return_counts=True)[1] / len(chosen)
        entropies.append(-(share * np.log2(share)).sum())
    last = returns.query("episode == 0 and trial == 1").iloc[0]
    gathered = np.log2(384 / possible.sum())
    assert last["gathered_bits"] == pytest.approx(gathered, abs=1e-4)
    assert last["useless_bits"] == pytest.approx(gathered - (entropies[0] - entropies[1]), abs=2e-4)


def run(agent, family="three_edges", episodes=3):
    simulation = Simulation(episodes_three_edges=episodes, episodes_all=2)
    return simulate.run(ENVIRONMENT, simulation, PLANNERS, jax.random.key(3), (), family, agent, 0)


@pytest.fixture(scope="module")
def by_cem():
    return run("cem")


def test_an_episode_depends_on_its_number_alone(by_cem) -> None:
    few = run("cem", episodes=2)["trajectories"]
    np.testing.assert_array_equal(few["action"], by_cem["trajectories"]["action"][:2])


def test_same_key_same_results(by_cem) -> None:
    first, second = by_cem, run("cem")
    assert first["returns"].equals(second["returns"])
    for name, array in first["trajectories"].items():
        np.testing.assert_array_equal(array, second["trajectories"][name])


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ValueError, match="family is two_edges, must be one of three_edges, all"):
        run("cem", "two_edges")
