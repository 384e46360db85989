"""Every figure script opens as a notebook."""

from pathlib import Path

import jupytext
import pytest

SCRIPTS = sorted((Path(__file__).parents[2] / "figures").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_figure_script_is_a_notebook(script: Path) -> None:
    """It begins with a title and what it shows, and goes on in cells of code."""
    title, *cells = jupytext.read(script).cells
    assert title.cell_type == "markdown" and title.source.startswith("# ")
    assert any(cell.cell_type == "code" for cell in cells)
