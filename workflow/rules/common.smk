"""What the rules share: the checked configuration, staleness by content, the parts, the lock and the progress."""

import atexit
import contextlib
import hashlib
import json
import os
import runpy
import shlex
import sys
import tempfile
from functools import cache
from pathlib import Path

from snakemake.dag import DAG
from snakemake.logging import logger
from snakemake.settings.enums import Quietness
from snakemake.utils import update_config, validate

# This checkout's code runs, whatever is installed, and jobs start from the known environment.
runpy.run_path(str(Path(workflow.basedir, "src", "athanor", "known_environment.py")))["settle"](
    workflow.basedir
)

from athanor.pipeline import config as configuration
from athanor.known_environment import PLATFORM
from athanor.pipeline import eta, figure_inputs, graph, groups, lock, status, study
from athanor.pipeline.machine import LEAST_SPACE, memory_mb
from athanor.pipeline.paper import install_line, missing
from athanor.pipeline.progress import Progress
from athanor.pipeline.provenance import UnknownMaker, provenance
from athanor.plain_yaml import parsed
from athanor.results import ResultError, require_space, write_text

# Jobs find athanor and snakemake beside the Python that runs this, whether or not its environment is active.
os.environ.update(PATH=os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]))

# Snakemake has taken these from the command line before it reads the Snakefile.
CONFIG_FILE = os.path.relpath([*workflow.config_settings.configfiles, "config.yaml"][0])
OVERRIDDEN = bool(workflow.config_settings.config) or len(workflow.config_settings.configfiles) > 1
MISSING_TEX = missing()  # programs
GENERATED_TEX = ["numbers", "tables", "claims", "hyperparameters", "run", "sections"]
LIGHT_MINUTES = 5  # of a job that a cluster runs in a group
ALL_CORES = workflow.resource_settings.cores or 1
ON_DEVICE = os.environ.get(PLATFORM, "cpu") not in ("", "cpu")


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


# Snakemake keeps records even of a dry run, and for the eyes of their user alone.
if not os.access(".snakemake" if os.path.exists(".snakemake") else ".", os.W_OK | os.X_OK):
    refuse(f"{os.getcwd()} cannot be written; work in a copy of your own")


def load_config(path, name):
    """Return the configuration in a file, or end with the one line that says what is wrong in it."""
    try:
        return configuration.load(path)
    except configuration.ConfigError as error:
        refuse(str(error).replace(str(path), name))


def given_values():
    """Return what --config gives, read as YAML: Snakemake leaves the numbers inside a mapping as text."""
    values = {}
    for key, _, text in (pair.partition("=") for pair in workflow.config_settings.config_args or ()):
        try:
            values[key] = parsed(text)
            json.dumps(values, default=str)
        except (
            ValueError,
            RecursionError,
        ) as error:  # the latter, or a circle, where an alias refers to itself
            refuse(f"--config {key}: {error}")
    return values


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


@cache
def digests_of(maker, given):
    try:
        return provenance(maker, STUDY, dict(given)).params
    except UnknownMaker as error:
        refuse(error)


def made_by(maker):
    """Return the digests of code and configuration that decide whether what `maker` made is stale, by conditions.

    They are taken when a job asks for them: a process that runs one job of a cluster takes those of that job.
    """
    return {
        name: lambda wildcards, name=name: digests_of(maker, tuple(wildcards.items()))[name]
        for name in ("code", "config")
    }


def conditions(wildcards):
    """Return the conditions of a job, as options of the command line."""
    return options("condition", wildcards)


def options(option, named):
    """Return named values as options of the command line; a list repeats the option."""
    pairs = [(name, [values] if isinstance(values, str) else values) for name, values in named.items()]
    return shlex.join(f"--{option}={name}={value}" for name, values in pairs for value in values)


def digest_of(paths):
    """Return the digest of tracked files: as inputs, the times of a checkout would make them look new."""
    digest = hashlib.sha256()
    for path in sorted(map(str, paths)):
        digest.update(f"{path} {hashlib.sha256(Path(path).read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def cores_of(job):
    """Return the threads of a job: one that measures time has its machine to itself."""
    if not job.measures_time:
        return 1
    return lambda wildcards: 1 if workflow.non_local_exec else ALL_CORES  # a node's cores are not known here


def resources_of(job):
    """Return what a job needs, on a cluster too: a node of its own to measure time, a device if JAX shall use one."""
    taken = study.signature(job.experiment)
    needed = {"mem_mb": job.memory}
    needed |= {"slurm_extra": "--exclusive"} if job.measures_time else {}
    needed |= {"gpu": 1} if ON_DEVICE and "key" in taken.draws else {}
    return needed | runtime_of(job.rule)


def runtime_of(rule):
    """Return the minutes that a light job has: those of the jobs of a group add up."""
    return {"runtime": LIGHT_MINUTES} if rule in groups_of_rules() else {}


class JobRule:
    """What the rule of a job is made of; a job with conditions has functions of its wildcards."""

    def __init__(self, job):
        self.job = job
        self.names = study.names(job)
        taken = study.signature(job.experiment)
        tracked = [path for paths in self._taken({}).values() for path in paths if is_tracked(path)]
        self.inputs = {name: self._input(name) for name in (*taken.inputs, *taken.input_lists)}
        self.outputs = {f"out_{place}": self._output(file) for place, file in enumerate(job.outputs)}
        self.folder = RESULTS / os.path.dirname(study.pattern(job, "file"))
        self.record = study.record(job)
        self.title = ", ".join([taken.title, *(f"{name} {{wildcards.{name}}}" for name in self.names)])
        self.params = {
            "experiment": job.experiment,
            "out": (lambda wildcards, output: str(self.folder).format(**wildcards)),
            "inputs": lambda wildcards: options("input", self._taken(wildcards, everything=True)),
            "conditions": conditions,
            **made_by(job.experiment),
            **({"tracked": digest_of(tracked)} if tracked else {}),
        }

    def _taken(self, wildcards, everything=False):
        """Return the files taken by parameter, those of the results folder as paths of it."""
        found = study.inputs(self.job, dict(wildcards.items()), STUDY)
        return {
            name: [path if is_tracked(path) else str(RESULTS / path) for path in paths]
            for name, paths in found.items()
        }

    def _input(self, name):
        def files(wildcards):
            return [path for path in self._taken(wildcards)[name] if not is_tracked(path)]

        return files if self.names else files({})

    def _output(self, file):
        path = RESULTS / study.pattern(self.job, file)
        if file not in self.job.tables:
            return path
        return report(
            path,
            caption=f"../report/{self.job.part}/{Path(file).stem}.rst",
            category="Tables",
            subcategory=title_of(self.job.part),
            labels={"table": self.job.tables[file]},
        )


def is_tracked(path):
    return path.startswith(study.TRACKED)


def title_of(part):
    """Return a part's name as readers know it: what its section of the configuration says first."""
    return configuration.model().model_fields[part].description.partition(":")[0]


@cache
def made_files():
    """Return every result file of the study's jobs, relative to the results folder."""
    return study.all_files(STUDY)


@cache
def result_files():
    """Return every result file of the study's jobs."""
    return [RESULTS / path for path in made_files()]


def figure_scripts():
    return {path.stem: path for path in sorted(Path("figures").glob("*.py"))}


def read_by(script):
    """Return the function that gives the results that a figure's script says it reads."""

    def files(wildcards):
        try:
            return [RESULTS / path for path in figure_inputs.declared(script, made_files())]
        except figure_inputs.FigureError as error:
            refuse(error)

    return files


def figure_files(kind):
    return [RESULTS / "figures" / f"{name}.{kind}" for name in figure_scripts()]


def estimates():
    """Return the tables of estimates, which the claims and the paper are made from."""
    return [path for path in result_files() if path.parent.name == "estimates"]


@cache
def groups_of_rules():
    """Return the groups that a cluster runs together, by rule."""
    nodes = graph.nodes(STUDY, figure_scripts().values())
    return groups.groups(nodes, eta.measured(eta.MEASURED), {job.rule for job in study.jobs()})


def on_cluster(group):
    """Return what says the group of a job.

    A run on this machine has no groups. Its dry run would print them, and their commands in another order than they run.
    """
    return lambda wildcards: group if workflow.non_local_exec else None


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


def make_again(dag):
    """Force what `athanor status` finds wrong among the outputs of a graph, whatever Snakemake recorded of it."""
    outputs = {str(path) for job in dag.jobs for path in job.output}
    wrong = {path: problem for path, problem in status.wrong(STUDY).items() if path in outputs}
    for path in (path for path, problem in wrong.items() if problem == status.FOREIGN):
        print(f"athanor: {path}: does not match its manifest ({status.FOREIGN}); made again", file=sys.stderr)
    dag.forcefiles.update(wrong)


def limit_memory():
    """Let jobs on this machine ask for no more memory together than it has, unless the command line says how much."""
    plugin = workflow.executor_plugin
    if (
        plugin
        and not plugin.common_settings.non_local_exec
        and "mem_mb" not in workflow.resource_settings.resources
    ):
        workflow.register_resource("mem_mb", memory_mb())


def decide_by_content():
    """Let one function decide what is stale: Snakemake asks it where it looks for outputs that are incomplete."""
    look = DAG.check_incomplete

    async def check_incomplete(dag):
        await look(dag)
        if not dag.workflow.dag_settings.target_jobs:  # else it was decided on before, on another machine
            make_again(dag)
            limit_memory()

    DAG.check_incomplete = check_incomplete


def start_run():
    """Take the results folder for this run, keep what the command line changed, and follow the progress."""
    try:
        require_space(RESULTS, LEAST_SPACE)
        lock.acquire(RESULTS)
    except (ResultError, lock.LockError) as error:
        refuse(error)
    for part in RESULTS.rglob(".*.part"):  # of a job that was killed while it wrote
        part.unlink()
    if OVERRIDDEN:
        write_text(Path(JOB_CONFIG), json.dumps(config, default=str, indent=2) + "\n")
    logger.addHandler(Progress(workflow.dag, eta.Expectations.read(RESULTS), ALL_CORES, Quietness.PROGRESS))
    if not workflow.non_local_exec:
        # Its limit of jobs a second makes each look at ready jobs lead to another a second later: the more jobs are done, the
        # more looks. On a cluster the limit spares the queue, and stays.
        assert hasattr(workflow.scheduler, "job_rate_limiter"), "another Snakemake than the one locked"
        workflow.scheduler.job_rate_limiter = None
