"""Say for any maker of results (experiment, figure script, step) which code and configuration it depends on."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from athanor.experiments.job import Conditions, Job
from athanor.known_environment import numerics
from athanor.pipeline import config as config_module
from athanor.pipeline import digests, study
from athanor.pipeline.config import Config, taken
from athanor.pipeline.signature import UnknownExperiment, sections
from athanor.results import Origin

NONE: Conditions = MappingProxyType({})

# Steps that are no experiment: the module whose code they run, and the keys of config.yaml they read.
STEPS = {
    "claims": ("athanor.reporting.claims", ()),
    "tex": ("athanor.reporting.latex", ("*",)),
    "paper": ("athanor.pipeline.paper", ("date",)),
}


class UnknownMaker(Exception):
    """Say that the maker of a result does not exist (any more)."""


@dataclass(frozen=True)
class Provenance:
    """Hold what decides whether the results of a maker are fresh, besides its inputs."""

    made_by: str
    sections: tuple[str, ...]
    code_digest: str  # with its random stream, and a device or compilation that is not the usual
    config_digest: str

    @property
    def params(self) -> dict[str, str]:
        """Return the parameters of a Snakemake rule: it reruns when one of them changes."""
        return {"code": self.code_digest, "config": self.config_digest}


def provenance(made_by: str, config: Config, conditions: Conditions = NONE) -> Provenance:
    """Return code and configuration that results made by an experiment, figure script or step depend on."""
    if made_by in STEPS:
        module, names = STEPS[made_by]
        names = _all_keys() if names == ("*",) else names
        return _provenance(made_by, names, digests.module_digest(module), taken(config, None, names, NONE))
    if made_by.endswith(".py"):
        if not Path(made_by).is_file():
            raise UnknownMaker(f"{made_by} does not exist")
        code = digests.script_digest(Path(made_by))
        return _provenance(made_by, ("date",), code, taken(config, None, ("date",), NONE))
    try:
        job, names = study.job(made_by), sections(made_by)
    except UnknownExperiment as error:
        raise UnknownMaker(str(error)) from None
    code = digests.module_digest(*modules(job, conditions))
    variant = [part for part in (job.stream, *numerics()) if part]
    if variant:
        code = hashlib.sha256(" ".join([code, *variant]).encode()).hexdigest()
    return _provenance(made_by, names, code, taken(config, job.part, names, job.given(conditions)))


def modules(job: Job, conditions: Conditions) -> list[str]:
    """Return the modules that a run of a job starts from: with all that they import they are its code."""
    if set(conditions) != set(study.names(job)):
        raise UnknownMaker(f"{job.experiment} has conditions {', '.join(study.names(job)) or 'none'}")
    given = job.given(conditions)
    named = [name.format(**given) for name in job.modules]
    for name in named:
        if name not in digests.import_graph().modules:
            raise UnknownMaker(f"{job.experiment} needs the module {name}, which does not exist")
    return [f"athanor.experiments.{job.experiment}", "athanor.pipeline.process", *named]


def _provenance(made_by: str, names: tuple[str, ...], code: str, sections: Mapping[str, Any]) -> Provenance:
    return Provenance(made_by, names, code, config_module.config_digest(sections))


def _all_keys() -> tuple[str, ...]:
    """Return every key of config.yaml but the results folder: where results lie does not change them."""
    return tuple(name for name in config_module.model().model_fields if name != "results")


def origin_of(made_by: str, config: Config, conditions: Conditions = NONE) -> Origin:
    """Return the origin that the results of a maker carry in their manifests."""
    made = provenance(made_by, config, conditions)
    return Origin(
        made_by=made.made_by,
        code_digest=made.code_digest,
        config_digest=made.config_digest,
        sections=made.sections,
        conditions=conditions,
        seed=config.seed if "seed" in made.sections else None,
        folder=config.folder,
    )
