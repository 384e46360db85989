"""Runs that are killed at random moments, full disks, damaged results, clocks set back.

After each: nothing half-written is accepted, what was finished is not redone, and the bytes are those of an undisturbed
run. `--faults 30` kills more runs (each fault of a kind at another moment); test_bad_luck.py has the single cases.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from athanor import results

TARGETS = ("results/toy/squares.csv", "results/toy/apart.csv")
KINDS = ("all", "job", "term", "head", "hang up", "rival")
SQUARES = "number,square\n0,0\n1,1\n2,4\n"
SEED = 15


def pytest_generate_tests(metafunc):
    if "fault" in metafunc.fixturenames:
        metafunc.parametrize("fault", range(metafunc.config.getoption("--faults")))


@pytest.fixture(scope="module")
def once_made(new_toy):
    """A finished run, and the seconds that it took."""
    toy, start = new_toy(), time.monotonic()
    toy.succeed(*TARGETS, "--cores", "2")
    return toy, time.monotonic() - start


@pytest.fixture
def made(once_made, tmp_path):
    shutil.copytree(once_made[0].path, tmp_path / "copy", symlinks=True)
    return replace(once_made[0], path=tmp_path / "copy")


def made_files(checkout):
    """Return the bytes of every result, by its place."""
    return {path.name: path.read_bytes() for path in (checkout.path / "results" / "toy").rglob("*.csv")}


def working_in(folder):
    """Return the processes that work in a folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdecimal() and (process / "cwd").readlink() == folder:
                found.append(int(process.name))
        except OSError:  # gone, or of another user
            continue
    return found


def kill(processes, number=signal.SIGKILL):
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            continue


def jobs_in(folder):
    """Return the processes of athanor that work in a folder."""
    commands = {pid: Path(f"/proc/{pid}/cmdline") for pid in working_in(folder)}
    return [pid for pid, file in commands.items() if file.exists() and b"\0run\0toy." in file.read_bytes()]


def strike(kind, toy, run):
    """Let a fault happen; return what a rival run says."""
    if kind == "all":
        kill(working_in(toy.path))
    elif kind == "job":  # as the kernel does where memory runs out
        kill(jobs_in(toy.path))
    elif kind == "rival":
        return toy.snakemake(*TARGETS, "--cores", "1")
    else:
        run.send_signal({"head": signal.SIGKILL, "term": signal.SIGTERM, "hang up": signal.SIGHUP}[kind])
    return None


def finished(output):
    """Return the results of the jobs that a run counted as done, by their rules."""
    rules = re.findall(r"^Finished jobid: \d+ \(Rule: toy_(\w+)\)", output, re.MULTILINE)
    return {f"{rule}.csv" for rule in rules}


def test_a_fault_at_a_random_moment_costs_only_what_was_not_finished(once_made, made, fault):
    undisturbed, duration = once_made
    kind, moment = KINDS[fault % len(KINDS)], random.Random(f"{SEED} {fault}").uniform(0.2, 1.0)
    shutil.rmtree(made.path / "results")
    shutil.rmtree(made.path / ".snakemake")
    run = made.start(*TARGETS, "--cores", "2", TOY_SECONDS="0.5")
    time.sleep(moment * duration)
    rival = strike(kind, made, run)
    output, _ = run.communicate()
    while working_in(made.path):  # jobs end by themselves once their run is gone
        time.sleep(0.1)
    if rival and rival[0]:
        assert "athanor: another run (pid" in rival[1] and "Traceback" not in rival[1]
    if kind == "rival":
        assert run.returncode == 0 or "athanor: another run (pid" in output
    for path in (made.path / "results").rglob("*.csv"):
        if path.name in finished(output):
            results.check(path)
    kept = {name: (made.path / "results" / "toy" / name).stat().st_mtime_ns for name in finished(output)}
    made.succeed(*TARGETS, "--cores", "2")
    assert {name: (made.path / "results" / "toy" / name).stat().st_mtime_ns for name in kept} == kept
    assert made_files(made) == made_files(undisturbed)
    assert not list((made.path / "results").rglob("*.part"))


def fill(folder):
    """Fill the disk of a folder, but for a page that a message fits on, and return the file that does."""
    path = folder / "filler"
    page = os.statvfs(folder).f_frsize
    with path.open("wb", buffering=0) as stream:
        for size in (64 * page, page):
            with pytest.raises(OSError, match="No space left"):
                while True:
                    stream.write(bytes(size))
        stream.truncate(stream.tell() - page)
    return path


@pytest.fixture
def small_disk(made):
    """A finished run without its squares, its results on a disk of 20 MiB."""
    folder = made.path / "results"
    (folder / "toy" / "squares.csv").unlink()
    saved = folder.rename(made.path / "saved")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted here by nobody but root")
    try:
        shutil.copytree(saved, folder, dirs_exist_ok=True)
        yield made
    finally:
        kill(working_in(made.path))
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_fills_while_a_job_works_leaves_nothing_half_written(once_made, small_disk):
    toy, hold = small_disk, small_disk.path / "hold"
    hold.touch()
    (toy.path / "results" / "toy" / "squares.csv.manifest.json").unlink()
    log = toy.path / "results" / "logs" / "toy" / "toy_squares.log"
    log.unlink()
    run = toy.start(*TARGETS, "--cores", "1", TOY_HOLD=str(hold))
    while not jobs_in(toy.path) or not log.exists():
        assert run.poll() is None, run.communicate()[0]
        time.sleep(0.1)
    time.sleep(2)
    filler = fill(toy.path / "results")
    hold.unlink()
    output, _ = run.communicate()
    assert run.returncode == 1
    assert re.search(
        r"^ *athanor: results/toy: the disk is full: [\d,]+ bytes needed, [\d,]+ free$", output, re.MULTILINE
    )
    assert "Traceback" not in log.read_text()
    found = {path.name for path in (toy.path / "results" / "toy").iterdir()}
    assert not any("squares" in name for name in found), output
    filler.unlink()
    assert toy.planned(*TARGETS) == {"toy_squares"}
    toy.succeed(*TARGETS, "--cores", "1")
    assert made_files(toy) == made_files(once_made[0])


def truncated(toy):
    path = toy / "numbers.csv"
    path.write_bytes(path.read_bytes()[:-1])


def corrupted(toy):
    path = toy / "numbers.csv"
    path.write_bytes(path.read_bytes().replace(b"2", b"3"))


def foreign(toy):
    (toy / "numbers.csv").write_text("number\n7\n")
    (toy / "numbers.csv.manifest.json").unlink()


def swapped(toy):
    """Put another result in its place, with the manifest that belongs to it."""
    for suffix in ("", ".manifest.json"):
        shutil.copy(toy / f"apart.csv{suffix}", toy / f"numbers.csv{suffix}")


def emptied(toy):
    (toy / "numbers.csv.manifest.json").write_text("")


@pytest.mark.parametrize("damage", [truncated, corrupted, foreign, swapped, emptied])
def test_a_damaged_result_is_named_and_not_used(made, damage):
    damage(made.path / "results" / "toy")
    done = made.run(
        "athanor", "run", "toy.squares", "--out", "results/toy", "--input", "numbers=results/toy/numbers.csv"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("athanor: results/toy/numbers.csv: ") and done.stderr.count("\n") == 1
    assert (made.path / "results" / "toy" / "squares.csv").read_text() == SQUARES
    assert "numbers.csv: truncated or foreign" in made.run("athanor", "status").stdout


def test_clocks_set_back_rerun_nothing(made):
    for place, path in enumerate(sorted((made.path / "results").rglob("*"))):
        os.utime(path, (1000 - place, 1000 - place))
    assert made.planned(*TARGETS) == set()


def test_the_manifest_says_where_in_the_results_its_file_belongs(made):
    manifest = json.loads((made.path / "results/toy/numbers.csv.manifest.json").read_text())
    assert manifest["place"] == "toy/numbers.csv"
