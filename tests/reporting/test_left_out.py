"""Tests of verdicts with one run left out: what is written, read back and said."""

import numpy as np
import pytest

from athanor.reporting import left_out


def test_intervals_are_read_as_written() -> None:
    cell = left_out.written([(0.25, 1.5), (np.nan, np.nan), (-2.0, np.inf)])
    assert cell == "0.25 1.5; nan nan; -2 inf"
    np.testing.assert_array_equal(left_out.read(cell), [(0.25, 1.5), (np.nan, np.nan), (-2.0, np.inf)])
    assert left_out.read("") == ()


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], ""),
        (["holds"] * 3, "same"),
        (["holds", "inconclusive", "inconclusive"], "inconclusive (2 of 3)"),
        (["inconclusive", "does not hold"], "does not hold (1 of 2), inconclusive (1 of 2)"),
    ],
)
def test_what_takes_the_place_of_a_verdict(others: list[str], said: str) -> None:
    assert left_out.changes("holds", others) == said
