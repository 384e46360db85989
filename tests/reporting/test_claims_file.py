"""Tests of athanor.reporting.claims_file: what is read, and one clear line for each mistake in claims.yaml."""

from collections.abc import Callable
from pathlib import Path

import pytest
from claim_examples import READING, STATEMENT, TWO, readings, write_claims

from athanor.reporting import ReportingError
from athanor.reporting.claims_file import read

SHOWN = {"id": "far", "reading": "Timed.", "quantity": "part.ratio", "descriptive": "Another machine."}
REPOSITORY = Path(__file__).parents[2]


def test_a_single_reading_is_the_nearest_and_bears_the_id_of_its_statement(tmp_path: Path) -> None:
    sources, [statement] = read(write_claims(tmp_path, STATEMENT))
    assert sources == {"wei2024simple": "Wei (2024)"}
    assert statement.nearest == statement.readings[0]
    assert (statement.nearest.id, statement.nearest.counts) == ("one", True)
    assert statement.nearest.criterion is not None and statement.nearest.criterion.low == 2


def test_of_several_the_marked_one_is_nearest_and_of_those_that_count_the_only_one(tmp_path: Path) -> None:
    _, [marked] = read(write_claims(tmp_path, readings(*TWO[::-1])))
    assert marked.nearest.id == "near"
    _, [only] = read(write_claims(tmp_path, readings(SHOWN, READING | {"id": "judged"})))
    assert only.nearest.id == "judged" and not only.readings[0].counts
    late = READING | {"id": "late", "post_hoc": "Seen before."}
    _, [early] = read(write_claims(tmp_path, readings(late, READING | {"id": "early"})))
    assert early.nearest.id == "early" and early.readings[0].post_hoc == "Seen before."


def test_a_descriptive_statement_shows_its_first_reading(tmp_path: Path) -> None:
    shown = {key: value for key, value in READING.items() if key != "criterion"}
    entry = readings(shown | {"id": "one"}, shown | {"id": "two"}) | {"descriptive": "Known beforehand."}
    _, [statement] = read(write_claims(tmp_path, entry))
    assert statement.nearest.id == "one" and statement.nearest.criterion is None


def without(key: str) -> Callable[[dict], dict]:
    return lambda entry: {name: value for name, value in entry.items() if name != key}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (STATEMENT | {"verdict": "holds"}, "one: unknown key verdict, must be one of id, source"),
        (without("source")(STATEMENT), "one: source is missing"),
        (without("id")(STATEMENT), "statement 1: id is missing"),
        (STATEMENT | {"id": "One claim"}, "id must be made of small letters"),
        (STATEMENT | {"source": "nobody"}, "one: source nobody is not among sources"),
        (STATEMENT | {"post_hoc": ""}, "one: post_hoc is missing"),
        (STATEMENT | {"post_hoc": True}, "one: post_hoc is True, must be a text or a number"),
        (STATEMENT | {"published": [1]}, r"one: published is \[1\], must be a text or a number"),
        (STATEMENT | {"published": float("nan")}, "one: published is nan, must be a text or a number"),
        (
            readings(READING | {"criterion": {"equals": 1, "tolerance": -1}}),
            "tolerance is -1, must be at least 0",
        ),
        (STATEMENT | {"readings": []}, "one: readings is missing"),
        (STATEMENT | {"readings": READING}, "one: readings must be a list"),
        ("a sentence", "statement 1: must be a mapping"),
        (readings("a sentence"), "one: reading 1: must be a mapping"),
        (readings(without("quantity")(READING)), "one: reading 1: quantity is missing"),
        (readings(without("criterion")(READING)), "one: reading 1: criterion is missing"),
        (readings(READING | {"unit": "m"}), "one: reading 1: unknown key unit, must be one of reading"),
        (readings(READING, TWO[1]), "one: reading 1: id is missing"),
        (readings(TWO[0] | {"nearest": "yes"}, TWO[1]), "one: near: nearest must be true or false"),
        (readings(TWO[1], READING | {"id": "other"}), "one: one reading must be nearest, not 0"),
        (readings(TWO[0], TWO[0] | {"id": "other"}), "one: one reading must be nearest, not 2"),
        (readings(READING | {"id": "only", "post_hoc": "Late."}), "no reading counts, so that the statement"),
        (readings(SHOWN | {"nearest": True}, TWO[1] | {"id": "b"}), "far: the nearest reading must count"),
        (readings(TWO[0], READING | {"id": "one"}), "only the nearest reading may bear the id"),
        (readings(SHOWN | {"criterion": {"at_least": 2}}), "far: a descriptive reading has no criterion"),
        (STATEMENT | {"descriptive": "Known."}, "reading 1: a descriptive reading has no criterion"),
    ],
)
def test_mistakes_are_named_in_one_line(tmp_path: Path, entry: object, message: str) -> None:
    with pytest.raises(ReportingError, match=message) as error:
        read(write_claims(tmp_path, entry))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("second", [STATEMENT, readings(*TWO) | {"id": "two"}])
def test_an_id_is_given_once(tmp_path: Path, second: dict) -> None:
    with pytest.raises(ReportingError, match=r"(one|near): this id is given twice"):
        read(write_claims(tmp_path, STATEMENT, readings(*TWO) | {"id": "three"}, second))


def test_broken_yaml_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text("statements: [\n")
    with pytest.raises(ReportingError) as error:
        read(tmp_path / "claims.yaml")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "- one\n", "statements: []\n", "{sources: 1, statements: 2, more: 3}\n"]
)
def test_the_two_keys_are_needed(tmp_path: Path, text: str) -> None:
    (tmp_path / "claims.yaml").write_text(text)
    with pytest.raises(ReportingError, match="must have the two keys sources and statements"):
        read(tmp_path / "claims.yaml")


def test_the_study_has_sound_claims() -> None:
    sources, statements = read(REPOSITORY / "paper/claims.yaml")
    bibliography = (REPOSITORY / "paper/references.bib").read_text()
    assert all(f"{{{source}," in bibliography for source in sources)
    assert {statement.source for statement in statements} == set(sources)
    said = [statement.statement for statement in statements]
    assert len(said) == len(set(said))
