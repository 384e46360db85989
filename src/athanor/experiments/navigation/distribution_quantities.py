"""The headline numbers of the experiments on distributions, difficulty and order, each over seeds."""

from typing import Any

import numpy as np
import pandas as pd

from athanor.experiments.config import Statistics
from athanor.experiments.navigation.config_distributions import Distributions
from athanor.experiments.navigation.prediction import base_rate
from athanor.reporting import statistics as intervals
from athanor.reporting.quantities import Quantity, estimated, exactly
from athanor.reporting.statistics import Estimate

NARROW = "narrow"
MEASURES = {"r2": "R²", "rank_correlation": "rank correlation"}


def setting_quantities(study: Distributions) -> list[Quantity]:
    """Return the settings that the text names."""
    return [
        exactly("distributions_conditions", len(study.conditions), "d", "conditions", "trained on"),
        exactly("distributions_episodes", study.episodes, "d", "episodes", "training episodes of a run"),
        exactly(
            "distributions_trajectories", study.trajectories, "d", "", "trajectories of a task a gradient"
        ),
        exactly("distributions_targets", study.targets, "d", "targets", "held-out targets of a condition"),
        exactly("distributions_seeds", study.seeds, "d", "runs", "training runs of each condition"),
    ]


def generalisation_quantities(
    table: pd.DataFrame, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return, for visible and hidden targets, means of parts of the matrix, differences paired by seed."""
    quantities = [
        exactly("distributions_diverged", _diverged(table), "d", "runs", "training runs that diverged")
    ]
    for see_goal, rows in table.groupby("see_goal", sort=False):
        name, same = "visible" if see_goal else "hidden", same_condition(rows)
        own, other = by_seed(rows[same]), by_seed(rows[~same])
        parts = {
            "own_score": (own, "tested where trained"),
            "other_score": (other, "tested on other conditions"),
            "transfer_loss": (own - other, "tested where trained, less on other conditions"),
            "adaptation_gain": (
                own - by_seed(rows[same], "score_before"),
                "after the inner step less before",
            ),
            **_variation(rows),
            **_obstacles(rows[same]),
        }
        for part, (values, text) in parts.items():
            found = over_seeds(values, statistics, rng)
            quantities.append(estimated(f"{part}_{name}", found, ".3f", "", f"score, {name}: {text}"))
    return quantities


def same_condition(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which rows are tested on the condition they were trained on."""
    same = rows["train_distribution"] == rows["test_distribution"]
    return same & (rows["train_obstacles"] == rows["test_obstacles"])


def by_seed(rows: pd.DataFrame, column: str = "score") -> "pd.Series[float]":
    """Return the mean by seed; NaN where any part of it is, as of a run that diverged."""
    return rows.groupby("seed")[column].agg(lambda values: values.mean(skipna=False))


def over_seeds(values: "pd.Series[float]", statistics: Statistics, rng: np.random.Generator) -> Estimate:
    """Estimate the mean over the seeds that did not diverge; NaN without an interval if fewer than two did not."""
    finite = values.dropna().to_numpy(float)
    if len(finite) < 2:
        return Estimate(*[float(finite.mean()) if len(finite) else float("nan")] + [float("nan")] * 2)
    return intervals.mean(
        finite, rng, confidence=statistics.confidence, resamples=statistics.bootstrap_samples
    )


def _diverged(table: pd.DataFrame) -> int:
    run = ["train_distribution", "train_obstacles", "see_goal", "seed"]
    return len(table[table["score"].isna()].drop_duplicates(run))


def _variation(rows: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Return what training on wide distributions costs on narrow targets, and narrow training on wide targets."""
    rows = rows[rows["train_obstacles"] == rows["test_obstacles"]]
    trained_narrow, tested_narrow = (rows[f"{place}_distribution"] == NARROW for place in ("train", "test"))
    if trained_narrow.all() or not trained_narrow.any():
        return {}
    wide_cost = by_seed(rows[trained_narrow & tested_narrow]) - by_seed(rows[~trained_narrow & tested_narrow])
    wide = rows["train_distribution"] == rows["test_distribution"]
    narrow_cost = by_seed(rows[wide & ~tested_narrow]) - by_seed(rows[trained_narrow & ~tested_narrow])
    return {
        "wide_cost": (wide_cost, "narrow targets, trained narrow less trained wide"),
        "narrow_cost": (narrow_cost, "wide targets, trained wide less trained narrow"),
        "narrow_ease": (
            by_seed(rows[trained_narrow & tested_narrow]) - by_seed(rows[wide & ~tested_narrow]),
            "tested where trained, narrow less wide",
        ),
    }


def _obstacles(rows: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Return the score where trained by level of obstacles."""
    return {
        f"own_score_{level}": (by_seed(part), f"obstacles {level}, tested where trained")
        for level, part in rows.groupby("train_obstacles", sort=False)
    }


def curriculum_quantities(
    table: pd.DataFrame, statistics: Statistics, rng: np.random.Generator
) -> list[Quantity]:
    """Return the score of each order on both sets of targets, and what it gains over uniform, paired by seed."""
    quantities = []
    for tested, rows in table.groupby("tested_on", sort=False):
        scores = rows.pivot(index="seed", columns="order", values="score")
        for order in scores:
            name, text = f"{order}_{tested}", f"order {order}, tested on {tested}"
            found = over_seeds(scores[order], statistics, rng)
            quantities.append(estimated(f"order_score_{name}", found, ".3f", "", f"score, {text}"))
            if order == "uniform":
                continue
            gain = over_seeds(scores[order] - scores["uniform"], statistics, rng)
            quantities.append(
                estimated(f"order_gain_{name}", gain, ".3f", "", f"score less uniform's, {text}")
            )
    return quantities


def difficulty_quantities(predictions: pd.DataFrame, targets: pd.DataFrame) -> list[Quantity]:
    """Return how well difficulty is predicted: every measure of every feature and of all together."""
    quantities = [
        exactly("difficulty_targets", len(targets), "d", "targets", "targets whose difficulty is predicted"),
        exactly("difficulty_easy", targets["easy"].mean(), ".3f", "", "share of their runs that end near"),
        exactly(
            "difficulty_base_rate",
            base_rate(targets["easy"].to_numpy(float)),
            ".3f",
            "",
            "accuracy, label alone",
        ),
    ]
    for row in predictions[predictions["feature"] != "none"].itertuples():
        text = f"{row.outcome} from {row.feature}, out of fold: {MEASURES.get(row.measure, row.measure)}"
        found = Estimate(row.value, row.low, row.high)
        quantities.append(
            estimated(f"{row.outcome}_{row.feature}_{row.measure}", found, ".2f", "", text.replace("_", " "))
        )
    return quantities
