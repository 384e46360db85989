"""What a learner lacks is split by hand; cells that were not run and runs that diverged have no value."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.experiments.config import Statistics
from athanor.experiments.task_inference.config import TaskInferenceConfig
from athanor.experiments.task_inference.inference_and_control import analysis
from athanor.experiments.task_inference.inference_and_control.config import InferenceAndControl, Probed
from athanor.experiments.task_inference.learning.config import Learning
from athanor.results import Origin, making, write_table

BANDIT = {"family": "bandit", "setting": "5x10"}
# Random play earns 4, the optimum 8. Returns of two halves by player, run by run; the last run diverged.
RETURNS = {
    "own": [[2.0, 4.0], [2.0, 5.0], [np.nan] * 2],
    "exact": [[3.0, 4.6], [3.0, 4.8], [np.nan] * 2],
    "decoded": [[3.0, 4.2], [3.0, 4.4], [np.nan] * 2],
}
BITS = [
    [0.0, 0.4],
    [0.0, 0.6],
    [np.nan] * 2,
]  # by run and step; a memory without information misses 1.0 at the end


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    named = {**BANDIT, "learner": "recurrent"}
    returns = [
        {**named, "run": run, "player": player, "part": part, "mean_return": value}
        for player, runs in RETURNS.items()
        for run, parts in enumerate(runs)
        for part, value in enumerate(parts)
    ]
    divergences = [
        {
            **named,
            "run": run,
            "step": step,
            "bits": bits,
            "information": step * (1.0 if bits == bits else np.nan),
        }
        for run, steps in enumerate(BITS)
        for step, bits in enumerate(steps)
    ]
    tables = {
        "divergences": pd.DataFrame(divergences),
        "returns": pd.DataFrame(returns),
        "scales": pd.DataFrame([{**BANDIT, "random": 4.0, "bayes_optimal": 8.0, "oracle": 9.0}]),
        "optimal": pd.DataFrame(
            [{**BANDIT, "part": part, "mean_return": value} for part, value in enumerate((3.0, 5.0))]
        ),
        "alchemy": pd.DataFrame(
            {"episode": [0, 0, 1, 1], "trial": [0, 1, 0, 1], "return": [1.0, 2.0, 1.0, 4.0]}
        ),
    }
    with making(Origin()):
        for name, table in tables.items():
            write_table(folder / f"{name}.csv", table)
    files = {name: folder / f"{name}.csv" for name in tables}
    given = InferenceAndControl(games=(Probed(**BANDIT),), learners=("recurrent",))
    return analysis.run(
        Statistics(bootstrap_samples=100),
        given,
        np.random.default_rng(0),
        (files["divergences"],),
        (files["returns"],),
        files["scales"],
        files["optimal"],
        files["alchemy"],
    )


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("shortfall.bandit.5x10.recurrent", 0.375),  # scores 0.5 and 0.75
        ("control_gap.bandit.5x10", 0.075),  # scores 0.9 and 0.95
        ("belief_loss.bandit.5x10.recurrent", 0.1),  # scores 0.8 and 0.85
        ("own_control_gap.bandit.5x10.recurrent", 0.2),
        ("missed_bits.bandit.5x10.recurrent", 0.5),
        ("information_bits.bandit.5x10.recurrent", 1.0),
        ("missed_share.bandit.5x10.recurrent", 0.5),
        ("gain_in_trial.bandit.5x10.recurrent", 2.5),
        ("exact_belief_gain_in_trial.bandit.5x10", 1.7),
        ("optimal_gain_in_trial.bandit.5x10", 2.0),
    ],
)
def test_by_hand(found, quantity, value):
    table = found["estimates/inference_and_control"].set_index("quantity")
    assert table.loc[f"task_inference.{quantity}", "value"] == pytest.approx(value)


def test_the_parts_add_up_run_by_run(found):
    rows = found["inference_and_control"].dropna()
    assert len(rows) == 2
    np.testing.assert_allclose(rows["shortfall"], rows[["control", "belief", "own_control"]].sum(axis=1))


def test_what_was_not_run_has_no_value(found):
    value = found["estimates/inference_and_control"].set_index("quantity")["value"]
    for quantity in (
        "missed_bits.bandit.5x10.belief_network",
        "control_gap.semicircle.0.2_100",
        "bits_of_the_head.bandit.5x10",
        "optimal_gain_in_trial.simple_alchemy.5x20",  # two trials are another game than five
    ):
        assert np.isnan(value[f"task_inference.{quantity}"])


def test_five_trials_are_the_game_that_learners_play():
    rows = [(episode, trial, float(trial * episode)) for episode in (1, 2) for trial in range(5)]
    table = pd.DataFrame(rows, columns=["episode", "trial", "return"])
    gain = analysis.simulated_gain(table, Statistics(bootstrap_samples=100), np.random.default_rng(0))
    assert gain["gain"].item() == 6.0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"learning": Learning(learners=("recurrent",))},
            "learners needs belief_network, must be one of learning",
        ),
        (
            {"inference_and_control": {"games": [{"family": "numpad", "setting": "3x3x4_200"}]}},
            "games needs numpad 3x3x4_200, must be one of learning.games: bandit 5x10",
        ),
        ({"inference_and_control": {"games": [{"family": "noisy_target", "setting": ""}]}}, "'semicircle'"),
    ],
)
def test_what_was_not_trained_cannot_be_probed(given, message):
    with pytest.raises(ValidationError, match=message):
        TaskInferenceConfig(**given)
