"""Compute a random sample of results anew, in a folder of its own, and compare them byte by byte."""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from athanor import results
from athanor.experiments.job import Conditions, Job
from athanor.pipeline import store, study
from athanor.pipeline.arguments import RunError
from athanor.pipeline.config import Config

CHEAP = 30.0  # seconds that a result may have taken


def candidates(config: Config, seconds: float = CHEAP) -> list[tuple[Job, Conditions]]:
    """Return the jobs whose results are there, took at most so many seconds, and show no measured time."""
    return [
        (job, given)
        for job in study.jobs()
        if not job.measures_time
        for given in study.conditions(job, config)
        if _seconds(_files(job, given, config)) <= seconds
    ]


def differences(config: Config, path: Path, count: int, seconds: float = CHEAP) -> Iterator[tuple[str, str]]:
    """Yield, for each of `count` jobs drawn at random, its name and what is wrong with its results, if anything is.

    `path` is the file of the configuration.
    """
    known = candidates(config, seconds)
    if not known:
        raise RunError(f"{config.folder}: has no result that took at most {seconds:g} s; run the study first")
    for job, given in random.sample(known, min(count, len(known))):
        name = " ".join([job.experiment, *(f"{key}={value}" for key, value in given.items())])
        yield name, _difference(job, given, config, path)


def _difference(job: Job, given: Conditions, config: Config, path: Path) -> str:
    anew = {name: value for name, value in os.environ.items() if name != store.VARIABLE}
    with tempfile.TemporaryDirectory(prefix="athanor-sample-") as folder:
        done = subprocess.run(
            [*_command(job, given, config, path), "--out", folder],
            env=anew,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["no message"])[-1]
        pairs = zip(_files(job, given, config), job.outputs, strict=True)
        other = [str(file) for file, name in pairs if file.read_bytes() != Path(folder, name).read_bytes()]
    return f"differs: {', '.join(other)}" if other else ""


def _command(job: Job, given: Conditions, config: Config, path: Path) -> list[str]:
    """Return the command that makes the results, as its rule gives it."""
    taken = study.inputs(job, given, config)
    return [
        *(sys.executable, "-m", "athanor.pipeline.cli", "run", job.experiment, f"--config={path}"),
        *(f"--condition={name}={value}" for name, value in given.items()),
        *(f"--input={name}={_place(file, config)}" for name, files in taken.items() for file in files),
    ]


def _place(file: str, config: Config) -> Path:
    return Path(file) if file.startswith(study.TRACKED) else config.folder / file


def _files(job: Job, given: Conditions, config: Config) -> list[Path]:
    return [config.folder / study.pattern(job, file).format(**given) for file in job.outputs]


def _seconds(files: list[Path]) -> float:
    """Return what results took; without end where one is missing or is not what its manifest says."""
    try:
        return max(float(results.check(file)["seconds"]) for file in files)
    except (results.ResultError, KeyError, TypeError, ValueError):
        return float("inf")
