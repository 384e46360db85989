"""When jobs end that wait for one another, on a number of cores."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter


@dataclass(frozen=True)
class Task:
    """Hold what a schedule needs to know of a job."""

    name: str
    seconds: float
    after: tuple[str, ...] = ()  # names of the tasks that it waits for
    alone: bool = False  # takes all cores
    priority: int = 0


def critical_path(tasks: Sequence[Task]) -> list[Task]:
    """Return the chain of tasks that takes longest, in its order: no number of cores ends before it."""
    by_name = {task.name: task for task in tasks}
    end: dict[str, float] = {}
    before: dict[str, str | None] = {}
    for name in TopologicalSorter({task.name: task.after for task in tasks}).static_order():
        task = by_name[name]
        before[name] = max(task.after, key=end.__getitem__, default=None)
        end[name] = task.seconds + max((end[other] for other in task.after), default=0.0)
    last = max(end, key=end.__getitem__, default=None)
    return [by_name[name] for name in _backwards(last, before)][::-1]


def _backwards(name: str | None, before: dict[str, str | None]) -> Iterator[str]:
    while name is not None:
        yield name
        name = before[name]


def least(tasks: Sequence[Task], cores: int) -> float:
    """Return the seconds that no schedule beats: the critical path, or all work shared out evenly."""
    apart = sum(task.seconds for task in tasks if task.alone)
    shared = sum(task.seconds for task in tasks if not task.alone)
    return max(apart + shared / cores, sum(task.seconds for task in critical_path(tasks)))


def makespan(tasks: Sequence[Task], cores: int) -> float:
    """Return the seconds until all tasks are done where a free core takes the first task that is ready and fits.

    Of those ready, higher priority comes first, then the order given. A task that runs alone waits until the machine
    is empty, and others may pass it.
    """
    by_name = {task.name: task for task in tasks}
    rank = {task.name: (-task.priority, place) for place, task in enumerate(tasks)}
    graph = TopologicalSorter({task.name: task.after for task in tasks})
    graph.prepare()
    now, free = 0.0, cores
    ready: list[str] = []
    running: list[tuple[float, int, str]] = []  # end, cores, name
    while graph.is_active():
        ready = sorted([*ready, *graph.get_ready()], key=rank.__getitem__)
        for name in tuple(ready):
            needed = cores if by_name[name].alone else 1
            if needed <= free:
                ready.remove(name)
                free -= needed
                heapq.heappush(running, (now + by_name[name].seconds, needed, name))
        now = running[0][0]
        while running and running[0][0] == now:
            _, released, name = heapq.heappop(running)
            free += released
            graph.done(name)
    return now
