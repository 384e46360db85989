"""The steps after the experiments and figures: claims, generated TeX, paper."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from athanor import results
from athanor.pipeline import arguments, runner
from athanor.pipeline.config import Config
from athanor.pipeline.provenance import origin_of

SECTIONS = Path("paper/sections")
TABLES = Path("paper/tables.yaml")


def claims(config: Config, claims_file: Path, estimates: Sequence[Path], out: Path) -> None:
    """Judge the claims and write claims.csv, readings.csv and claims.html to `out`."""
    _check([claims_file, *estimates], config)
    from athanor.reporting import claims as step

    with results.making(origin_of("claims", config)):
        _publish(step.build(claims_file, estimates), out, [claims_file, *estimates])


def tex(
    config: Config,
    judged: tuple[Path, Path],
    estimates: Sequence[Path],
    manifests: Sequence[Path],
    out: Path,
) -> None:
    """Write numbers, tables and the list of sections as TeX to `out`; `judged` are claims.csv and readings.csv."""
    _check([*judged, *estimates], config)
    for path in manifests:
        if not path.is_file():
            raise arguments.RunError(f"{path}: manifest does not exist")
    from athanor.reporting import latex as step

    # Of the sections only the names matter here, so the folder's listing is the input.
    inputs = [*judged, TABLES, *estimates, *manifests, SECTIONS]
    with results.making(origin_of("tex", config)):
        sections = sorted(SECTIONS.glob("*.tex"))
        confidence = config.statistics.confidence
        files = step.build(config, confidence, judged, TABLES, estimates, manifests, sections)
        _publish(files, out, inputs)


def paper(config: Config, folder: Path, tex_folder: Path, figures: Path, out: Path) -> None:
    """Build the PDF from the folder's sources, the generated TeX and the figures."""
    runner.stop_when_terminated()
    from athanor.pipeline import paper as step

    inputs = step.declared(folder, tex_folder, figures)
    with results.making(origin_of("paper", config)):
        results.write_bytes(out, step.build(inputs, config.epoch), inputs.values())


def _publish(files: Mapping[str, bytes], out: Path, inputs: Sequence[Path]) -> None:
    results.publish({out / name: content for name, content in files.items()}, inputs)


def _check(inputs: Sequence[Path], config: Config) -> None:
    runner.stop_when_terminated()
    os.environ["SOURCE_DATE_EPOCH"] = str(config.epoch)
    for path in inputs:
        arguments.check_input(path, config.folder)
