"""The study as a table of jobs: which files each makes, once for each of its conditions, and which files it takes.

A group of experiments declares its jobs in `jobs.py` (`JOBS`); a part may have one too. A result lies at

    part/file                                  where its job has no conditions,
    part/group/module/value/…/file             where it has.

A parameter of `run` annotated `Path`, or `tuple[Path, ...]`, takes the result of its part that is called as it is, or
what the job's `inputs` says; of a job with conditions those results that agree with the conditions they share. Paths are
relative to the results folder.
"""

import difflib
import importlib
from collections.abc import Sequence
from functools import cache
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Any

import athanor.experiments
from athanor.experiments.job import Conditions, File, Job, Result, Value
from athanor.pipeline import config as config_module
from athanor.pipeline.config import Config
from athanor.pipeline.signature import UnknownExperiment, signature

TRACKED = "reference/"  # files of the checkout, which count by content


class StudyError(Exception):
    """Say in one line what is wrong with the table of jobs."""


@cache
def jobs() -> tuple[Job, ...]:
    """Return every job of the study, part by part."""
    return tuple(job for part in config_module.parts() for job in _declared(part))


def _declared(part: str) -> list[Job]:
    root = Path(athanor.experiments.__path__[0])
    modules = sorted((root / part).rglob("jobs.py"))
    names = (".".join(path.relative_to(root).with_suffix("").parts) for path in modules)
    return [job for name in names for job in importlib.import_module(f"athanor.experiments.{name}").JOBS]


def job(experiment: str) -> Job:
    """Return the job of an experiment, or raise UnknownExperiment."""
    known = {job.experiment: job for job in jobs()}
    if experiment not in known:
        close = difflib.get_close_matches(experiment, known, n=1, cutoff=0.4)
        hint = f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"
        raise UnknownExperiment(f"{experiment} is not an experiment{hint}")
    return known[experiment]


def conditions(job: Job, config: Config) -> list[Conditions]:
    """Return the conditions of every run of a job."""
    return list(_conditions(job, getattr(config, job.part)))


@cache
def _conditions(job: Job, section: Any) -> tuple[Conditions, ...]:
    return tuple(job.conditions(section))


def names(job: Job) -> tuple[str, ...]:
    """Return the names of a job's conditions, in the order of the signature."""
    return tuple(signature(job.experiment).conditions)


def pattern(job: Job, file: str) -> str:
    """Return where a job writes an output; the conditions stand in braces."""
    if not names(job):
        return f"{job.part}/{file}"
    folders = "/".join(f"{{{name}}}" for name in names(job))
    return f"{job.experiment.replace('.', '/')}/{folders}/{file}"


def record(job: Job) -> str:
    """Return where a job's log and benchmark lie in their folders, without suffix; the conditions stand in braces."""
    return pattern(job, "job" if names(job) else job.rule)


def files(job: Job, config: Config) -> list[str]:
    """Return every file that a job makes, condition by condition."""
    rows = conditions(job, config)
    return [pattern(job, file).format(**row) for row in rows for file in job.outputs]


@cache
def _producers() -> dict[tuple[str, str], list[tuple[Job, str]]]:
    """Return jobs and files by part or experiment and by the file's name, with and without its suffix."""
    found: dict[tuple[str, str], list[tuple[Job, str]]] = {}
    for one in jobs():
        for file in one.outputs:
            for name in (file, str(PurePosixPath(file).with_suffix(""))):
                for maker in (one.part, one.experiment):
                    found.setdefault((maker, name), []).append((one, file))
    return found


def producer(maker: str, name: str) -> tuple[Job, str]:
    """Return the job of a part, or the experiment, that makes a file; raise StudyError if none or several do."""
    found = _producers().get((maker, name), [])
    if len(found) != 1:
        makers = ", ".join(job.experiment for job, _ in found) or "none"
        raise StudyError(f"{maker}/{name}: must be made by one job, is made by {makers}")
    return found[0]


def inputs(job: Job, given: Conditions, config: Config) -> dict[str, list[str]]:
    """Return the files that one run of a job takes, by parameter; tracked ones begin with reference/."""
    taken = signature(job.experiment)
    return {name: _taken(job, name, given, config) for name in (*taken.inputs, *taken.input_lists)}


def _taken(job: Job, parameter: str, given: Conditions, config: Config) -> list[str]:
    declared = job.inputs.get(parameter, f"{job.part}/{parameter}")
    if callable(declared):
        declared = declared(given, getattr(config, job.part))
    listed = [declared] if isinstance(declared, str | Result) else declared
    return [path for one in listed for path in _resolved(one, given, config)]


def _resolved(file: File, given: Conditions, config: Config) -> list[str]:
    """Return the files that a declared input stands for, under the conditions of the job that takes them."""
    result = file if isinstance(file, Result) else Result(file)
    if result.file.startswith(TRACKED):
        return [result.file]
    maker, output = producer(*result.file.split("/", 1))
    wanted = {name: _texts(value) for name, value in {**given, **result.where}.items()}
    shared = tuple(name for name in names(maker) if name in wanted)
    section = getattr(config, maker.part)
    places = _places(maker, section, shared)
    found = sorted(
        place for values in product(*(wanted[name] for name in shared)) for place in places.get(values, ())
    )
    rows = _conditions(maker, section)
    return [pattern(maker, output).format(**rows[place]) for place in found]


@cache
def _places(job: Job, section: Any, shared: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
    """Return the places of a job's conditions in their list, by the values of some of them as they stand in paths."""
    found: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(_conditions(job, section)):
        found.setdefault(tuple(str(row[name]) for name in shared), []).append(place)
    return found


def _texts(value: Value | Sequence[Value]) -> set[str]:
    """Return the values of a condition that are wanted, as they stand in paths."""
    return set(map(str, value)) if isinstance(value, tuple) else {str(value)}


def all_files(config: Config) -> list[str]:
    """Return every result file of the study's jobs."""
    return [file for job in jobs() for file in files(job, config)]
