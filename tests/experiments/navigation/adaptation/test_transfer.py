"""Tests of inner steps and shifted targets: who meets which targets, and how runs are compared."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.adaptation import transfer, transfer_analysis
from athanor.experiments.navigation.adaptation.config import Adaptation, Transfer
from athanor.experiments.navigation.game.config import Environment
from athanor.results import Origin, making, write_table
from athanor.tasks.navigation import exact
from athanor.tasks.navigation.rules import target_cells

STUDY = Adaptation(trajectories=2, test_targets=30, test_steps=2, compared_step=1)
TRANSFER = Transfer(inner_steps=(1, 2), episodes=2, seeds=2)


def test_more_inner_steps_are_compared_with_fewer_run_by_run(tmp_path) -> None:
    rewards = {0: (-5000.0, -4000.0, -3000.0), 1: (-4000.0, -3000.0, -2500.0), 2: (-4400.0, -3800.0, -2000.0)}
    rows = [
        (steps, targets, seed, target, x, 2.4, step, reward + 100 * seed, 1.0)
        for steps, curve in rewards.items()
        for targets in ("trained", "shifted")
        for seed in range(2)
        for target, x in enumerate((2.5, 2.0))
        for step, reward in enumerate(curve)
    ]
    table = pd.DataFrame(rows, columns=transfer.COLUMNS)
    table.loc[
        (table["inner_steps"] == 2) & (table["seed"] == 1) & (table["targets"] == "shifted"), "reward"
    ] = np.nan
    with making(Origin(folder=tmp_path)):
        write_table(tmp_path / "runs.csv", table)
    sections = (Environment(), STUDY, TRANSFER, Statistics(bootstrap_samples=200), np.random.default_rng(0))
    found = transfer_analysis.run(*sections, (tmp_path / "runs.csv",))
    game = transfer.rules(Environment(), STUDY, "narrow")
    best = exact.solve(game, target_cells(game, ((2.5, 2.4), (2.0, 2.4)))).value.mean()
    scale = best + 4950  # untrained policies' mean over two seeds that are 100 apart
    value = found["estimates/transfer"].set_index("quantity")["value"]
    expected = {
        "score.fewest.trained.before": 1000 / scale,
        "score.most.trained.after_all": 3000 / scale,
        "change.trained.before": -400 / scale,
        "change.trained.later_less_first": ((1800 - 600) - (500 - 1000)) / scale,
        # The run that diverged scores as untrained policies do.
        "change.shifted.after_all": (500 + (0 - 2550)) / 2 / scale,
        "diverged.2": 1,
        "diverged.1": 0,
    }
    assert {name: value[f"navigation.transfer_{name}"] for name in expected} == pytest.approx(
        expected, abs=1e-4
    )


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"inner_steps": (3, 1)}, r"inner_steps is \[3, 1\], must rise and name each number once"),
        ({"shifted": "narrow"}, "shifted is narrow, must differ from trained"),
    ],
)
def test_comparisons_must_be_possible(given, line) -> None:
    with pytest.raises(ValidationError, match=line):
        Transfer(**given)
