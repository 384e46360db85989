"""Tests of athanor.pipeline.tex_log on hand-written logs."""

from pathlib import Path

from athanor.pipeline.tex_log import first_error, problems, undeclared

BOX = "Overfull \\hbox (12.3pt too wide) in paragraph at lines 4--6\n[]\\T1/lmr/m/n/10.95 an open ( bracket\n []\n\n"


def test_first_error_has_file_line_and_place() -> None:
    log = "(./main.tex\n./sections/a.tex:7: Undefined control sequence.\nl.7 See \\nonsense\n                and more\n"
    assert first_error(log) == r"sections/a.tex:7: Undefined control sequence. at See \nonsense"


def test_first_error_without_a_line() -> None:
    assert first_error("! Emergency stop.\n") == "Emergency stop."
    assert first_error("nothing wrong\n") is None


def test_problems_name_the_file_being_read() -> None:
    log = f"(./main.tex (./sections/a.tex\n{BOX})\n{BOX})\n"
    message = "a box reaches 12.3 pt over the right margin, in paragraph at lines 4--6"
    assert problems(log) == [f"sections/a.tex: {message}", f"main.tex: {message}"]


def test_small_overhang_is_passed_over() -> None:
    assert problems(BOX.replace("12.3", "4.9")) == []


def test_problems_that_a_reader_would_see() -> None:
    log = (
        "LaTeX Warning: Reference `fig:x' on page 1 undefined on input line 3.\n"
        "LaTeX Warning: There were undefined references.\n"
        "LaTeX Warning: Float too large for page by 20.0pt on input line 9.\n"
        "Missing character: There is no x in font ec-lmr10!\n"
    )
    assert [line.split(": ", 1)[1][:12] for line in problems(log)] == [
        "Reference `f",
        "Float too la",
        "Missing char",
    ]


def test_undeclared_files(tmp_path: Path) -> None:
    record = (
        f"PWD {tmp_path}\nINPUT main.tex\nINPUT /tex/base/article.cls\nINPUT ../other.tex\nOUTPUT main.pdf\n"
    )
    assert undeclared(record, tmp_path, [Path("/tex")]) == [tmp_path.parent / "other.tex"]
