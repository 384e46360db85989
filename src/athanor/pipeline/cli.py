"""The command line: `athanor run`, `figure`, `claims`, `tex`, `paper`, `status`, `verify`, `doctor`, `check`, `schema`.

A mistake of the user gives exactly one line on stderr and exit code 1.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from athanor.pipeline import config as config_module
from athanor.pipeline.config import Config, ConfigError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
    except _mistakes() as error:
        print(f"athanor: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("athanor: interrupted; nothing was written", file=sys.stderr)
        return 130
    return code


def _mistakes() -> tuple[type[Exception], ...]:
    """Return the errors that a user can cause; collected late, since not every subcommand loads them."""
    from athanor.pipeline.arguments import RunError
    from athanor.pipeline.lock import LockError
    from athanor.pipeline.provenance import UnknownMaker
    from athanor.pipeline.signature import UnknownExperiment
    from athanor.reporting import ReportingError
    from athanor.results import ResultError

    return ConfigError, RunError, LockError, UnknownMaker, UnknownExperiment, ReportingError, ResultError


def _config(options: argparse.Namespace) -> Config:
    return config_module.load(options.config)


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


def _check(options: argparse.Namespace) -> int:
    _config(options)
    return 0


def _schema(options: argparse.Namespace) -> int:
    print(config_module.schema(), end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="athanor", description="Steps of the study; Snakemake calls them.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: object, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=function)
        if name != "schema":
            sub.add_argument("--config", type=Path, default=Path("config.yaml"), help="default: config.yaml")
        return sub

    run = command("run", _run, "run an experiment and write its results")
    run.add_argument("experiment", help="id, such as simple_alchemy.exact")
    run.add_argument("--out", type=Path, required=True, help="folder to write to")
    run.add_argument("--input", action="append", default=[], metavar="NAME=PATH")
    run.add_argument("--condition", action="append", default=[], metavar="NAME=VALUE")
    figure = command("figure", _figure, "run a figure script and write PDF and PNG")
    figure.add_argument("script", type=Path)
    figure.add_argument("--out", type=Path, required=True, help="folder to write to")
    figure.add_argument("--input", action="append", default=[], type=Path, metavar="PATH")
    command("check", _check, "check the configuration")
    command("schema", _schema, "print the JSON schema of the configuration")
    return parser


if __name__ == "__main__":
    sys.exit(main())
