"""Compare the results with those expected, and each result file with its manifest."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from athanor import results
from athanor.pipeline.arguments import RunError
from athanor.pipeline.config import Config
from athanor.pipeline.sample import differences as sampled
from athanor.pipeline.status import artefacts
from athanor.reporting.quantities import Quantity, read_estimates

COLUMNS = ["quantity", "expected", "tolerance", "note"]


def differences(config: Config, expected: Path) -> tuple[list[str], int]:
    """Return a line for all that differs, and the number of things compared."""
    wanted = _read_expected(expected)
    files = artefacts(config.folder)
    estimates = sorted(config.folder.glob("*/estimates/*.csv"))
    broken = [str(error) for error in map(_file_error, files) if error]
    if any(_file_error(path) for path in estimates):
        return broken, len(files)
    lines = [*broken, *_quantity_differences(wanted, read_estimates(estimates))]
    return lines, len(files) + len(wanted)


def main(config: Config, expected: Path) -> int:
    """Print what differs and return 0 if nothing does."""
    lines, count = differences(config, expected)
    for line in lines:
        print(line)
    print(f"{count - len(lines)} of {count} as expected ({expected}, and the manifests in {config.folder}/)")
    return 1 if lines else 0


def sample(config: Config, path: Path, count: int, seconds: float) -> int:
    """Compute results of jobs drawn at random anew, print how they compare, and return 0 if none differs."""
    wrong = total = 0
    for name, difference in sampled(config, path, count, seconds):
        print(f"{name}: {difference or 'the same bytes'}", flush=True)
        wrong, total = wrong + bool(difference), total + 1
    print(f"{total - wrong} of {total} jobs drawn give the results in {config.folder}/")
    return 1 if wrong else 0


def _quantity_differences(expected: pd.DataFrame, measured: Mapping[str, Quantity]) -> Iterator[str]:
    for name, value, tolerance, note in expected.itertuples(index=False, name=None):
        if name not in measured:
            yield f"{name}: is not estimated, expected {value:g}"
        elif not abs(measured[name].value - value) <= tolerance:  # also true of nan
            comment = f" ({note})" if isinstance(note, str) and note else ""
            yield f"{name}: is {measured[name].value:.10g}, expected {value:.10g} within {tolerance:g}{comment}"


def _read_expected(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise RunError(f"{path}: does not exist, so there is nothing to compare with")
    try:
        table = pd.read_csv(path)
    except ValueError as error:
        raise RunError(f"{path}: is not a CSV table: {error}") from None
    if list(table.columns) != COLUMNS:
        raise RunError(f"{path}: has columns {', '.join(table.columns)}, must have {', '.join(COLUMNS)}")
    for name, value, tolerance in table[COLUMNS[:3]].itertuples(index=False, name=None):
        numbers = all(
            isinstance(number, int | float) and math.isfinite(number) for number in (value, tolerance)
        )
        if not numbers or tolerance < 0:
            raise RunError(f"{path}: {name}: expected and tolerance must be numbers, tolerance at least 0")
    return table


def _file_error(path: Path) -> str | None:
    try:
        results.check(path)
    except results.ResultError as error:
        return str(error)
    return None
