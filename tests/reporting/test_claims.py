"""Tests of athanor.reporting.claims: the tables of verdicts, from a file of claims and a table of estimates."""

from pathlib import Path

import pytest
from claim_examples import READING, STATEMENT, TWO, readings, write_claims, write_summary

from athanor import results
from athanor.reporting import ReportingError, claims
from athanor.reporting.judged import Judged, JudgedReading, read_judged

NAN = float("nan")


def judge(folder: Path, entry: object, estimates: Path) -> tuple[Judged, list[JudgedReading], str]:
    files = claims.build(write_claims(folder, entry), [estimates])
    results.publish({folder / name: content for name, content in files.items()})
    [judged], found = read_judged(folder / "claims.csv", folder / "readings.csv")
    return judged, found, files["claims.html"].decode()


def test_built_tables(tmp_path: Path) -> None:
    judged, [reading], _ = judge(tmp_path, STATEMENT, write_summary(tmp_path))
    assert tuple(judged) == (
        "one",
        "wei2024simple",
        "Planning is <much> faster.",  # no short form is given
        "Planning is <much> faster.",
        "not given",
        "one",
        "holds",
        "",
        "",
        "",
    )
    assert (reading.measured, reading.low, reading.high, reading.unit) == ("3.5", "3", "4", "times")
    assert (reading.claim, reading.criterion, reading.verdict, reading.nearest) == (
        "one",
        "at least 2",
        "holds",
        "yes",
    )
    first = (tmp_path / "readings.csv").read_text().splitlines()[0]
    assert first.startswith(
        "id,claim,reading,quantity,measured,low,high,unit,criterion,verdict,one_run_left_out,nearest"
    )


@pytest.mark.parametrize(
    ("far", "remark", "expected"),
    [
        ((1.0, 0.5, 1.5), {}, "depends on the reading"),
        ((2.0, 1.5, 2.5), {}, "holds"),  # inconclusive: changes nothing
        ((1.0, 0.5, 1.5), {"post_hoc": "Late."}, "holds"),
    ],
)
def test_readings_that_count_can_contradict(
    tmp_path: Path, far: tuple[float, float, float], remark: dict, expected: str
) -> None:
    entry = readings(TWO[0], TWO[1] | {"quantity": "part.far"} | remark)
    judged, found, _ = judge(tmp_path, entry, write_summary(tmp_path, ratio=(3.5, 3.0, 4.0), far=far))
    assert (judged.nearest, judged.verdict) == ("near", expected)
    assert [reading.verdict for reading in found] == [
        "holds",
        "inconclusive" if far[0] == 2.0 else "does not hold",
    ]


def test_verdicts_without_each_run(tmp_path: Path) -> None:
    """At least 2 holds of [3, 4]; without the second run the interval reaches below 2, without the third it is below."""
    estimates = write_summary(tmp_path, without={"ratio": "2.5 4; 1.5 4; 1 1.9; nan nan"})
    judged, [reading], page = judge(tmp_path, STATEMENT, estimates)
    changes = "does not hold (1 of 4), inconclusive (1 of 4), no interval (1 of 4)"
    assert judged.one_run_left_out == reading.one_run_left_out == changes
    assert f"Any one run left out: {changes}" in page and "with one run left out" not in page


def test_a_statement_keeps_its_other_readings_when_a_run_of_the_nearest_is_left_out(tmp_path: Path) -> None:
    entry = readings(TWO[0], TWO[1] | {"quantity": "part.far"})
    ends = {"ratio": (2.0, 1.5, 2.5), "far": (1.0, 0.5, 1.5)}
    estimates = write_summary(tmp_path, without={"ratio": "2.5 4; 1 1.9", "far": "0 1; 0 1"}, **ends)
    judged, found, page = judge(tmp_path, entry, estimates)
    assert (judged.verdict, found[0].verdict) == ("inconclusive", "inconclusive")
    assert judged.one_run_left_out == "depends on the reading (1 of 2), does not hold (1 of 2)"
    assert [one.one_run_left_out for one in found] == ["does not hold (1 of 2), holds (1 of 2)", "same"]
    assert f"with one run left out: {judged.one_run_left_out}" in page


def test_a_descriptive_statement_is_measured_and_not_judged(tmp_path: Path) -> None:
    shown = {key: value for key, value in READING.items() if key != "criterion"}
    entry = readings(shown) | {"descriptive": "Known beforehand."}
    judged, [reading], page = judge(tmp_path, entry, write_summary(tmp_path))
    assert (judged.verdict, reading.verdict, reading.measured) == ("descriptive", "descriptive", "3.5")
    assert "Known beforehand." in page and "Holds if" not in page


@pytest.mark.parametrize(("value", "expected"), [(3.0, "no interval"), (NAN, "not run")])
def test_without_an_interval_or_a_value_there_is_no_verdict(
    tmp_path: Path, value: float, expected: str
) -> None:
    judged, [reading], page = judge(tmp_path, STATEMENT, write_summary(tmp_path, ratio=(value, NAN, NAN)))
    assert judged.verdict == reading.verdict == expected
    assert (reading.low, reading.measured) == ("", "3" if expected == "no interval" else "")
    assert f"inconclusive: 0, no interval: {int(expected == 'no interval')}" in page
    assert f"not run: {int(expected == 'not run')}, " in page
    assert ("3.0 (no interval) times" in page) == (expected == "no interval")


def test_a_quantity_must_have_been_measured(tmp_path: Path) -> None:
    path = write_claims(tmp_path, readings(READING | {"quantity": "part.other"}))
    with pytest.raises(ReportingError, match=r"one: quantity part\.other is not estimated"):
        claims.build(path, [write_summary(tmp_path)])


def test_other_tables_are_not_taken_for_judged_ones(tmp_path: Path) -> None:
    judge(tmp_path, STATEMENT, write_summary(tmp_path))
    with pytest.raises(ReportingError, match=r"readings\.csv: has columns id, claim, .*, not id, source"):
        read_judged(tmp_path / "readings.csv", tmp_path / "claims.csv")
