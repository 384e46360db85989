"""Tests of athanor.reporting.criteria: ranges by hand, and one clear line for each mistake."""

import math

import pytest

from athanor.reporting import ReportingError
from athanor.reporting.criteria import criterion


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"equals": 20250}, (20250, 20250, "equals 20,250")),
        ({"equals": 384, "tolerance": 1}, (383, 385, "equals 384 ± 1")),
        ({"at_least": 0.5}, (0.5, math.inf, "at least 0.5")),
        ({"at_most": 2}, (-math.inf, 2, "at most 2")),
        ({"between": [-1, 1]}, (-1, 1, "between -1 and 1")),
    ],
)
def test_ranges_by_hand(entry: dict, expected: tuple[float, float, str]) -> None:
    assert tuple(criterion(entry, "one")) == expected


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"above": 2}, "one: criterion .*above.* is unknown"),
        ({"equals": 1, "at_most": 2}, "is unknown, must be one of"),
        ("at_least 2", "is unknown, must be one of"),
        ({"at_least": "2"}, "at_least takes 1 number, not 2"),
        ({"at_least": True}, "at_least takes 1 number, not True"),
        ({"between": [1]}, "between takes 2 numbers"),
        ({"between": [2, 1]}, r"between \[2, 1\] is empty"),
        ({"at_most": 2, "tolerance": 1}, "tolerance belongs to equals"),
    ],
)
def test_mistakes_are_named_in_one_line(entry: object, message: str) -> None:
    with pytest.raises(ReportingError, match=message) as error:
        criterion(entry, "one")
    assert "\n" not in str(error.value)
