"""The checkout itself, on other people's systems: without links, with other line ends, moved, copied; and its source."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
MADE = {".venv", ".git", ".snakemake", ".cache", "results", "build"}
MOST_PARAMETERS = 8  # a job's inputs and sections are parameters too: one that takes more asks two questions
OURS = {".ci", ".github", "figures", "paper", "profiles", "reference", "src", "tests", "workflow"}


def tracked() -> Iterator[Path]:
    """Yield the files and links of the checkout that a run does not make."""
    for path in ROOT.iterdir():
        if path.name in OURS:
            yield from (inside for inside in path.rglob("*") if "__pycache__" not in inside.parts)
        elif path.name not in MADE and not path.is_dir():
            yield path


def test_there_is_no_link_in_the_tree() -> None:
    assert [path for path in tracked() if path.is_symlink()] == []


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[str]:
    """Return the parameters that a caller gives, among them *args and **kwargs."""
    nodes = ast.iter_child_nodes(function.args)
    return [node.arg for node in nodes if isinstance(node, ast.arg) and node.arg not in ("self", "cls")]


def test_no_function_has_too_many_parameters() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        and len(parameters(node)) > MOST_PARAMETERS
    ]
    assert found == []


def test_snakemake_finds_its_default_profile_where_it_looks() -> None:
    profile = yaml.safe_load((ROOT / "profiles" / "default" / "config.yaml").read_text())
    assert profile["rerun-triggers"] == ["params", "input", "software-env"]
    assert "source-cache" not in profile["shared-fs-usage"]  # it would lie in a home that may not exist


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_checkout_with_other_line_ends_has_the_same_bytes(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        settings = ("-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *settings, *arguments], cwd=tmp_path, check=True, capture_output=True)

    names = {"Makefile": ROOT, "config.yaml": ROOT, ".gitattributes": ROOT, "run": ROOT / ".ci"}
    git("init", "--quiet", "one")
    for name, folder in names.items():
        shutil.copy(folder / name, tmp_path / "one" / name)
    (tmp_path / "one" / "a.npz").write_bytes(b"a\r\nb\nc")
    git("-C", "one", "add", "--all")
    git("-C", "one", "commit", "--quiet", "--message", "all")
    git("clone", "--quiet", "one", "two")
    for name in (*names, "a.npz"):
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder whose .venv is set up, as far as make looks at it."""
    folder = tmp_path / "here"
    folder.mkdir()
    for name in ("requirements.lock", "pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, folder)
    command = [sys.executable, "-m", "venv", "--without-pip", ".venv"]
    subprocess.run(command, cwd=folder, check=True)
    (folder / ".venv" / ".set-up").touch()
    return folder


def set_up(folder: Path) -> str:
    """Return what make would do to set up."""
    command = ["make", "--dry-run", ".venv/.set-up"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_what_is_set_up_is_left_alone(made: Path) -> None:
    assert "is up to date" in set_up(made)
    shutil.rmtree(made / ".venv")
    assert "-m venv --clear .venv" in set_up(made)


def test_a_copied_or_moved_checkout_is_set_up_again(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "copy", symlinks=True)
    assert "-m venv --clear .venv" in set_up(tmp_path / "copy")
    moved = made.rename(tmp_path / "moved")
    assert "-m venv --clear .venv" in set_up(moved)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv-old"], cwd=moved, check=True)
    shutil.rmtree(moved / ".venv")
    (moved / ".venv-old").rename(moved / ".venv")
    (moved / ".venv" / ".set-up").touch()
    assert "-m venv --clear .venv" in set_up(moved)
    assert "pip install" in set_up(moved)
