"""Tests of athanor.pipeline.paper: same bytes, declared inputs only, and one clear line for each failure."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from athanor import results
from athanor.pipeline import config, paper
from athanor.reporting import claims, latex, tables
from athanor.reporting.quantities import COLUMNS

PAPER = Path(__file__).parents[2] / "paper"
EPOCH = 1795132800  # 20 November 2026
NUMBERS = r"\athanordefine{result}{part.x}{\ensuremath{20{,}250}}"
MAIN = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,graphicx,xcolor,natbib,hyperref,athanor}
\input{generated/numbers.tex}
\date{\paperdate}
\title{A paper}\author{A}
\begin{document}
\maketitle
TEXT

See \citet{knuth1984}: \result{part.x}.
\bibliographystyle{plainnat}\bibliography{references}
\end{document}
"""
BOOK = "@book{knuth1984, author={Donald Knuth}, title={The {\\TeX}book}, publisher={A}, year={1984}}\n"

needs_tex = pytest.mark.skipif(bool(paper.missing()), reason="needs TeX")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., dict[str, Path]]:
    def inputs(text: str = "Some text.", book: str = BOOK) -> dict[str, Path]:
        folder = tmp_path / "paper"
        folder.mkdir(exist_ok=True)
        files = {"main.tex": MAIN.replace("TEXT", text), "references.bib": book, "numbers.tex": NUMBERS}
        for name, content in files.items():
            (folder / name).write_text(content)
        (folder / "tex-packages.txt").write_text("latexmk\nlmodern\n")
        return {
            "main.tex": folder / "main.tex",
            "athanor.sty": PAPER / "athanor.sty",
            "references.bib": folder / "references.bib",
            "generated/numbers.tex": folder / "numbers.tex",
        }

    return inputs


@needs_tex
def test_same_inputs_same_bytes(write: Callable) -> None:
    first, second = (paper.build(write(), EPOCH) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF") and b"D:20261120" in first


@needs_tex
def test_the_mark_of_the_configuration_stands_on_every_page(write: Callable) -> None:
    pages = r"\pdfcompresslevel=0\pdfobjcompresslevel=0 One.\newpage Two.\newpage\mbox{}\newpage Four."
    inputs = write(pages)
    assert paper.build(inputs, EPOCH).count(b"(early)") == 0
    inputs["generated/numbers.tex"].write_text(NUMBERS + r"\athanordefine{setting}{mark}{early}")
    assert paper.build(inputs, EPOCH).count(b"(early)") == 4


@needs_tex
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\result{part.y}", r"main\.tex:9: Package athanor Error: \\result\{part\.y\} is undefined"),
        (r"\interval{part.x}", r"main\.tex:9: .*\\interval\{part\.x\} is undefined"),
        (r"\nonsense", r"main\.tex:9: Undefined control sequence\. at .*nonsense"),
        (r"\includegraphics{none.pdf}", r"main\.tex:9: .*none\.pdf' not found"),
        (r"See \autoref{fig:none}.", r"not sound: main\.tex: Reference `fig:none' .* undefined"),
        (r"See \citet{nobody}.", r"not sound: main\.tex: Citation `nobody' .* undefined"),
        (r"\label{a}\label{a}", r"not sound: .*Label `a' multiply defined"),
        (
            r"\noindent\rule{400pt}{1pt}",
            r"not sound: main\.tex: a box reaches 5\d.* over the right margin.*9",
        ),
    ],
)
def test_unsound_papers_are_refused_in_one_line(write: Callable, text: str, message: str) -> None:
    with pytest.raises(paper.PaperError, match=message) as error:
        paper.build(write(text), EPOCH)
    assert "\n" not in str(error.value)


@needs_tex
def test_a_broken_bibliography_is_named(write: Callable) -> None:
    with pytest.raises(paper.PaperError, match=r"references\.bib:2: Illegal|references\.bib:\d: .*end"):
        paper.build(write(book="@book{knuth1984, author={Donald\n"), EPOCH)


@needs_tex
def test_a_missing_style_is_named_with_the_line_that_installs_it(write: Callable) -> None:
    inputs = write()
    main = inputs["main.tex"]
    main.write_text(main.read_text().replace(r"\usepackage{lmodern", r"\usepackage{nosuchstyle,lmodern"))
    message = r"main\.tex:\d: .*nosuchstyle\.sty' not found.*install -y .* latexmk lmodern$"
    with pytest.raises(paper.PaperError, match=message):
        paper.build(inputs, EPOCH)


@needs_tex
def test_an_undeclared_file_is_refused(write: Callable, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere.tex"
    secret.write_text("Text from elsewhere.")
    with pytest.raises(paper.PaperError, match=r"reads .*elsewhere\.tex, which is not a declared input"):
        paper.build(write(rf"\input{{{secret}}}"), EPOCH)


def test_a_missing_input_is_named(write: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "missing", list)
    inputs = write()
    inputs["generated/numbers.tex"].unlink()
    with pytest.raises(paper.PaperError, match=r"numbers\.tex: is needed by the paper and does not exist"):
        paper.build(inputs, EPOCH)


def test_without_tex_one_line_says_how_to_get_it(
    write: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    line = r"apt-get update && .*apt-get install -y --no-install-recommends latexmk lmodern$"
    with pytest.raises(paper.PaperError, match=rf"^no PDF without TeX \(latexmk, pdflatex, bibtex .*{line}"):
        paper.build(write(), EPOCH)


def test_a_foreign_figure_is_refused(tmp_path: Path) -> None:
    results.write_text(tmp_path / "tex/numbers.tex", "")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/plot.pdf").write_bytes(b"%PDF")
    with pytest.raises(results.ResultError, match=r"plot\.pdf: has no manifest"):
        paper.declared(PAPER, tmp_path / "tex", tmp_path / "figures")


def test_declared_inputs_by_name(tmp_path: Path) -> None:
    results.write_text(tmp_path / "tex/numbers.tex", "")
    results.write_bytes(tmp_path / "figures/plot.pdf", b"%PDF")
    found = paper.declared(PAPER, tmp_path / "tex", tmp_path / "figures")
    assert {"main.tex", "athanor.sty", "generated/numbers.tex", "figures/plot.pdf"} <= set(found)
    assert "sections/00_introduction.tex" in found


@needs_tex
def test_the_frame_of_the_paper_builds(tmp_path: Path) -> None:
    """Every quantity that the frame names gets a long made-up value, so that the tables are known to fit."""
    sections = [path for path in sorted((PAPER / "sections").glob("*.tex")) if path.name[0] in "09"]
    _, statements = claims.read(PAPER / "claims.yaml")
    texts = [path.read_text() for path in [PAPER / "main.tex", PAPER / "appendix.tex", *sections]]
    used = re.findall(r"\\(?:result|interval|measured)\{(?!claims\.)([^}]*)\}", " ".join(texts))
    layouts = tables.read(PAPER / "tables.yaml").tables.values()
    cells = {
        column.quantity.format(**keys)
        for layout in layouts
        for keys in layout.listed()
        for column in layout.columns
        if column.quantity
    }
    judged_by = (reading.quantity for statement in statements for reading in statement.readings)
    names = sorted({*used, *cells, *judged_by})
    longest = {True: (0.125, 0.125, 0.5, "share"), False: (-20250.125, -20250.25, -0.5, "graphs")}
    rows = [(name, *longest[".coverage." in name], ".2f", "") for name in names]
    estimates = tmp_path / "estimates.csv"
    results.write_table(estimates, pd.DataFrame(rows, columns=COLUMNS))
    judged = claims.build(PAPER / "claims.yaml", [estimates])
    results.publish({tmp_path / name: content for name, content in judged.items()})
    manifests = [results.manifest_path(estimates)]
    study = config.load(PAPER.parent / "config.yaml")
    paths = (tmp_path / "claims.csv", tmp_path / "readings.csv")
    generated = latex.build(study, 0.95, paths, PAPER / "tables.yaml", [estimates], manifests, sections)
    results.publish({tmp_path / "tex" / name: content for name, content in generated.items()})
    inputs = paper.declared(PAPER, tmp_path / "tex", tmp_path / "figures")
    assert paper.build(inputs, study.epoch).startswith(b"%PDF")
