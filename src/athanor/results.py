"""Write result files atomically, each with a manifest beside it, and read only files that match theirs.

Everything under `results/` is written by `publish` (or the small `write_*` functions over it) and read by the
`read_*` functions. Who writes is told once, by `making(Origin(...))`; the files written inside carry it.
"""

import contextlib
import errno
import hashlib
import importlib.metadata
import io
import json
import os
import platform
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from athanor import known_environment

SUFFIX = ".manifest.json"
Table: TypeAlias = pd.DataFrame
Arrays = Mapping[str, np.ndarray]


class ResultError(Exception):
    """Say in one line why a result file cannot be used."""


@dataclass(frozen=True)
class Origin:
    """Hold what a manifest says about the maker of a file."""

    made_by: str = "by hand"  # experiment id, path of a figure script, or step (claims, tex, paper)
    code_digest: str = ""
    config_digest: str = ""
    sections: tuple[str, ...] = ()
    conditions: Mapping[str, str | int] = field(default_factory=dict)
    inputs: tuple[Path, ...] = ()
    seed: int | None = None
    device: str = "none"
    folder: Path = Path("results")  # the results folder of the configuration
    replayed_from: str | None = None
    started: float = field(default_factory=time.perf_counter)


_ORIGIN: ContextVar[Origin] = ContextVar("origin")


@contextlib.contextmanager
def making(origin: Origin) -> Iterator[Origin]:
    """Let every file written inside carry `origin` in its manifest."""
    token = _ORIGIN.set(origin)
    try:
        yield origin
    finally:
        _ORIGIN.reset(token)


def manifest_path(path: Path) -> Path:
    """Return where the manifest of `path` lies."""
    return path.with_name(path.name + SUFFIX)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def input_digest(path: Path) -> str:
    """Return the SHA-256 of a file's content, or of the names in a folder (for a step that lists it)."""
    if not path.is_dir():
        return sha256(path)
    names = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def table_bytes(table: Table) -> bytes:
    """Return a table as CSV, floats with all their digits."""
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode()


def array_bytes(arrays: Arrays) -> bytes:
    """Return named arrays as a compressed NPZ archive."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def write_table(path: Path, table: Table, inputs: Iterable[Path] = ()) -> None:
    """Write a table as CSV, with its manifest."""
    publish({path: table_bytes(table)}, inputs)


def write_arrays(path: Path, arrays: Arrays, inputs: Iterable[Path] = ()) -> None:
    """Write named arrays as NPZ, with their manifest."""
    publish({path: array_bytes(arrays)}, inputs)


def write_text(path: Path, text: str, inputs: Iterable[Path] = ()) -> None:
    """Write a text in UTF-8, with its manifest."""
    publish({path: text.encode()}, inputs)


def write_bytes(path: Path, content: bytes, inputs: Iterable[Path] = ()) -> None:
    """Write a binary file, with its manifest."""
    publish({path: content}, inputs)


def publish(files: Mapping[Path, bytes], inputs: Iterable[Path] = ()) -> None:
    """Write files and their manifests, all or none: nothing takes its final name before everything is on disk."""
    origin = _ORIGIN.get(Origin())
    used = {relative(path): input_digest(path) for path in (*origin.inputs, *inputs)}
    seconds = round(time.perf_counter() - origin.started, 3)
    contents: dict[Path, bytes] = {}
    for path, content in files.items():
        contents[path] = content
        contents[manifest_path(path)] = _manifest(path, content, origin, used, seconds)
    for folder in {path.parent for path in contents}:
        require_space(
            folder, sum(len(content) for path, content in contents.items() if path.parent == folder)
        )
    try:
        _write(contents)
    except OSError as error:
        raise ResultError(_unwritable(error, contents)) from error


def replace_file(path: Path, content: bytes) -> None:
    """Write a file that is no result, at once or not at all, without a manifest."""
    require_space(path.parent, len(content))
    try:
        _write({path: content})
    except OSError as error:
        raise ResultError(_unwritable(error, {path: content})) from error


def _write(contents: Mapping[Path, bytes]) -> None:
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path].write_bytes(content)
        for path in contents:
            os.replace(parts[path], path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def require_space(folder: Path, needed: int) -> None:
    """Raise ResultError unless a folder, which need not exist, can be written and so many bytes are free for it."""
    place = Path(os.path.abspath(folder))
    there = next(there for there in (place, *place.parents) if there.exists())
    if there.is_dir() and not os.access(there, os.W_OK | os.X_OK):
        raise ResultError(f"{relative(folder)}: cannot be written: permission denied for {relative(there)}")
    total, _, free = shutil.disk_usage(there)
    if total and free < needed:  # some network file systems know no sizes
        raise ResultError(_full(folder, needed, free))


def _full(folder: Path, needed: int, free: int) -> str:
    return f"{relative(folder)}: the disk is full: {needed:,} bytes needed, {free:,} free"


def _unwritable(error: OSError, contents: Mapping[Path, bytes]) -> str:
    """Return the line that says why files could not be written."""
    folder = next(iter(contents)).parent
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(folder if folder.exists() else ".").free
        return _full(folder, sum(map(len, contents.values())), free)
    return f"{relative(folder)}: cannot be written: {(error.strerror or str(error)).lower()}"


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of `path`, or raise ResultError."""
    try:
        manifest = json.loads(manifest_path(path).read_text())
    except FileNotFoundError:
        raise ResultError(f"{path}: has no manifest (foreign); delete it and run again") from None
    except (ValueError, OSError):
        manifest = None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("sha256"), str):
        raise ResultError(f"{path}: has an unreadable manifest; delete both and run again")
    return manifest


def check(path: Path, placed: bool = True) -> dict[str, Any]:
    """Return the manifest of `path` if the file is what it says, and `placed` where it says, else raise ResultError."""
    _checked(path, placed)
    return read_manifest(path)


def read_bytes(path: Path) -> bytes:
    """Return the content of a result file that matches its manifest."""
    return _checked(path)


def read_table(path: Path) -> Table:
    """Read a CSV that matches its manifest."""
    return pd.read_csv(io.BytesIO(_checked(path)))


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read an NPZ archive that matches its manifest."""
    with np.load(io.BytesIO(_checked(path)), allow_pickle=False) as archive:
        return dict(archive)


def _checked(path: Path, placed: bool = True) -> bytes:
    if not path.is_file():
        raise ResultError(f"{path}: does not exist; run the step that makes it")
    manifest = read_manifest(path)
    place = manifest.get("place")
    if placed and isinstance(place, str) and not Path(os.path.abspath(path)).as_posix().endswith(f"/{place}"):
        raise ResultError(f"{path}: is {place}, put here with its manifest; delete it and run again")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ResultError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        raise ResultError(
            f"{path}: does not match its manifest (truncated, edited or foreign); delete it and run again"
        )
    return content


def _place(path: Path, folder: Path) -> str | None:
    """Return where in the results folder a file lies, whatever that folder is called; None outside of it."""
    absolute, root = (Path(os.path.abspath(one)) for one in (path, folder))
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else None


def _manifest(path: Path, content: bytes, origin: Origin, inputs: Mapping[str, str], seconds: float) -> bytes:
    manifest: dict[str, Any] = {
        "artefact": relative(path),
        "place": _place(path, origin.folder),
        "made_by": origin.made_by,
        "conditions": dict(origin.conditions),
        "sections": list(origin.sections),
        "config_digest": origin.config_digest,
        "code_digest": origin.code_digest,
        "inputs": dict(sorted(inputs.items())),
        "sha256": hashlib.sha256(content).hexdigest(),
        "seed": origin.seed,
        "seconds": seconds,
        "device": origin.device,
        "packages": packages(),
        "python": platform.python_version(),
        "hardware": hardware(),
        "environment": known_environment.recorded(),
    }
    if origin.replayed_from is not None:
        manifest["replayed_from"] = origin.replayed_from
    return (json.dumps(manifest, indent=2) + "\n").encode()


def earlier(path: Path, folder: Path) -> Path | None:
    """Return the place of `path` in the results folder that ATHANOR_MEASUREMENTS names, if it names one."""
    measurements = os.environ.get("ATHANOR_MEASUREMENTS")
    if not measurements or not path.resolve().is_relative_to(folder.resolve()):
        return None
    return Path(measurements) / path.resolve().relative_to(folder.resolve())


def relative(path: Path) -> str:
    """Return a path relative to the checkout (or working folder) where it lies inside, whatever a link points to."""
    folder = known_environment.checkout() or Path.cwd()
    absolute = Path(os.path.abspath(path))
    if not absolute.is_relative_to(folder):
        absolute, folder = path.resolve(), folder.resolve()
    return (absolute.relative_to(folder) if absolute.is_relative_to(folder) else absolute).as_posix()


@lru_cache
def packages() -> dict[str, str]:
    """Return the installed versions of the packages that pyproject.toml names as dependencies."""
    required = importlib.metadata.requires("athanor") or []
    names = [re.split(r"[\s\[<>=!~;(]", line)[0] for line in required if "extra ==" not in line]
    return {name: importlib.metadata.version(name) for name in sorted(names)}


@lru_cache
def hardware() -> dict[str, str | int | float]:
    """Return processor, cores and memory of this machine."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": _processor(),
        "cores": os.cpu_count() or 1,
        "memory_gib": round(pages / 2**30, 1),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.is_file() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1).strip() if found else platform.processor() or platform.machine()
