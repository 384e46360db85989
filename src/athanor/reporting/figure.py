"""What a figure script needs: read declared results, save the figure as PDF and PNG."""

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from athanor import results
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


def read(name: str) -> pd.DataFrame | dict[str, np.ndarray]:
    """Read a table (.csv) or named arrays (.npz) of the results folder, if it matches its manifest."""
    current = _context()
    path = current.results / name
    if current.declared is not None and path.resolve() not in current.declared:
        raise ReportingError(f"{path}: is read by a figure script but not declared as its input")
    content = results.read_arrays(path) if path.suffix == ".npz" else results.read_table(path)
    current.read.append(path)
    return content


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


def _context() -> Context:
    """Return the context, or the results folder of the environment where a script runs by itself."""
    current = _CONTEXT.get(None)
    if current is None:
        folder = Path(os.environ.get("ATHANOR_RESULTS", "results"))
        current = Context(folder, folder / "figures", None)
        _CONTEXT.set(current)
    return current
