"""Tests of athanor.reporting.claims_tex: counts, the bound on wrong verdicts, and the table."""

from pathlib import Path

import pytest
from claim_examples import READING, TWO, readings, write_claims, write_summary

from athanor import results
from athanor.reporting import claims, claims_page
from athanor.reporting.claims_tex import VERDICTS, claim_numbers, claims_table
from athanor.reporting.judged import read_judged
from athanor.reporting.quantities import read_estimates

# Holds exactly, holds by an interval, is inconclusive, is contradicted, was added late, and is only shown.
SHOWN = {"reading": "Timed.", "quantity": "part.ratio"}
ENTRIES = [
    readings(READING | {"quantity": "part.count"}) | {"id": "exact"},
    readings(READING) | {"id": "by_interval"},
    readings(READING | {"quantity": "part.open"}) | {"id": "open"},
    readings(TWO[0], TWO[1] | {"quantity": "part.low"}) | {"id": "contradicted"},
    readings(READING) | {"id": "late", "post_hoc": "Seen before."},
    readings(SHOWN) | {"id": "shown", "descriptive": "50 % known."},
]


@pytest.fixture
def made(tmp_path: Path) -> tuple[str, str]:
    """Return the numbers and the table."""
    found = {"count": (3.0,) * 3, "ratio": (3.5, 3.0, 4.0), "open": (2.0, 1.0, 3.0), "low": (1.0, 0.5, 1.5)}
    without = {"ratio": "2.5 4; 2.6 4", "open": "1 3; 2.5 3"}
    estimates = write_summary(tmp_path, without, **found)
    files = claims.build(write_claims(tmp_path, *ENTRIES), [estimates])
    results.publish({tmp_path / name: content for name, content in files.items()})
    judged, below = read_judged(tmp_path / "claims.csv", tmp_path / "readings.csv")
    quantities = read_estimates([estimates])
    return claim_numbers(judged, below, quantities, 0.9), claims_table(judged, below, quantities)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("total", 6),
        ("readings", 7),
        ("judged", 4),
        ("hold", 2),
        ("fail", 0),
        ("depend", 1),
        ("inconclusive", 1),
        ("descriptive", 1),
        ("post_hoc", 1),
        ("estimated", 3),  # by_interval, open and contradicted
        ("on_runs", 3),
        ("hinge_on_a_run", 1),  # open
        ("false_at_most", "0.30"),  # of three at a confidence of 0.9
    ],
)
def test_counts_by_hand(made: tuple[str, str], name: str, count: object) -> None:
    assert rf"\athanordefine{{result}}{{claims.{name}}}{{\ensuremath{{{count}}}}}" in made[0].splitlines()


def test_statements_and_readings_are_named_and_numbered(made: tuple[str, str]) -> None:
    lines = made[0].splitlines()
    assert r"\athanordefine{verdict}{contradicted}{depends on the reading}" in lines
    assert r"\athanordefine{verdict}{near}{holds}" in lines
    assert r"\athanordefine{verdict}{far}{does not hold}" in lines
    assert r"\athanordefine{claim}{far}{\hyperlink{claim:far}{claim~4.2}}" in lines
    assert r"\athanordefine{claim}{open}{\hyperlink{claim:open}{claim~3}}" in lines
    assert sum(line.startswith(r"\athanordefine{verdict}{late}") for line in lines) == 1


def test_table_has_a_line_a_statement_and_below_it_one_a_reading(made: tuple[str, str]) -> None:
    rows = [line for line in made[1].splitlines() if r" & " in line and "Statement" not in line]
    assert len(rows) == 6 + 7
    assert all(row.count(" & ") == (3 if "multicolumn{3}" in row else 5) for row in rows)
    assert sum("multicolumn{3}" in row for row in rows) == 7
    for name in ("exact", "contradicted", "far"):
        assert sum(rf"\hypertarget{{claim:{name}}}" in row for row in rows) == 1
    assert made[1].count(r"\textup{Without a run:} holds (1 of 2).") == 1  # of open
    assert r"50 \% known" in made[1] and made[1].count("Seen before") == 1
    assert r"\verdictstyle{depends on the reading}" in made[1]


def test_every_verdict_has_a_count_and_a_style() -> None:
    style = (Path(__file__).parents[2] / "paper/athanor.sty").read_text()
    assert set(VERDICTS) == set(claims_page.MARKS)
    assert all(rf"\definecolor{{athanor@{word}}}" in style for word in VERDICTS)
