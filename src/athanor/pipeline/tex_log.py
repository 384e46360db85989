"""Find in TeX's logs what stopped it, what is not sound, and which files it read."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# 5 pt (1.8 mm) over the margin is what a reader sees; below that lie the hair's breadths TeX always reports.
OVERFULL_LIMIT = 5.0  # points
ERROR = re.compile(r"^(?:\./)?([^:\s][^:\n]*\.\w+):(\d+): (.+)$", re.MULTILINE)
CONTEXT = re.compile(r"^l\.\d+ (.*)$", re.MULTILINE)  # the line up to where TeX stopped
CONTEXT_LENGTH = 60
BIBTEX = re.compile(r"^(.+)---line (\d+) of file (.+)$", re.MULTILINE)
FATAL = re.compile(r"^! (.+)$", re.MULTILINE)
UNSOUND = (
    re.compile(r"Warning: ((?:Reference|Citation) [`'].+ undefined.*)"),
    re.compile(r"Warning: (Label [`'].+ multiply defined.*)"),
    re.compile(r"Warning: (Float too large .+)"),
    re.compile(r"^(Missing character: .+)"),
)
OVERFULL = re.compile(r"^Overfull \\([hv])box \(([\d.]+)pt too (?:wide|high)\) (.*)")
FILES = re.compile(r"\((\.?/?[^\s()]+\.\w+)?|\)")


def first_error(log: str) -> str | None:
    """Return the first error with its file and line, or None."""
    found = ERROR.search(log)
    fatal = FATAL.search(log)
    if fatal and (found is None or fatal.start() < found.start()):
        # A missing file stops TeX twice: the first message names the file, the second the line.
        return f"{f'{found[1]}:{found[2]}: ' if found else ''}{fatal[1].strip()}"
    if found:
        place = CONTEXT.search(log, found.end(), found.end() + 1000)
        context = f" at {place[1].strip()[-CONTEXT_LENGTH:]}" if place and place[1].strip() else ""
        return f"{found[1]}:{found[2]}: {found[3].strip()}{context}"
    return None


def bibliography_error(log: str) -> str | None:
    """Return the first error of BibTeX (its .blg) with its file and line, or None."""
    found = BIBTEX.search(log)
    return f"{found[3]}:{found[2]}: {found[1]}" if found else None


def problems(log: str) -> list[str]:
    """List undefined references and citations, missing characters, and boxes that reach into the margin."""
    return [message for name, line in _lines(log) for message in _message(name, line)]


def _message(name: str, line: str) -> Iterator[str]:
    """Yield what is wrong by one line of the log, written in the file `name`."""
    for pattern in UNSOUND:
        found = pattern.search(line)
        if found:
            yield f"{name}: {found[1].rstrip('.')}"
    box = OVERFULL.search(line)
    if box and float(box[2]) > OVERFULL_LIMIT:
        direction = {"h": "right", "v": "bottom"}[box[1]]
        yield f"{name}: a box reaches {box[2]} pt over the {direction} margin, {box[3].strip()}"


def _lines(log: str) -> Iterator[tuple[str, str]]:
    """Yield each line of the log with the file that TeX was reading.

    TeX writes "(name" where it opens a file and ")" where it closes one. The text of an overfull box, which may hold
    any parenthesis, follows the message up to an empty line and is passed over.
    """
    stack = ["main.tex"]
    in_box = False
    for line in log.splitlines():
        in_box = bool(OVERFULL.match(line) or line.startswith("Underfull")) or (in_box and bool(line.strip()))
        yield stack[-1], line
        if not in_box:
            _follow(line, stack)


def _follow(line: str, stack: list[str]) -> None:
    """Open and close the files that a line of the log opens and closes."""
    for found in FILES.finditer(line):
        if found[0] != ")":
            stack.append(found[1].removeprefix("./") if found[1] else stack[-1])
        elif len(stack) > 1:
            stack.pop()


def undeclared(record: str, folder: Path, trees: Iterable[Path]) -> list[Path]:
    """List the files read (TeX's .fls record) that lie neither in the build folder nor in the TeX installation."""
    names = dict.fromkeys(
        line.removeprefix("INPUT ") for line in record.splitlines() if line.startswith("INPUT ")
    )
    paths = [(folder / name).resolve() for name in names]
    allowed = [folder, *trees]
    return [path for path in paths if not any(path.is_relative_to(place) for place in allowed)]
