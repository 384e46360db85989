"""Tell for every artefact whether it is fresh, by content alone: nothing here looks at times or at Snakemake."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from athanor import results
from athanor.pipeline import lock
from athanor.pipeline.config import Config
from athanor.pipeline.provenance import UnknownMaker, provenance

FRESH = "fresh"
FOREIGN = "truncated or foreign"
MISSING = "missing"  # only its manifest is there
# Records of a run that no result depends on; they carry no manifest.
RECORDS = frozenset({"logs", "benchmarks", "report.html", "config.json"})


@dataclass(frozen=True)
class Artefact:
    """Hold one artefact and the digests that its inputs had when it was made."""

    path: str
    problem: str | None  # what is wrong with itself, its code or its configuration
    inputs: Mapping[str, str]


def status(config: Config) -> dict[str, str]:
    """Return a verdict for every artefact of the results folder, in the order of their paths."""
    looked = (_look_at(path, config) for path in artefacts(config.folder))
    found = {artefact.path: artefact for artefact in looked}
    verdicts: dict[str, str] = {}
    for path in found:
        _judge(path, found, verdicts)
    return dict(sorted(verdicts.items()))


def wrong(config: Config) -> dict[str, str]:
    """Return what is wrong with artefacts by themselves or with an input, but not further back; missing ones left out."""
    looked = [_look_at(path, config) for path in artefacts(config.folder)]
    found = {artefact.path: artefact.problem or _changed_input(artefact) for artefact in looked}
    return {path: problem for path, problem in found.items() if problem and problem != MISSING}


def _changed_input(artefact: Artefact) -> str | None:
    changed = (name for name, digest in artefact.inputs.items() if _differs(name, digest))
    return next((f"stale: input {name}" for name in changed), None)


def artefacts(folder: Path) -> list[Path]:
    """Return every artefact in a results folder: neither manifests nor records, nor results of another study in it."""
    files: list[Path] = []
    waiting = [folder] if folder.is_dir() else []
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name.startswith(".") or (path.parent == folder and path.name in RECORDS):
                continue
            if path.is_dir():
                # A folder with a lock of its own belongs to another configuration (results/miniature).
                waiting += [] if (path / lock.NAME).exists() else [path]
            elif not path.name.endswith(results.SUFFIX):
                files.append(path)
            elif not _owner(path).exists():
                files.append(_owner(path))
    return sorted(files)


def _look_at(path: Path, config: Config) -> Artefact:
    name = results.relative(path)
    if not path.exists():
        return Artefact(name, MISSING, {})
    try:
        manifest = results.check(path)
    except results.ResultError:
        return Artefact(name, FOREIGN, {})
    inputs = manifest.get("inputs")
    if not isinstance(inputs, dict) or not all(isinstance(digest, str) for digest in inputs.values()):
        return Artefact(name, FOREIGN, {})
    if not isinstance(manifest.get("conditions"), dict):
        return Artefact(name, FOREIGN, {})
    if manifest.get("artefact") != name:  # copied with another's file
        return Artefact(name, FOREIGN, {})
    return Artefact(name, _own_staleness(manifest, config), inputs)


def _own_staleness(manifest: Mapping[str, Any], config: Config) -> str | None:
    try:
        now = provenance(str(manifest.get("made_by")), config, manifest["conditions"])
    except UnknownMaker:
        return "stale: code"
    if manifest.get("code_digest") != now.code_digest:
        return "stale: code"
    return None if manifest.get("config_digest") == now.config_digest else "stale: config"


def _judge(path: str, found: Mapping[str, Artefact], verdicts: dict[str, str]) -> str:
    """Return the verdict on an artefact, after those on its inputs: what rests on a stale input is stale."""
    if path in verdicts:
        return verdicts[path]
    artefact = found[path]
    verdicts[path] = artefact.problem or FRESH  # set first, so that a forged circle of manifests ends
    if artefact.problem is None:
        stale = (name for name, digest in artefact.inputs.items() if _changed(name, digest, found, verdicts))
        first = next(stale, None)
        verdicts[path] = f"stale: input {first}" if first else FRESH
    return verdicts[path]


def _changed(name: str, digest: str, found: Mapping[str, Artefact], verdicts: dict[str, str]) -> bool:
    if _differs(name, digest):
        return True
    # A step that reads a manifest depends on the file that the manifest describes.
    owner = results.relative(_owner(Path(name))) if name.endswith(results.SUFFIX) else name
    return owner in found and _judge(owner, found, verdicts) != FRESH


def _differs(name: str, digest: str) -> bool:
    path = Path(name)
    return not path.exists() or results.input_digest(path) != digest


def _owner(manifest: Path) -> Path:
    return manifest.with_name(manifest.name.removesuffix(results.SUFFIX))


def main(config: Config) -> int:
    """Print a line an artefact and return 0 if all are fresh."""
    verdicts = status(config)
    for path, verdict in verdicts.items():
        print(f"{path}: {verdict}")
    if not verdicts:
        print(f"{config.folder}: no results yet")
    return 0 if verdicts and set(verdicts.values()) == {FRESH} else 1
