"""What this run was made with and how long it took, from the manifests of its results."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from athanor.reporting import ReportingError, tex
from athanor.reporting.quantities import number_text
from athanor.results import SUFFIX, earlier, read_manifest

MEASURED = ("seconds", "hardware", "device")
DIGEST_LENGTH = 12  # hexadecimal digits: enough to compare by eye


def run_table(manifests: Sequence[Path], folder: Path) -> str:
    """Lay out hardware, versions, and each experiment's seconds and code digest."""
    found = [_manifest(path, folder) for path in sorted(manifests)]
    return f"{_machine(found)}\n{_experiments(found)}"


def _manifest(path: Path, folder: Path) -> Mapping[str, Any]:
    """Read a manifest; what was measured comes from the earlier run that ATHANOR_MEASUREMENTS names, if any."""
    manifest = read_manifest(_artefact(path))
    place = earlier(path, folder)
    if place is None or not place.is_file():
        return manifest
    before = read_manifest(_artefact(place))
    return {**manifest, **{key: before[key] for key in MEASURED}}


def _artefact(path: Path) -> Path:
    """Give the file that a manifest lies beside."""
    if not path.name.endswith(SUFFIX):
        raise ReportingError(f"{path}: is not a manifest (its name must end in {SUFFIX})")
    return path.with_name(path.name.removesuffix(SUFFIX))


def _machine(manifests: Iterable[Mapping[str, Any]]) -> str:
    """Describe machines, devices and software in a paragraph."""
    manifests = list(manifests)
    machines = _distinct(_machine_text(manifest["hardware"]) for manifest in manifests)
    devices = _distinct(str(m["device"]) for m in manifests if m["device"] not in ("", "none"))
    pythons = _distinct(str(manifest["python"]) for manifest in manifests)
    packages = _distinct(
        f"{name} {version}" for manifest in manifests for name, version in manifest["packages"].items()
    )
    return (
        rf"\paragraph{{Hardware.}} {'; '.join(machines)}. JAX device: {', '.join(devices) or 'none'}."
        "\n\n"
        rf"\paragraph{{Software.}} Python {', '.join(pythons)}; {', '.join(packages)}."
        "\n"
    )


def _machine_text(hardware: Mapping[str, Any]) -> str:
    """Describe a machine in a phrase."""
    return f"{hardware['cpu']}, {hardware['cores']} cores, {hardware['memory_gib']} GiB of memory"


def _distinct(texts: Iterable[str]) -> list[str]:
    """Escape texts and keep the first of each."""
    return list(dict.fromkeys(tex.escape(text) for text in texts))


def _experiments(manifests: Sequence[Mapping[str, Any]]) -> str:
    """Lay out one row an experiment and condition, with its seconds and its code."""
    runs: dict[tuple[str, str], tuple[float, str]] = {}
    for manifest in manifests:
        conditions = ", ".join(map(str, manifest.get("conditions", {}).values()))
        # The files of one run share their seconds but for the moments between writing them.
        key = (manifest["made_by"], conditions)
        seconds = max(manifest["seconds"], runs.get(key, (0.0, ""))[0])
        runs[key] = (seconds, manifest["code_digest"][:DIGEST_LENGTH])
    rows = [
        rf"{tex.code(name)} & {tex.code(conditions) if conditions else ''} & "
        rf"{tex.number(number_text(seconds, '.1f'))} & {tex.code(digest)} \\"
        for (name, conditions), (seconds, digest) in sorted(runs.items())
    ]
    total = tex.number(number_text(sum(seconds for seconds, _ in runs.values()), ".1f"))
    return tex.table(
        r">{\raggedright\arraybackslash}p{5.2cm}>{\raggedright\arraybackslash}p{5.0cm}rl",
        "Experiment & Conditions & Seconds & Code digest",
        "\n".join([*rows, rf"\midrule Total & & {total} & \\"]),
        "Wall time of each experiment, which runs on one core, and the digest of the code that it depends on.",
        "tab:run",
    )
