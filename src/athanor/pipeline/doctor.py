"""Look for what the study needs on this machine, and print the exact line that mends what is missing."""

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from athanor import results
from athanor.known_environment import PLATFORM
from athanor.pipeline import config as config_module
from athanor.pipeline import lock
from athanor.pipeline.machine import LEAST_SPACE
from athanor.pipeline.paper import PROGRAMS, install_line

LOCK_FILE = Path("requirements.lock")
PAPER = Path("paper")
# A program, and the Debian packages that bring it.
OF_TESTS = {"Slurm": ("slurmctld", "slurm-wlm munge"), "Chromium": ("chromium", "chromium")}
DISK_NEEDED = 2.0  # GiB: results, compilation cache and Snakemake's records
SHOWN = 3  # packages named in a line


@dataclass(frozen=True)
class Finding:
    """Hold one thing looked for; `mend` is the line that supplies it where it is missing."""

    what: str
    mend: str | None = None

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"ok {self.what}" if self.mend is None else f"missing {self.what} : {self.mend}"


def main(config: Path) -> int:
    """Print a line for each thing looked for and return 0 if nothing is missing."""
    findings = []
    for finding in findings_for(config):
        print(finding, flush=True)
        findings.append(finding)
    return 1 if any(finding.mend for finding in findings) else 0


def findings_for(config: Path) -> Iterator[Finding]:
    """Yield what is there and what is missing."""
    yield _python()
    yield _packages(LOCK_FILE)
    yield _jax()
    yield from _tex(PAPER)
    yield from _of_tests()
    yield _disk(shutil.disk_usage(".").free / 2**30)
    yield from _configuration(config)


def _python() -> Finding:
    version = platform.python_version()
    if version.startswith("3.11."):
        return Finding(f"Python {version}")
    return Finding(
        f"Python 3.11 (this is {version})", f"{_root()}apt-get install -y python3.11 python3.11-venv"
    )


def _packages(lock_file: Path) -> Finding:
    if not lock_file.is_file():
        return Finding(f"{lock_file}", f"git checkout -- {lock_file}")
    wanted = locked(lock_file.read_text(encoding="utf-8"))
    wrong = [f"{name} {version}" for name, version in wanted.items() if _installed(name) != version]
    if not wrong:
        return Finding(f"{len(wanted)} packages of {lock_file}")
    more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return Finding(f"packages {', '.join(wrong[:SHOWN])}{more}", _pip(lock_file))


def locked(text: str) -> dict[str, str]:
    """Return the versions that a lock file pins, by name."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE))


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _pip(lock_file: Path) -> str:
    return f"{sys.executable} -m pip install --require-hashes -r {lock_file}"


def _jax() -> Finding:
    asked = os.environ.get(PLATFORM) or "cpu"
    code = f"from athanor.pipeline.machine import jax_device; print(jax_device({asked!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return Finding(f"JAX device ({reason})", _pip(LOCK_FILE) if asked == "cpu" else f"unset {PLATFORM}")
    return Finding(f"JAX device: {done.stdout.strip()}")


def _tex(paper: Path) -> Iterator[Finding]:
    install = install_line()
    for program in (*PROGRAMS, "kpsewhich"):
        yield Finding(program, None if shutil.which(program) else install)
    needed = tex_files(paper)
    found = _known_to_tex(needed)
    for name in needed:
        yield Finding(name, None if name in found else install)


def tex_files(paper: Path) -> list[str]:
    """Return the classes, packages and bibliography styles that the paper loads and does not bring itself."""
    sources = [*paper.glob("*.tex"), *paper.glob("*.sty"), *paper.glob("sections/*.tex")]
    text = "\n".join(re.sub(r"(?<!\\)%.*", "", path.read_text(encoding="utf-8")) for path in sources)
    commands = {
        "documentclass": "cls",
        "usepackage": "sty",
        "RequirePackage": "sty",
        "bibliographystyle": "bst",
    }
    pattern = rf"\\({'|'.join(commands)})\s*(?:\[[^\]]*\])?\s*\{{([^}}]*)\}}"
    names = {
        f"{name.strip()}.{commands[command]}"
        for command, group in re.findall(pattern, text)
        for name in group.split(",")
        if name.strip()
    }
    return sorted(name for name in names if not (paper / name).is_file())


def _known_to_tex(names: list[str]) -> set[str]:
    if not names or not shutil.which("kpsewhich"):
        return set()
    done = subprocess.run(["kpsewhich", *names], capture_output=True, text=True, check=False)
    return {Path(line).name for line in done.stdout.splitlines()}


def _of_tests() -> Iterator[Finding]:
    """Say what some tests start; nothing is missing without, so that no run asks for it."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin"
    for name, (program, packages) in OF_TESTS.items():
        install = f"{_root()}apt-get update && {_root()}apt-get install -y --no-install-recommends {packages}"
        without = f"without {name}, whose tests are skipped; to install it : {install}"
        yield Finding(name if shutil.which(program, path=path) else without)


def _root() -> str:
    return "" if os.geteuid() == 0 else "sudo "


def _disk(free: float) -> Finding:
    if free >= DISK_NEEDED:
        return Finding(f"disk: {free:.0f} GiB free")
    return Finding(f"disk: {free:.1f} GiB free, {DISK_NEEDED:g} GiB needed", "rm -r .cache")


def _results_disk(folder: Path) -> Finding:
    try:
        results.require_space(folder, LEAST_SPACE)
    except results.ResultError as error:
        return Finding(str(error), f"df {folder}")
    return Finding(f"{folder}: space for results")


def _configuration(path: Path) -> Iterator[Finding]:
    try:
        config = config_module.load(path)
    except config_module.ConfigError as error:
        yield Finding(f"valid configuration ({error})", f"edit {path}")
        return
    yield Finding(f"configuration {path}")
    if config.folder.is_dir() and config.folder.stat().st_dev != Path().stat().st_dev:
        yield _results_disk(config.folder)
    pid = lock.holder(config.folder)
    yield Finding(
        f"{config.folder}: " + (f"a run is working in it (pid {pid})" if pid else "no run is working in it")
    )
