"""What a figure script needs: read declared results, save the figure as PDF and PNG."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from athanor import results
from athanor.known_environment import checkout
from athanor.reporting import ReportingError

DOTS_PER_INCH = 200
EDGE = 0.01  # inches that something may reach over the edge: thinner than a line
# Without dates and versions the same figure has the same bytes.
METADATA = {"pdf": {"CreationDate": None, "Creator": None, "Producer": None}, "png": {"Software": None}}


@dataclass
class Context:
    """Where a figure script reads and writes, and what it has read so far."""

    results: Path
    out: Path
    declared: frozenset[Path] | None  # None: every file may be read
    read: list[Path] = field(default_factory=list)


_CONTEXT: ContextVar[Context] = ContextVar("figure_context")


@contextlib.contextmanager
def context(folder: Path, out: Path, inputs: Sequence[Path]) -> Iterator[Context]:
    """Let a script read `inputs` of the results folder only, and write to `out`."""
    current = Context(folder, out, frozenset(path.resolve() for path in inputs))
    token = _CONTEXT.set(current)
    try:
        yield current
    finally:
        _CONTEXT.reset(token)


def table(name: str) -> pd.DataFrame:
    """Read a table (.csv) of the results folder, if it matches its manifest."""
    return results.read_table(_input(name))


def arrays(name: str) -> dict[str, np.ndarray]:
    """Read named arrays (.npz) of the results folder, if they match their manifest."""
    return results.read_arrays(_input(name))


def available(pattern: str) -> list[str]:
    """Return the names, sorted, of the inputs that match a glob pattern: of those declared, if any are."""
    current = _context()
    paths = current.results.glob(pattern)
    if current.declared is not None:
        paths = (path for path in paths if path.resolve() in current.declared)
    return sorted(path.relative_to(current.results).as_posix() for path in paths)


def save(figure: Figure, name: str) -> None:
    """Write `name`.pdf and `name`.png with manifests that list the results read so far."""
    current = _context()
    figure.draw_without_rendering()  # lays out labels and legends
    sides = sides_cut_off(figure)
    if sides:
        raise ReportingError(f"figure {name}: something is cut off at the edge: {', '.join(sides)}")
    files = {current.out / f"{name}.{kind}": render(figure, kind) for kind in METADATA}
    results.publish(files, dict.fromkeys(current.read))


def render(figure: Figure, kind: str) -> bytes:
    """Return the figure as the bytes of a file; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=DOTS_PER_INCH, metadata=METADATA[kind])
    return buffer.getvalue()


def sides_cut_off(figure: Figure) -> list[str]:
    """List the sides of the figure that something drawn (a label, a legend) reaches over."""
    box = figure.get_tightbbox()  # inches
    width, height = figure.get_size_inches()
    over = {"left": -box.x0, "bottom": -box.y0, "right": box.x1 - width, "top": box.y1 - height}
    return [f"{side} by {inches:.2f} in" for side, inches in over.items() if inches > EDGE]


def _input(name: str) -> Path:
    """Return the path of an input, which counts as read from now on."""
    current = _context()
    path = current.results / name
    if current.declared is not None and path.resolve() not in current.declared:
        raise ReportingError(f"{path}: is read by a figure script but not declared as its input")
    current.read.append(path)
    return path


def _context() -> Context:
    """Return the context, or where a script runs by itself the results folder of the environment or the checkout."""
    current = _CONTEXT.get(None)
    if current is None:
        folder = Path(os.environ.get("ATHANOR_RESULTS") or (checkout() or Path()) / "results")
        current = Context(folder, folder / "figures", None)
        _CONTEXT.set(current)
        sys.excepthook = _in_one_line
    return current


def _in_one_line(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what a user can mend as one line, like the command line does."""
    if issubclass(kind, ReportingError | results.ResultError):
        print(f"athanor: {error}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)
