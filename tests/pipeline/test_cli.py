import json
import logging

import pytest
from toy_study import Project

from athanor.experiments import progress as progress_module


def test_a_bad_configuration_stops_at_once_and_writes_nothing(project: Project) -> None:
    project.edit("config.yaml", "count: 3", "count: 0")
    before = {path for path in project.folder.rglob("*") if "__pycache__" not in path.parts}
    line = "config.yaml: toy.numbers.count is 0, must be at least 1"
    for command in (
        ("check",),
        ("status",),
        ("verify",),
        ("run", "toy.numbers", "--out", "r"),
        ("figure", "figures/points.py", "--out", "r"),
        ("claims", "--claims", "c", "--out", "r"),
        ("tex", "--claims", "c", "--readings", "d", "--out", "r"),
        ("paper", "--paper", "p", "--tex", "t", "--figures", "f", "--out", "r"),
    ):
        assert project.refused(*command) == line
    assert {path for path in project.folder.rglob("*") if "__pycache__" not in path.parts} == before


def test_check_and_schema(project: Project) -> None:
    project.made("check")
    assert project.refused("check", "--config", "none.yaml") == "none.yaml: no such file or directory"
    schema = json.loads(project.athanor("schema").stdout)
    assert schema["properties"]["toy"]["$ref"] == "#/$defs/ToyConfig"
    assert schema["$defs"]["ToyConfig"]["additionalProperties"] is False


def test_steps_name_a_missing_input(project: Project) -> None:
    assert (
        project.refused("claims", "--claims", "c.yaml", "--out", "results") == "c.yaml: input does not exist"
    )
    for name in ("c.csv", "d.csv"):
        (project.folder / name).touch()
    tex = (
        "tex",
        "--claims",
        "c.csv",
        "--readings",
        "d.csv",
        "--manifest",
        "m.json",
        "--out",
        "results/paper",
    )
    assert project.refused(*tex) == "m.json: manifest does not exist"


def test_claims_are_judged_and_written_with_manifests(project: Project) -> None:
    project.make_all()
    (project.folder / "claims.yaml").write_text(
        "sources: {post: A post}\n"
        "statements:\n- {id: rows, source: post, statement: Three rows., published: 3, "
        "readings: [{reading: The count., quantity: toy.count, criterion: {equals: 3}}]}\n"
    )
    claims = (
        "claims",
        "--claims",
        "claims.yaml",
        "--estimates",
        "results/toy/estimates/toy.csv",
        "--out",
        "results",
    )
    project.made(*claims)
    for name in ("claims.csv", "readings.csv"):
        assert ",holds," in (project.folder / "results" / name).read_text()
    manifest = json.loads((project.folder / "results" / "claims.csv.manifest.json").read_text())
    assert manifest["made_by"] == "claims"
    assert list(manifest["inputs"]) == ["claims.yaml", "results/toy/estimates/toy.csv"]
    assert project.athanor("status").returncode == 0
    project.edit("claims.yaml", "equals: 3", "equals: 4")
    assert "results/claims.csv: stale: input claims.yaml" in project.athanor("status").stdout


def test_a_long_loop_logs_at_most_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = iter(4.0 * step for step in range(100))
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: next(clock))
    with caplog.at_level(logging.INFO):
        assert list(progress_module.progress("abcdefgh", 8, "episodes")) == list("abcdefgh")
    # The clock starts at 0 s and reads 4 s a step: lines after 12 s (2 of 8 done, 6 s each) and 24 s.
    assert [record.message for record in caplog.records] == [
        "episodes 2 of 8, 36 s left",
        "episodes 5 of 8, 14 s left",
    ]
