"""Tests of the costs of a run: benchmarks and sums by hand, and the graph against the rules' own files."""

import csv
from pathlib import Path

import pytest
from toy_study import Project

from athanor.pipeline import config, costs, graph, study
from athanor.pipeline.costs import Cost
from athanor.pipeline.graph import Node

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def benchmark(path: Path, seconds: float, cpu: str = "NA", memory: str = "NA") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEADER}{seconds}\t0:00:01\t{memory}\t1\t1\t1\t0.0\t0.0\t1.0\t{cpu}\n")


@pytest.mark.parametrize(
    ("seconds", "sample"),
    [(0.3, 0.0), (11.19, 11.0), (15.5, 15.5), (45.4, 15.5), (45.6, 45.5), (110.0, 105.5)],
)
def test_the_last_sample_is_on_snakemakes_grid(seconds: float, sample: float) -> None:
    assert costs.last_sample(seconds) == sample


@pytest.mark.parametrize(
    ("seconds", "cpu", "expected"),
    [
        (31.0, "15.5", Cost(31.0, 31.0, 200.0)),  # a whole core up to the sample at 15.5 s, and so to the end
        (11.0, "5.5", Cost(5.5, 5.5, 200.0)),  # half a core: on a quiet machine half the time
        (10.0, "20.0", Cost(10.0, 20.0, 200.0)),  # two threads
        (0.4, "0.0", Cost(0.4, 0.4, 0.0)),  # over before the first sample
    ],
)
def test_a_benchmark_by_hand(tmp_path: Path, seconds: float, cpu: str, expected: Cost) -> None:
    benchmark(tmp_path / "job.tsv", seconds, cpu, "200.0")
    assert costs.read(tmp_path / "job.tsv") == expected


def test_a_benchmark_without_samples_or_without_sense(tmp_path: Path) -> None:
    benchmark(tmp_path / "job.tsv", 0.7)
    assert costs.read(tmp_path / "job.tsv") == Cost(0.7, 0.7, 0.0)
    assert costs.read(tmp_path / "none.tsv") is None
    (tmp_path / "job.tsv").write_text("nothing\n")
    assert costs.read(tmp_path / "job.tsv") is None


GRAPH = [
    Node("one_train", "one", "one/train/a/job", ("one/train/a/x.csv",), ()),
    Node("one_train", "one", "one/train/b/job", ("one/train/b/x.csv",), (), priority=1),
    Node("one_time", "one", "one/one_time", ("one/t.csv",), ("one/train/a/x.csv",), measures_time=True),
    Node("figure_f", "one", "figures/f", ("figures/f.pdf",), ("one/t.csv", "one/train/b/x.csv")),
    Node("two_count", "two", "two/two_count", ("two/x.csv",), ()),
]
COSTS = {
    "one/train/a/job": Cost(4.0, 4.0, 300.0),
    "one/train/b/job": Cost(2.0, 3.0, 500.0),
    "one/one_time": Cost(5.0, 5.0, 100.0),
    "figures/f": Cost(1.0, 1.0, 90.0),
}


def test_sums_and_means_by_rule() -> None:
    rules = costs.by_rule(GRAPH, COSTS)
    assert rules.to_numpy().tolist() == [
        ["one", "one_train", 2, 2, 7.0, 500.0],
        ["one", "one_time", 1, 1, 5.0, 100.0],
        ["one", "figure_f", 1, 1, 1.0, 90.0],
        ["two", "two_count", 1, 0, 0.0, 0.0],
    ]
    assert costs.expected(rules).to_numpy().tolist() == [
        ["one_train", 3.5, 500.0],
        ["one_time", 5.0, 100.0],
        ["figure_f", 1.0, 90.0],
    ]


def test_jobs_become_tasks_and_one_without_benchmark_takes_its_rules_mean() -> None:
    few = {record: cost for record, cost in COSTS.items() if record != "one/train/a/job"}
    found = {task.name: task for task in costs.tasks(GRAPH, few)}
    assert [task.seconds for task in found.values()] == [2.0, 2.0, 5.0, 1.0, 0.0]
    assert found["figures/f"].after == ("one/one_time", "one/train/b/job")
    assert found["one/one_time"].alone
    assert [task.priority for task in found.values()] == [0, 1, 0, 0, 0]


def test_the_report_by_hand() -> None:
    lines = [" ".join(line.split()) for line in costs.report(GRAPH, COSTS, [1, 2]).splitlines()]
    assert lines == [
        "rule jobs CPU-s MB",
        "one 4 13.0 500",
        "one_train 2 7.0 500",
        "one_time 1 5.0 100",
        "figure_f 1 1.0 90",
        "two 1 - -",
        "two_count 1 - -",
        "everything 5 13.0 500",
        "1 job has no benchmark, nor has its rule, and takes no time: two_count",
        "",
        "critical path, 10 s:",
        "4.0 s one/train/a/job",
        "5.0 s one/one_time",
        "1.0 s figures/f",
        "",
        "expected wall time:",
        "1 core 12 s (in any order at least 12 s)",
        "2 cores 10 s (in any order at least 10 s)",
    ]


def test_costs_of_a_folder_are_printed_and_written(project: Project) -> None:
    assert project.refused("costs") == "results/benchmarks: no benchmark of any job; run the study first"
    folder = project.folder / "results" / "benchmarks"
    benchmark(folder / "toy" / "toy_numbers.tsv", 2.0, "1.5", "100.0")
    benchmark(folder / "toy" / "draw" / "a" / "job.tsv", 3.0, "3.0", "310.4")
    done = project.athanor("costs", "--cores", "1", "--csv", "seconds.csv")
    assert done.returncode == 0, done.stderr
    # The draw without a benchmark takes what the other takes.
    assert "1 core 8 s (in any order at least 8 s)" in " ".join(done.stdout.split())
    with (project.folder / "seconds.csv").open() as stream:
        assert list(csv.reader(stream)) == [
            ["rule", "cpu_seconds", "peak_memory_mb"],
            ["toy_draw", "3.0", "310.0"],
            ["toy_numbers", "1.5", "100.0"],
        ]
    assert project.athanor("costs", "--cores", "0").returncode == 2


def test_the_graph_of_the_study_is_whole() -> None:
    """Every file that a job takes is made by one, and what ends a run waits for all that comes before."""
    given = config.load("config.yaml")
    found = graph.nodes(given, Path("figures").glob("*.py"))
    after = graph.waits_for(found)  # raises KeyError where nobody makes an input
    assert len(after) == len(found)
    assert {file for node in found for file in node.outputs} >= set(study.all_files(given))
    experiments = {
        node.record for node in found if node.part != graph.LAST and not node.rule.startswith("figure_")
    }
    assert experiments <= set(after["report"])
    assert "claims" in after["tex"]
    assert {node.record for node in found if node.rule.startswith("figure_")} <= set(after["paper"])
