"""Match the conditions and inputs given on the command line with what an experiment takes."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from athanor import results
from athanor.experiments.job import Conditions
from athanor.pipeline.signature import Signature


class RunError(Exception):
    """Say in one line what is wrong with a request to run something."""


Inputs = dict[str, Path | tuple[Path, ...]]


def conditions(found: Signature, given: Sequence[str]) -> dict[str, str | int]:
    """Return the conditions by name, or raise RunError."""
    texts = _pairs("condition", given, found.conditions)
    for name in found.conditions:
        if name not in texts:
            raise RunError(f"{found.experiment} needs --condition {name}=…")
    _refuse_repeated("condition", texts)
    return {name: _value(name, texts[name][0], kind) for name, kind in found.conditions.items()}


def check_conditions(experiment: str, given: Conditions, known: Sequence[Conditions]) -> None:
    """Raise RunError unless the configuration has a job of an experiment under these conditions."""
    if given in known:
        return
    for name, value in given.items():
        values = list(dict.fromkeys(one[name] for one in known))
        if value not in values:
            allowed = (
                f"one of {', '.join(map(str, values))}" if values else "left: the configuration has none"
            )
            raise RunError(f"condition {name} is {value}, must be {allowed}")
    together = ", ".join(f"{name}={value}" for name, value in given.items())
    raise RunError(f"the configuration has no job of {experiment} under {together} together")


def _refuse_repeated(what: str, texts: Mapping[str, Sequence[str]]) -> None:
    for name, given in texts.items():
        if len(given) > 1:
            raise RunError(f"{what} {name} is given {len(given)} times, must be once")


def _value(name: str, text: str, kind: type) -> str | int:
    if kind is str:
        return text
    try:
        return int(text)
    except ValueError:
        raise RunError(f"condition {name} is {text}, must be a whole number") from None


def inputs(found: Signature, given: Sequence[str], folder: Path) -> Inputs:
    """Return the input files by name, each present and what its manifest says, or raise RunError or ResultError."""
    texts = _pairs("input", given, [*found.inputs, *found.input_lists])
    for name in found.inputs:  # a list may be empty
        if name not in texts:
            raise RunError(f"{found.experiment} needs --input {name}=…")
    _refuse_repeated("input", {name: texts[name] for name in found.inputs})
    chosen: Inputs = {name: Path(texts[name][0]) for name in found.inputs}
    chosen |= {name: tuple(Path(text) for text in texts.get(name, [])) for name in found.input_lists}
    for path in flat(chosen.values()):
        check_input(path, folder)
    return chosen


def check_input(path: Path, folder: Path) -> None:
    """Refuse an input that is missing or, inside the results folder, is not what its manifest says."""
    if not path.is_file():
        raise RunError(f"{path}: input does not exist")
    if path.resolve().is_relative_to(folder.resolve()):
        results.check(path)


def flat(values: Iterable[Path | tuple[Path, ...]]) -> list[Path]:
    """Return all input files in one list."""
    return [path for value in values for path in (value if isinstance(value, tuple) else (value,))]


def _pairs(what: str, given: Sequence[str], allowed: Iterable[str]) -> dict[str, list[str]]:
    names = list(allowed)
    texts: dict[str, list[str]] = {}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not equals or not text:
            raise RunError(f"--{what} {pair} must be name=value")
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"; did you mean {close[0]}?" if close else f"; allowed: {', '.join(names) or 'none'}"
            raise RunError(f"{name} is not a known {what}{hint}")
        texts.setdefault(name, []).append(text)
    return texts
