"""What a finished run cost, by rule and part, and what another would take on other machines.

Read from the benchmarks that Snakemake keeps of every job. It samples a job each half second for 15.5 s and each 30 s
from there on, and says the CPU time of the last sample (`cpu_time`): up to 30 s short. What a job used after its last
sample is taken to have gone on at the same rate. A sampled peak of memory is a lower bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from athanor import results
from athanor.pipeline import schedule
from athanor.pipeline.config import Config
from athanor.pipeline.eta import duration
from athanor.pipeline.graph import Node, nodes, waits_for
from athanor.pipeline.schedule import Task

SHORT, LONG = 0.5, 30.0  # seconds between two samples
SHORT_SAMPLES = 31
COLUMNS = ("rule", "cpu_seconds", "peak_memory_mb")


class CostsError(Exception):
    """Say in one line why no costs can be told."""


@dataclass(frozen=True)
class Cost:
    """Hold what one job took."""

    seconds: float  # wall time on a machine with nothing else to do
    cpu_seconds: float
    peak_memory_mb: float


def last_sample(seconds: float) -> float:
    """Return when Snakemake last looked at a job of that many seconds."""
    early = SHORT * SHORT_SAMPLES
    return (early + (seconds - early) // LONG * LONG) if seconds > early else seconds // SHORT * SHORT


def read(path: Path) -> Cost | None:
    """Return the cost in a benchmark file; None where there is none, or none that can be read."""
    try:
        row = pd.read_csv(path, sep="\t").iloc[-1]
        wall, cpu, memory = (float(row[name]) for name in ("s", "cpu_time", "max_rss"))
    except (OSError, ValueError, KeyError, IndexError):
        return None
    sampled = last_sample(wall)
    if not sampled or pd.isna(cpu):  # over before Snakemake looked
        return Cost(wall, wall, 0.0)
    cpu *= wall / sampled
    return Cost(
        min(wall, cpu), cpu, memory
    )  # beside other work the clock runs on; with threads the processor does


def measured(folder: Path, graph: Sequence[Node]) -> dict[str, Cost]:
    """Return the costs of those jobs that have a benchmark, by their records."""
    found = {node.record: read(folder / "benchmarks" / f"{node.record}.tsv") for node in graph}
    costs = {record: cost for record, cost in found.items() if cost}
    if not costs:
        raise CostsError(f"{folder}/benchmarks: no benchmark of any job; run the study first")
    return costs


def by_rule(graph: Sequence[Node], costs: Mapping[str, Cost]) -> pd.DataFrame:
    """Return one row per rule: its part, jobs, how many of them are measured, and over these sums and the peak."""
    rows = [
        (
            node.part,
            node.rule,
            cost is not None,
            *((cost.cpu_seconds, cost.peak_memory_mb) if cost else (0, 0)),
        )
        for node in graph
        for cost in [costs.get(node.record)]
    ]
    table = pd.DataFrame(rows, columns=["part", "rule", "measured", "cpu_seconds", "peak_memory_mb"])
    return table.groupby(["part", "rule"], sort=False, as_index=False).agg(
        jobs=("measured", "size"),
        measured=("measured", "sum"),
        cpu_seconds=("cpu_seconds", "sum"),
        peak_memory_mb=("peak_memory_mb", "max"),
    )


def expected(rules: pd.DataFrame) -> pd.DataFrame:
    """Return the CPU-seconds that one job of each measured rule takes on average, and its peak."""
    known = rules[rules.measured > 0]
    mean = (known.cpu_seconds / known.measured).round(1)
    return known.assign(cpu_seconds=mean, peak_memory_mb=known.peak_memory_mb.round())[list(COLUMNS)]


def tasks(graph: Sequence[Node], costs: Mapping[str, Cost]) -> list[Task]:
    """Return the jobs to schedule; one that is not measured takes the mean of its rule, or no time."""
    seconds: dict[str, list[float]] = {}
    for node in graph:
        if node.record in costs:
            seconds.setdefault(node.rule, []).append(costs[node.record].seconds)
    means = {rule: sum(known) / len(known) for rule, known in seconds.items()}
    after = waits_for(graph)
    return [
        Task(
            node.record,
            costs[node.record].seconds if node.record in costs else means.get(node.rule, 0.0),
            after[node.record],
            node.measures_time,
            node.priority,
        )
        for node in graph
    ]


def report(graph: Sequence[Node], costs: Mapping[str, Cost], cores: Sequence[int]) -> str:
    """Return rules, parts, the critical path and the times on numbers of cores, as a text of lines."""
    rules = by_rule(graph, costs)
    planned = tasks(graph, costs)
    path = schedule.critical_path(planned)
    length = duration(sum(task.seconds for task in path))
    times = [
        f"{count:>5} {'cores' if count > 1 else 'core ':<6}{duration(schedule.makespan(planned, count)):>12}"
        f"  (in any order at least {duration(schedule.least(planned, count))})"
        for count in cores
    ]
    return "\n".join(
        [
            f"{'rule':<52}{'jobs':>6}{'CPU-s':>10}{'MB':>7}",
            *(line for part in dict.fromkeys(rules.part) for line in _part(rules[rules.part == part])),
            _row("everything", rules),
            *_unknown(rules),
            "",
            f"critical path, {length}:",
            *(f"{task.seconds:>10.1f} s  {task.name}" for task in path),
            "",
            "expected wall time:",
            *times,
        ]
    )


def _part(rules: pd.DataFrame) -> list[str]:
    own = [_row(f"  {rule}", rows) for rule, rows in rules.groupby("rule", sort=False)]
    return [_row(str(rules.part.iloc[0]), rules), *own]


def _row(name: str, rules: pd.DataFrame) -> str:
    known = f"{rules.cpu_seconds.sum():>10.1f}{rules.peak_memory_mb.max():>7.0f}"
    return f"{name:<52}{rules.jobs.sum():>6}" + (known if rules.measured.any() else f"{'-':>10}{'-':>7}")


def _unknown(rules: pd.DataFrame) -> list[str]:
    """Return a line on jobs that were not measured, and one on rules of which none was."""
    partly = rules[(rules.measured > 0) & (rules.measured < rules.jobs)]
    never = rules[rules.measured == 0]
    said = []
    if len(partly):
        missing = int((partly.jobs - partly.measured).sum())
        said.append(f"{_without(missing)} and takes the mean of its rule: {_few(list(partly.rule))}")
    if len(never):
        missing = int(never.jobs.sum())
        said.append(f"{_without(missing)}, nor has its rule, and takes no time: {_few(list(never.rule))}")
    return said


def _without(jobs: int) -> str:
    return "1 job has no benchmark" if jobs == 1 else f"each of {jobs} jobs has no benchmark"


def _few(names: Sequence[str], most: int = 5) -> str:
    return ", ".join([*names[:most], *(["…"] if len(names) > most else [])])


def main(config: Config, figures: Path, cores: Sequence[int], csv: Path | None) -> int:
    """Print what the run in the results folder cost; write the expected seconds per rule where asked."""
    graph = nodes(config, figures.glob("*.py"))
    costs = measured(config.folder, graph)
    if csv:
        table = expected(by_rule(graph, costs)).sort_values("rule")
        results.replace_file(csv, table.to_csv(index=False, lineterminator="\n").encode())
    print(report(graph, costs, cores))
    return 0
