"""What is estimated of distributions and difficulty: mean over runs of parts of the matrix, and differences."""

from collections.abc import Sequence

import pandas as pd

from athanor.reporting.estimands import of_columns

NARROW = "narrow"
SCALE = "score, 0 at the start and 1 at the optimum"
# Of the matrix of training and test conditions: name, format, unit, description.
STUDY = (
    ("distribution_conditions", "d", "conditions", "trained on"),
    ("distribution_runs_diverged", "d", "runs", "training runs that diverged"),
)
SCORES = (
    ("own_score", ".3f", "", f"tested where trained: {SCALE}"),
    ("other_score", ".3f", "", f"tested on other conditions: {SCALE}"),
    ("transfer_loss", ".3f", "", "score where trained less that on other conditions"),
    ("inner_step_score", ".3f", "", "score where trained, after the inner step less before"),
    ("narrow_ease", ".3f", "", "score where trained, narrow less wide"),
)
NARROW_COST = (("narrow_cost", ".3f", "", "score on wide targets, trained wide less trained narrow"),)
WIDE_COST = (("wide_cost", ".3f", "", "score on narrow targets, trained narrow less trained wide"),)
OWN_AT_LEVEL = (("own_score_at", ".3f", "", f"tested where trained: {SCALE}"),)
LEVEL_STEP = (
    (
        "level_step_least",
        ".3f",
        "",
        "score less at a level of obstacles than at the next easier one, the least of all",
    ),
)
TOLD_APART = (
    (
        "levels_told_apart",
        ".2f",
        "",
        "share of pairs of distributions and levels whose scores where trained differ",
    ),
)
# Of difficulty.
DIFFICULTY = (
    ("difficulty_targets", "d", "targets", "targets whose difficulty is predicted"),
    ("difficulty_easy", ".3f", "", "share of their runs that end near"),
    ("difficulty_base_rate", ".3f", "", "accuracy of naming the more frequent label"),
)
PREDICTION = (("prediction", ".2f", "", "out of fold"),)
ESTIMANDS = (
    *of_columns("study", (), STUDY),
    *of_columns("scores", ("observation",), SCORES, over="seed"),
    *of_columns("narrow", ("observation",), WIDE_COST, over="seed", across="target"),
    *of_columns("wide", ("observation",), NARROW_COST, over="seed", across="target"),
    *of_columns("own", ("observation", "train_obstacles"), OWN_AT_LEVEL, value="score", over="seed"),
    *of_columns("level_steps", ("observation",), LEVEL_STEP, value="value", over="seed", least_of="levels"),
    *of_columns("told_apart", ("observation",), TOLD_APART),
    *of_columns("difficulty", (), DIFFICULTY),
    *of_columns(
        "predictions",
        ("outcome", "feature", "measure"),
        PREDICTION,
        value="value",
        interval=("low", "high"),
    ),
)


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per observation and run: means of parts of the matrix; NaN where a part diverged or is not there."""
    narrow, tested = (table[f"{side}_distribution"] == NARROW for side in ("train", "test"))
    level, same = table["train_obstacles"] == table["test_obstacles"], same_condition(table)
    own, other = mean_by_run(table[same]), mean_by_run(table[~same])
    ours_on_narrow = mean_by_run(table[level & narrow & tested])
    own_wide = mean_by_run(table[same & ~tested])
    parts = {
        "own_score": own,
        "other_score": other,
        "transfer_loss": own - other,
        "inner_step_score": own - mean_by_run(table[same], column="score_before"),
        "narrow_ease": ours_on_narrow - own_wide,
    }
    return pd.DataFrame(parts).reset_index()


def same_condition(table: pd.DataFrame) -> "pd.Series[bool]":
    """Return which rows are tested on the condition they were trained on."""
    same = table["train_distribution"] == table["test_distribution"]
    return same & (table["train_obstacles"] == table["test_obstacles"])


def mean_by_run(
    table: pd.DataFrame, keys: Sequence[str] = ("observation", "seed"), column: str = "score"
) -> "pd.Series[float]":
    """Return the mean of each run; NaN where any part of it is, as of a run that diverged."""
    return table.groupby(list(keys), sort=False)[column].agg(lambda values: values.mean(skipna=False))


def diverged(table: pd.DataFrame) -> int:
    """Return how many training runs diverged."""
    run = ["train_distribution", "train_obstacles", "observation", "seed"]
    return len(table[table["score"].isna()].drop_duplicates(run))
