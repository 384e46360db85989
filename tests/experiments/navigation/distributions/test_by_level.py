"""Tests of differences between levels, on scores made by hand."""

import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.distributions.by_level import level_steps, told_apart

SCORES = {"none": [0.9, 0.8], "medium": [0.7, 0.7], "hard": [0.4, 0.5]}
OWN = pd.DataFrame(
    [
        ("visible", level, seed, score)
        for level, scores in SCORES.items()
        for seed, score in enumerate(scores)
    ],
    columns=["observation", "train_obstacles", "seed", "score"],
)


def test_each_level_is_compared_with_the_next_easier_one() -> None:
    found = level_steps(OWN).set_index(["levels", "seed"])["value"]
    assert found.loc["none_medium"].tolist() == pytest.approx([0.2, 0.1])
    assert found.loc["medium_hard"].tolist() == pytest.approx([0.3, 0.2])
    assert len(found) == 4


def test_one_level_has_no_step() -> None:
    found = level_steps(OWN.query("train_obstacles == 'hard'"))
    assert len(found) == 2 and np.isnan(found["value"]).all()


def test_the_share_of_pairs_that_differ() -> None:
    """Of three conditions, two are alike and the third is far from both."""
    rng, rows = np.random.default_rng(0), []
    for distribution, level, mean in (
        ("uniform", "none", 0.5),
        ("narrow", "none", 0.5),
        ("narrow", "hard", -3.0),
    ):
        rows += [("visible", distribution, level, seed, mean + 0.1 * rng.normal()) for seed in range(6)]
    columns = ["observation", "train_distribution", "train_obstacles", "seed", "score"]
    found = told_apart(pd.DataFrame(rows, columns=columns), Statistics())
    assert found["levels_told_apart"].tolist() == pytest.approx([2 / 3])
