"""Tests of athanor.reporting.claims_page: whole, self-contained, escaped, and a line a statement."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from claim_examples import STATEMENT, TWO, readings, write_claims, write_summary

from athanor.reporting import claims
from athanor.reporting.claims_page import MARKS


class Page(HTMLParser):
    """Checks that tags close in order, and keeps the text, the tags and what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.fetched += [value for name, value in attrs if name in {"src", "href"} and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    entries = [STATEMENT, readings(*TWO, TWO[1] | {"id": "late", "post_hoc": "Seen."}) | {"id": "two"}]
    files = claims.build(write_claims(tmp_path, *entries), [write_summary(tmp_path)])
    parser = Page()
    parser.feed(files["claims.html"].decode())
    return parser


def test_it_is_whole_self_contained_and_escaped(page: Page) -> None:
    assert page.open == [] and page.fetched == []
    assert "Planning is <much> faster." in page.text
    assert "3.5 [3.0, 4.0] times" in page.text and "✓ holds" in page.text
    assert {"scope": "col"} in page.all("th") and page.all("caption") == [{}]


def test_a_line_a_statement_its_other_readings_folded(page: Page) -> None:
    lines = [row for row in page.all("tr") if "id" in row]
    assert [row["id"] for row in lines] == ["one", "two"]
    assert len(page.all("details")) == len(page.all("summary")) == 1
    assert "2 other readings" in page.text
    assert [item["id"] for item in page.all("li")] == ["far", "late"]
    assert "Post hoc: Seen." in page.text


def test_lines_are_chosen_by_the_values_they_bear(page: Page) -> None:
    menus = [menu["name"] for menu in page.all("select")]
    options = {option["value"] for option in page.all("option")}
    assert menus == ["source", "verdict"] and set(MARKS) <= options
    for row in page.all("tr")[1:]:
        assert {row[f"data-{menu}"] for menu in menus} <= options
    assert "hidden" in page.all("form")[0]  # without a script there is nothing to choose with
