"""Read what an experiment needs from its source, without importing it (and so without JAX)."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import athanor.experiments
from athanor.pipeline import config as config_module

DRAWS = ("key", "rng")


class UnknownExperiment(Exception):
    """Say in one line that there is no such experiment."""


@dataclass(frozen=True)
class Signature:
    """Hold the parameters of an experiment's `run` by role."""

    experiment: str
    sections: tuple[str, ...]  # config sections, in the order of the signature
    draws: tuple[str, ...]  # what its random numbers come from: key (of JAX), rng (a NumPy generator)
    inputs: tuple[str, ...]  # one file each
    input_lists: tuple[str, ...]  # several files each
    conditions: dict[str, type]  # name -> str or int
    title: str  # what it does, in its module's own words

    @property
    def part(self) -> str:
        """Return the part of the study, which comes first in the id."""
        return self.experiment.partition(".")[0]


def source(experiment: str) -> Path:
    """Return the file of an experiment."""
    return Path(athanor.experiments.__path__[0], *experiment.split(".")).with_suffix(".py")


def sections(experiment: str) -> tuple[str, ...]:
    """Return what an experiment depends on in the configuration; "seed" stands for its random numbers."""
    found = signature(experiment)
    return (*found.sections, "seed") if found.draws else found.sections


@cache
def signature(experiment: str) -> Signature:
    """Return the signature of an experiment, read once a process, or raise UnknownExperiment."""
    path = source(experiment)
    known_name = re.fullmatch(r"\w+(\.\w+){1,2}", experiment) is not None
    if not known_name or not path.is_file() or _run_of(_tree(path)) is None:
        raise UnknownExperiment(
            f"{experiment} is not an experiment: no module of that name has a function run"
        )
    tree = _tree(path)
    run = _run_of(tree)
    assert run is not None
    parameters = [*run.args.args, *run.args.kwonlyargs]
    return _sorted_by_role(experiment, parameters, _sections_of(experiment.partition(".")[0]), _title(tree))


def _sections_of(part: str) -> set[str]:
    """Return the sections of a part, and those of the whole file that every part may take."""
    fields = config_module.model().model_fields
    own: Any = fields[part].annotation
    common = {name for name, field in fields.items() if name not in config_module.parts()}
    return {*own.model_fields, *common}


def _sorted_by_role(experiment: str, parameters: list[ast.arg], fields: set[str], title: str) -> Signature:
    chosen, draws, inputs, lists, conditions = [], [], [], [], {}
    for parameter in parameters:
        name, annotation = parameter.arg, ast.unparse(parameter.annotation) if parameter.annotation else ""
        if name in DRAWS:
            draws.append(name)
        elif annotation in ("Path", "pathlib.Path"):
            inputs.append(name)
        elif annotation in ("tuple[Path, ...]", "tuple[pathlib.Path, ...]"):
            lists.append(name)
        elif name in fields and annotation in ("str", "int"):
            raise UnknownExperiment(
                f"{experiment}: condition {name} of run() must not be called as a section is"
            )
        elif name in fields:
            chosen.append(name)
        elif annotation in ("str", "int"):
            conditions[name] = {"str": str, "int": int}[annotation]
        else:
            raise UnknownExperiment(
                f"{experiment}: parameter {name} of run() is neither a section nor key, rng, Path, str or int"
            )
    return Signature(experiment, tuple(chosen), tuple(draws), tuple(inputs), tuple(lists), conditions, title)


def _tree(path: Path) -> ast.Module:
    return _parsed(path.read_text(encoding="utf-8"))


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _run_of(tree: ast.Module) -> ast.FunctionDef | None:
    return next(
        (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "run"), None
    )


def _title(tree: ast.Module) -> str:
    """Return the first sentence of a module's docstring, without its full stop."""
    text = " ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split())
    return re.split(r"[.:](?:\s|$)", text)[0]
