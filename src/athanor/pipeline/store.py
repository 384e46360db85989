"""Keep results by what they depend on, so that another checkout, or the same after an edit is taken back, reuses them.

ATHANOR_CACHE names the folder; without it nothing is kept. An entry is found by the digests that decide whether a result
is stale (code, configuration, conditions, contents of inputs), and by package versions and processor: results of another
machine are not taken for one's own. Snakemake's own cache (`--cache`) keeps no manifests, nor rules of several outputs.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from athanor import results
from athanor.known_environment import processor_digest
from athanor.results import Origin

VARIABLE = "ATHANOR_CACHE"


def key(origin: Origin, inputs: Iterable[Path]) -> str:
    """Return the name of an entry: the digest of all that the results of a maker depend on."""
    parts = {
        "maker": [origin.made_by, origin.code_digest, origin.config_digest, str(origin.folder)],
        "conditions": dict(origin.conditions),
        "inputs": sorted([results.relative(path), results.input_digest(path)] for path in inputs),
        "machine": [platform.python_version(), results.packages(), processor_digest()],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def restore(origin: Origin, inputs: Iterable[Path], out: Path) -> list[Path]:
    """Write what is kept of these results to `out`, and return the files; none where nothing sound is kept."""
    entry = _entry(key(origin, inputs))
    if entry is None or not entry.is_dir():
        return []
    files = {path.relative_to(entry): path for path in sorted(entry.rglob("*")) if path.is_file()}
    kept = {name: path for name, path in files.items() if not name.name.endswith(results.SUFFIX)}
    try:
        manifests = [results.check(path, placed=False) for path in kept.values()]
    except results.ResultError as error:
        print(f"athanor: not taken from the cache: {error}", file=sys.stderr)
        return []
    if not kept:
        return []
    first = manifests[0]
    started = time.perf_counter() - first["seconds"]
    made = replace(origin, device=first["device"], started=started, inputs=())
    with results.making(made):
        results.publish(
            {out / name: path.read_bytes() for name, path in kept.items()},
            [Path(name) for name in first["inputs"]],
        )
    print(f"athanor: taken from {VARIABLE}: {', '.join(map(str, kept))}", file=sys.stderr)
    return [out / name for name in kept]


def keep(origin: Origin, inputs: Iterable[Path], files: Iterable[Path], out: Path) -> None:
    """Keep results in `out` with their manifests, at once or not at all; a folder that cannot be written is said in one line."""
    entry = _entry(key(origin, inputs))
    if entry is None or entry.is_dir():
        return
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=entry.parent, prefix=".new-"))
        for path in files:
            for one in (path, results.manifest_path(path)):
                place = folder / one.relative_to(out)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(one, place)
        _take_name(folder, entry)
    except OSError as error:
        print(f"athanor: {VARIABLE}: nothing kept: {error.strerror or error}", file=sys.stderr)


def _take_name(folder: Path, entry: Path) -> None:
    """Give a complete folder its name, unless another run was first."""
    try:
        folder.rename(entry)
    except OSError:
        shutil.rmtree(folder)
        if not entry.is_dir():
            raise


def _entry(name: str) -> Path | None:
    folder = os.environ.get(VARIABLE)
    return Path(folder) / name[:2] / name if folder else None
