"""Tests of athanor.reporting.latex and the tables it is made of."""

import json
from pathlib import Path

import pandas as pd
import pytest
from pydantic import BaseModel, Field

from athanor import results
from athanor.reporting import ReportingError, claims, latex
from athanor.reporting.hyperparameters import hyperparameters, value_text
from athanor.reporting.quantities import COLUMNS
from athanor.reporting.run_table import run_table

CLAIMS = """
sources: {wei2024simple: Wei}
statements:
  - {id: counts, source: wei2024simple, statement: There are 20250, published: 20250,
     readings: [{reading: Counted, quantity: part.graphs, criterion: {equals: 20250}}]}
  - {id: faster, source: wei2024simple, statement: "50 % faster", published: "1.5",
     readings: [{reading: Timed, quantity: part.ratio, criterion: {at_least: 1.5}}]}
  - {id: few, source: wei2024simple, statement: Three times, published: "3",
     readings: [{reading: Timed thrice, quantity: part.few, criterion: {at_least: 3}}]}
"""

TABLES = r"""
labels: {what: {graphs: the graphs}}
tables:
  counts:
    rows: {what: [graphs, ratio]}
    stubs: [what]
    columns: [{heading: value, quantity: "part.{what}"}, {heading: "", quantity: "part.{what}", show: interval},
              {heading: verdict, claim: "of_{what}"}]
"""


class Planner(BaseModel):
    """Plans ahead."""

    particles: int = Field(20250, description="sampled at 100 %")
    levels: tuple[float, ...] = Field((1.0, 0.00001), description="levels")


class Part(BaseModel):
    """A part."""

    planner: Planner = Planner()


class Study(BaseModel):
    """A study."""

    results: str = Field("results", description="folder")
    part: Part = Part()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "claims.yaml").write_text(CLAIMS)
    rows = [
        ("part.graphs", 20250, 20250, 20250, "graphs", "d", ""),
        ("part.ratio", 1.5, 1.25, -1.75 + 3.5, "", ".2f", ""),
        ("part.few", 3.5, float("nan"), float("nan"), "s", ".1f", ""),
    ]
    estimates = tmp_path / "estimates.csv"
    results.write_table(estimates, pd.DataFrame(rows, columns=COLUMNS))
    (tmp_path / "tables.yaml").write_text(TABLES)
    judged = claims.build(tmp_path / "claims.yaml", [estimates])
    results.publish({tmp_path / name: content for name, content in judged.items()})
    manifests = [results.manifest_path(estimates)]
    sections = [Path("paper/sections/90_b.tex"), Path("paper/sections/00_a.tex")]
    tables = (tmp_path / "claims.csv", tmp_path / "readings.csv")
    built = latex.build(Study(), 0.95, tables, tmp_path / "tables.yaml", [estimates], manifests, sections)
    return {name: content.decode() for name, content in built.items()}


def test_files(files: dict[str, str]) -> None:
    assert set(files) == {
        "numbers.tex",
        "tables.tex",
        "claims.tex",
        "holds.tex",
        "hyperparameters.tex",
        "run.tex",
        "sections.tex",
    }


def test_numbers_by_hand(files: dict[str, str]) -> None:
    lines = files["numbers.tex"].splitlines()
    assert r"\athanordefine{result}{part.graphs}{\ensuremath{20{,}250}}" in lines
    assert r"\athanordefine{measured}{part.graphs}{\ensuremath{20{,}250} graphs}" in lines
    assert r"\athanordefine{interval}{part.ratio}{\mbox{[\ensuremath{1.25}, \ensuremath{1.75}]}}" in lines
    assert r"\athanordefine{verdict}{counts}{holds}" in lines
    assert r"\athanordefine{verdict}{faster}{inconclusive}" in lines
    assert r"\athanordefine{measured}{part.few}{\ensuremath{3.5} (no interval) s}" in lines
    assert r"\athanordefine{published}{counts}{\ensuremath{20{,}250}}" in lines
    assert r"\athanordefine{claim}{faster}{\hyperlink{claim:faster}{claim~2}}" in lines
    counts = {"total": 3, "hold": 1, "fail": 0, "inconclusive": 1, "no_interval": 1, "not_run": 0}
    for name, count in counts.items():
        assert rf"\athanordefine{{result}}{{claims.{name}}}{{\ensuremath{{{count}}}}}" in lines


def test_tables_and_settings_by_hand(files: dict[str, str]) -> None:
    assert (
        r"the graphs & \ensuremath{20{,}250} &  & \verdict{of_graphs} \\" in files["tables.tex"]
    )  # exact: no interval
    interval = r"\mbox{[\ensuremath{1.25}, \ensuremath{1.75}]}"
    assert rf"ratio & \ensuremath{{1.50}} & {interval} & \verdict{{of_ratio}} \\" in files["tables.tex"]
    assert r"\athanordefine{setting}{part.planner.particles}{\ensuremath{20{,}250}}" in files["numbers.tex"]
    assert r"\athanordefine{setting}{part.planner.levels.0}{\ensuremath{1}}" in files["numbers.tex"]


def test_claims_table(files: dict[str, str]) -> None:
    rows = [line for line in files["claims.tex"].splitlines() if line.startswith(r"\hypertarget")]
    assert len(rows) == 3
    assert all(row.count(" & ") == 5 for row in rows)  # the rest is tested with claims_tex
    assert r"50 \% faster" in rows[1] and r"\verdictstyle{inconclusive}" in rows[1]
    assert r"\citet{wei2024simple}" in rows[0]


def test_sections_are_sorted(files: dict[str, str]) -> None:
    inputs = files["sections.tex"].splitlines()[1:]
    assert inputs == [r"\input{sections/00_a.tex}", r"\input{sections/90_b.tex}"]


def test_hyperparameters_have_every_key() -> None:
    table = hyperparameters(Study())
    for text in ("results", "particles", "20250", r"sampled at 100 \%", "Plans ahead.", "levels"):
        assert text in table
    assert "A part." not in table  # has no value of its own


def test_values_as_in_the_configuration() -> None:
    assert value_text((1.0, 1e-05)) == r"\ensuremath{1.0}, \ensuremath{1\times10^{-5}}"
    assert value_text(True) == r"\texttt{true}"
    assert value_text("per_step") == r"\texttt{per\_\allowbreak{}step}"
    assert value_text(20261120) == r"\ensuremath{20261120}"


def write_run(folder: Path, seconds: float, device: str) -> Path:
    """Write a result that says it took so long, and return its manifest."""
    path = folder / "part" / "table.csv"
    origin = results.Origin(made_by="part.simulate", code_digest="0123456789abcdef", device=device)
    with results.making(origin):
        results.write_table(path, pd.DataFrame({"x": [1]}))
    manifest = results.manifest_path(path)
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"seconds": seconds}))
    return manifest


def test_run_table(tmp_path: Path) -> None:
    table = run_table([write_run(tmp_path / "results", 1234.5, "cpu")], tmp_path / "results")
    assert "JAX device: cpu" in table
    assert r"\texttt{part.\allowbreak{}simulate} &  & \ensuremath{1{,}234.5} & \texttt{0123456789ab}" in table


def test_run_table_replays_measurements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = write_run(tmp_path / "earlier", 1000.0, "the earlier device")
    before = run_table([earlier], tmp_path / "earlier")
    monkeypatch.setenv("ATHANOR_MEASUREMENTS", str(tmp_path / "earlier"))
    now = write_run(tmp_path / "results", 5.0, "cpu")
    assert run_table([now], tmp_path / "results") == before


def test_run_table_wants_manifests(tmp_path: Path) -> None:
    with pytest.raises(ReportingError, match="is not a manifest"):
        run_table([tmp_path / "table.csv"], tmp_path)
