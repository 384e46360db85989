"""The claims as one self-contained, accessible web page, for the HTML report: a line a statement, its readings folded."""

from collections.abc import Mapping, Sequence
from html import escape

from athanor.reporting.judged import Judged, JudgedReading
from athanor.reporting.left_out import SAME
from athanor.reporting.quantities import Quantity

# Text and background; each pair has a contrast above 7, and the mark tells verdicts apart without colour.
STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 1.5rem; }
h1 { font-size: 1.4rem; } table { border-collapse: collapse; width: 100%; }
caption { text-align: left; margin-bottom: .8rem; }
th, td { text-align: left; vertical-align: top; padding: .55rem .7rem; border-bottom: 1px solid #bbb; }
thead th { border-bottom: 2px solid #333; } tbody th { font-weight: normal; max-width: 34rem; }
.note { color: #444; font-size: .88rem; margin-top: .3rem; }
code { overflow-wrap: anywhere; }
.verdict { white-space: nowrap; font-weight: 600; padding: .1rem .5rem; border-radius: .3rem; }
.holds { color: #003a5d; background: #d8ecf8; } .fails { color: #6b2a00; background: #fbe3d3; }
.open { color: #333; background: #ececec; } .none { color: #333; background: #fff; border: 1px dashed #777; }
summary { cursor: pointer; } details { margin-top: .3rem; } li { margin: .5rem 0; }
form { margin-bottom: .8rem; } label { margin-right: 1.2rem; } select { font: inherit; }
"""
# Without scripts every line is shown, and nothing is there to choose from.
SCRIPT = """
const form = document.querySelector("form"), rows = [...document.querySelectorAll("tbody tr")];
const show = () => {
  const match = (row) => ["source", "verdict"].every(
    (key) => !form.elements[key].value || row.dataset[key] === form.elements[key].value);
  rows.forEach((row) => { row.hidden = !match(row); });
  form.querySelector("output").value = rows.filter((row) => !row.hidden).length + " of " + rows.length + " shown";
};
form.hidden = false; form.addEventListener("input", show); show();
"""
MARKS = {
    "holds": ("holds", "✓"),
    "does not hold": ("fails", "✗"),
    "depends on the reading": ("open", "±"),
    "inconclusive": ("open", "?"),
    "no interval": ("none", "∅"),
    "not run": ("none", "–"),
    "descriptive": ("none", "·"),
}
HEADINGS = ("Statement, and how it is read", "Source", "Published", "Measured, with interval", "Verdict")
RULE = """The verdict is that on the reading nearest to the words of the source: it holds if the whole interval meets
the criterion, does not hold if none of the interval does, and is inconclusive otherwise. Where that reading holds and
another does not, or the reverse, it depends on the reading. Where the sample gives no interval, or where nothing was
run, there is no verdict. Where a verdict rests on training runs, the line says which others take its place when any one
run is left out. What is marked descriptive is shown and not judged; readings marked post hoc count for nothing."""


def page(
    judged: Sequence[Judged],
    readings: Sequence[JudgedReading],
    quantities: Mapping[str, Quantity],
    sources: Mapping[str, str],
) -> str:
    """Lay out the statements with their readings."""
    rows = "\n".join(
        _row(claim, [one for one in readings if one.claim == claim.id], quantities, sources)
        for claim in judged
    )
    headings = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Claims and verdicts</title><style>{STYLE}</style></head>
<body><h1>Claims and verdicts</h1>
{_choices(sources)}
<table><caption>{_count(judged, readings)} {RULE} Sources: {_listed(sources)}.</caption>
<thead><tr>{headings}</tr></thead>
<tbody>
{rows}
</tbody></table><script>{SCRIPT}</script></body></html>
"""


def _choices(sources: Mapping[str, str]) -> str:
    """Lay out what the lines can be chosen by: source and verdict."""
    by_source = [(key, _short(sources, key)) for key in sources]
    by_verdict = [(verdict, verdict) for verdict in MARKS]
    return f"<form hidden>{_menu('source', by_source)}{_menu('verdict', by_verdict)}<output></output></form>"


def _menu(name: str, options: Sequence[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{escape(key)}">{escape(text)}</option>' for key, text in options)
    return f'<label>{name.capitalize()} <select name="{name}"><option value="">all</option>{listed}</select></label>'


def _short(sources: Mapping[str, str], key: str) -> str:
    """Name a source by what stands before the colon of its title."""
    return sources[key].partition(":")[0]


def _listed(sources: Mapping[str, str]) -> str:
    """List the sources in full."""
    return "; ".join(escape(source) for source in sources.values())


def _count(judged: Sequence[Judged], readings: Sequence[JudgedReading]) -> str:
    """Say how many statements got which verdict."""
    counts = [f"{verdict}: {sum(claim.verdict == verdict for claim in judged)}" for verdict in MARKS]
    return f"{len(judged)} statements in {len(readings)} readings; {', '.join(counts)}."


def _row(
    claim: Judged,
    readings: Sequence[JudgedReading],
    quantities: Mapping[str, Quantity],
    sources: Mapping[str, str],
) -> str:
    """Lay out one statement with its nearest reading, the others folded."""
    (nearest,) = (reading for reading in readings if reading.nearest)
    others = [reading for reading in readings if not reading.nearest]
    folded = "".join(_folded(reading, quantities) for reading in others)
    more = f"{len(others)} other reading{'s' * (len(others) > 1)}"
    details = f"<details><summary>{more}</summary><ul>{folded}</ul></details>" if others else ""
    own = "" if nearest.verdict == claim.verdict else f"{_badge(nearest.verdict)} "
    return (
        f'<tr id="{claim.id}" data-source="{escape(claim.source)}" data-verdict="{escape(claim.verdict)}">'
        f'<th scope="row">{escape(claim.statement)}{_remarks(claim)}'
        f'<div class="note">Read as: {own}{_how(nearest)}</div>{details}</th>'
        f"<td>{escape(_short(sources, claim.source))}</td><td>{escape(claim.published)}</td>"
        f"<td>{_measured(nearest, quantities)}</td>"
        f"<td>{_badge(claim.verdict)}{_left_out(claim, nearest)}</td></tr>"
    )


def _folded(reading: JudgedReading, quantities: Mapping[str, Quantity]) -> str:
    """Lay out a reading other than the nearest."""
    return (
        f'<li id="{reading.id}">{_badge(reading.verdict)} {_measured(reading, quantities)}'
        f'<div class="note">{_how(reading)}</div>{_remarks(reading)}</li>'
    )


def _how(reading: JudgedReading) -> str:
    """Say how a statement is read, and when it is true."""
    criterion = f"<br>Holds if: {escape(reading.criterion)}" if reading.criterion else ""
    without = f"<br>Any one run left out: {reading.one_run_left_out}" if reading.one_run_left_out else ""
    return (
        f"{escape(reading.reading)}{criterion}{without}<br>Quantity: <code>{escape(reading.quantity)}</code>"
    )


def _left_out(claim: Judged, nearest: JudgedReading) -> str:
    """Say what the verdict becomes when one run is left out, if that changes it and not as that on the nearest reading."""
    if claim.one_run_left_out in {"", SAME, nearest.one_run_left_out}:
        return ""
    return f'<div class="note">with one run left out: {escape(claim.one_run_left_out)}</div>'


def _remarks(one: Judged | JudgedReading) -> str:
    """Say what is post hoc or descriptive, and why."""
    notes = {"Post hoc": one.post_hoc, "Descriptive": one.descriptive}
    return "".join(
        f'<div class="note"><strong>{name}:</strong> {escape(why)}</div>'
        for name, why in notes.items()
        if why
    )


def _measured(reading: JudgedReading, quantities: Mapping[str, Quantity]) -> str:
    return escape(quantities[reading.quantity].measured_text())


def _badge(verdict: str) -> str:
    style, mark = MARKS[verdict]
    return f'<span class="verdict {style}"><span aria-hidden="true">{mark}</span> {escape(verdict)}</span>'
