"""The judged claims as TeX: what the paper's commands print of them, how many got which verdict, and their table."""

from collections.abc import Mapping, Sequence

from athanor.reporting import left_out, tex
from athanor.reporting.judged import Judged, JudgedReading
from athanor.reporting.quantities import Quantity
from athanor.reporting.tables import shown
from athanor.reporting.verdicts import (
    DEPENDS,
    DESCRIPTIVE,
    FAILS,
    HOLDS,
    INCONCLUSIVE,
    NO_INTERVAL,
    NOT_RUN,
)

# The names of their counts.
VERDICTS = {
    HOLDS: "hold",
    FAILS: "fail",
    DEPENDS: "depend",
    INCONCLUSIVE: "inconclusive",
    NO_INTERVAL: "no_interval",
    NOT_RUN: "not_run",
    DESCRIPTIVE: "descriptive",
}
STATED = (5.9, 1.3, 2.1)  # cm: widths of a statement, its source and what is published
RULE = (
    "Statements of the sources, what was published and what was measured. Square brackets enclose intervals; a value "
    r"without one is exact. The verdict on a statement is defined in \autoref{sec:statistics}; its readings stand below "
    "it, the one nearest to the words of the source first. Where a verdict changes when any one training run "
    "is left out, the line says to what, and for how many of the runs."
)


def claim_numbers(
    judged: Sequence[Judged],
    readings: Sequence[JudgedReading],
    quantities: Mapping[str, Quantity],
    confidence: float,
) -> str:
    r"""Define what \verdict, \published and \claim print, of statements and of readings, and the counts."""
    lines = []
    for place, claim in enumerate(judged, 1):
        lines += _named(claim.id, claim.verdict, claim.published, str(place))
        own = [one for one in readings if one.claim == claim.id]
        for below, one in enumerate(own, 1):
            if one.id != claim.id:
                lines += _named(one.id, one.verdict, claim.published, f"{place}.{below}")
    found = {name: f"{count:,}" for name, count in counts(judged, readings).items()}
    estimated = rests_on_intervals(judged, readings, quantities)
    found |= {"estimated": str(estimated), "false_at_most": f"{estimated * (1 - confidence):.2f}"}
    lines += [tex.define("result", f"claims.{name}", tex.number(text)) for name, text in found.items()]
    return "".join(lines)


def _named(name: str, verdict: str, published: str, place: str) -> list[str]:
    link = rf"\hyperlink{{claim:{name}}}{{claim~{place}}}"
    return [
        tex.define("verdict", name, verdict),
        tex.define("published", name, tex.number(published)),
        tex.define("claim", name, link),
    ]


def counts(judged: Sequence[Judged], readings: Sequence[JudgedReading]) -> dict[str, int]:
    """Count statements: all, those judged by criteria set beforehand with their verdicts, and the others."""
    beforehand = [claim for claim in judged if not claim.post_hoc]
    found = {"total": len(judged), "readings": len(readings)}
    found |= {
        name: sum(claim.verdict == verdict for claim in beforehand) for verdict, name in VERDICTS.items()
    }
    on_runs = [claim for claim in beforehand if claim.one_run_left_out]
    found["on_runs"] = len(on_runs)
    found["hinge_on_a_run"] = sum(claim.one_run_left_out != left_out.SAME for claim in on_runs)
    late = [claim for claim in judged if claim.post_hoc]
    return found | {"post_hoc": len(late), "judged": len(beforehand) - found["descriptive"]}


def rests_on_intervals(
    judged: Sequence[Judged], readings: Sequence[JudgedReading], quantities: Mapping[str, Quantity]
) -> int:
    """Return how many verdicts on judged statements rest on an interval, so that chance can make them wrong.

    Such a verdict is wrong only if the interval of the nearest reading misses the true value, whatever the other readings
    are: of m verdicts at most m (1 − confidence) are expected to be wrong, dependent or not.
    """
    nearest = {one.claim: quantities[one.quantity] for one in readings if one.nearest}
    decided = [claim for claim in judged if claim.verdict in {HOLDS, FAILS, INCONCLUSIVE, DEPENDS}]
    return sum(not claim.post_hoc and not nearest[claim.id].exact for claim in decided)


def claims_table(
    judged: Sequence[Judged], readings: Sequence[JudgedReading], quantities: Mapping[str, Quantity]
) -> str:
    """Lay out the statements, each with its readings below it."""
    rows = [
        row
        for place, claim in enumerate(judged, 1)
        for row in _rows(claim, [one for one in readings if one.claim == claim.id], quantities, place)
    ]
    return tex.table(
        "r" + "".join(_ragged(f"{width}cm") for width in (*STATED, 2.6, 1.9)),
        "& Statement, and how it is read & Source & Published & Measured & Verdict",
        "\n".join(rows),
        RULE,
        "tab:claims",
    )


def _rows(
    claim: Judged, readings: Sequence[JudgedReading], quantities: Mapping[str, Quantity], place: int
) -> list[str]:
    """Lay out one statement: its own line, then a line for each reading, the nearest first."""
    cells = [
        rf"\hypertarget{{claim:{claim.id}}}{{{place}}}",
        rf"{tex.escape(claim.statement)}{_remarks(claim)}{_left_out(claim) if len(readings) > 1 else ''}",
        rf"\citet{{{claim.source}}}",
        tex.number(claim.published),
        "",
        rf"\verdictstyle{{{claim.verdict}}}",
    ]
    numbered = sorted(enumerate(readings, 1), key=lambda one: not one[1].nearest)
    below = [
        _reading_row(one, quantities[one.quantity], f"{place}.{number}", claim) for number, one in numbered
    ]
    return [rf"{' & '.join(cells)} \\*", *below[:-1], rf"{below[-1]} \addlinespace"]


def _reading_row(reading: JudgedReading, quantity: Quantity, place: str, claim: Judged) -> str:
    """Lay out one reading in small print."""
    own = reading.id != claim.id
    target = rf"\hypertarget{{claim:{reading.id}}}{{{place}}}" if own else ""
    judged = f" Criterion: {tex.escape(reading.criterion)}." if reading.criterion else ""
    remarks = _remarks(reading) if reading.descriptive != claim.descriptive or reading.post_hoc else ""
    cells = [
        target,
        rf"\itshape {tex.escape(reading.reading)}{judged}{remarks}{_left_out(reading)}",
        shown(quantity, "measured"),
        rf"\verdictstyle{{{reading.verdict}}}" if own else "",
    ]
    number, text, *rest = [rf"\footnotesize {cell}" if cell else "" for cell in cells]
    return rf"{' & '.join([number, _across(text), *rest])} \\"


def _across(text: str) -> str:
    """Let a text run over the columns of the statement, its source and what is published."""
    width = rf"\dimexpr {sum(STATED):g}cm+{2 * len(STATED) - 2}\tabcolsep\relax"
    return rf"\multicolumn{{{len(STATED)}}}{{{_ragged(width)}}}{{{text}}}"


def _ragged(width: str) -> str:
    """Return a column of lines that end where they may."""
    return rf">{{\raggedright\arraybackslash}}p{{{width}}}"


def _left_out(one: Judged | JudgedReading) -> str:
    """Say what the verdict becomes when one run is left out, if that changes it."""
    if one.one_run_left_out in {"", left_out.SAME}:
        return ""
    return rf" \textup{{Without a run:}} {tex.escape(one.one_run_left_out)}."


def _remarks(one: Judged | JudgedReading) -> str:
    """Say what is post hoc or descriptive, and why."""
    notes = {"Post hoc": one.post_hoc, "Descriptive": one.descriptive}
    return "".join(rf" \textup{{{name}:}} {tex.escape(why)}" for name, why in notes.items() if why)
