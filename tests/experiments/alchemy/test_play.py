"""Tests of the simulation: common episodes, bounds that hold by construction, scores known otherwise."""

import jax
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.alchemy import chemistry_counts, losses, play, scores, summary
from athanor.experiments.alchemy.config_agents import AGENTS, Rollout, Simulation
from athanor.experiments.alchemy.config_game import Environment
from athanor.experiments.alchemy.config_published import Published
from athanor.experiments.alchemy.config_reporting import Statistics
from athanor.reporting.quantities import COLUMNS
from athanor.results import Origin, making, write_table
from athanor.tasks.alchemy.chemistries import prior_entropy

KEY = jax.random.key(1)
ENVIRONMENT = Environment(trials=2)
SIMULATION = Simulation(episodes=24, samples=16)
ROLLOUT = Rollout(samples=16, width=4, finalists=2)
STATISTICS = Statistics(bootstrap_samples=200)
PLAYED = ("random_dips", "posterior_sampling", "mean_plan", "rollout", "far_sighted", "oracle")


def play_agent(agent, environment=ENVIRONMENT, simulation=SIMULATION):
    return play.run(environment, simulation, ROLLOUT, STATISTICS, KEY, agent)


@pytest.fixture(scope="module")
def played():
    return {agent: play_agent(agent) for agent in PLAYED}


@pytest.fixture(scope="module")
def scored(played):
    return {agent: tables["scores"] for agent, tables in played.items()}


def test_no_agent_exceeds_the_oracle_in_any_trial(scored) -> None:
    """The episodes are common: same chemistry and same items, so the bound holds trial by trial."""
    for table in scored.values():
        assert (table["score"] <= scored["oracle"]["score"]).all()
        assert len(table) == 48


def test_agents_that_know_more_earn_more(scored) -> None:
    means = [
        scored[agent]["score"].mean()
        for agent in ("random_dips", "posterior_sampling", "mean_plan", "oracle")
    ]
    assert means == sorted(means)


def test_the_posterior_narrows(scored) -> None:
    bits = scored["mean_plan"].pivot(index="episode", columns="trial", values="entropy").mean()
    assert bits[1] < bits[0] < 8.0 < prior_entropy(rotated=False)


def test_unknown_bits_by_step(played) -> None:
    """A trial starts as the one before it ended; players that dip alone learn; the mean is that of the episodes."""
    found = played["rollout"]
    bits = found["entropy"].pivot(index="trial", columns="step", values="value")
    assert bits.shape == (2, 21)
    assert bits.loc[2, 0] == bits.loc[1, 20]
    assert (np.diff(bits.to_numpy(), axis=1) < 1e-6).all()
    ends = found["scores"].groupby("trial")["entropy"].mean()
    np.testing.assert_allclose(bits[20], ends, rtol=1e-5)
    kept = play_agent("deposit_positive")["entropy"].query("trial == 1 and 0 < step < 20")["value"]
    assert np.ptp(kept) < 1e-6


def test_an_episode_does_not_depend_on_how_many_there_are(scored) -> None:
    fewer = play_agent("random_dips", simulation=Simulation(episodes=7))["scores"]
    pd.testing.assert_frame_equal(fewer, scored["random_dips"].head(14))


@pytest.mark.parametrize("agent", ["mean_plan", "far_sighted"])
def test_planners_play_with_rotations_too(agent) -> None:
    rotated = Environment(level="rotated", stones=1, potions=4, trials=3)
    score = play_agent(agent, rotated, Simulation(episodes=40, samples=4))["scores"]["score"]
    assert 2.25 < score.mean() < 15.0  # depositing what pays earns 2.25 a stone


def test_an_unknown_agent_is_named() -> None:
    with pytest.raises(ValueError, match="agent is greedy, must be one of random, deposit_positive,"):
        play_agent("greedy")


def test_counts_by_hand() -> None:
    counts = chemistry_counts.run()["chemistry_counts"].set_index("quantity")["count"]
    assert counts["chemistries"] == counts["distinct_perceived_dynamics"] == 167_424
    assert counts["graphs_with_2_constraints"] == 48
    assert counts["graphs_with_10_edges"] == 12


def test_the_summary_on_scores_made_up(tmp_path) -> None:
    """Two trials, three episodes; every agent is paid its place in the list, the oracle one more in the second trial."""
    origin = Origin("tests")
    with making(origin):
        paths = []
        for place, agent in enumerate(AGENTS):
            second = place + (agent == "oracle") * np.arange(1, 4)
            columns = {"episode": np.repeat(range(3), 2), "trial": [0, 1] * 3, "entropy": [1.0, 0.0] * 3}
            score = np.stack([np.full(3, place), np.broadcast_to(second, 3)], 1).ravel().astype(float)
            paths.append(tmp_path / f"{agent}.csv")
            write_table(paths[-1], pd.DataFrame({"agent": agent, **columns, "score": score}))
        unknown = tmp_path / "entropy.csv"
        write_table(unknown, pd.DataFrame({"agent": ["oracle"], "trial": 1, "step": 0, "value": 1.0}))
        times = tmp_path / "episode_times.csv"
        write_table(
            times, pd.DataFrame({"agent": AGENTS * 2, "seconds": [1.0] * len(AGENTS) + [2.0] * len(AGENTS)})
        )
        found = scores.run(STATISTICS, KEY, tuple(paths), (unknown,), times)
        assert (found["scores"]["seconds"] == 1.5).all()
        names = {"chemistry_counts": chemistry_counts.run()["chemistry_counts"], **found}
        for name, table in names.items():
            write_table(tmp_path / f"all_{name}.csv", table)
        other = pd.DataFrame([("single_chemistry_seeds", 5, 5, 5, "", "d", "runs")], columns=COLUMNS)
        write_table(tmp_path / "other.csv", other)
    inputs = (tmp_path / f"all_{name}.csv" for name in ("chemistry_counts", "scores", "mean_scores"))
    sections = (ENVIRONMENT, SIMULATION, ROLLOUT, Published(), STATISTICS)
    rows = summary.run(*sections, KEY, *inputs, (tmp_path / "other.csv",))["summary"]
    assert list(rows.columns) == COLUMNS
    value = rows.set_index("quantity")["value"]
    oracle, mean_plan, rollout = map(AGENTS.index, ("oracle", "mean_plan", "rollout"))
    assert value["alchemy.episode_score_oracle"] == 2 * oracle + 2
    assert value["alchemy.last_trial_score_mean_plan"] == mean_plan
    assert value["alchemy.gap_mean_plan"] == 2 * (oracle - mean_plan) + 2
    assert value["alchemy.gap_after_first_trial_mean_plan"] == oracle - mean_plan + 2
    assert value["alchemy.gap_first_trial_rollout"] == oracle - rollout
    assert value["alchemy.loss_by_squared_bits"] == oracle - rollout + 2
    assert value["alchemy.gain_far_sighted"] == 2
    assert value["alchemy.gap_published_ideal_observer"] == pytest.approx(4.1)
    assert value["alchemy.stones"] == 3
    assert value["alchemy.single_chemistry_seeds"] == 5
    assert value["alchemy.published_ideal_observer"] == 284.4


def test_losses_by_trial(tmp_path) -> None:
    """Over two episodes of two trials a player loses 1 and 3 in the first, nothing in the second."""
    rows = [("oracle", e, t, 5.0) for e in (0, 1) for t in (0, 1)]
    rows += [("rollout", e, t, 5.0 - (t == 0) * (1 + 2 * e)) for e in (0, 1) for t in (0, 1)]
    with making(Origin("tests")):
        write_table(
            tmp_path / "scores.csv", pd.DataFrame(rows, columns=["agent", "episode", "trial", "score"])
        )
    found = losses.run(STATISTICS, KEY, tmp_path / "scores.csv")["losses"]
    assert found[["agent", "trial", "value"]].to_numpy().tolist() == [
        ["rollout", 1, 2.0],
        ["rollout", 2, 0.0],
    ]
    assert found["high"].iloc[1] == found["low"].iloc[1] == 0.0
