"""Tests of athanor.reporting.verdicts: the verdict on a reading and that on a statement, by hand and by their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.reporting.criteria import Criterion, criterion
from athanor.reporting.verdicts import (
    DEPENDS,
    FAILS,
    HOLDS,
    INCONCLUSIVE,
    NO_INTERVAL,
    NOT_RUN,
    of_statement,
    verdict,
)

NUMBERS = st.floats(-1e6, 1e6)
NAN = float("nan")
OF_READINGS = st.sampled_from([HOLDS, FAILS, INCONCLUSIVE, NO_INTERVAL, NOT_RUN])


@pytest.mark.parametrize(
    ("low", "high", "entry", "expected"),
    [
        (384, 384, {"equals": 384}, HOLDS),
        (383, 383, {"equals": 384}, FAILS),
        (383, 383, {"equals": 384, "tolerance": 1}, HOLDS),
        (0.4, 0.6, {"at_least": 0.5}, INCONCLUSIVE),
        (0.5, 0.6, {"at_least": 0.5}, HOLDS),
        (0.4, 0.49, {"at_least": 0.5}, FAILS),
        (1.0, 2.0, {"at_most": 2}, HOLDS),
        (2.5, 3.0, {"at_most": 2}, FAILS),
        (0.1, 0.9, {"between": [0.025, 0.975]}, HOLDS),
        (0.0, 0.9, {"between": [0.025, 0.975]}, INCONCLUSIVE),
        (0.99, 1.0, {"between": [0.025, 0.975]}, FAILS),
        (NAN, NAN, {"at_least": 0}, NO_INTERVAL),
        (1.0, NAN, {"at_least": 0}, NO_INTERVAL),
    ],
)
def test_of_a_reading_by_hand(low: float, high: float, entry: dict, expected: str) -> None:
    assert verdict(1.0, float(low), float(high), criterion(entry, "one")) == expected


def test_what_was_not_measured_is_not_run() -> None:
    assert verdict(NAN, NAN, NAN, Criterion(0.0, 1.0, "")) == NOT_RUN


@given(st.tuples(NUMBERS, NUMBERS).map(sorted), st.tuples(NUMBERS, NUMBERS).map(sorted))
def test_it_is_about_the_whole_interval(interval: list[float], truth: list[float]) -> None:
    inside = [truth[0] <= end <= truth[1] for end in interval]
    found = verdict(interval[0], interval[0], interval[1], Criterion(truth[0], truth[1], ""))
    assert (found == HOLDS) == all(inside)
    if any(inside):
        assert found != FAILS


@pytest.mark.parametrize(
    ("nearest", "others", "expected"),
    [
        (HOLDS, [], HOLDS),
        (HOLDS, [HOLDS, INCONCLUSIVE, NOT_RUN, NO_INTERVAL], HOLDS),
        (HOLDS, [HOLDS, FAILS], DEPENDS),
        (FAILS, [FAILS, INCONCLUSIVE], FAILS),
        (FAILS, [HOLDS], DEPENDS),
        (INCONCLUSIVE, [HOLDS, HOLDS], INCONCLUSIVE),
        (NOT_RUN, [HOLDS], NOT_RUN),
        (NO_INTERVAL, [FAILS], NO_INTERVAL),
    ],
)
def test_of_a_statement_by_hand(nearest: str, others: list[str], expected: str) -> None:
    assert of_statement(nearest, others) == expected


@given(OF_READINGS, st.lists(OF_READINGS), st.lists(OF_READINGS))
def test_further_readings_never_turn_a_verdict_round(nearest: str, some: list[str], more: list[str]) -> None:
    """They can only withhold one, and whatever withheld it still does."""
    found = of_statement(nearest, some + more)
    assert found in {nearest, DEPENDS}
    if of_statement(nearest, some) == DEPENDS:
        assert found == DEPENDS
