"""Tests of training across distributions and in orders of tasks, and of the numbers made of the former."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.config import NavigationConfig
from athanor.experiments.navigation.distributions import (
    analysis,
    by_target,
    difficulty,
    estimands,
    generalisation,
    predictability,
)
from athanor.experiments.navigation.distributions.config import Curriculum, DifficultyStudy, Distributions
from athanor.experiments.navigation.distributions.curriculum import Sorted, growing
from athanor.experiments.navigation.distributions.held_out import nearest
from athanor.experiments.navigation.distributions.prediction import Linear
from athanor.experiments.navigation.distributions.scale import score, with_start
from athanor.experiments.navigation.game.config import Environment
from athanor.reporting.estimands import estimates
from athanor.results import Origin, making, write_arrays, write_table
from athanor.tasks.navigation.difficulty import Difficulty
from athanor.tasks.navigation.rules import Rules

STATISTICS = Statistics(bootstrap_samples=100)
STUDY = Distributions(
    distributions=("uniform", "narrow"),
    obstacles=("medium",),
    observations=("visible",),
    targets=4,
    episodes=2,
    trajectories=2,
    seeds=2,
)


HERE = {"obstacles": "medium", "observation": "visible"}


def held_out(levels=("medium",)):
    """Return two targets of each distribution and level, 10 m from the start but for the second, 5 m."""
    rows = [
        (
            distribution,
            level,
            target,
            9.9 - 10.0 / (target + 1),
            9.9,
            0.0,
            0.0,
            1.0,
            1.0,
            100.0,
            2.0,
            float(target),
        )
        for level in levels
        for distribution in ("uniform", "narrow")
        for target in range(2)
    ]
    columns = ["test_distribution", "test_obstacles", "target", "x", "y", "best_distance", "best_return"]
    return pd.DataFrame(rows, columns=[*columns, *Difficulty._fields])


def ends(distance, **names):
    """Return the ends of two runs that stand still before the inner step."""
    after = np.asarray(distance, np.float32)
    before = np.broadcast_to(np.array([10.0, 5.0, 10.0, 5.0], np.float32), after.shape)
    both = np.stack([before, after], axis=2)
    return {"distance": both, "reward": -both, **{name: np.array(value) for name, value in names.items()}}


def test_the_nearest_end_by_hand() -> None:
    cells = np.array([[50, 99], [90, 90]])
    assert nearest(Rules(obstacles="none", horizon=12), cells).tolist() == [3.8, 0.1]


def test_the_score_is_0_at_the_start_and_1_at_the_optimum() -> None:
    targets = with_start(held_out(), (9.9, 9.9))[:2]
    targets = targets.assign(best_distance=[1.0, 0.0])
    distance = np.array([[10.0, 5.0], [1.0, 0.0], [1.0, 7.0]])
    np.testing.assert_allclose(score(distance, targets), [0.0, 1.0, 0.5], atol=1e-12)


def test_a_row_of_the_matrix_by_hand() -> None:
    targets = with_start(held_out(), (9.9, 9.9))
    names = {"distribution": "narrow", "obstacles": "medium", "observation": "hidden"}
    table = analysis.matrix_rows(ends([[4.0, 5.0, 0.0, 0.0], [np.nan] * 4], **names), targets)
    assert table["score"].tolist()[::2] == pytest.approx([0.4, 1.0])
    assert table["score"].isna().tolist() == [False, True] * 2
    assert table["score_before"].tolist() == [0.0] * 4
    assert (table["observation"] == "hidden").all()


def matrix():
    """Return a matrix in which training narrow gains 0.2 on narrow targets and loses 0.4 on wide ones."""
    scores = {("uniform", "uniform"): 0.7, ("uniform", "narrow"): 0.6}
    scores |= {("narrow", "narrow"): 0.8, ("narrow", "uniform"): 0.3}
    rows = [
        (train, "medium", "visible", test, "medium", seed, value + 0.02 * seed, 0.1)
        for (train, test), value in scores.items()
        for seed in range(2)
    ]
    columns = ["train_distribution", "train_obstacles", "observation", "test_distribution", "test_obstacles"]
    return pd.DataFrame(rows, columns=[*columns, "seed", "score", "score_before"])


def estimated(**tables):
    """Return the estimates of some tables."""
    chosen = [one for one in estimands.ESTIMANDS if one.table in tables]
    found = estimates("navigation", chosen, tables, STATISTICS, np.random.default_rng(0))
    return found.assign(quantity=found["quantity"].str.removeprefix("navigation.")).set_index("quantity")


def test_what_variation_costs_by_hand() -> None:
    values = estimated(**analysis.of_matrix(matrix(), STATISTICS))["value"]
    expected = {
        "narrow_ease.visible": 0.1,
        "own_score.visible": 0.76,
        "own_score_at.visible.medium": 0.76,
        "transfer_loss.visible": 0.3,
        "inner_step_score.visible": 0.66,
    }
    assert {name: values[name] for name in expected} == pytest.approx(expected)
    assert estimands.diverged(matrix()) == 0


def test_a_diverged_run_is_counted_and_left_out_of_the_means() -> None:
    table = matrix()
    table.loc[(table["train_distribution"] == "narrow") & (table["seed"] == 1), "score"] = np.nan
    assert estimands.diverged(table) == 1
    found = estimated(**analysis.of_matrix(table, STATISTICS)).loc["transfer_loss.visible"]
    assert found["value"] == pytest.approx(0.3) and np.isnan(found["low"])


def test_without_narrow_targets_nothing_is_said_of_them() -> None:
    values = estimated(**analysis.of_matrix(matrix().query("train_distribution != 'narrow'"), STATISTICS))[
        "value"
    ]
    assert np.isnan(values["narrow_ease.visible"]) and values["own_score.visible"] == pytest.approx(0.71)


def test_what_narrow_training_costs_by_hand() -> None:
    """On the two wider targets, 10 and 5 m from the start, the mean distance 7.5 m is the scale."""
    targets = with_start(held_out(), (9.9, 9.9))
    wide = ends([[2.5, 2.5, 9.0, 9.0], [1.0, 1.0, 9.0, 9.0]], distribution="uniform", **HERE)
    narrow = ends([[7.0, 5.5, 0.0, 0.0], [4.0, 4.0, 0.0, 0.0]], distribution="narrow", **HERE)
    rows = pd.concat([by_target.wide_rows(one, targets) for one in (wide, narrow)])
    table = by_target.narrow_cost(rows)
    assert table["narrow_cost"].tolist() == pytest.approx([4.5 / 7.5, 3.0 / 7.5, 3.0 / 7.5, 3.0 / 7.5])
    assert estimated(wide=table).loc["narrow_cost.visible", "value"] == pytest.approx(13.5 / 4 / 7.5)


def test_without_narrow_training_its_cost_has_no_value() -> None:
    targets = with_start(held_out(), (9.9, 9.9))
    wide = ends([[2.5, 2.5, 9.0, 9.0], [1.0, 1.0, 9.0, 9.0]], distribution="uniform", **HERE)
    table = by_target.narrow_cost(by_target.wide_rows(wide, targets))
    assert np.isnan(estimated(wide=table).loc["narrow_cost.visible", "value"])


def test_scores_by_target_by_hand() -> None:
    """On the narrow targets: trained narrow 0.4 and 1 on average, trained wide 0."""
    targets = with_start(held_out(), (9.9, 9.9))
    narrow = targets[targets["test_distribution"] == "narrow"]
    names = {"obstacles": narrow["test_obstacles"].iloc[0], "observation": "hidden"}
    start = targets["start_distance"].to_numpy()
    trained = ends([start - 1.0, start], distribution="narrow", **names)
    wide = ends([start, start], distribution="uniform", **names)
    rows = pd.concat(by_target.narrow_rows(one, targets) for one in (trained, wide))
    assert set(rows["target"]) == set(narrow.index)
    cost = by_target.wide_cost(rows).set_index(["seed", "target"])["wide_cost"]
    room = (narrow["start_distance"] - narrow["best_distance"]).mean()
    assert cost.loc[0].to_numpy() == pytest.approx(1.0 / room)
    assert cost.loc[1].to_numpy() == pytest.approx(0.0)
    without = by_target.narrow_rows(wide, targets[targets["test_distribution"] != "narrow"])
    assert by_target.wide_cost(without)["wide_cost"].isna().all()


@pytest.mark.parametrize("order", ["easy_first", "hard_first"])
def test_targets_come_from_one_end_first_and_from_all_at_last(order) -> None:
    cells = np.stack([np.arange(100), np.zeros(100, int)], 1).astype(np.int32)
    study = Curriculum(first_share=0.1, whole_by=0.5)
    sample = growing(Sorted(cells, np.arange(1, 101) / 100), order, study, episodes=10)
    keys = jax.random.split(jax.random.key(0), 50)
    first, last = (
        np.asarray(jax.vmap(sample, (0, None))(keys, jnp.int32(episode)).cell)[..., 0] for episode in (0, 9)
    )
    rank = first if order == "easy_first" else 99 - first
    assert rank.max() == 9 and rank.min() == 0
    assert last.min() < 5 and last.max() > 94


def test_a_classifier_survives_its_table() -> None:
    size = len(Difficulty._fields)
    given = Linear(np.arange(size) + 0.5, np.ones(size), np.arange(size) - 1.5, 0.25)
    read = difficulty.classifier(difficulty.classifier_table(given).sample(frac=1, random_state=0))
    features = np.random.default_rng(0).normal(size=(3, size))
    np.testing.assert_allclose(read(features), given(features))


def test_difficulty_is_found_where_there_is_any(tmp_path) -> None:
    rng = np.random.default_rng(0)
    table = pd.concat([held_out()] * 10, ignore_index=True)
    table["myopic_distance"] = rng.choice([0.0, 4.0], len(table))
    after = np.tile(table["myopic_distance"], (4, 1))
    arrays = {"distance": after[..., None], "reward": -after[..., None]}
    with making(Origin("test")):
        write_table(tmp_path / "held_out.csv", table)
        write_arrays(tmp_path / "ends.npz", arrays)
    paths = (tmp_path / "held_out.csv", tmp_path / "ends.npz")
    found = difficulty.run(Environment(), DifficultyStudy(), *paths)
    sections = (Environment(), DifficultyStudy(), STATISTICS, jax.random.key(0))
    predicted = predictability.run(*sections, *paths)["difficulty_prediction"]
    values = predicted.set_index(["outcome", "feature", "measure"])["value"]
    assert values["excess_distance", "myopic_distance", "rank_correlation"] == pytest.approx(1.0)
    assert values["excess_distance", "myopic_distance", "r2"] > 0.95
    assert values["easy", "together", "area_under_curve"] == pytest.approx(1.0)
    assert found["difficulty"]["easy"].isin([0.0, 1.0]).all()
    weights = found["difficulty_classifier"].set_index("feature")["weight"]
    assert weights.abs().idxmax() == "myopic_distance" and weights["myopic_distance"] < 0


def test_an_unknown_observation_is_named() -> None:
    with pytest.raises(ValueError, match="must be one of visible, hidden"):
        generalisation.sees("blurred")


@pytest.mark.parametrize(
    ("section", "values", "problem"),
    [
        (Distributions, {"distributions": ("wide", "narrow")}, "uniform"),
        (Distributions, {"obstacles": ("none", "none")}, "must name each once"),
        (Distributions, {"seeds": 0}, "greater than or equal to 2"),
        (Curriculum, {"orders": ("easy_first", "fixed")}, "must name uniform"),
        (Curriculum, {"first_share": 0.0}, "greater than 0"),
        (NavigationConfig, {"distributions": {"obstacles": ("none",)}}, "must include the base condition"),
    ],
)
def test_impossible_values_are_refused(section, values, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        section(**values)
