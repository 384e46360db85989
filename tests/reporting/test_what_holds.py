"""Tests of the page of what holds: which statements are there, in which order, and how many readings hold."""

from pathlib import Path

from claim_examples import READING, TWO, readings, write_claims, write_summary

from athanor import results
from athanor.reporting import claims
from athanor.reporting.judged import read_judged
from athanor.reporting.quantities import read_estimates
from athanor.reporting.what_holds import what_holds

SHOWN = {"reading": "Timed.", "quantity": "part.ratio"}
ENTRIES = [
    readings(READING | {"quantity": "part.open"}) | {"id": "open", "short": "it is open"},
    readings(READING) | {"id": "late", "short": "it was seen", "post_hoc": "Seen before."},
    readings(*TWO, SHOWN | {"id": "timed", "descriptive": "Known."}) | {"id": "two", "short": "both hold"},
    readings(SHOWN) | {"id": "shown", "descriptive": "Known."},
]


def test_judged_statements_by_verdict(tmp_path: Path) -> None:
    estimates = write_summary(tmp_path, ratio=(3.5, 3.0, 4.0), open=(2.0, 1.0, 3.0))
    files = claims.build(write_claims(tmp_path, *ENTRIES), [estimates])
    results.publish({tmp_path / name: content for name, content in files.items()})
    judged, below = read_judged(tmp_path / "claims.csv", tmp_path / "readings.csv")
    text = what_holds(judged, below, read_estimates([estimates]))
    lines = [line for line in text.splitlines() if line.startswith((r"\hyperlink", r"\addlinespace"))]
    assert lines[0].endswith(r"\citet{wei2024simple}: 1 hold, 1 inconclusive} \\")
    assert lines[1].startswith(r"\hyperlink{claim:two}{3} & both hold & \ensuremath{3.5} [")
    assert lines[1].endswith(r"times & 2 of 2 & \verdictstyle{holds} \\")
    assert lines[2].startswith(r"\hyperlink{claim:open}{1} & it is open & ") and " & 0 of 1 & " in lines[2]
    assert len(lines) == 3
