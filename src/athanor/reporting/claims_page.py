"""The claims as one self-contained, accessible web page, for the HTML report."""

from collections.abc import Hashable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

# Text and background; each pair has a contrast above 7, and the mark tells verdicts apart without colour.
STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 1.5rem; }
h1 { font-size: 1.4rem; } table { border-collapse: collapse; width: 100%; }
caption { text-align: left; margin-bottom: .8rem; }
th, td { text-align: left; vertical-align: top; padding: .55rem .7rem; border-bottom: 1px solid #bbb; }
thead th { border-bottom: 2px solid #333; } tbody th { font-weight: normal; max-width: 30rem; }
.note { color: #444; font-size: .88rem; margin-top: .3rem; } .number { white-space: nowrap; }
.verdict { white-space: nowrap; font-weight: 600; padding: .1rem .5rem; border-radius: .3rem; }
.holds { color: #003a5d; background: #d8ecf8; } .fails { color: #6b2a00; background: #fbe3d3; }
.open { color: #333; background: #ececec; } .none { color: #333; background: #fff; border: 1px dashed #777; }
"""
MARKS = {
    "holds": ("holds", "✓"),
    "does not hold": ("fails", "✗"),
    "inconclusive": ("open", "?"),
    "no interval": ("none", "∅"),
    "not run": ("none", "–"),
}
HEADINGS = ("Claim", "Source", "Published", "Measured, with interval", "Holds if", "Verdict")


def page(table: pd.DataFrame, measured: Sequence[str], sources: Mapping[str, str]) -> str:
    """Lay out the judged claims; `measured` has the text of each row's value, interval and unit."""
    rows = "\n".join(
        _row(claim, text, sources) for claim, text in zip(table.to_dict("records"), measured, strict=True)
    )
    headings = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Claims and verdicts</title><style>{STYLE}</style></head>
<body><h1>Claims and verdicts</h1>
<table><caption>{_count(table)} A claim holds if the whole interval meets its criterion,
does not hold if none of the interval does, and is inconclusive otherwise. Where the sample gives no interval, or where
nothing was run, there is no verdict. Sources: {_listed(sources)}.</caption>
<thead><tr>{headings}</tr></thead>
<tbody>
{rows}
</tbody></table></body></html>
"""


def _listed(sources: Mapping[str, str]) -> str:
    """List the sources in full; the rows name them by what stands before the colon."""
    return "; ".join(escape(source) for source in sources.values())


def _count(table: pd.DataFrame) -> str:
    """Say how many claims got which verdict."""
    counts = [f"{verdict}: {int((table['verdict'] == verdict).sum())}" for verdict in MARKS]
    return f"{len(table)} claims; {', '.join(counts)}."


def _row(claim: Mapping[Hashable, Any], measured: str, sources: Mapping[str, str]) -> str:
    """Lay out one claim."""
    cell = {key: escape(str(value)) for key, value in claim.items()}
    style, mark = MARKS[str(claim["verdict"])]
    return (
        f'<tr id="{cell["id"]}"><th scope="row">{cell["statement"]}<div class="note">Read as: {cell["reading"]}'
        f"<br>Quantity: <code>{cell['quantity']}</code></div></th>"
        f"<td>{escape(sources[str(claim['source'])].partition(':')[0])}</td><td>{cell['published']}</td>"
        f'<td class="number">{escape(measured)}</td><td>{cell["criterion"]}</td>'
        f'<td><span class="verdict {style}"><span aria-hidden="true">{mark}</span> {cell["verdict"]}</span></td></tr>'
    )
