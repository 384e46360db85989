"""Tests of athanor.reporting.figure and style: declared inputs, same bytes, nothing cut off."""

from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from athanor import results
from athanor.reporting import ReportingError, figure, style


@pytest.fixture(autouse=True)
def house_style() -> None:
    matplotlib.use("agg")
    style.apply()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    results.write_table(tmp_path / "part/returns.csv", pd.DataFrame({"step": [0, 1], "value": [0.5, 0.25]}))
    results.write_arrays(tmp_path / "part/distances.npz", {"mean_kl": np.eye(2)})
    return tmp_path


def draw() -> Figure:
    drawn, axes = plt.subplots()
    for agent in style.AGENTS.values():
        axes.plot([0, 1], [0, 1], label=agent.label, color=agent.colour, marker=agent.marker)
    axes.set(xlabel="steps", ylabel="return", title="a title")
    axes.legend(ncols=2)
    return drawn


def test_reads_tables_and_arrays(folder: Path) -> None:
    declared = [folder / "part/returns.csv", folder / "part/distances.npz"]
    with figure.context(folder, folder / "figures", declared):
        table, arrays = figure.table("part/returns.csv"), figure.arrays("part/distances.npz")
    assert isinstance(table, pd.DataFrame) and list(table["value"]) == [0.5, 0.25]
    assert isinstance(arrays, dict) and arrays["mean_kl"].shape == (2, 2)


def test_an_undeclared_input_is_an_error(folder: Path) -> None:
    with (
        figure.context(folder, folder / "figures", [folder / "part/returns.csv"]),
        pytest.raises(ReportingError, match=r"distances\.npz: is read .* not declared"),
    ):
        figure.arrays("part/distances.npz")


def test_saves_both_kinds_with_the_inputs_read(folder: Path) -> None:
    with figure.context(folder, folder / "figures", [folder / "part/returns.csv"]):
        figure.table("part/returns.csv")
        figure.save(draw(), "lines")
    for kind in ("pdf", "png"):
        manifest = results.check(folder / f"figures/lines.{kind}")
        assert [Path(name).name for name in manifest["inputs"]] == ["returns.csv"]
    with Image.open(folder / "figures/lines.png") as image:
        assert image.size[0] == round(200 * style.TEXT_WIDTH)


def test_without_a_context_the_environment_names_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATHANOR_RESULTS", str(folder))
    token = figure._CONTEXT.set(None)
    try:
        figure.table("part/returns.csv")
        figure.save(draw(), "alone")
    finally:
        figure._CONTEXT.reset(token)
    assert results.check(folder / "figures/alone.pdf")["inputs"]


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_same_figure_same_bytes(kind: str) -> None:
    assert figure.render(draw(), kind) == figure.render(draw(), kind)


def test_pdf_has_truetype_fonts_and_no_date() -> None:
    content = figure.render(draw(), "pdf")
    assert b"CIDFontType2" in content and b"/Type3" not in content and b"CreationDate" not in content


@pytest.mark.parametrize(("x", "y", "side"), [(-0.9, 0.5, "left"), (1.5, 0.5, "right"), (0.5, 2.0, "top")])
def test_text_over_the_edge_is_refused(folder: Path, x: float, y: float, side: str) -> None:
    drawn = draw()
    drawn.set_layout_engine("none")
    drawn.text(x, y, "cut off")
    with (
        figure.context(folder, folder / "figures", []),
        pytest.raises(ReportingError, match=f"cut off at the edge: .*{side}"),
    ):
        figure.save(drawn, "bad")
    assert not (folder / "figures/bad.pdf").exists()


def test_a_figure_without_pyplot_is_laid_out_first(folder: Path) -> None:
    drawn = Figure()
    drawn.add_subplot().set(ylabel="a label in two\nlines, beside wide numbers", ylim=(0, 1e6))
    with figure.context(folder, folder / "figures", []):
        figure.save(drawn, "plain")
    assert (folder / "figures/plain.png").exists()


def test_agents_are_told_apart_twice() -> None:
    looks = list(style.AGENTS.values())
    assert len({look.colour for look in looks}) == len({look.marker for look in looks}) == len(looks)
    assert len({look.label for look in looks}) == len(looks)


def test_lists_the_inputs_that_match(folder: Path) -> None:
    with figure.context(folder, folder / "figures", [folder / "part/returns.csv"]):
        assert figure.available("part/*") == ["part/returns.csv"]
        assert figure.available("part/*.npz") == []
