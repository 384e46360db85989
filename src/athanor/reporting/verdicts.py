"""The verdict on a reading from its interval, and the verdict on a statement from its readings: the one rule of both."""

import math
from collections.abc import Iterable

from athanor.reporting.criteria import Criterion

HOLDS, FAILS, INCONCLUSIVE = "holds", "does not hold", "inconclusive"
DEPENDS = "depends on the reading"  # of a statement whose readings contradict each other
NOT_RUN, NO_INTERVAL = "not run", "no interval"  # no value, or a sample that gives no interval: no verdict
DESCRIPTIVE = "descriptive"  # shown, and not judged
CONTRARY = {HOLDS: FAILS, FAILS: HOLDS}


def verdict(value: float, low: float, high: float, criterion: Criterion) -> str:
    """Compare an interval with the range in which the reading is true.

    The reading holds if the whole interval lies in the range, does not hold if none of it does, and is inconclusive
    otherwise. What was not measured is not run; what has no interval, because too few were measured or all alike, has
    no verdict either. So "alike" is judged by equivalence: the interval must lie within a margin around no difference.
    """
    if math.isnan(value):
        return NOT_RUN
    if math.isnan(low) or math.isnan(high):
        return NO_INTERVAL
    if criterion.low <= low and high <= criterion.high:
        return HOLDS
    if high < criterion.low or low > criterion.high:
        return FAILS
    return INCONCLUSIVE


def of_statement(nearest: str, others: Iterable[str]) -> str:
    """Return the verdict on a statement from those on its readings that count.

    It is that on the reading nearest to the words of the source, unless that reading holds and another does not, or the
    reverse: then it depends on the reading. Others that are inconclusive, not run or without an interval change nothing.
    """
    return DEPENDS if CONTRARY.get(nearest) in set(others) else nearest
