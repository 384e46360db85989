"""The command line, `athanor COMMAND`: the steps of the study, and what tells of them.

Steps: `run`, `figure`, `claims`, `tex`, `paper`. Checks: `status`, `verify`, `doctor`, `check`, `schema`. `costs` prints
what a finished run cost by rule and part, its critical path, and the wall time to expect on other numbers of cores.
`score` places an agent of your own on the yardstick.

A mistake of the user gives exactly one line on stderr and exit code 1.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from athanor import known_environment

if TYPE_CHECKING:
    from athanor.pipeline.config import Config

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit code."""
    outside = None
    try:
        start = _enter() if arguments is None else Path()
    except known_environment.NoCheckout as error:
        start, outside = Path(), error
    except known_environment.StartError as error:
        return _refuse(error)
    options = _parser(start).parse_args(arguments)
    if outside is not None and options.command not in (_schema, _score):
        return _refuse(outside)
    from athanor.pipeline.config import ConfigError

    try:
        code: int = options.command(options)
    except ConfigError as error:
        return _refuse(error)
    except _mistakes() as error:
        return _refuse(error)
    except KeyboardInterrupt:
        print("athanor: interrupted; nothing was written", file=sys.stderr)
        return 130
    return code


def _enter() -> Path:
    """Go to the checkout's folder, in its known environment, and return where in it this process was started."""
    root = known_environment.enter()
    start = Path.cwd().relative_to(root)
    os.chdir(root)
    return start


def _refuse(error: Exception) -> int:
    print(f"athanor: {' '.join(str(error).split())}", file=sys.stderr)
    return 1


def _mistakes() -> tuple[type[Exception], ...]:
    """Return the other errors that a user can cause; collected late, since loading them takes half a second."""
    from athanor.pipeline.arguments import RunError
    from athanor.pipeline.costs import CostsError
    from athanor.pipeline.lock import LockError
    from athanor.pipeline.provenance import UnknownMaker
    from athanor.pipeline.signature import UnknownExperiment
    from athanor.reporting import ReportingError
    from athanor.results import ResultError

    return CostsError, RunError, LockError, UnknownMaker, UnknownExperiment, ReportingError, ResultError


def _config(options: argparse.Namespace) -> "Config":
    from athanor.pipeline.config import load

    return load(options.config)


def _run(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import runner

    runner.run(runner.Request(options.experiment, options.out, options.input, options.condition), config)
    return 0


def _figure(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import figures

    figures.run(options.script, options.input, options.out, config)
    return 0


def _claims(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import steps

    steps.claims(config, options.claims, options.estimates, options.out)
    return 0


def _tex(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import steps

    steps.tex(config, (options.claims, options.readings), options.estimates, options.manifest, options.out)
    return 0


def _paper(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import steps

    steps.paper(config, options.paper, options.tex, options.figures, options.out)
    return 0


def _status(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import status

    return status.main(config)


def _verify(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import verify

    if options.sample:
        return verify.sample(config, options.config, options.sample, options.seconds)
    return verify.main(config, options.expected)


def _archive(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import archive

    return _write(options.out, archive.build(config))


def _arxiv(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import archive, arxiv
    from athanor.pipeline import paper as step

    archive.require_finished(config)
    inputs = step.declared(Path("paper"), config.folder / "paper", config.folder / "figures")
    return _write(options.out, arxiv.build(inputs, config.epoch))


def _write(path: Path, content: bytes) -> int:
    from athanor import results

    results.replace_file(path, content)
    print(f"{path}: {len(content):,} bytes")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from athanor.pipeline import doctor

    return doctor.main(options.config)


def _costs(options: argparse.Namespace) -> int:
    config = _config(options)
    from athanor.pipeline import costs

    return costs.main(config, Path("figures"), options.cores, options.csv)


def _check(options: argparse.Namespace) -> int:
    _config(options)
    return 0


def _schema(options: argparse.Namespace) -> int:
    from athanor.pipeline.config import schema

    print(schema(), end="")
    return 0


def _score(options: argparse.Namespace) -> int:
    from athanor.pipeline import process, score

    process.set_up_process()
    chosen = (options.family, options.setting, options.episodes, options.tasks, options.seed)
    print(score.score(score.Request(options.script, *chosen)))
    return 0


def _parser(start: Path) -> argparse.ArgumentParser:
    """Return the parser; paths that are given are relative to `start`."""

    def path(text: str) -> Path:
        return Path(os.path.normpath(start / text)) if start.parts else Path(text)

    def named_path(text: str) -> str:
        name, equals, value = text.partition("=")
        return f"{name}{equals}{path(value) if value else value}"

    parser = argparse.ArgumentParser(prog="athanor", description="Steps of the study; Snakemake calls them.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: Command, text: str) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=function)
        if name != "schema":
            sub.add_argument("--config", type=path, default=Path("config.yaml"), help="default: config.yaml")
        return sub

    run = command("run", _run, "run an experiment and write its results")
    run.add_argument("experiment", help="id, such as simple_alchemy.exact")
    _add_files(run, named_path, input="NAME=PATH")
    _add_files(run, str, condition="NAME=VALUE")
    figure = command("figure", _figure, "run a figure script and write PDF and PNG")
    figure.add_argument("script", type=path)
    _add_files(figure, path, input="PATH")
    claims = command("claims", _claims, "judge the claims: claims.csv, readings.csv and claims.html")
    _add_files(claims, path, estimates="PATH")
    tex = command("tex", _tex, "write numbers and tables as TeX")
    _add_files(tex, path, estimates="PATH", manifest="PATH")
    for sub in (claims, tex):
        sub.add_argument("--claims", type=path, required=True)
    tex.add_argument("--readings", type=path, required=True)
    paper = command("paper", _paper, "build the PDF")
    for name in ("--paper", "--tex", "--figures"):
        paper.add_argument(name, type=path, required=True, metavar="FOLDER")
    for sub in (run, figure, claims, tex):
        sub.add_argument("--out", type=path, required=True, help="folder to write to")
    paper.add_argument("--out", type=path, required=True, help="PDF to write")
    command("status", _status, "tell of each artefact whether it is fresh, and why not")
    verify = command("verify", _verify, "compare results with those expected and with their manifests")
    verify.add_argument("--expected", type=path, default=Path("reference/expected.csv"))
    verify.add_argument("--sample", type=_count, metavar="N", help="compute N results anew, drawn at random")
    verify.add_argument(
        "--seconds", type=float, default=30.0, metavar="S", help="of those that took at most S; default: 30"
    )
    for name, step, text in (
        ("archive", _archive, "pack source, results, paper and their description into one archive"),
        ("arxiv", _arxiv, "pack the paper's source as arXiv takes it, and build it from there"),
    ):
        sub = command(name, step, text)
        sub.add_argument("--out", type=path, default=Path("dist") / f"athanor-{name}.tar.gz", metavar="FILE")
    command("doctor", _doctor, "look for what is missing on this machine, and say what supplies it")
    costs = command("costs", _costs, "print what a finished run cost, and what it takes on other machines")
    costs.add_argument("--cores", type=_count, nargs="+", default=[1, 2, 16, 64, 256], metavar="N")
    costs.add_argument("--csv", type=path, metavar="FILE", help="write the expected CPU-seconds per rule")
    command("check", _check, "check the configuration")
    score = command(
        "score", _score, "place an agent of your own on the yardstick (see athanor.pipeline.score)"
    )
    score.add_argument("script", type=path, help="Python file with act(observation, reward, memory)")
    score.add_argument("--family", default="SimpleAlchemy", help="as in the id of its environment")
    score.add_argument("--setting", default="5x20", help="of the family, such as 5x10 of Bandit")
    score.add_argument("--episodes", type=int, default=1, help="on each task")
    score.add_argument("--tasks", type=int, default=200, help="tasks played")
    score.add_argument("--seed", type=int, default=0, help="of the tasks")
    command("schema", _schema, "print the JSON schema of the configuration")
    return parser


def _count(text: str) -> int:
    """Return a number of cores or jobs, at least one."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return int(text)


def _add_files(parser: argparse.ArgumentParser, kind: Callable[[str], object], **options: str) -> None:
    """Add options that take one value or more and may be repeated."""
    for name, metavar in options.items():
        parser.add_argument(f"--{name}", action="extend", nargs="+", default=[], type=kind, metavar=metavar)


if __name__ == "__main__":
    sys.exit(main())
