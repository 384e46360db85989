"""Tests of athanor.reporting.quantities: numbers as a reader expects them, and estimates that are refused."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor import results
from athanor.reporting import ReportingError
from athanor.reporting.quantities import COLUMNS, number_text, read_estimates


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (20250.0, "d", "20,250"),
        (-1234.567, ".2f", "−1,234.57"),
        (-0.001, ".2f", "0.00"),
        (0.4567, ".1%", "45.7%"),
        (2e-5, ".1e", "2.0e−05"),
        (12345.678, ".3g", "1.23e+04"),
        (float("inf"), ".2f", "∞"),
        (float("-inf"), "d", "−∞"),
        (float("nan"), ".2f", "not run"),
    ],
)
def test_number_by_hand(value: float, spec: str, text: str) -> None:
    assert number_text(value, spec) == text


@given(st.integers(-(10**12), 10**12))
def test_number_reads_back(value: int) -> None:
    assert int(number_text(float(value), "d").replace(",", "").replace("−", "-")) == value


def write(path: Path, *rows: tuple) -> Path:
    results.write_table(path, pd.DataFrame(rows, columns=COLUMNS))
    return path


def test_summary_is_read_by_name(tmp_path: Path) -> None:
    path = write(tmp_path / "summary.csv", ("part.x", 2.0, 1.5, 2.5, "", ".1f", ""))
    quantity = read_estimates([path])["part.x"]
    assert quantity.measured_text() == "2.0 [1.5, 2.5]"
    assert quantity.unit == "" and not quantity.exact


def test_exact_quantity_shows_no_interval(tmp_path: Path) -> None:
    path = write(tmp_path / "summary.csv", ("part.x", 20250, 20250, 20250, "graphs", "d", "all of them"))
    assert read_estimates([path])["part.x"].measured_text() == "20,250 graphs"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("part.x", 1, 1, 1, "", "s", ""), "format 's'"),
        (("part.x", 1, 2, 1, "", "d", ""), r"low 2\.0 exceeds high 1\.0"),
        (("x", 1, 1, 1, "", "d", ""), "must be addressed as part.estimand"),
        (("part.x}", 1, 1, 1, "", "d", ""), "must be addressed as part.estimand"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, row: tuple, message: str) -> None:
    with pytest.raises(ReportingError, match=message):
        read_estimates([write(tmp_path / "summary.csv", row)])


def test_a_quantity_is_given_once(tmp_path: Path) -> None:
    row = ("part.x", 1, 1, 1, "", "d", "")
    paths = [write(tmp_path / "a.csv", row), write(tmp_path / "b.csv", row)]
    with pytest.raises(ReportingError, match=r"b\.csv: quantity part\.x is given twice"):
        read_estimates(paths)


def test_columns_are_checked(tmp_path: Path) -> None:
    results.write_table(tmp_path / "a.csv", pd.DataFrame({"quantity": ["part.x"], "value": [1]}))
    with pytest.raises(ReportingError, match="has columns quantity, value"):
        read_estimates([tmp_path / "a.csv"])


def test_an_edited_summary_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "summary.csv", ("part.x", 1, 1, 1, "", "d", ""))
    path.write_text(path.read_text().replace("1", "2"))
    with pytest.raises(results.ResultError, match="does not match its manifest"):
        read_estimates([path])
