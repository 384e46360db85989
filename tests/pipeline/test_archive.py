"""Tests of the archive, its description as an RO-Crate, and arXiv's: the same bytes, nothing of a user, whole."""

import gzip
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

import pytest
import yaml

from athanor import results
from athanor.pipeline import archive, arxiv, crate, paper, status
from athanor.pipeline.config import Config

EPOCH = 1795132800  # 20 November 2026
CITATION = {
    "title": "A study",
    "message": "Cite it.",
    "version": 1,
    "date-released": "2026-11-20",
    "authors": [{"name": "The developers"}, {"given-names": "Ada", "family-names": "Lovelace"}],
}
FILES = {
    "Snakefile": "rule all:\n",
    "CITATION.cff": yaml.safe_dump(CITATION),
    ".gitignore": "/results/\n__pycache__/\n*.egg-info/\n",
    "LICENSE": "Apache-2.0\n",
    "tool": "#!/bin/sh\n",
    "src/module.py": "X = 1\n",
    "src/__pycache__/module.pyc": "machine",
    "src/a.egg-info/PKG-INFO": "machine",
    ".git/config": "machine",
    "results/logs/job.log": "machine",
    "results/report.html": "<p>",
    "results/benchmarks/job.tsv": "s\n1\n",
}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with results.making(results.Origin("part.numbers", conditions={"mode": "a"})):
        results.write_text(Path("results/part/numbers.csv"), "x\n1\n")
    with results.making(results.Origin("paper", inputs=(Path("results/part/numbers.csv"),))):
        results.write_bytes(Path("results/paper.pdf"), b"%PDF")
    monkeypatch.setattr(status, "status", lambda config: {"results/paper.pdf": status.FRESH})
    return tmp_path


def members(content: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        return {member.name: member for member in packed.getmembers()}


def unpacked(content: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        packed.extractall(folder)
    return folder / archive.ROOT


def test_it_holds_source_and_results_and_nothing_of_the_machine(study: Path) -> None:
    names = {name.removeprefix("athanor/") for name in members(archive.build(Config()))}
    made = {"part/numbers.csv", "paper.pdf"}
    wanted = {name for name, text in FILES.items() if text != "machine"}
    wanted |= {f"results/{name}{suffix}" for name in made for suffix in ("", results.SUFFIX)}
    assert names == {*wanted, "ro-crate-metadata.json", "SHA256SUMS"}


def test_the_same_files_give_the_same_bytes(study: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = archive.build(Config())
    for path in study.rglob("*"):
        os.utime(path, (1, 1))
    (study / "src/module.py").chmod(0o600)
    assert archive.build(Config()) == first
    again = unpacked(first, tmp_path_factory.mktemp("elsewhere"))
    os.chdir(again)  # the archive of what an archive unpacks to; `study` changes back
    assert archive.build(Config()) == first


def test_members_are_sorted_and_name_no_user(study: Path) -> None:
    content = archive.build(Config())
    found = members(content)
    assert list(found) == sorted(found)
    assert {(member.uid, member.gid, member.uname, member.gname) for member in found.values()} == {
        (0, 0, "", "")
    }
    assert {member.mtime for member in found.values()} == {EPOCH}
    assert {name for name, member in found.items() if member.mode != 0o644} == {"athanor/tool"}
    assert content[3:8] == bytes(5)  # neither a name nor a time in the header of gzip
    assert str(study).encode() not in gzip.decompress(content)


def test_the_sums_are_those_of_the_files(study: Path) -> None:
    folder = unpacked(archive.build(Config()), study / "there")
    lines = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(lines) == files - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == sum for name, sum in lines.items())


def test_an_unfinished_study_is_refused_in_one_line(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "status", lambda config: {"results/a.csv": "stale: code", "b": "missing"})
    with pytest.raises(
        archive.ArchiveError, match=r"not fresh: results/a\.csv \(stale: code\) \(and 1 more\)$"
    ):
        archive.build(Config())
    (study / "results/report.html").unlink()
    with pytest.raises(archive.ArchiveError, match=r"results/report\.html is missing \(and 2 more\)$"):
        archive.build(Config())


def test_the_crate_says_which_program_made_what_of_what(study: Path) -> None:
    folder = unpacked(archive.build(Config()), study / "there")
    graph = json.loads((folder / crate.NAME).read_text())["@graph"]
    by_name = {entity["@id"]: entity for entity in graph}
    assert len(by_name) == len(graph)  # each entity once
    referred = set(map(str, _references(graph)))
    outside = {name for name in referred - by_name.keys() if not name.startswith("https://w3id.org/")}
    assert outside == set()

    actions = [entity for entity in graph if entity["@type"] == "CreateAction" and entity["@id"] != "#run"]
    (numbers,) = (action for action in actions if action["name"] == "part.numbers: mode a")
    (pdf,) = (action for action in actions if action["name"] == "paper")
    assert numbers["result"] == pdf["object"] == [{"@id": "results/part/numbers.csv"}]
    assert pdf["result"] == [{"@id": "results/paper.pdf"}]
    (organised,) = (entity for entity in graph if entity["@type"] == "OrganizeAction")
    controls = [by_name[one["@id"]] for one in organised["object"]]
    assert [control["object"]["@id"] for control in controls] == [action["@id"] for action in actions]
    steps = [by_name[control["instrument"]["@id"]] for control in controls]
    assert [step["workExample"] for step in steps] == [action["instrument"] for action in actions]
    assert by_name["results/paper.pdf"]["sha256"] == hashlib.sha256(b"%PDF").hexdigest()
    assert [by_name[one["@id"]]["name"] for one in by_name["./"]["author"]] == [
        "The developers",
        "Ada Lovelace",
    ]


def _references(value: object) -> list[object]:
    """Return the names that entities refer to: of mappings that hold a name and nothing else."""
    if isinstance(value, dict):
        return (
            [value["@id"]]
            if set(value) == {"@id"}
            else [name for one in value.values() for name in _references(one)]
        )
    return [name for one in value for name in _references(one)] if isinstance(value, list) else []


PAPER = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,natbib}
\begin{document}
As \citet{knuth1984} says.
\bibliographystyle{plainnat}\bibliography{references}
\end{document}
"""
BOOK = "@book{knuth1984, author={Donald Knuth}, title={The Book}, publisher={A}, year={1984}}\n"


@pytest.mark.skipif(bool(paper.missing()), reason="needs TeX")
def test_the_source_for_arxiv_builds_without_the_bibliography_it_was_made_from(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(PAPER)
    (tmp_path / "references.bib").write_text(BOOK)
    inputs = {name: tmp_path / name for name in ("main.tex", "references.bib")}
    content = arxiv.build(inputs, EPOCH)
    assert set(members(content)) == {"main.tex", "main.bbl"}
    (tmp_path / "main.tex").write_text(PAPER.replace("knuth1984", "nobody"))
    with pytest.raises(paper.PaperError, match="Citation `nobody'"):
        arxiv.build(inputs, EPOCH)
