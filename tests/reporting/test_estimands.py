"""Tests of estimands: numbers by hand, keys, pairing, diverged runs, and independence of each other."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from athanor.reporting import ReportingError, left_out
from athanor.reporting.estimands import Contrast, Estimand, estimates, of_columns


class Settings(NamedTuple):
    confidence: float = 0.95
    bootstrap_samples: int = 200


RUNS = pd.DataFrame(
    {
        "learner": ["maml"] * 4 + ["joint"] * 4,
        "seed": [0, 1, 2, 3] * 2,
        "score": [1.0, 2.0, 3.0, 6.0, 0.0, 1.0, 1.0, np.nan],
        "solved": [1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
    }
)
MEAN = Estimand(
    name="score",
    table="runs",
    value="score",
    per=("learner",),
    over="seed",
    format=".2f",
    unit="m",
    description="score of {learner}",
)


def made(*estimands: Estimand, tables: dict[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    found = estimates("part", estimands, tables or {"runs": RUNS}, Settings(), np.random.default_rng(1))
    return found.set_index("quantity")


def test_estimands_of_columns_take_their_keys_and_share_the_rest() -> None:
    rows = (("score", ".2f", "m", "at the end"), ("solved", ".1f", "", "tasks"))
    score, solved = of_columns("runs", ("learner",), rows, over="seed")
    assert (score.name, score.value, score.format, score.unit) == ("score", "score", ".2f", "m")
    assert (score.per, score.over, score.description) == (("learner",), "seed", "{learner}: at the end")
    assert (solved.value, solved.format) == ("solved", ".1f")
    (named,) = of_columns("counts", (), [("runs", "d", "", "trained")], value="count")
    assert (named.name, named.value, named.description) == ("runs", "count", "trained")


def test_means_by_key_have_no_interval_where_a_run_diverged() -> None:
    found = made(MEAN)
    assert list(found.index) == ["part.score.maml", "part.score.joint"]
    assert found.loc["part.score.maml", ["value", "observations"]].tolist() == [3.0, 4]
    assert found.loc["part.score.joint", "value"] == pytest.approx(2 / 3)
    assert found.loc["part.score.joint", "observations"] == 3
    assert found.loc["part.score.maml", "low"] < 3.0 < found.loc["part.score.maml", "high"]
    assert found.loc["part.score.joint", ["low", "high"]].isna().all()
    assert found.loc["part.score.maml", "description"] == "score of maml"


def test_a_diverged_run_counts_as_the_estimand_says() -> None:
    """The runs of joint count 0, 1, 1 and -2."""
    found = made(replace(MEAN, diverged=-2.0)).loc["part.score.joint"]
    assert found["value"] == 0.0 and found["observations"] == 4
    assert found["high"] == pytest.approx(stats.t.ppf(0.975, 3) * np.std([0, 1, 1, -2], ddof=1) / 2)


def test_what_was_not_run_counts_for_nothing() -> None:
    table = RUNS.assign(score=RUNS["score"].where(RUNS["learner"] == "maml"))
    found = made(replace(MEAN, diverged=0.0), tables={"runs": table}).loc["part.score.joint"]
    assert np.isnan(found["value"]) and found["observations"] == 0


CONTRAST = Estimand(
    name="gain",
    table="runs",
    value="score",
    over="seed",
    contrast=Contrast("learner", "maml", "joint"),
    format=".2f",
    description="maml less joint",
)


def test_a_contrast_is_paired() -> None:
    found = made(CONTRAST).loc["part.gain"]
    assert found["value"] == pytest.approx((1 + 1 + 2) / 3)  # seed 3 of joint diverged
    assert found["observations"] == 3 and np.isnan(found["low"])
    assert made(replace(CONTRAST, diverged=2.0)).loc["part.gain", "value"] == (1 + 1 + 2 + 4) / 4


def test_units_that_one_side_of_a_contrast_lacks_are_no_pairs() -> None:
    found = made(CONTRAST, tables={"runs": RUNS.drop(index=7)}).loc["part.gain"]
    assert found["value"] == pytest.approx((1 + 1 + 2) / 3) and found["low"] < found["value"]


def test_each_run_is_left_out_in_turn() -> None:
    """Of 1, 2, 3 and 6 without the last: 2 ± 4.303 / √3."""
    cell = made(MEAN).loc["part.score.maml", left_out.COLUMN]
    intervals = left_out.read(cell)
    assert len(intervals) == 4
    assert intervals[3] == pytest.approx((2 - 2.4841, 2 + 2.4841), abs=1e-3)
    by_target = replace(MEAN, over="target")
    named = made(by_target, tables={"runs": RUNS.rename(columns={"seed": "target"})})
    assert (named[left_out.COLUMN] == "").all()  # targets are no runs


def test_without_the_run_that_diverged_there_is_an_interval() -> None:
    intervals = left_out.read(made(MEAN).loc["part.score.joint", left_out.COLUMN])
    assert np.isnan(intervals[:3]).all() and np.isfinite(intervals[3]).all()


def test_leaving_runs_out_changes_no_estimate() -> None:
    """Bootstrap intervals draw random numbers, of one combination of keys after the other."""
    runs = pd.DataFrame(
        {"learner": ["a"] * 40 + ["b"] * 40, "seed": [*range(40)] * 2, "score": np.arange(80.0) ** 2}
    )
    by_seed = made(MEAN, tables={"runs": runs})
    by_unit = made(replace(MEAN, over="unit"), tables={"runs": runs.rename(columns={"seed": "unit"})})
    assert by_seed[["low", "high"]].equals(by_unit[["low", "high"]])


def test_a_share_has_the_exact_binomial_interval() -> None:
    share = Estimand(
        name="solved",
        table="runs",
        value="solved",
        where={"learner": "maml"},
        over="seed",
        statistic="share",
        format=".2f",
        description="solved",
    )
    found = made(share).loc["part.solved"]
    assert (found["value"], round(found["low"], 3), round(found["high"], 3)) == (0.75, 0.194, 0.994)


def test_the_least_and_the_largest_of_conditions() -> None:
    """The means of the two learners are 3 and 1/4; the least is the second's, with its own low end."""
    shared = {"table": "runs", "value": "score", "over": "seed", "diverged": -1.0}
    shared |= {"format": ".2f", "description": ""}
    least = Estimand(name="least", least_of="learner", **shared)
    largest = Estimand(name="largest", largest_of="learner", **shared)
    found, own = made(least, largest), made(replace(MEAN, diverged=-1.0))
    assert found.loc["part.least", ["value", "observations"]].tolist() == [pytest.approx(1 / 4), 4]
    assert found.loc["part.largest", "value"] == pytest.approx(3.0)
    assert found.loc["part.least", "low"] == own["low"].min()
    assert found.loc["part.largest", "high"] == own["high"].max()
    assert found.loc["part.least", "high"] > own.loc["part.score.joint", "high"]


def test_the_least_of_what_was_not_run_has_no_value() -> None:
    not_run = pd.DataFrame({"learner": ["maml", "joint"], "run": [0, 0], "score": [np.nan, np.nan]})
    shared = {"table": "runs", "value": "score", "over": "run", "format": ".2f", "description": ""}
    found = made(Estimand(name="least", least_of="learner", **shared), tables={"runs": not_run})
    assert found.loc["part.least", ["value", "low", "high"]].isna().all()
    assert found.loc["part.least", left_out.COLUMN] == ""


def test_equal_runs_have_an_interval_by_their_bounds_alone() -> None:
    fields = {
        "table": "runs",
        "value": "solved",
        "where": {"learner": "joint"},
        "over": "seed",
        "format": ".2f",
    }
    free = Estimand(name="free", description="", **fields)
    bounded = Estimand(name="bounded", description="", bounds=(0.0, 1.0), **fields)
    found = made(free, bounded)
    assert found.loc["part.free", "value"] == 0.0
    assert found.loc["part.free", ["low", "high"]].isna().all()
    # Of four runs, none of which differs: 1 - 0.025^(1/4).
    assert found.loc["part.bounded", ["low", "high"]].tolist() == pytest.approx([0.0, 1 - 0.025**0.25])


def test_a_ratio_of_means_by_hand_and_exact_values() -> None:
    ratio = Estimand(
        name="ratio",
        table="runs",
        value=("score", "solved"),
        where={"learner": "maml"},
        over="seed",
        statistic="ratio_of_means",
        format=".2f",
        description="score per target",
    )
    exact = Estimand(
        name="count", table="counts", value="n", per=("steps",), format="d", description="N = {steps}"
    )
    counts = pd.DataFrame({"steps": [0.5, 2.0], "n": [4, 8]})
    found = made(ratio, exact, tables={"runs": RUNS, "counts": counts})
    assert found.loc["part.ratio", "value"] == 4.0
    assert found.loc["part.count.0.5", ["value", "low", "high"]].tolist() == [4, 4, 4]
    assert "part.count.2" in found.index


def test_an_interval_of_the_table_is_taken_as_it_is() -> None:
    slopes = pd.DataFrame({"frame": ["T1"], "value": [1.0], "low": [0.5], "high": [2.0]})
    slope = Estimand(
        name="slope", table="slopes", per=("frame",), interval=("low", "high"), format=".1f", description=""
    )
    assert made(slope, tables={"slopes": slopes}).loc["part.slope.T1", ["low", "high"]].tolist() == [0.5, 2.0]


def test_one_estimand_changes_no_other() -> None:
    other = Estimand(name="other", table="runs", value="solved", over="seed", format="d", description="")
    assert (
        made(other, MEAN)
        .loc["part.score.maml"]
        .equals(made(MEAN).loc["part.score.maml"][made(other, MEAN).columns])
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"table": "none"}, "there is no table none"),
        ({"where": {"learner": "x"}}, "no row of runs is"),
        ({"over": ()}, "4 values of score for one combination of keys"),
    ],
)
def test_what_cannot_be_estimated_is_named(change: dict, message: str) -> None:
    with pytest.raises(ReportingError, match=message):
        made(replace(MEAN, **change))
