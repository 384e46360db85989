"""Say for any maker of results (experiment, figure script, step) which code and configuration it depends on."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from athanor.known_environment import numerics
from athanor.pipeline import config as config_module
from athanor.pipeline import digests, study
from athanor.pipeline.config import Config
from athanor.pipeline.signature import UnknownExperiment, sections
from athanor.results import Origin

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


def provenance(made_by: str, config: Config) -> Provenance:
    """Return code and configuration that results made by an experiment, figure script or step depend on."""
    if made_by in STEPS:
        module, names = STEPS[made_by]
        names = _all_keys() if names == ("*",) else names
        return _provenance(made_by, None, names, digests.module_digest(module), config)
    if made_by.endswith(".py"):
        if not Path(made_by).is_file():
            raise UnknownMaker(f"{made_by} does not exist")
        return _provenance(made_by, None, ("date",), digests.script_digest(Path(made_by)), config)
    try:
        job, taken = study.job(made_by), sections(made_by)
    except UnknownExperiment as error:
        raise UnknownMaker(str(error)) from None
    code = digests.module_digest(f"athanor.experiments.{made_by}", "athanor.pipeline.process")
    variant = [part for part in (job.stream, *numerics()) if part]
    if variant:
        code = hashlib.sha256(" ".join([code, *variant]).encode()).hexdigest()
    return _provenance(made_by, job.part, taken, code, config)


def _provenance(
    made_by: str, part: str | None, names: tuple[str, ...], code: str, config: Config
) -> Provenance:
    return Provenance(made_by, names, code, config_module.config_digest(config, part, names))


def _all_keys() -> tuple[str, ...]:
    """Return every key of config.yaml but the results folder: where results lie does not change them."""
    return tuple(name for name in config_module.model().model_fields if name != "results")


def origin_of(made_by: str, config: Config) -> Origin:
    """Return the origin that the results of a maker carry in their manifests."""
    made = provenance(made_by, config)
    return Origin(
        made_by=made.made_by,
        code_digest=made.code_digest,
        config_digest=made.config_digest,
        sections=made.sections,
        seed=config.seed if "seed" in made.sections else None,
        folder=config.folder,
    )
