"""Tests of the simulation: common episodes, bounds that hold by construction, and exact beliefs along the way."""

from pathlib import Path

import jax
import numpy as np
import pytest

from athanor.experiments.simple_alchemy.agents import simulate
from athanor.experiments.simple_alchemy.agents.config import Simulation
from athanor.experiments.simple_alchemy.agents.players import rules_of
from athanor.results import Origin, making, write_arrays
from athanor.tasks.simple_alchemy.decisions import decision_classes
from athanor.tasks.simple_alchemy.environment import FIRST_DIP
from athanor.tasks.simple_alchemy.graphs import enumerate_graphs, transition_tables

from ..conftest import CEM, ENVIRONMENT, EPISODES, TREE_SEARCH

AGENTS = [
    "random",
    "posterior_sampling",
    "information_directed",
    "greedy",
    "bayes_optimal",
    "cem",
    "tree_search",
]


def trial_returns(episodes):
    return episodes.record.reward.reshape(EPISODES, ENVIRONMENT.trials, -1).sum(axis=2)


@pytest.mark.parametrize("agent", AGENTS)
def test_no_agent_exceeds_the_oracle_in_any_trial(played, agent) -> None:
    """The episodes are common: same graph and same first stones, so the bound holds trial by trial."""
    assert (trial_returns(played(agent)) <= trial_returns(played("oracle"))).all()


@pytest.mark.parametrize("agent", AGENTS)
def test_episodes_are_common(played, agent) -> None:
    own, oracle = played(agent), played("oracle")
    for ours, theirs in zip(own.task, oracle.task, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    first = slice(None, None, ENVIRONMENT.trial_steps)
    np.testing.assert_array_equal(own.record.state.stone[:, first], oracle.record.state.stone[:, first])


@pytest.mark.parametrize(
    ("agent", "family"), [("random", "three_edges"), ("cem", "three_edges"), ("random", "all")]
)
def test_beliefs_are_those_of_brute_force(played, agent, family) -> None:
    """Filter the flat set of graphs along each trajectory; its size is the count of consistent graphs."""
    tables = transition_tables(enumerate_graphs(family))
    episodes = played(agent, family)
    steps = ENVIRONMENT.trial_steps
    arrays = simulate._trajectories(rules_of(ENVIRONMENT, family), episodes)
    for episode in range(4):
        possible = np.ones(len(tables), bool)
        stone, action = arrays["stone"][episode], arrays["action"][episode]
        full = np.ones(6, bool)
        for step in range(len(stone)):
            assert arrays["consistent_graphs"][episode, step] == possible.sum()
            potion = action[step] - FIRST_DIP
            last = (step + 1) % steps == 0
            if 0 <= potion < 6 and full[potion] and not arrays["in_cauldron"][episode, step]:
                full[potion] = False
                if not last:
                    possible &= tables[:, stone[step], potion] == stone[step + 1]
            full |= last
        assert possible.sum() == arrays["consistent_graphs"][episode, -1]


def test_the_posterior_of_the_first_episode(played) -> None:
    arrays = simulate._trajectories(rules_of(ENVIRONMENT, "three_edges"), played("random"))
    posterior = arrays["posterior"]
    assert posterior.shape == (2 * 20 + 1, 384)
    np.testing.assert_allclose(posterior.sum(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal((posterior[:-1] > 0).sum(axis=1), arrays["consistent_graphs"][0])


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


@pytest.mark.parametrize("agent", ["cem", "random"])
def test_an_episode_depends_on_its_number_alone(agent, agent_of, played) -> None:
    rules = rules_of(ENVIRONMENT, "three_edges")
    few = simulate.play(rules, agent_of(agent), jax.random.key(3), 4)
    many = played(agent)
    np.testing.assert_array_equal(few.record.action, many.record.action[:4])


@pytest.mark.parametrize("agent", ["random", "cem", "tree_search", "greedy"])
def test_nothing_is_done_in_the_cauldron(played, agent) -> None:
    record = played(agent).record
    assert (record.action[record.state.in_cauldron] == 0).all()


def test_the_better_informed_plan_better(played) -> None:
    """Orders that hold with a wide margin, paired on the same episodes."""
    mean = {agent: trial_returns(played(agent)).sum(axis=1).mean() for agent in [*AGENTS, "oracle"]}
    assert mean["random"] < min(mean["cem"], mean["tree_search"], mean["bayes_optimal"]) < mean["oracle"]


@pytest.fixture
def policy(policy_arrays, tmp_path) -> Path:
    path = tmp_path / "policy.npz"
    with making(Origin("test")):
        write_arrays(path, policy_arrays)
    return path


def run(policy, agent, family="three_edges", budget=0):
    simulation = Simulation(episodes_three_edges=3, episodes_all=2, episodes_budgets=2)
    return simulate.run(
        ENVIRONMENT, simulation, CEM, TREE_SEARCH, jax.random.key(3), (policy,), family, agent, budget
    )


@pytest.mark.parametrize(("agent", "budget"), [("greedy", 0), ("cem", 20)])
def test_results(policy, agent, budget, played) -> None:
    results = run(policy, agent, budget=budget)
    episodes = 3 if agent == "greedy" else 2
    returns = results["returns"]
    assert list(returns.columns) == simulate.COLUMNS
    assert (
        len(returns) == episodes * 2
        and set(returns["agent"]) == {agent}
        and set(returns["budget"]) == {budget}
    )
    rewards = results["trajectories"]["reward"]
    assert rewards.shape == (episodes, 40)
    assert returns["return"].sum() == rewards.sum()
    np.testing.assert_array_equal(
        returns["consistent_graphs"], results["trajectories"]["consistent_graphs"][:, 19::20].ravel()
    )


def test_same_key_same_results(policy) -> None:
    first, second = (run(policy, "cem", budget=20) for _ in range(2))
    assert first["returns"].equals(second["returns"])
    for name, array in first["trajectories"].items():
        np.testing.assert_array_equal(array, second["trajectories"][name])


def test_an_unknown_family_is_refused(policy) -> None:
    with pytest.raises(ValueError, match="family is two_edges, must be one of three_edges, all"):
        run(policy, "cem", "two_edges")
