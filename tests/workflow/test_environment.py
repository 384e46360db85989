"""pyproject.toml, requirements.lock and environment.yml say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())
PINNED = re.compile(
    r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)", re.MULTILINE
)
PINS = {canonicalize_name(name): (version, hashes) for name, version, hashes in PINNED.findall(LOCK)}
EXTRAS = PROJECT["optional-dependencies"]
UNLOCKED = ("benchmark", "agents")  # what is only compared with, and learners of others
LOCKED = [PROJECT["dependencies"], *(group for name, group in EXTRAS.items() if name not in UNLOCKED)]
WANTED = [Requirement(text) for group in LOCKED for text in group]
ON_CONDA = [text for text in CONDA["dependencies"] if isinstance(text, str)]
BY_PIP = next(entry["pip"] for entry in CONDA["dependencies"] if isinstance(entry, dict))


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_what_the_project_wants_is_pinned(wanted):
    version, _ = PINS[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(version)


@pytest.mark.parametrize("extra", UNLOCKED)
def test_what_is_only_compared_with_is_not_installed(extra):
    names = {canonicalize_name(Requirement(text).name) for text in EXTRAS[extra]}
    assert names.isdisjoint(PINS)


def test_every_line_of_the_lock_is_a_pin_with_hashes():
    entries = [line for line in LOCK.splitlines() if line and not line.startswith(("#", " "))]
    assert len(entries) == len(PINS) > len(WANTED)
    assert all(hashes for _, hashes in PINS.values())


def test_the_lock_names_no_address():
    assert "://" not in LOCK
    assert "--index" not in LOCK


def test_conda_installs_this_lock_with_the_same_python():
    assert BY_PIP == ["--require-hashes", "--requirement requirements.lock"]
    python = next(text for text in ON_CONDA if text.startswith("python="))
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python=") + ".0")


def test_conda_brings_nothing_that_the_lock_pins():
    names = {canonicalize_name(re.split(r"[=<>! ]", text)[0]) for text in ON_CONDA}
    assert names.isdisjoint(PINS)


def test_continuous_integration_uses_the_same_python_and_command():
    job = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())["jobs"]["test"]
    versions = [
        step["with"]["python-version"] for step in job["steps"] if "python-version" in step.get("with", {})
    ]
    assert all(SpecifierSet(PROJECT["requires-python"]).contains(f"{version}.0") for version in versions)
    assert job["steps"][-1] == {"run": "make test"}
    assert "make test" in (ROOT / ".ci" / "run").read_text()
