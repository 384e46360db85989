"""Whatever stands in the files and on the command line of the user, the answer is a result or one clear line.

Tens of cases each; thousands by `pytest --hypothesis-profile=thorough tests/pipeline/test_fuzz.py`.
"""

import contextlib
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from athanor import results
from athanor.pipeline import cli, eta, status
from athanor.pipeline.config import Config, ConfigError, load
from athanor.reporting import ReportingError, claims_file

ROOT = Path(__file__).parents[2]
# A folder that is used again for each case is all the same to the case.
same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([".", "..", "/", "results", "1e3", "2026-02-30", "x.py", 10**400, -1, 0])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in a document."""
    inner: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [here, *(place for key, value in inner for place in places(value, (*here, key)))]


def changed(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Return a document with another value at a place."""
    if not place:
        return value
    first, rest = place[0], place[1:]
    if isinstance(data, dict):
        return {key: changed(old, rest, value) if key == first else old for key, old in data.items()}
    return [changed(old, rest, value) if key == first else old for key, old in enumerate(data)]


def documents(document: Any) -> st.SearchStrategy[str]:
    """Return texts of a document in which a value is another."""
    return st.builds(
        lambda place, value: yaml.safe_dump(changed(document, place, value)),
        st.sampled_from(places(document)),
        VALUES,
    )


def torn(text: str) -> st.SearchStrategy[str]:
    """Return texts with a piece of them left out and something else put in."""
    end = st.integers(0, len(text))
    extra = st.text(max_size=3) | st.sampled_from(
        ["{", "[", "&a *a", "*b", "- ", ": ", "\t", "!!python/name:os", "!!set {a}", "!!binary aGk=", "\0"]
    )
    return st.builds(lambda one, two, more: text[:one] + more + text[max(one, two) :], end, end, extra)


CONFIGURATION = (ROOT / "tests" / "miniature.yaml").read_text()
CLAIMS = (ROOT / "paper" / "claims.yaml").read_text()
FEW = yaml.safe_load(CLAIMS)
FEW["statements"] = FEW["statements"][:3]


@same_folder
@given(documents(yaml.safe_load(CONFIGURATION)) | torn(CONFIGURATION))
def test_a_configuration(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    try:
        load(tmp_path / "config.yaml")
    except ConfigError as error:
        assert "\n" not in str(error)


@same_folder
@given(documents(FEW) | torn(yaml.safe_dump(FEW)))
def test_claims(tmp_path: Path, text: str) -> None:
    (tmp_path / "claims.yaml").write_text(text, encoding="utf-8")
    try:
        claims_file.read(tmp_path / "claims.yaml")
    except ReportingError:  # the command line makes it one line
        pass


MANIFEST: dict[str, Any] = {
    "artefact": "results/toy/a.csv",
    "place": "toy/a.csv",
    "made_by": "claims",
    "conditions": {},
    "sections": [],
    "config_digest": "0",
    "code_digest": "0",
    "inputs": {"results/toy/b.csv": "0"},
    "sha256": "",
    "seconds": 1.0,
}


@same_folder
@given(documents(MANIFEST).map(yaml.safe_load) | VALUES, st.booleans())
def test_a_manifest(tmp_path: Path, manifest: Any, own: bool) -> None:
    path = tmp_path / "toy" / "a.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("x\n1\n")
    if own and isinstance(manifest, dict):
        manifest["sha256"] = results.sha256(path)
    results.manifest_path(path).write_text(json.dumps(manifest))
    try:
        results.check(path)
    except results.ResultError as error:
        assert "\n" not in str(error)
    study = Config().model_copy(update={"results": str(tmp_path)})
    assert len(status.status(study)) == 1
    eta.history(tmp_path)


WORDS = st.sampled_from(
    [
        *("check", "status", "verify", "costs", "run", "figure", "claims", "tex", "paper", "schema", "score"),
        *("--config", "--out", "--input", "--condition", "--estimates", "--manifest", "--claims", "--paper"),
        *(
            "--tex",
            "--figures",
            "--cores",
            "--expected",
            "--csv",
            "--family",
            "--setting",
            "--tasks",
            "--help",
        ),
        *(
            "config.yaml",
            "out",
            "a=b",
            "=",
            "a=",
            "family=all",
            "none.yaml",
            "folder",
            "broken.yaml",
            "-1",
            "0",
        ),
        *("simple_alchemy.exact", "navigation.game.analysis", "toy", "figures/none.py", "broken.py", ""),
    ]
) | st.text(max_size=6)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a configuration, a broken one, and a broken script."""
    shutil.copy(ROOT / "tests" / "miniature.yaml", tmp_path / "config.yaml")
    (tmp_path / "broken.yaml").write_text("a: [")
    (tmp_path / "broken.py").write_text("def act(:")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@same_folder
@given(st.lists(WORDS, max_size=6))
def test_a_command_line(folder: Path, words: list[str]) -> None:
    assume("score" not in words or "broken.py" in words)  # agents are run
    environment = dict(os.environ)
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            code: Any = cli.main(words)
        except SystemExit as left:
            code = left.code
    os.environ.clear()
    os.environ.update(environment)
    assert code in (0, 1, 2)
    assert "Traceback" not in errors.getvalue()
    if code == 1 and errors.getvalue():
        assert errors.getvalue().startswith("athanor: ") and errors.getvalue().count("\n") == 1
