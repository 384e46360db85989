"""Read what an experiment needs from its source, without importing it (and so without JAX)."""

import ast
import difflib
import pkgutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import athanor.experiments
from athanor.pipeline import config as config_module


class UnknownExperiment(Exception):
    """Say in one line that there is no such experiment."""


@dataclass(frozen=True)
class Signature:
    """Hold the parameters of an experiment's `run` by role."""

    experiment: str
    sections: tuple[str, ...]  # config sections, in the order of the signature
    key: bool  # whether it draws random numbers
    inputs: tuple[str, ...]  # one file each
    input_lists: tuple[str, ...]  # several files each
    conditions: dict[str, type]  # name -> str or int
    measures_time: bool

    @property
    def part(self) -> str:
        """Return the part of the study, which is the first half of the id."""
        return self.experiment.partition(".")[0]


def experiments() -> tuple[str, ...]:
    """Return the ids of all experiments: the modules of each part that define `run`."""
    return tuple(
        f"{part}.{info.name}"
        for part in config_module.parts()
        for info in pkgutil.iter_modules([str(Path(athanor.experiments.__path__[0]) / part)])
        if not info.ispkg and _run_of(_tree(source(f"{part}.{info.name}"))) is not None
    )


def source(experiment: str) -> Path:
    """Return the file of an experiment."""
    return Path(athanor.experiments.__path__[0], *experiment.split(".")).with_suffix(".py")


def sections(experiment: str) -> tuple[str, ...]:
    """Return what an experiment depends on in the configuration; "seed" stands for its key."""
    found = signature(experiment)
    return (*found.sections, "seed") if found.key else found.sections


def signature(experiment: str) -> Signature:
    """Return the signature of an experiment, or raise UnknownExperiment."""
    path = source(experiment)
    if experiment.count(".") != 1 or not path.is_file() or _run_of(_tree(path)) is None:
        known = experiments()
        close = difflib.get_close_matches(experiment, known, n=1, cutoff=0.4)
        hint = f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"
        raise UnknownExperiment(f"{experiment} is not an experiment{hint}")
    tree = _tree(path)
    run = _run_of(tree)
    assert run is not None
    fields = set(config_module.model().model_fields[experiment.partition(".")[0]].annotation.model_fields)  # type: ignore[union-attr]
    return _sorted_by_role(experiment, [*run.args.args, *run.args.kwonlyargs], fields, _measures_time(tree))


def _sorted_by_role(experiment: str, parameters: list[ast.arg], fields: set[str], timing: bool) -> Signature:
    chosen, inputs, lists, conditions, key = [], [], [], {}, False
    for parameter in parameters:
        name, annotation = parameter.arg, ast.unparse(parameter.annotation) if parameter.annotation else ""
        if name == "key":
            key = True
        elif name in fields:
            chosen.append(name)
        elif annotation in ("Path", "pathlib.Path"):
            inputs.append(name)
        elif annotation in ("tuple[Path, ...]", "tuple[pathlib.Path, ...]"):
            lists.append(name)
        elif annotation in ("str", "int"):
            conditions[name] = {"str": str, "int": int}[annotation]
        else:
            raise UnknownExperiment(
                f"{experiment}: parameter {name} of run() is neither a section nor key, Path, str or int"
            )
    return Signature(experiment, tuple(chosen), key, tuple(inputs), tuple(lists), conditions, timing)


def _tree(path: Path) -> ast.Module:
    return _parsed(path.read_text(encoding="utf-8"))


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _run_of(tree: ast.Module) -> ast.FunctionDef | None:
    return next(
        (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "run"), None
    )


def _measures_time(tree: ast.Module) -> bool:
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MEASURES_TIME"
    ]
    return bool(values) and bool(ast.literal_eval(values[-1]))
