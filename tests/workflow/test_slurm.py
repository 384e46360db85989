"""A few results of the miniature through a real Slurm of two nodes, one of which dies, against a local run."""

from pathlib import Path

import pytest
from slurm_cluster import Cluster, missing, wait_for

FOLDER = Path("results") / "miniature"
SQUARES = FOLDER / "toy" / "squares.csv"
FIGURE = FOLDER / "figures" / "graph_distances.pdf"
TARGETS = (str(SQUARES), str(FIGURE), str(FOLDER / "simple_alchemy" / "estimates" / "graphs.csv"))
CONFIGURATION = ("--configfile", "tests/miniature.yaml")
LIGHT = ("counts", "distances", "network", "analysis")

pytestmark = pytest.mark.skipif(
    bool(missing()),
    reason=f"no Slurm here without {', '.join(missing())}; its programs: apt-get install slurm-wlm munge",
)


@pytest.fixture
def cluster(tmp_path_factory):
    found = Cluster(tmp_path_factory.mktemp("slurm") / "cluster")
    try:
        found.start()
        yield found
    finally:
        found.stop()


def results(checkout):
    """Return the bytes of every result, by its place."""
    folder = checkout.path / FOLDER
    found = (path for kind in ("csv", "npz", "pdf", "png") for path in folder.rglob(f"*.{kind}"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def job_of(cluster, rule):
    """Return what Slurm says of the job of a rule."""
    return next((job for job in cluster.jobs().values() if job.get("Comment") == f"rule_{rule}"), {})


def test_a_node_dies_and_the_results_are_those_of_a_local_run(new_toy, cluster):
    toy, local = new_toy("simple_alchemy"), new_toy("simple_alchemy")
    for checkout in (toy, local):
        rows = "".join(f"simple_alchemy_graphs_{name},1,1\n" for name in LIGHT)
        (checkout.path / "reference" / "seconds.csv").write_text(f"rule,cpu_seconds,peak_memory_mb\n{rows}")
    hold = toy.path / "hold"
    hold.touch()
    run = toy.start(
        *("--profile", "workflow/profiles/slurm", *CONFIGURATION, "--latency-wait", "5"),
        *("--slurm-init-seconds-before-status-checks", "1", *TARGETS),
        **cluster.environment,
        TOY_HOLD=str(hold),
    )
    try:
        log = toy.path / FOLDER / "logs" / "toy" / "toy_squares.log"
        wait_for(lambda: log.exists() or run.poll() is not None, "the job that is to lose its node", 600)
        lost = job_of(cluster, "toy_squares")
        node = lost.get("NodeList", "none: " + (run.communicate()[0] if run.poll() is not None else ""))
        cluster.kill_node(node)
        cluster.ask("scontrol", "update", f"nodename={node}", "state=down", "reason=lost")
        hold.unlink()
        output, _ = run.communicate()
    finally:
        run.kill()
        run.wait()
    assert run.returncode == 0, output
    again = job_of(cluster, "toy_squares")
    assert (again["JobId"], again["Restarts"], again["JobState"]) == (lost["JobId"], "1", "COMPLETED")
    assert {node, again["NodeList"]} == {"one", "two"}
    # All light jobs are one job of the cluster, by the name of their group.
    assert sorted(job["Comment"].split("_")[1] for job in cluster.jobs().values()) == ["last", "toy", "toy"]
    local.succeed(*CONFIGURATION, "--cores", "2", *TARGETS)
    assert results(toy) == results(local)
    assert {SQUARES.relative_to(FOLDER).as_posix(), FIGURE.relative_to(FOLDER).as_posix()} <= set(
        results(toy)
    )
    assert toy.planned(*TARGETS, *CONFIGURATION) == set()
