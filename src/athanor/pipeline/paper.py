"""Build the paper in a clean folder that holds its declared inputs and nothing else."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from athanor import results
from athanor.pipeline.tex_log import bibliography_error, first_error, problems, undeclared
from athanor.reporting import ReportingError

PROGRAMS = ("latexmk", "pdflatex", "bibtex")
PACKAGES = Path("paper/tex-packages.txt")  # one Debian package a line
STATIC = ("main.tex", "athanor.sty", "appendix.tex", "references.bib")
MAIN = "main.tex"
COMMAND = (
    "latexmk",
    "-norc",  # nobody's own settings
    "-pdf",
    "-recorder",
    "-halt-on-error",
    "-interaction=nonstopmode",
    "-file-line-error",
    "-latexoption=-no-shell-escape",
)


class PaperError(ReportingError):
    """Say in one line why there is no PDF."""


def declared(paper: Path, tex: Path, figures: Path) -> dict[str, Path]:
    """List the paper's inputs by their name in the build folder; generated ones must match their manifests."""
    written = {name: paper / name for name in STATIC}
    written |= {f"sections/{path.name}": path for path in sorted((paper / "sections").glob("*.tex"))}
    generated = {f"generated/{path.name}": path for path in sorted(tex.glob("*.tex"))}
    generated |= {f"figures/{path.name}": path for path in sorted(figures.glob("*.pdf"))}
    for path in generated.values():
        results.check(path)
    return written | generated


def build(inputs: Mapping[str, Path], epoch: int) -> bytes:
    """Return the PDF of main.tex, the same bytes for the same inputs; `epoch` is its date in seconds."""
    with built(inputs, epoch) as folder:
        return (folder / "main.pdf").read_bytes()


@contextlib.contextmanager
def built(inputs: Mapping[str, Path], epoch: int, *options: str) -> Iterator[Path]:
    """Build main.tex in a clean folder, with more options of latexmk, and give that folder for as long as it lasts."""
    absent = missing()
    if absent:
        raise PaperError(
            f"no PDF without TeX ({', '.join(absent)} not found); to install it: {_line(inputs)}"
        )
    with tempfile.TemporaryDirectory(prefix="athanor-paper-") as name:
        folder = Path(name).resolve()
        _copy(inputs, folder)
        code = _run([*COMMAND, *options, MAIN], folder, epoch)
        log = _text(folder / "main.log")
        if code != 0:
            raise PaperError(_failure(folder, log, inputs))
        _check(folder, log)
        yield folder


def missing() -> list[str]:
    """List the TeX programs that this machine lacks."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


def install_line(packages: Path = PACKAGES) -> str:
    """Give the command that installs TeX on Debian and Ubuntu."""
    lines = (line.split("#")[0] for line in packages.read_text().splitlines())
    names = " ".join(" ".join(lines).split())
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {names}"


def _line(inputs: Mapping[str, Path]) -> str:
    """Give the installing command with the packages listed beside main.tex."""
    return install_line(inputs["main.tex"].parent / PACKAGES.name)


def _copy(inputs: Mapping[str, Path], folder: Path) -> None:
    """Copy every input to its name in the build folder."""
    for name, path in inputs.items():
        if not path.is_file():
            raise PaperError(f"{path}: is needed by the paper and does not exist")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)


def _run(command: Sequence[str], folder: Path, epoch: int) -> int:
    """Run latexmk in the build folder and return its exit code."""
    searched = ("TEXINPUTS", "BIBINPUTS", "BSTINPUTS", "TEXMFHOME")  # people's own files are not declared
    settings = {
        "SOURCE_DATE_EPOCH": str(epoch),
        "FORCE_SOURCE_DATE": "1",  # \today too
        "TZ": "UTC",
        "TEXMFHOME": str(folder / "no-texmf"),
        "max_print_line": "10000",  # keeps a message on one line of the log
    }
    environment = {name: value for name, value in os.environ.items() if name not in searched} | settings
    with (folder / "latexmk.out").open("wb") as out:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        ).returncode


def _failure(folder: Path, log: str, inputs: Mapping[str, Path]) -> str:
    """Name the error that stopped TeX, and how to get a package that is not installed."""
    last = (_text(folder / "latexmk.out").strip().splitlines() or ["no output"])[-1]
    error = first_error(log) or bibliography_error(_text(folder / "main.blg")) or last
    hint = f"; to install it: {_line(inputs)}" if "' not found" in error and ".sty" in error else ""
    return f"the paper does not build: {error}{hint}"


def _check(folder: Path, log: str) -> None:
    """Refuse a PDF with undefined references, text in the margin or inputs that were not declared."""
    found = problems(log)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise PaperError(f"the paper is not sound: {found[0]}{more}")
    foreign = undeclared(_text(folder / "main.fls"), folder, _trees())
    if foreign:
        raise PaperError(f"the paper reads {foreign[0]}, which is not a declared input")


def _trees() -> list[Path]:
    """List the folders of the TeX installation."""
    places = _kpsewhich("-expand-braces", "$TEXMF").replace("!!", "").split(":")
    settings = Path(_kpsewhich("texmf.cnf")).parent
    return [settings.resolve(), *(Path(place).resolve() for place in places if place)]


def _kpsewhich(*arguments: str) -> str:
    """Ask TeX's file search."""
    return subprocess.run(
        ["kpsewhich", *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


def _text(path: Path) -> str:
    """Read a log, whatever bytes it quotes."""
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
