"""The claims of the sources and their verdicts: paper/claims.yaml against the estimates of the study."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from athanor.reporting import ReportingError, left_out
from athanor.reporting.claims_file import Reading, Statement, read
from athanor.reporting.claims_page import page
from athanor.reporting.criteria import Criterion
from athanor.reporting.judged import YES, Judged, JudgedReading, csv
from athanor.reporting.quantities import Quantity, read_estimates
from athanor.reporting.verdicts import DESCRIPTIVE, of_statement, verdict


def build(claims: Path, estimates: Sequence[Path]) -> dict[str, bytes]:
    """Judge every statement and return the files claims.csv, readings.csv and claims.html."""
    sources, statements = read(claims)
    quantities = read_estimates(estimates)
    readings = [
        JudgedReading(**_reading_row(statement, reading, _measured(reading, quantities, claims)))
        for statement in statements
        for reading in statement.readings
    ]
    judged = [_judge(statement, readings, quantities) for statement in statements]
    return {
        "claims.csv": csv(judged, Judged),
        "readings.csv": csv(readings, JudgedReading),
        "claims.html": page(judged, readings, quantities, sources).encode(),
    }


def _measured(reading: Reading, quantities: Mapping[str, Quantity], path: Path) -> Quantity:
    """Look up the quantity that a reading is judged by."""
    if reading.quantity not in quantities:
        raise ReportingError(f"{path}: {reading.id}: quantity {reading.quantity} is not estimated")
    return quantities[reading.quantity]


def _reading_row(statement: Statement, reading: Reading, quantity: Quantity) -> dict[str, str]:
    """Put a reading, its measurement and its verdict in one row of readings.csv."""
    judged = reading.criterion
    ends = (quantity.value, quantity.low, quantity.high)
    found = verdict(*ends, judged) if judged else DESCRIPTIVE
    others = _without_each(quantity, judged) if judged else []
    return {
        "id": reading.id,
        "claim": statement.id,
        "reading": reading.reading,
        "quantity": reading.quantity,
        **dict(zip(("measured", "low", "high"), map(_whole, ends), strict=True)),
        "unit": quantity.unit,
        "criterion": judged.text if judged else "",
        "verdict": found,
        "one_run_left_out": left_out.changes(found, others),
        "nearest": YES if reading.nearest else "",
        "post_hoc": reading.post_hoc,
        "descriptive": reading.descriptive or statement.descriptive,
    }


def _without_each(quantity: Quantity, judged: Criterion) -> list[str]:
    """Return the verdicts with each run left out; none where the quantity has no value or rests on no runs."""
    intervals = left_out.read(quantity.one_run_left_out)
    return [verdict(quantity.value, low, high, judged) for low, high in intervals]


def _judge(
    statement: Statement, readings: Sequence[JudgedReading], quantities: Mapping[str, Quantity]
) -> Judged:
    """Give the verdict on a statement from those on its readings, and what it becomes without a run of the nearest."""
    own = [reading for reading in readings if reading.claim == statement.id]
    (nearest,) = (reading for reading in own if reading.nearest)
    others = [reading.verdict for reading in own if reading.counts and not reading.nearest]
    found, judged = of_statement(nearest.verdict, others), statement.nearest.criterion
    without = _without_each(quantities[nearest.quantity], judged) if judged else []
    return Judged(
        id=statement.id,
        source=statement.source,
        short=statement.short,
        statement=statement.statement,
        published=statement.published,
        nearest=nearest.id,
        verdict=found,
        one_run_left_out=left_out.changes(found, [of_statement(one, others) for one in without]),
        post_hoc=statement.post_hoc,
        descriptive=statement.descriptive,
    )


def _whole(value: float) -> str:
    """Write counts without a decimal point, and nothing where there is no number."""
    return "" if value != value else str(int(value) if value.is_integer() else value)
