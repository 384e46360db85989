"""The summary's numbers of the agents, on returns made by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.simple_alchemy.config import Published, Statistics
from athanor.experiments.simple_alchemy.summary_agents import agent_quantities, speed_quantities

# Pay of each trial: three episodes of two trials. CEM misses the second trial of episode 0 and all of episode 1.
PAY = {
    "oracle": [[19, 18], [17, 18], [18, 18]],
    "bayes_optimal": [[15, 17], [13, 15], [14, 16]],
    "greedy": [[15, 15], [13, 13], [14, 14]],
    "cem": [[10, 0], [0, 0], [12, 14]],
    "random": [[0, 0], [0, 3], [0, 0]],
}
GRAPHS_LEFT = {"cem": [2, 8, 4]}
SCALE = pd.Series({"random": 1.0, "bayes_optimal": 31.0, "oracle": 36.0})
SETTINGS = Statistics(bootstrap_samples=100)


def played(family: str) -> pd.DataFrame:
    rows = [
        (family, agent, episode, trial, float(pay), GRAPHS_LEFT.get(agent, [1, 1, 1])[episode])
        for agent, episodes in PAY.items()
        for episode, trials in enumerate(episodes)
        for trial, pay in enumerate(trials)
    ]
    return pd.DataFrame(rows, columns=["family", "agent", "episode", "trial", "return", "consistent_graphs"])


@pytest.fixture(scope="module")
def quantities() -> dict[str, float]:
    table = pd.concat([played("three_edges"), played("all")])
    published = Published(oracle_rewarded_steps=36, bayes_rewarded_steps=10)
    found = agent_quantities(table, SCALE, published, SETTINGS, np.random.default_rng(0))
    assert all(quantity.low <= quantity.value <= quantity.high for quantity in found)
    return {quantity.name: quantity.value for quantity in found}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("return_cem", 36 / 3),
        ("score_cem", (12 - 1) / 30),
        ("score_bayes_optimal", (30 - 1) / 30),
        ("value_of_later_trials", 6 / 3),
        ("bayes_optimal_over_cem", (90 - 36) / 3),
        ("trials_completed_share_cem", 3 / 6),
        ("first_trial_completed_share_cem", 2 / 3),
        ("last_trial_completed_share_random", 1 / 3),
        ("final_bits_cem", (1 + 3 + 2) / 3),
        ("final_graphs_cem", 4),
        ("final_graphs_at_most_two_cem", 1 / 3),
        ("episodes_missing_only_one_trial_cem", 1 / 3),
        ("episodes_missing_no_trial_cem", 1 / 3),
        ("missed_trials_second_share_cem", 2 / 3),
        ("oracle_run_percentile", (0 + 1 + 0.5) / 3),  # 37, 35, 36 against 36
        ("cem_run_percentile", (0.5 + 1 + 0) / 3),  # 10, 0, 26 against 10
        ("cem_oracle_share_drop_384_to_20250", 0),
    ],
)
def test_numbers_by_hand(quantities: dict[str, float], name: str, expected: float) -> None:
    assert quantities[name] == pytest.approx(expected)


def test_agreement_is_counted_in_standard_errors(quantities: dict[str, float]) -> None:
    totals = np.array([32, 28, 30])
    deviation = (totals.mean() - 31) / (totals.std(ddof=1) / np.sqrt(3))
    assert quantities["bayes_optimal_deviation"] == pytest.approx(deviation)
    assert quantities["largest_excess"] == pytest.approx(
        deviation
    )  # the others are further below; the oracle is told


def test_speeds_by_hand() -> None:
    times = pd.DataFrame(
        {"family": "all", "agent": "cem", "repeat": [0, 1, 2], "seconds": [0.001, 0.004, 0.002]}
    )
    seconds = {
        ("jax_factored", "three_edges"): [1.0, 2.0],
        ("numpy_flat", "three_edges"): [10.0, 20.0],
        ("jax_factored", "all"): [2.0, 4.0],
        ("numpy_flat", "all"): [100.0, 200.0],
    }
    speed = pd.DataFrame(
        [(*name, pair, value) for name, values in seconds.items() for pair, value in enumerate(values)],
        columns=["implementation", "family", "pair", "seconds_per_decision"],
    )
    found = speed_quantities(times, speed, SETTINGS, np.random.default_rng(0))
    values = {quantity.name: quantity.value for quantity in found}
    assert values == pytest.approx(
        {
            "decision_ms_cem_all": 2.0,
            "cem_speed_ms_jax_factored_three_edges": 1500.0,
            "cem_speed_ms_numpy_flat_three_edges": 15000.0,
            "cem_speed_ms_jax_factored_all": 3000.0,
            "cem_speed_ms_numpy_flat_all": 150000.0,
            "cem_speedup_over_numpy": 10.0,
            "cem_speed_ratio_384_to_20250": 2.0,
            "flat_belief_ratio": 10.0,
        }
    )
