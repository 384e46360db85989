from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.pipeline import eta
from athanor.pipeline.eta import Expectations, Job, remaining


def jobs(*seconds: float) -> list[Job]:
    return [Job(float(expected)) for expected in seconds]


@pytest.mark.parametrize(
    ("done", "running", "waiting", "cores", "expected"),
    [
        ([], [], [], 2, 0.0),
        ([], [], jobs(10, 20), 1, 30.0),
        ([], [], jobs(10, 20), 2, 20.0),
        ([], [], jobs(4, 3, 3), 2, 6.0),  # 4 | 3 3
        ([], [Job(10.0, 4.0)], [], 2, 6.0),
        ([], [Job(10.0, 4.0)], jobs(5), 2, 6.0),
        ([], [Job(10.0, 4.0)], jobs(5), 1, 11.0),
        ([], [Job(10.0, 15.0)], [], 1, 0.0),  # longer than expected: any moment now
        ([Job(10.0, 20.0)], [], jobs(10), 1, 20.0),  # twice as slow as expected so far
        ([Job(10.0, 20.0)], [Job(10.0, 5.0)], [], 1, 15.0),
    ],
)
def test_seconds_left_worked_out_by_hand(
    done: list[Job], running: list[Job], waiting: list[Job], cores: int, expected: float
) -> None:
    assert remaining(done, running, waiting, cores) == pytest.approx(expected)


SECONDS = st.lists(st.floats(0, 1e4), min_size=1, max_size=20)


@given(SECONDS, st.integers(1, 8))
def test_seconds_left_lie_within_grahams_bounds(seconds: list[float], cores: int) -> None:
    left = remaining([], [], jobs(*seconds), cores)
    share = sum(seconds) / cores
    assert max(share, *seconds, 0.0) <= left + 1e-6
    assert left <= share + max(seconds) + 1e-6


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (130.0, "2 min 10 s"), (3900.0, "1 h 5 min")],
)
def test_a_duration_reads_as_said(seconds: float, text: str) -> None:
    assert eta.duration(seconds) == text


def test_the_line_names_the_job() -> None:
    line = eta.line(12, 34, 130.0, "simple_alchemy.simulate agent=cem")
    assert line == "12 of 34 jobs done, 2 min 10 s left (simple_alchemy.simulate agent=cem)"


def test_expectations_come_from_history_then_from_the_rule_then_from_what_is_usual(tmp_path: Path) -> None:
    path = tmp_path / "seconds.csv"
    assert Expectations.read(tmp_path / "results", path).seconds("train", ["x.csv"]) == 1.0
    path.write_text("rule,cpu_seconds,peak_memory_mb\ntrain,30.5,900\nplay,9.5,400\n")
    known = Expectations({"x.csv": 4.0, "y.csv": 6.0}, eta.measured(path))
    assert known.seconds("train", ["x.csv", "y.csv"]) == 6.0
    assert known.seconds("train", ["z.csv"]) == 30.5
    assert known.seconds("new", None) == 20.0  # the median, halfway between the two
    few_long = Expectations({"x.csv": 4.0, "y.csv": 6.0, "z.csv": 500.0}, {})
    assert few_long.seconds("new", ["w.csv"]) == 6.0
