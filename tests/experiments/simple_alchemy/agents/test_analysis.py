"""The estimates of the agents, on returns made by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.simple_alchemy.agents import analysis
from athanor.experiments.simple_alchemy.config import Published
from athanor.results import Origin, making, write_table

# Pay of each trial: three episodes of two trials. CEM misses the second trial of episode 0 and all of episode 1.
PAY = {
    "oracle": [[19, 18], [17, 18], [18, 18]],
    "bayes_optimal": [[15, 17], [13, 15], [14, 16]],
    "greedy": [[15, 15], [13, 13], [14, 14]],
    "cem": [[10, 0], [0, 0], [12, 14]],
    "random": [[0, 0], [0, 3], [0, 0]],
}
GRAPHS_LEFT = {"cem": [2, 8, 4]}
BITS = {"cem": [(8.0, 2.0), (6.0, 1.0), (7.0, 0.0)], "bayes_optimal": [(4.0, 0.5)] * 3}  # gathered, useless
SCALE = pd.DataFrame([{"random": 1.0, "bayes_optimal": 31.0, "oracle": 36.0}])
SETTINGS = Statistics(bootstrap_samples=100)


def played(family: str) -> pd.DataFrame:
    rows = [
        (
            *(family, agent, episode, trial, float(pay)),
            GRAPHS_LEFT.get(agent, [1, 1, 1])[episode],
            *BITS.get(agent, [(1.0, 0.0)] * 3)[episode],
        )
        for agent, episodes in PAY.items()
        for episode, trials in enumerate(episodes)
        for trial, pay in enumerate(trials)
    ]
    columns = ["family", "agent", "episode", "trial", "return", "consistent_graphs"]
    return pd.DataFrame(rows, columns=[*columns, "gathered_bits", "useless_bits"])


TIMES = pd.DataFrame(
    {"family": "all", "agent": "cem", "budget": 0, "repeat": [0, 1, 2], "seconds": [0.001, 0.004, 0.002]}
)
SECONDS = {
    ("jax_factored", "three_edges"): [1.0, 2.0],
    ("numpy_flat", "three_edges"): [10.0, 20.0],
    ("jax_factored", "all"): [2.0, 4.0],
    ("numpy_flat", "all"): [100.0, 200.0],
}
SPEED = pd.DataFrame(
    [(*name, pair, value) for name, values in SECONDS.items() for pair, value in enumerate(values)],
    columns=["implementation", "family", "pair", "seconds_per_decision"],
)


@pytest.fixture(scope="module")
def quantities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    folder = tmp_path_factory.mktemp("tables")
    tables = {
        "small": played("three_edges"),
        "whole": played("all"),
        "scale": SCALE,
        "times": TIMES,
        "speed": SPEED,
    }
    with making(Origin("test")):
        for name, table in tables.items():
            write_table(folder / name, table)
    paths = [folder / name for name in tables]
    published = Published(oracle_rewarded_steps=36, bayes_rewarded_steps=10)
    rng = np.random.default_rng(0)
    found = analysis.run(published, SETTINGS, rng, tuple(paths[:2]), *paths[2:])["estimates/agents"]
    with_interval = found.dropna(subset=["low", "high"])
    assert with_interval["value"].between(with_interval["low"], with_interval["high"]).all()
    assert {"score", "trials_paid", "misses_one"} <= set(with_interval["estimand"])
    return (
        found.set_index("quantity")["value"]
        .rename(lambda name: name.removeprefix("simple_alchemy."))
        .to_dict()
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("return.three_edges.cem", 36 / 3),
        ("score.cem", (12 - 1) / 30),
        ("score.bayes_optimal", (30 - 1) / 30),
        ("advantage.bayes_optimal.greedy", 6 / 3),
        ("advantage.bayes_optimal.cem", (90 - 36) / 3),
        ("trials_paid.cem", 3 / 6),
        ("trial_paid.cem.first", 2 / 3),
        ("trial_paid.random.last", 1 / 3),
        ("trial_paid.cem.second", 1 / 3),
        ("final_bits.cem", (1 + 3 + 2) / 3),
        ("final_graphs.cem", 4),
        ("gathered_bits.cem", 7.0),
        ("useless_bits.cem", 1.0),
        ("useless_share.cem", 3 / 21),
        ("gathered_bits_more.bayes_optimal.cem", (-4 - 2 - 3) / 3),
        ("useless_bits_more.bayes_optimal.cem", (-1.5 - 0.5 + 0.5) / 3),
        ("ends_at_most_two.cem", 1 / 3),
        ("misses_one.cem", 1 / 3),
        ("misses_none.cem", 1 / 3),
        ("missed_trials_second.cem", 2 / 3),
        ("misses_percentile.cem", (1 + 0.5 + 0) / 3),  # 0, 1 and 2 missed against 1
        ("run_percentile.oracle", (0 + 1 + 0.5) / 3),  # 37, 35, 36 against 36
        ("run_percentile.cem", (0.5 + 1 + 0) / 3),  # 10, 0, 26 against 10
        ("oracle_share.drop", 0),
        ("decision_ms.all.cem.0", 2.0),
        ("cem_decision_ms.jax_factored.three_edges", 1500.0),
        ("cem_decision_ms.numpy_flat.all", 150000.0),
        ("cem_speedup_over_numpy", 10.0),
        ("cem_time_ratio_of_families", 2.0),
        ("flat_time_ratio_of_families", 10.0),
    ],
)
def test_numbers_by_hand(quantities: dict[str, float], name: str, expected: float) -> None:
    assert quantities[name] == pytest.approx(expected)


def test_agreement_is_counted_in_standard_errors(quantities: dict[str, float]) -> None:
    totals = np.array([32, 28, 30])
    deviation = (totals.mean() - 31) / (totals.std(ddof=1) / np.sqrt(3))
    assert quantities["deviation.bayes_optimal"] == pytest.approx(deviation)
    # The others are further below; the oracle is told.
    assert quantities["largest_excess"] == pytest.approx(deviation)
