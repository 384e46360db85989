"""Tests of athanor.reporting.claims: verdicts, and one clear line for each mistake in claims.yaml."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from athanor import results
from athanor.reporting import ReportingError, claims
from athanor.reporting.claims_file import Criterion, read
from athanor.reporting.quantities import COLUMNS

ENTRY = {
    "id": "one",
    "source": "wei2024simple",
    "statement": "Planning is <much> faster.",
    "reading": "Twice as fast.",
    "published": "not given",
    "quantity": "part.ratio",
    "criterion": {"at_least": 2},
}
NUMBERS = st.floats(-1e6, 1e6)
REPOSITORY = Path(__file__).parents[2]


def write_claims(folder: Path, *entries: object) -> Path:
    path = folder / "claims.yaml"
    path.write_text(yaml.safe_dump({"sources": {"wei2024simple": "Wei (2024)"}, "claims": list(entries)}))
    return path


def write_summary(folder: Path, low: float = 3.0, high: float = 4.0) -> Path:
    path = folder / "summary.csv"
    row = ("part.ratio", (low + high) / 2, low, high, "times", ".1f", "")
    results.write_table(path, pd.DataFrame([row], columns=COLUMNS))
    return path


@pytest.mark.parametrize(
    ("low", "high", "criterion", "expected"),
    [
        (384, 384, {"equals": 384}, "holds"),
        (383, 383, {"equals": 384}, "does not hold"),
        (383, 383, {"equals": 384, "tolerance": 1}, "holds"),
        (0.4, 0.6, {"at_least": 0.5}, "inconclusive"),
        (0.5, 0.6, {"at_least": 0.5}, "holds"),
        (0.4, 0.49, {"at_least": 0.5}, "does not hold"),
        (1.0, 2.0, {"at_most": 2}, "holds"),
        (2.5, 3.0, {"at_most": 2}, "does not hold"),
        (0.1, 0.9, {"between": [0.025, 0.975]}, "holds"),
        (0.0, 0.9, {"between": [0.025, 0.975]}, "inconclusive"),
        (0.99, 1.0, {"between": [0.025, 0.975]}, "does not hold"),
        (float("nan"), float("nan"), {"at_least": 0}, "no interval"),
        (1.0, float("nan"), {"at_least": 0}, "no interval"),
    ],
)
def test_verdict_by_hand(tmp_path: Path, low: float, high: float, criterion: dict, expected: str) -> None:
    _, [claim] = read(write_claims(tmp_path, ENTRY | {"criterion": criterion}))
    assert claims.verdict(float(low), float(high), claim.criterion) == expected


@given(st.tuples(NUMBERS, NUMBERS).map(sorted), st.tuples(NUMBERS, NUMBERS).map(sorted))
def test_verdict_is_about_the_whole_interval(interval: list[float], truth: list[float]) -> None:
    criterion = Criterion(truth[0], truth[1], "")
    inside = [truth[0] <= end <= truth[1] for end in interval]
    verdict = claims.verdict(interval[0], interval[1], criterion)
    assert (verdict == claims.HOLDS) == all(inside)
    if any(inside):
        assert verdict != claims.FAILS


def test_built_tables(tmp_path: Path) -> None:
    files = claims.build(write_claims(tmp_path, ENTRY), [write_summary(tmp_path)])
    results.publish({tmp_path / name: content for name, content in files.items()})
    [judged] = claims.read_judged(tmp_path / "claims.csv")
    assert (judged.measured, judged.low, judged.high, judged.unit) == ("3.5", "3", "4", "times")
    assert (judged.criterion, judged.verdict) == ("at least 2", "holds")
    header = files["claims.csv"].decode().splitlines()[0]
    assert header == (
        "id,source,statement,reading,published,quantity,measured,low,high,unit,criterion,verdict"
    )


@pytest.mark.parametrize(("value", "expected"), [(3.0, "no interval"), (float("nan"), "not run")])
def test_without_an_interval_or_a_value_there_is_no_verdict(
    tmp_path: Path, value: float, expected: str
) -> None:
    path = tmp_path / "estimates.csv"
    row = ("part.ratio", value, float("nan"), float("nan"), "times", ".1f", "")
    results.write_table(path, pd.DataFrame([row], columns=COLUMNS))
    files = claims.build(write_claims(tmp_path, ENTRY), [path])
    results.publish({tmp_path / name: content for name, content in files.items()})
    [judged] = claims.read_judged(tmp_path / "claims.csv")
    assert judged.verdict == expected
    page = files["claims.html"].decode()
    assert f"inconclusive: 0, no interval: {int(expected == 'no interval')}" in page
    assert f"not run: {int(expected == 'not run')}." in page
    assert ("3.0 (no interval) times" in page) == (expected == "no interval")


class Tags(HTMLParser):
    """Checks that tags close in order, and keeps the text and what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.fetched += [value for name, value in attrs if name in {"src", "href"} and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_is_whole_self_contained_and_escaped(tmp_path: Path) -> None:
    files = claims.build(write_claims(tmp_path, ENTRY), [write_summary(tmp_path)])
    parser = Tags()
    parser.feed(files["claims.html"].decode())
    assert parser.open == [] and parser.fetched == []
    assert "Planning is <much> faster." in parser.text
    assert "3.5 [3.0, 4.0] times" in parser.text and "✓ holds" in parser.text
    assert 'scope="col"' in files["claims.html"].decode() and "<caption>" in files["claims.html"].decode()


def remove(key: str) -> Callable[[dict], dict]:
    return lambda entry: {name: value for name, value in entry.items() if name != key}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda entry: entry | {"verdict": "holds"}, "one: unknown key verdict, must be one of id, source"),
        (remove("quantity"), "one: quantity is missing"),
        (remove("id"), "claim 1: id is missing"),
        (lambda entry: entry | {"id": "One claim"}, "id must be made of small letters"),
        (lambda entry: entry | {"source": "nobody"}, "one: source nobody is not among sources"),
        (lambda entry: entry | {"criterion": {"above": 2}}, "one: criterion .*above.* is unknown"),
        (lambda entry: entry | {"criterion": {"equals": 1, "at_most": 2}}, "is unknown, must be one of"),
        (lambda entry: entry | {"criterion": "at_least 2"}, "is unknown, must be one of"),
        (lambda entry: entry | {"criterion": {"at_least": "2"}}, "at_least takes 1 number, not 2"),
        (lambda entry: entry | {"criterion": {"at_least": True}}, "at_least takes 1 number, not True"),
        (lambda entry: entry | {"criterion": {"between": [1]}}, "between takes 2 numbers"),
        (lambda entry: entry | {"criterion": {"between": [2, 1]}}, r"between \[2, 1\] is empty"),
        (lambda entry: entry | {"criterion": {"at_most": 2, "tolerance": 1}}, "tolerance belongs to equals"),
        (lambda entry: "a sentence", "claim 1: must be a mapping"),
    ],
)
def test_mistakes_are_named_in_one_line(tmp_path: Path, change: Callable, message: str) -> None:
    with pytest.raises(ReportingError, match=message) as error:
        read(write_claims(tmp_path, change(ENTRY)))
    assert "\n" not in str(error.value)


def test_an_id_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(ReportingError, match="one: this id is given twice"):
        read(write_claims(tmp_path, ENTRY, ENTRY))


def test_broken_yaml_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text("claims: [\n")
    with pytest.raises(ReportingError) as error:
        read(tmp_path / "claims.yaml")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "- one\n", "claims: []\n", "{sources: 1, claims: 2, more: 3}\n"])
def test_the_two_keys_are_needed(tmp_path: Path, text: str) -> None:
    (tmp_path / "claims.yaml").write_text(text)
    with pytest.raises(ReportingError, match="must have the two keys sources and claims"):
        read(tmp_path / "claims.yaml")


def test_a_quantity_must_have_been_measured(tmp_path: Path) -> None:
    path = write_claims(tmp_path, ENTRY | {"quantity": "part.other"})
    with pytest.raises(ReportingError, match=r"one: quantity part\.other is not estimated"):
        claims.build(path, [write_summary(tmp_path)])


def test_the_study_has_sound_claims() -> None:
    sources, entries = read(REPOSITORY / "paper/claims.yaml")
    bibliography = (REPOSITORY / "paper/references.bib").read_text()
    assert all(f"{{{source}," in bibliography for source in sources)
    assert {claim.source for claim in entries} == set(sources)
