"""Pack the source, the results and their description into one archive, the same bytes from the same files.

Members are sorted, carry the date of config.yaml, and name no user; nothing of a machine but what manifests say is in
it. The archive needs no network: with the environment set up, `make paper` in it makes what is missing or stale alone.
"""

import fnmatch
import gzip
import hashlib
import importlib.metadata
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import yaml

from athanor import results
from athanor.pipeline import crate, status
from athanor.pipeline.config import Config
from athanor.reporting import ReportingError

ROOT = "athanor"  # the folder that the archive unpacks to
SUMS = "SHA256SUMS"
IGNORED = Path(".gitignore")
ENDS = ("paper.pdf", "report.html")  # what a finished run has
RECORDS = ("config.json", "report.html")  # of the results folder, besides artefacts and benchmarks


class ArchiveError(ReportingError):
    """Say in one line why there is no archive."""


def build(config: Config) -> bytes:
    """Return the archive, or raise ArchiveError unless every result is there and fresh."""
    require_finished(config)
    names = sorted([*sources(Path()), *_made(config.folder)])
    files = {name: Path(name).read_bytes() for name in names}
    citation = yaml.safe_load(files["CITATION.cff"])
    files[crate.NAME] = crate.metadata(files, citation, importlib.metadata.version("snakemake"))
    files[SUMS] = sums(files)
    return pack({f"{ROOT}/{name}": content for name, content in files.items()}, config.epoch)


def sums(files: Mapping[str, bytes]) -> bytes:
    """Return the checksums of files as `sha256sum --check` reads them."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return "".join(lines).encode()


def pack(files: Mapping[str, bytes], epoch: int) -> bytes:
    """Return files by name as a compressed tar archive; `epoch` is the date of each, in seconds."""
    inside = io.BytesIO()
    with tarfile.open(fileobj=inside, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), epoch
            member.mode = 0o755 if content.startswith(b"#!") else 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(inside.getvalue(), mtime=0)


def sources(root: Path) -> Iterator[str]:
    """Yield every file of a checkout that .gitignore does not name, whether or not git is there."""
    patterns = _ignored((root / IGNORED).read_text(encoding="utf-8"))
    for folder, folders, names in os.walk(root):
        inside = Path(folder).relative_to(root)
        folders[:] = sorted(name for name in folders if not _matches(inside / name, patterns))
        for name in names:
            if not _matches(inside / name, patterns):
                yield (inside / name).as_posix()


def _ignored(text: str) -> list[str]:
    """Return the patterns of a .gitignore, of which only names and paths from the root are understood."""
    lines = (line.strip() for line in text.splitlines())
    return ["/.git", "/" + crate.NAME, "/" + SUMS, *(line.rstrip("/") for line in lines if line)]


def _matches(path: Path, patterns: list[str]) -> bool:
    whole = f"/{path.as_posix()}"
    return any(
        fnmatch.fnmatchcase(whole if pattern.startswith("/") else PurePosixPath(whole).name, pattern)
        for pattern in patterns
    )


def _made(folder: Path) -> Iterator[str]:
    """Yield the results with their manifests, the report, and the benchmarks that `athanor costs` reads."""
    for path in status.artefacts(folder):
        yield from (path.as_posix(), results.manifest_path(path).as_posix())
    yield from ((folder / name).as_posix() for name in RECORDS if (folder / name).is_file())
    yield from (path.as_posix() for path in (folder / "benchmarks").rglob("*.tsv"))


def require_finished(config: Config) -> None:
    """Raise ArchiveError unless every result, the paper and the report are there and fresh."""
    verdicts = status.status(config)
    stale = [f"{path} ({verdict})" for path, verdict in verdicts.items() if verdict != status.FRESH]
    missing = [str(config.folder / name) for name in ENDS if not (config.folder / name).is_file()]
    if missing or stale:
        what = f"{missing[0]} is missing" if missing else f"not fresh: {stale[0]}"
        more = len(missing) + len(stale) - 1
        raise ArchiveError(
            f"no archive of an unfinished study: {what}{f' (and {more} more)' if more else ''}"
        )
