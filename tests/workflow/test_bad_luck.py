"""Killed runs, two runs at once, results that are not what they should be, jobs that fail."""

import os
import re
import signal
import subprocess
import time

import pytest

from athanor.pipeline.machine import memory_mb

SQUARES = "results/toy/squares.csv"
RECORDS = {"logs", "benchmarks"}


FOREVER = 3600.0  # seconds: a machine may be as busy as it likes


def wait_for(condition):
    end = time.monotonic() + FOREVER
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.05)


@pytest.fixture
def squaring(toy):
    """A run that is in the middle of its second job."""
    process = toy.start(SQUARES, TOY_SECONDS=str(2 * FOREVER))
    wait_for(lambda: (toy.path / "results" / "logs" / "toy" / "toy_squares.log").exists())
    yield toy, process
    process.kill()
    process.communicate()


def test_a_killed_run_goes_on_where_it_stopped(squaring):
    toy, process = squaring
    made = (toy.path / "results" / "toy" / "numbers.csv").stat().st_mtime_ns
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    found = {path.name for path in (toy.path / "results" / "toy").iterdir()}
    assert found == {"numbers.csv", "numbers.csv.manifest.json"}
    output = toy.succeed(SQUARES)
    assert "1 of 1 steps" in output
    assert (toy.path / "results" / "toy" / "numbers.csv").stat().st_mtime_ns == made
    assert (toy.path / SQUARES).read_text() == "number,square\n0,0\n1,1\n2,4\n"
    assert not list((toy.path / "results").rglob("*.part"))


def test_the_jobs_of_a_killed_run_end_with_it(squaring):
    _, process = squaring
    jobs = children(process.pid)
    assert jobs
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_for(lambda: not any(os.path.exists(f"/proc/{job}") for job in jobs))


def children(pid: int) -> list[int]:
    found = [int(text) for text in open(f"/proc/{pid}/task/{pid}/children").read().split()]
    threads = os.listdir(f"/proc/{pid}/task")
    for thread in threads:
        found += [int(text) for text in open(f"/proc/{pid}/task/{thread}/children").read().split()]
    return sorted({*found, *(grandchild for child in set(found) for grandchild in children(child))})


def test_a_second_run_in_the_folder_says_so_and_stops(squaring):
    toy, process = squaring
    code, output = toy.snakemake("results/toy/apart.csv")
    assert code == 1
    lines = [line for line in output.splitlines() if line.startswith("athanor:")]
    assert lines == [
        f"athanor: another run (pid {process.pid}) is working in results/; wait for it or stop it"
    ]
    assert "Traceback" not in output
    assert not (toy.path / "results" / "toy" / "apart.csv").exists()


def test_looking_needs_no_lock(squaring):
    toy, _ = squaring
    assert toy.planned("results/toy/apart.csv") == {"toy_apart"}
    toy.succeed("--summary", "results/toy/apart.csv")


def test_a_truncated_result_is_named_and_not_used(toy):
    toy.succeed("results/toy/numbers.csv")
    with (toy.path / "results" / "toy" / "numbers.csv").open("a") as stream:
        stream.truncate(5)
    output = toy.succeed(SQUARES)
    assert "athanor: results/toy/numbers.csv: does not match its manifest" in output
    assert (toy.path / SQUARES).read_text() == "number,square\n0,0\n1,1\n2,4\n"


def test_a_failure_does_not_stop_what_does_not_depend_on_it(toy):
    toy.edit(
        "src/athanor/experiments/toy/numbers.py", "return {", "raise ValueError('no numbers')\n    return {"
    )
    code, output = toy.snakemake("results/toy/apart.csv", SQUARES, "--cores", "1")
    assert code == 1
    assert "ValueError: no numbers" in output
    assert (toy.path / "results" / "toy" / "apart.csv").exists()


def test_each_job_is_followed_by_a_line_of_progress(toy):
    output = toy.succeed(SQUARES, "--cores", "1")
    lines = [line for line in output.splitlines() if line.startswith("athanor:")]
    assert [line.split(" done")[0] for line in lines] == ["athanor: 1 of 2 jobs", "athanor: 2 of 2 jobs"]
    assert lines[-1] == "athanor: 2 of 2 jobs done, 0 s left"


def test_jobs_together_ask_for_no_more_memory_than_there_is(toy):
    given = (["results/toy/apart.csv"], ["results/toy/numbers.csv", "--resources", "mem_mb=1234"])
    totals = [re.search(r"Provided resources: .*mem_mb\D+(\d+)", toy.succeed(*one)) for one in given]
    assert [int(total[1]) for total in totals if total] == [memory_mb(), 1234]


@pytest.fixture
def of_another(toy):
    """A checkout that its user cannot write to: root may write to any folder, but not to a mount that is read only."""
    if os.geteuid():
        toy.path.chmod(0o555)
        yield toy
        toy.path.chmod(0o755)
        return
    try:
        for options in (["--bind", str(toy.path)], ["-o", "remount,ro,bind"]):
            if subprocess.run(["mount", *options, str(toy.path)], capture_output=True).returncode:
                pytest.skip("nothing can be mounted here")
        yield toy
    finally:
        subprocess.run(["umount", "--lazy", str(toy.path)], capture_output=True)


def test_a_checkout_of_another_user_is_refused_in_one_line(of_another):
    code, output = of_another.snakemake("--dry-run", SQUARES)
    assert code == 1
    assert f"athanor: {of_another.path} cannot be written; work in a copy of your own" in output.splitlines()
    assert "Traceback" not in output
