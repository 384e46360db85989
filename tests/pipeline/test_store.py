"""Tests of results kept by what they depend on: a hit is the same bytes, an edit is no hit, a revert is one."""

from pathlib import Path

import pytest
from toy_study import CONDITIONS, Project

from athanor import results

SOURCE = ("--input", "source=results/toy/numbers.csv")
DOUBLE = ("run", "toy.double", "--out", "results/toy", *SOURCE, *CONDITIONS)
SUMMARY = ("run", "toy.summary", "--out", "results/toy", "--input", "numbers_file=results/toy/numbers.csv")
FIGURE = ("figure", "figures/points.py", "--out", "results/figures", "--input", "results/toy/numbers.csv")
TAKEN = "athanor: taken from ATHANOR_CACHE: "


def said(project: Project, command: tuple[str, ...], cache: Path) -> str:
    done = project.athanor(*command, ATHANOR_CACHE=str(cache))
    assert done.returncode == 0, done.stderr
    return "".join(line for line in done.stderr.splitlines(keepends=True) if line.startswith("athanor:"))


@pytest.fixture
def numbers(project: Project) -> Project:
    project.made("run", "toy.numbers", "--out", "results/toy")
    return project


def test_what_was_made_once_is_taken_and_is_fresh(numbers: Project, tmp_path: Path) -> None:
    cache, folder = tmp_path / "cache", numbers.folder / "results"
    named = ((DOUBLE, "toy/doubled.csv"), (SUMMARY, "toy/estimates/toy.csv"), (FIGURE, "figures/points.pdf"))
    for command, name in named:
        assert said(numbers, command, cache) == ""
        before = (folder / name).read_bytes()
        (folder / name).unlink()
        assert said(numbers, command, cache).startswith(TAKEN)
        assert (folder / name).read_bytes() == before
    assert numbers.athanor("status").returncode == 0
    inputs = results.read_manifest(folder / "toy/doubled.csv")["inputs"]
    assert inputs == {"results/toy/numbers.csv": results.sha256(folder / "toy/numbers.csv")}


def test_an_edit_is_no_hit_and_a_revert_is_one(numbers: Project, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    said(numbers, DOUBLE, cache)
    numbers.edit("src/athanor/tasks/arithmetic.py", "2 * x", "3 * x")
    assert said(numbers, DOUBLE, cache) == ""
    assert "1,3,plain" in (numbers.folder / "results/toy/doubled.csv").read_text()
    numbers.edit("src/athanor/tasks/arithmetic.py", "3 * x", "2 * x")
    assert said(numbers, DOUBLE, cache) == f"{TAKEN}doubled.csv, x.npz\n"
    assert "1,2,plain" in (numbers.folder / "results/toy/doubled.csv").read_text()
    numbers.edit("config.yaml", "count: 3", "count: 4")
    numbers.made("run", "toy.numbers", "--out", "results/toy")
    assert said(numbers, DOUBLE, cache) == ""  # another input


def test_a_damaged_entry_is_named_and_computed_again(numbers: Project, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    said(numbers, DOUBLE, cache)
    (kept,) = cache.rglob("doubled.csv")
    kept.write_text("x\n")
    line = said(numbers, DOUBLE, cache)
    assert line.startswith("athanor: not taken from the cache: ") and line.count("\n") == 1
    assert "1,2,plain" in (numbers.folder / "results/toy/doubled.csv").read_text()


def test_a_folder_that_cannot_be_written_is_one_line(numbers: Project, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert (
        said(numbers, DOUBLE, tmp_path / "file") == "athanor: ATHANOR_CACHE: nothing kept: Not a directory\n"
    )
    assert (numbers.folder / "results/toy/doubled.csv").is_file()
    assert not list(tmp_path.glob("file*/*"))
