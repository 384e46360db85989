"""What holds, on a page: every judged statement of every source, by how much, and under how many of its readings."""

from collections import Counter
from collections.abc import Mapping, Sequence

from athanor.reporting import tex
from athanor.reporting.judged import Judged, JudgedReading
from athanor.reporting.quantities import Quantity
from athanor.reporting.tables import shown
from athanor.reporting.verdicts import DEPENDS, FAILS, HOLDS, INCONCLUSIVE, NO_INTERVAL, NOT_RUN

ORDER = (HOLDS, DEPENDS, FAILS, INCONCLUSIVE, NO_INTERVAL, NOT_RUN)  # of the verdicts of a source
HEAD = "& Statement & Measured, nearest reading & Readings & Verdict"
RAGGED = r">{\raggedright\arraybackslash}p"
COLUMNS = f"r{RAGGED}{{5.4cm}}{RAGGED}{{4.7cm}}l{RAGGED}{{3.2cm}}"
CAPTION = (
    r"What holds: statements judged by criteria set beforehand, by source and verdict. Numbers lead to \autoref{tab:claims}; the "
    "interval is that of the nearest reading, and a number without one is exact. The fourth column counts the readings that hold."
)
PLURALS = {HOLDS: "hold", DEPENDS: "depend on the reading", FAILS: "do not hold"}


def what_holds(
    judged: Sequence[Judged], readings: Sequence[JudgedReading], quantities: Mapping[str, Quantity]
) -> str:
    """Lay out the statements that criteria set beforehand judge, by source and verdict."""
    places = {claim.id: place for place, claim in enumerate(judged, 1)}
    beforehand = [claim for claim in judged if claim.verdict in ORDER and not claim.post_hoc]
    lines = []
    for source in dict.fromkeys(claim.source for claim in beforehand):
        own = [claim for claim in beforehand if claim.source == source]
        ordered = sorted(own, key=lambda claim: ORDER.index(claim.verdict))
        lines.append(rf"\addlinespace \multicolumn{{5}}{{@{{}}l}}{{\citet{{{source}}}: {_counted(own)}}} \\")
        lines += [
            _row(claim, [one for one in readings if one.claim == claim.id], quantities, places[claim.id])
            for claim in ordered
        ]
    return tex.table(COLUMNS, HEAD, "\n".join(lines), CAPTION, "tab:holds")


def _counted(claims: Sequence[Judged]) -> str:
    """Say how many statements got which verdict."""
    counts = Counter(claim.verdict for claim in claims)
    found = [f"{counts[verdict]} {PLURALS.get(verdict, verdict)}" for verdict in ORDER if counts[verdict]]
    return ", ".join(found)


def _row(
    claim: Judged, readings: Sequence[JudgedReading], quantities: Mapping[str, Quantity], place: int
) -> str:
    """Lay out a statement in one line."""
    (nearest,) = (reading for reading in readings if reading.nearest)
    counting = [reading for reading in readings if reading.counts]
    holding = sum(reading.verdict == HOLDS for reading in counting)
    cells = [
        rf"\hyperlink{{claim:{claim.id}}}{{{place}}}",
        tex.escape(claim.short),
        shown(quantities[nearest.quantity], "measured"),
        f"{holding} of {len(counting)}",
        rf"\verdictstyle{{{claim.verdict}}}",
    ]
    return rf"{' & '.join(cells)} \\"
