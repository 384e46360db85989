"""Read from a figure's script, without running it, which results it reads."""

import ast
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

READERS = ("table", "arrays", "available")  # functions of athanor.reporting.figure that name their input


class FigureError(Exception):
    """Say in one line which input of a figure nobody makes."""


def declared(script: Path, made: Sequence[str]) -> list[str]:
    """Return the files among those made that a script reads.

    It names them by texts: `figure.table("part/file.csv")`; what an f-string fills in may be anything.
    """
    found = dict.fromkeys(path for pattern in patterns(script) for path in _matching(script, pattern, made))
    return list(found)


def part(script: Path) -> str:
    """Return the part of the study that a figure belongs to: that of the first result it reads."""
    return patterns(script)[0].partition("/")[0]


def patterns(script: Path) -> tuple[str, ...]:
    """Return the results that a script names, with * for what it fills in."""
    found = _named(script.read_text(encoding="utf-8"))
    if not found:
        raise FigureError(f"{script}: names no result that it reads")
    return found


@cache
def _named(source: str) -> tuple[str, ...]:
    return tuple(pattern for pattern in map(_pattern, _calls(source)) if pattern)


def _matching(script: Path, pattern: str, made: Sequence[str]) -> list[str]:
    found = [path for path in made if fnmatchcase(path, pattern)]
    if not found:
        raise FigureError(f"{script}: reads {pattern}, which no job makes")
    return found


def _calls(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        function = node.func if isinstance(node, ast.Call) else None
        if isinstance(function, ast.Attribute) and function.attr in READERS:
            if isinstance(function.value, ast.Name) and function.value.id == "figure":
                assert isinstance(node, ast.Call)
                yield node


def _pattern(call: ast.Call) -> str | None:
    """Return the text of a call's first argument with * for what is filled in; None for a name made elsewhere."""
    argument = call.args[0] if call.args else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in argument.values)
    return None
