"""Tests of the schedule: small graphs worked out by hand, and bounds that every list schedule keeps."""

from dataclasses import replace
from graphlib import CycleError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.pipeline.schedule import Task, critical_path, least, makespan

Row = tuple[float, set[int], bool, int]

#   a 3 ─┬─ b 2 ── t 1 (alone) ─┐
#        └─ c 4 ────────────────┴─ e 2        d 5
TOY = [
    Task("a", 3.0),
    Task("b", 2.0, ("a",)),
    Task("c", 4.0, ("a",)),
    Task("t", 1.0, ("b",), alone=True),
    Task("d", 5.0),
    Task("e", 2.0, ("t", "c")),
]


@pytest.mark.parametrize(
    ("cores", "seconds"),
    [
        (1, 17.0),
        (2, 12.0),  # a 0-3, d 0-5, b 3-5, c 5-9, then t alone 9-10, e 10-12
        (3, 10.0),  # a 0-3, d 0-5, b 3-5, c 3-7, t alone 7-8, e 8-10
        (64, 10.0),
    ],
)
def test_a_toy_graph_by_hand(cores: int, seconds: float) -> None:
    assert makespan(TOY, cores) == seconds


def test_a_task_beside_others_waits_for_no_empty_machine() -> None:
    beside = [replace(task, alone=False) for task in TOY]
    assert makespan(beside, 2) == 11.0  # a 0-3, d 0-5, b 3-5, c 5-9, t 5-6, e 9-11
    assert makespan(beside, 3) == 9.0  # the critical path a, c, e


def test_priority_comes_before_the_order() -> None:
    tasks = [Task("w", 2.0), Task("x", 2.0), Task("y", 1.0), Task("z", 3.0, ("y",))]
    assert makespan(tasks, 2) == 6.0  # w and x 0-2, y 2-3, z 3-6
    first = [replace(task, priority=10 * (task.name == "y")) for task in tasks]
    assert makespan(first, 2) == 5.0  # y 0-1, w 0-2, x 1-3, z 2-5


def test_the_critical_path_and_the_least_time_by_hand() -> None:
    assert [task.name for task in critical_path(TOY)] == ["a", "c", "e"]
    assert least(TOY, 1) == 17.0
    assert least(TOY, 2) == 9.0  # the path, and 1 + 16 / 2 as well
    assert least([*TOY, Task("f", 4.0)], 2) == 11.0  # 1 + 20 / 2
    assert critical_path([]) == []
    assert makespan([], 2) == 0.0


def test_a_circle_is_refused() -> None:
    with pytest.raises(CycleError):
        makespan([Task("a", 1.0, ("b",)), Task("b", 1.0, ("a",))], 2)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Draw tasks of whole seconds that wait for earlier ones: seconds, places, alone, priority."""
    found = []
    for place in range(draw(st.integers(1, 12))):
        after = draw(st.sets(st.integers(0, place - 1), max_size=3)) if place else set()
        alone = draw(st.integers(0, 5)) == 0
        found.append((float(draw(st.integers(0, 9))), after, alone, draw(st.integers(0, 1))))
    return found


def named(drawn: list[Row]) -> list[Task]:
    return [
        Task(str(place), seconds, tuple(map(str, sorted(after))), alone, priority)
        for place, (seconds, after, alone, priority) in enumerate(drawn)
    ]


@given(rows(), st.integers(1, 5))
def test_no_schedule_beats_the_least_time_or_leaves_all_cores_idle(drawn: list[Row], cores: int) -> None:
    tasks = named(drawn)
    work = sum(task.seconds for task in tasks)
    assert least(tasks, cores) - 1e-9 <= makespan(tasks, cores) <= work
    assert makespan(tasks, 1) == work


@given(rows(), st.integers(1, 5))
def test_grahams_bound_where_no_task_is_alone(drawn: list[Row], cores: int) -> None:
    beside = [replace(task, alone=False) for task in named(drawn)]
    path = sum(task.seconds for task in critical_path(beside))
    work = sum(task.seconds for task in beside)
    assert makespan(beside, cores) <= work / cores + (1 - 1 / cores) * path + 1e-9
    assert makespan(beside, len(beside)) == path
