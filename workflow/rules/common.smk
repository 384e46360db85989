"""What the rules share: the checked configuration, staleness by content, the parts, the lock and the progress."""

import atexit
import contextlib
import hashlib
import json
import os
import shlex
import sys
import tempfile
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import yaml
from snakemake.logging import logger
from snakemake.settings.enums import Quietness
from snakemake.utils import update_config, validate

from athanor.pipeline import config as configuration
from athanor.pipeline import eta, lock
from athanor.pipeline.paper import install_line, missing
from athanor.pipeline.progress import Progress
from athanor.pipeline.provenance import UnknownMaker, provenance
from athanor.results import write_text


class Part(NamedTuple):
    """Hold what a part of the study makes, as its rules file enters it in PARTS."""

    title: str
    figures: dict  # figure -> the result files it reads
    expanded: list  # the result files of its rules that have wildcards


# Jobs find athanor and snakemake beside the Python that runs this, whether or not its environment is active.
os.environ.update(PATH=os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]))

PARTS = {}
# Snakemake has taken these from the command line before it reads the Snakefile.
CONFIG_FILE = os.path.relpath([*workflow.config_settings.configfiles, "config.yaml"][0])
OVERRIDDEN = bool(workflow.config_settings.config) or len(workflow.config_settings.configfiles) > 1
MISSING_TEX = missing()  # programs
GENERATED_TEX = ["numbers", "claims", "hyperparameters", "run", "sections"]
ALL_CORES = (
    workflow.resource_settings.cores or 1
)  # an experiment that measures time has the machine to itself


def refuse(message):
    """End with one line and without a trace: the log that Snakemake has already begun goes too."""
    print(f"athanor: {message}", file=sys.stderr)
    for handler in [handler for handler in logger.handlers if hasattr(handler, "baseFilename")]:
        logger.removeHandler(handler)
        handler.close()
        with contextlib.suppress(OSError):
            os.remove(handler.baseFilename)
            os.removedirs(os.path.dirname(handler.baseFilename))
    raise SystemExit(1)


def load_config(path, name):
    """Return the configuration in a file, or end with the one line that says what is wrong in it."""
    try:
        return configuration.load(path)
    except configuration.ConfigError as error:
        refuse(str(error).replace(str(path), name))


def given_values():
    """Return what --config gives, read as YAML: Snakemake leaves the numbers inside a mapping as text."""
    pairs = (text.partition("=") for text in workflow.config_settings.config_args or ())
    return {key: yaml.safe_load(value) for key, _, value in pairs}


def overridden_config(values):
    """Return the configuration with what --config or further config files change."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(values, default=str))
        file.flush()
        return load_config(file.name, "--config")


def check_schema(values):
    """Hold the values against the JSON schema, as an editor does; the models above have said it more clearly."""
    validate(
        json.loads(json.dumps(values, default=str)),
        str(Path(workflow.basedir, "workflow", "schemas", "config.schema.json")),
        set_default=False,
    )


def made_by(maker):
    """Return the digests of code and configuration that decide whether what `maker` made is stale."""
    try:
        return provenance(maker, STUDY).params
    except UnknownMaker as error:
        refuse(error)


def experiment(name, **tracked):
    """Return the params of the rule of an experiment, from which RUN builds its command.

    `tracked` names inputs that are files of the checkout: they count by content, not by time.
    """
    params = {
        "experiment": name,
        "out": lambda wildcards, output: os.path.dirname(output[0]),
        "inputs": lambda wildcards, input: options("input", {**dict(input.items()), **tracked}),
        "conditions": lambda wildcards: options("condition", wildcards),
        **made_by(name),
    }
    return {**params, "tracked": digest_of(tracked.values())} if tracked else params


def options(option, named):
    """Return named values as options of the command line; a list repeats the option."""
    pairs = [(name, [values] if isinstance(values, str) else values) for name, values in named.items()]
    return shlex.join(f"--{option}={name}={value}" for name, values in pairs for value in values)


def digest_of(paths):
    """Return the digest of tracked files: as inputs, the times of a checkout would make them look new."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path} {hashlib.sha256(Path(path).read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def all_results():
    """Return every result file of the experiments: the outputs of the rules that are named after a part."""
    ours = filter(lambda one: one.name.startswith(tuple(PARTS)) and not one.has_wildcards(), workflow.rules)
    return [*chain(*(one.output for one in ours)), *chain(*(part.expanded for part in PARTS.values()))]


def all_figures():
    """Return the title of the part, the name, and the result files read of every figure."""
    return [(part.title, name, read) for part in PARTS.values() for name, read in part.figures.items()]


def figure_files(kind):
    return [RESULTS / "figures" / f"{name}.{kind}" for _, name, _ in all_figures()]


def summaries():
    return [RESULTS / name / "summary.csv" for name in PARTS]


def table(part, name, label):
    """Return a table of a part as an output that the HTML report shows, with the caption of the same name."""
    return report(
        RESULTS / part / f"{name}.csv",
        caption=f"../report/{name}.rst",
        category="Tables",
        subcategory=PARTS[part].title,
        labels={"table": label},
    )


def tex_sources():
    return [path for path in Path("paper").rglob("*") if path.suffix in (".tex", ".bib", ".sty")]


@cache
def without_paper():
    """Say, below everything Snakemake still prints, that the paper is left out."""
    line = f"athanor: {RESULTS}/paper.pdf was not made: TeX is missing ({', '.join(MISSING_TEX)} not found)"
    atexit.register(print, f"{line}; to install it: {install_line()}", file=sys.stderr)
    return []


def figures_of_paper(wildcards):
    """Return the figures of the paper, or end with one line where there is no TeX to build it."""
    if MISSING_TEX:
        refuse(
            f"{RESULTS}/paper.pdf needs TeX ({', '.join(MISSING_TEX)} not found); to install it: {install_line()}"
        )
    return figure_files("pdf")


def start_run():
    """Take the results folder for this run, keep what the command line changed, and follow the progress."""
    try:
        lock.acquire(RESULTS)
    except lock.LockError as error:
        refuse(error)
    for part in RESULTS.rglob(".*.part"):  # of a job that was killed while it wrote
        part.unlink()
    if OVERRIDDEN:
        write_text(Path(JOB_CONFIG), json.dumps(config, default=str, indent=2) + "\n")
    logger.addHandler(Progress(workflow.dag, eta.history(RESULTS), ALL_CORES, Quietness.PROGRESS))
