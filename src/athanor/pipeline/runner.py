"""Run one experiment under one condition: what a rule of the workflow calls, and all that writes its results."""

import importlib
import os
import signal
import sys
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from athanor import results
from athanor.experiments.job import Conditions, Job
from athanor.known_environment import PLATFORM
from athanor.pipeline import arguments, digests, lock, store, study
from athanor.pipeline.arguments import RunError
from athanor.pipeline.config import Config, taken
from athanor.pipeline.machine import LEAST_SPACE, jax_device
from athanor.pipeline.process import key_of, rng_of, set_up_process
from athanor.pipeline.provenance import modules, origin_of
from athanor.pipeline.signature import Signature, signature
from athanor.results import Origin


@dataclass(frozen=True)
class Request:
    """Hold what the command line asks for."""

    experiment: str
    out: Path
    inputs: Sequence[str] = field(default=())  # name=path, repeated where several files are taken
    conditions: Sequence[str] = field(default=())  # name=value


def run(request: Request, config: Config) -> list[Path]:
    """Run an experiment and write its results; nothing is written unless all of it succeeds."""
    job = study.job(request.experiment)
    found = signature(request.experiment)
    conditions = arguments.conditions(found, request.conditions)
    arguments.check_conditions(job.experiment, conditions, study.conditions(job, config))
    inputs = arguments.inputs(found, request.inputs, config.folder)
    origin = replace(
        origin_of(request.experiment, config, conditions), inputs=tuple(arguments.flat(inputs.values()))
    )
    stop_when_terminated()
    if job.measures_time and os.environ.get("ATHANOR_MEASUREMENTS"):
        return _replay(origin, request.out)
    kept = store.restore(origin, origin.inputs, request.out)
    if kept:
        return kept
    results.require_space(request.out, LEAST_SPACE)
    set_up_process()
    _check_device()
    before = set(sys.modules)
    sections = taken(config, found.part, found.sections, job.given(conditions))
    files, device = _call(found, {**sections, **_drawn(job, found, config), **inputs, **conditions})
    _refuse_undeclared(set(sys.modules) - before, job, conditions)
    published = {request.out / name: content for name, content in files.items()}
    paths = _publish(published, replace(origin, device=device))
    store.keep(origin, origin.inputs, paths, request.out)
    return paths


def _check_device() -> None:
    """Refuse a device that was asked for and is not there; the processor itself always is."""
    asked = os.environ.get(PLATFORM) or "cpu"
    if asked == "cpu":
        return
    try:
        jax_device(asked)
    except RuntimeError:
        raise RunError(f"{PLATFORM} is {asked}, but JAX finds no such device here; unset it") from None


def stop_when_terminated() -> None:
    """Leave by an exception on SIGTERM, and end with the run that started this job even when it is killed."""
    signal.signal(signal.SIGTERM, _terminated)
    lock.end_with_owner()


def _terminated(number: int, frame: types.FrameType | None) -> None:
    raise SystemExit(128 + number)


def _drawn(job: Job, found: Signature, config: Config) -> dict[str, Any]:
    """Return what an experiment's random numbers come from."""
    draws = {"key": key_of, "rng": rng_of}
    return {name: draws[name](config.seed, job.stream or job.experiment) for name in found.draws}


def _call(found: Signature, arguments: Mapping[str, Any]) -> tuple[dict[str, bytes], str]:
    """Call an experiment's run() and return its results as files, with the device they were computed on."""
    module = importlib.import_module(f"athanor.experiments.{found.experiment}")
    produced = module.run(**arguments)
    files = dict(_encoded(found.experiment, stem, value) for stem, value in produced.items())
    return files, _device()


def _refuse_undeclared(loaded: set[str], job: Job, conditions: Conditions) -> None:
    """Refuse results that rest on a module of ours, loaded by the job, which their digest does not cover.

    An edit of it would leave them fresh.
    """
    covered = digests.closure(frozenset(modules(job, conditions)))
    for name in sorted(loaded - covered):
        if name.split(".")[0] == digests.PACKAGE and not digests.is_data(name):
            raise RunError(f"{job.experiment} imports {name}, which its Job must name among its modules")


def _device() -> str:
    """Return the device JAX computed on, if the experiment used JAX at all."""
    if "jax" not in sys.modules:
        return "none"
    import jax

    device = jax.devices()[0]
    kind = device.device_kind
    return kind if kind == device.platform else f"{device.platform}: {kind}"


def _encoded(experiment: str, stem: str, value: Any) -> tuple[str, bytes]:
    if isinstance(value, pd.DataFrame):
        return f"{stem}.csv", results.table_bytes(value)
    if isinstance(value, Mapping):
        return f"{stem}.npz", results.array_bytes(value)
    raise TypeError(
        f"{experiment}: result {stem} is a {type(value).__name__}, must be a DataFrame or arrays by name"
    )


def _publish(files: Mapping[Path, bytes], origin: Origin) -> list[Path]:
    # All is computed; the last milliseconds are not worth interrupting between two files.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with results.making(origin):
        results.publish(files)
    return list(files)


def _replay(origin: Origin, out: Path) -> list[Path]:
    """Copy the timings of an earlier run instead of measuring again, so that two runs agree to the byte."""
    folder = results.earlier(out, origin.folder)
    if folder is None:
        raise RunError(f"{out} is not inside {origin.folder}, so ATHANOR_MEASUREMENTS names no place for it")
    files, device = {}, "none"
    for path in sorted(folder.glob("*")):
        if path.name.endswith(results.SUFFIX) or not results.manifest_path(path).is_file():
            continue
        manifest = results.check(path)
        if manifest["made_by"] != origin.made_by or manifest["conditions"] != dict(origin.conditions):
            continue
        if (manifest["code_digest"], manifest["config_digest"]) != (origin.code_digest, origin.config_digest):
            raise RunError(
                f"{path}: was measured with other code or configuration; unset ATHANOR_MEASUREMENTS"
            )
        files[out / path.name], device = path.read_bytes(), manifest["device"]
    if not files:
        raise RunError(
            f"{folder}: has no results of {origin.made_by}; unset ATHANOR_MEASUREMENTS or complete it"
        )
    return _publish(files, replace(origin, device=device, replayed_from=str(folder)))
