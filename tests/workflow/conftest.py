"""Copies of the checkout in which the real `snakemake` command runs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from athanor import known_environment
from athanor.pipeline import config, figure_inputs

pytest.register_assert_rewrite("made")

ROOT = Path(__file__).parents[2]
COPIED = (
    "src",
    "workflow",
    "figures",
    "paper",
    "reference",
    "profiles",
    "Snakefile",
    "config.yaml",
    "tests/miniature.yaml",
)
PROGRAMS = Path(sys.executable).parent
TOY = Path(__file__).parent / "toy"


@dataclass(frozen=True)
class Checkout:
    """A copy of the checkout, with what its commands find in their environment."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    def surroundings(self) -> dict[str, str]:
        """Return the environment that its commands start from."""
        return {**_environment(self.path), **self.environment}

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start snakemake; its standard error comes with its output."""
        return subprocess.Popen(
            [PROGRAMS / "snakemake", *arguments],
            cwd=self.path,
            env={**self.surroundings(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def snakemake(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run snakemake and return its exit code and everything it printed."""
        process = self.start(*arguments, **environment)
        output, _ = process.communicate()
        return process.returncode, output

    def succeed(self, *arguments: str, **environment: str) -> str:
        """Run snakemake, which must succeed, and return what it printed."""
        code, output = self.snakemake(*arguments, **environment)
        assert code == 0, output
        return output

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of this environment in the checkout."""
        return subprocess.run(
            [PROGRAMS / program, *arguments],
            cwd=self.path,
            env=self.surroundings(),
            capture_output=True,
            text=True,
        )

    def planned(self, *arguments: str) -> set[str]:
        """Return the names of the rules that a dry run would run."""
        return self.rules_in(self.succeed("--dry-run", *arguments))

    def rules_in(self, output: str) -> set[str]:
        """Return the names of the rules that snakemake says it runs."""
        if "Nothing to be done" in output:
            return set()
        table = output.split("Job stats:")[1].split("total")[0]
        return {line.split()[0] for line in table.splitlines()[3:] if line.strip()} - {"all"}

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that a file must have."""
        text = (self.path / name).read_text()
        assert old in text
        (self.path / name).write_text(text.replace(old, new))


def copy_checkout(to: Path, source: Path = ROOT) -> Checkout:
    """Copy what a run needs, and nothing that it makes, to a new folder."""
    for name in COPIED:
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy2(source / name, target)
    return Checkout(to)


def leave_out(folder: Path, parts: Collection[str]) -> None:
    """Remove parts of the study from a checkout: their packages, captions, figures and sections of the configuration."""
    scripts = [script for script in (folder / "figures").glob("*.py") if figure_inputs.part(script) in parts]
    for script in scripts:
        script.unlink()
    for part in parts:
        shutil.rmtree(folder / "src" / "athanor" / "experiments" / part)
        shutil.rmtree(folder / "workflow" / "report" / part)
    for name in ("config.yaml", "tests/miniature.yaml"):
        sections = re.split(r"^(?=\w+:)", (folder / name).read_text(), flags=re.MULTILINE)
        kept = [section for section in sections if section.partition(":")[0] not in parts]
        (folder / name).write_text("".join(kept))


def _environment(folder: Path) -> dict[str, str]:
    """Return this process's environment with the copy's package first and compiled functions shared."""
    foreign = ("SNAKEMAKE", *known_environment.PREFIXES)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return {
        **inherited,
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "src"),
        known_environment.CACHE: os.environ.get(known_environment.CACHE) or str(ROOT / ".cache" / "jax"),
        known_environment.LEVEL: "0",  # compiling takes longer than running
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return copy_checkout(tmp_path / "checkout")


@pytest.fixture(scope="session")
def new_toy(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Checkout]:
    """Make checkouts with one more part, added by new files alone: experiments of milliseconds.

    Of the study's own parts they have one, so that snakemake reads them in half the time.
    """

    def make(kept: str = "intervals") -> Checkout:
        checkout = copy_checkout(tmp_path_factory.mktemp("toy") / "checkout")
        leave_out(checkout.path, set(config.parts()) - {kept})
        shutil.copytree(TOY / "toy", checkout.path / "src" / "athanor" / "experiments" / "toy")
        shutil.copy(TOY / "toy_line.py", checkout.path / "figures")
        captions = checkout.path / "workflow" / "report"
        (captions / "toy").mkdir()
        for name in ("toy/numbers", "toy/squares", "toy/apart", "figures/toy_line"):
            (captions / f"{name}.rst").write_text("A toy.\n")
        return checkout

    return make


@pytest.fixture
def toy(new_toy: Callable[..., Checkout]) -> Checkout:
    return new_toy()


@pytest.fixture(scope="session")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The whole study in miniature, run once with two cores."""
    copied = copy_checkout(tmp_path_factory.mktemp("miniature") / "checkout")
    output = copied.succeed("--profile", "workflow/profiles/miniature", "--cores", "2")
    (copied.path / "output.txt").write_text(output)
    return copied
