"""Tests of what a figure's script says it reads."""

from pathlib import Path

import pytest

from athanor.pipeline import figure_inputs
from athanor.pipeline.figure_inputs import FigureError

MADE = ["part/a.csv", "part/runs/maml/1/ends.npz", "part/runs/maml/2/ends.npz", "other/a.csv"]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "plot.py"
    path.write_text(
        "from athanor.reporting import figure\n"
        'table = figure.table("part/a.csv")\n'
        'runs = [figure.arrays(f"part/runs/maml/{n}/ends.npz") for n in (1, 2)]\n'
        'other.table("other/a.csv")\n'
    )
    return path


def test_texts_and_filled_in_texts_are_found(script: Path) -> None:
    assert figure_inputs.declared(script, MADE) == MADE[:3]
    assert figure_inputs.part(script) == "part"


def test_what_nobody_makes_is_named(script: Path) -> None:
    with pytest.raises(FigureError, match=r"plot\.py: reads part/a\.csv, which no job makes"):
        figure_inputs.declared(script, MADE[1:])


def test_a_script_that_reads_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "plot.py").write_text("x = 1\n")
    with pytest.raises(FigureError, match="names no result that it reads"):
        figure_inputs.declared(tmp_path / "plot.py", MADE)
