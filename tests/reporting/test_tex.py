"""Tests of athanor.reporting.tex: nothing that TeX would act on is left, and TeX sets what is left."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.reporting import ReportingError, tex

# Every character that PLAIN or SPECIAL lets through.
ALLOWED = "".join(
    character
    for character in map(chr, range(0x20, 0x2300))
    if character in tex.SPECIAL or tex.PLAIN.fullmatch(character)
)
COMMAND = re.compile(r"\\ensuremath\{[^{}]*\}|\\[A-Za-z]+(\{\})?|\\[{}$&#%_]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50 % of A_1 & B", r"50 \% of A\_1 \& B"),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
        ("#1 costs $2^3 ~ 8", r"\#1 costs \$2\textasciicircum{}3 \textasciitilde{} 8"),
        ("a -- b", "a -{}- b"),
        ("two\n  lines", "two lines"),
        ("−1 ≤ x", r"\ensuremath{-}1 \ensuremath{\le} x"),
    ],
)
def test_escape_by_hand(text: str, expected: str) -> None:
    assert tex.escape(text) == expected


@given(st.text(st.sampled_from(ALLOWED)))
def test_escaped_text_has_no_active_character(text: str) -> None:
    rest = COMMAND.sub("", tex.escape(text)).replace("{}", "").replace("~", "")
    assert not set(rest) & set("\\{}$&#%_^")
    assert not re.search("--|''|,,", tex.escape(text))


@given(st.text(st.characters(codec="ascii", categories=("L", "N"))))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert tex.escape(text) == text


@given(st.text(min_size=1))
def test_any_text_is_escaped_or_refused_by_name(text: str) -> None:
    try:
        tex.escape(text)
    except ReportingError as error:
        assert re.search(r"U\+[0-9A-F]{4,6}", str(error))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs TeX")
def test_tex_sets_every_allowed_character(tmp_path: Path) -> None:
    lines = [rf"{tex.escape(f'x{character}x')}\par" for character in ALLOWED]
    (tmp_path / "all.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern}"
        r"\begin{document}" + "\n".join(lines) + r"\end{document}"
    )
    run = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    log = (tmp_path / "all.log").read_text(errors="replace")
    assert run.returncode == 0, log[-600:]
    assert "Missing character" not in log


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20,250", r"\ensuremath{20{,}250}"),
        ("−1.5", r"\ensuremath{-1.5}"),
        ("45.7%", r"\ensuremath{45.7\%}"),
        ("2.0e−05", r"\ensuremath{2.0\times10^{-5}}"),
        ("1.23e+04", r"\ensuremath{1.23\times10^{4}}"),
        ("−∞", r"\ensuremath{-\infty }"),
        ("4 of 5 (one run)", "4 of 5 (one run)"),
        ("1_2", r"1\_2"),
    ],
)
def test_number_by_hand(text: str, expected: str) -> None:
    assert tex.number(text) == expected


def test_code_may_break_after_punctuation() -> None:
    assert tex.code("a.b_c") == r"\texttt{a.\allowbreak{}b\_\allowbreak{}c}"
