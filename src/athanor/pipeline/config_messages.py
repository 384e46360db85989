"""Put an error of pydantic into one line: key, value, what is allowed."""

import difflib
import json
import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

TYPES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text",
    "tuple": "a list",
    "list": "a list",
    "model": "a mapping of keys to values",
    "date": "a date such as 2026-11-20",
}
BOUNDS = {
    "greater_than_equal": "at least",
    "greater_than": "more than",
    "less_than_equal": "at most",
    "less_than": "less than",
}


def describe(error: ErrorDetails, model: type[BaseModel]) -> str:
    """Return one line for an error of pydantic: key, value, what is allowed."""
    key = _key(error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(error["loc"], model)
    if kind == "value_error":
        return _own_message(key, error)
    if kind == "missing":
        return _missing(error)
    return (
        f"{key} is {_shown(error['input'])}, must be {_allowed(kind, context, error['input'], error['msg'])}"
    )


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return json.dumps(value) if isinstance(value, str | bool) or value is None else str(value)


def _missing(error: ErrorDetails) -> str:
    *owner, last = error["loc"]
    if isinstance(last, int):
        return f"{_key(tuple(owner))} is {_shown(error['input'])}, must be longer"
    return f"{_key(error['loc'])} is not given, must be given"


def _allowed(kind: str, context: Mapping[str, Any], value: Any, message: str) -> str:
    if kind in BOUNDS:
        return f"{BOUNDS[kind]} {next(iter(context.values()))}"
    if kind in ("literal_error", "enum"):
        names = re.findall(r"'([^']*)'", context["expected"])
        return f"one of {context['expected']}" + _did_you_mean(value, names)
    if kind in ("too_short", "too_long"):
        lengths = {"too_short": ("at least", "min_length"), "too_long": ("at most", "max_length")}
        word, name = lengths[kind]
        return f"a list of {word} {context[name]}"
    expected = next((text for name, text in TYPES.items() if kind.startswith(name)), None)
    if expected is None:
        return f"valid ({message[0].lower()}{message[1:]})"
    return expected + _number_hint(expected, value)


def _number_hint(expected: str, value: Any) -> str:
    """Say how YAML wants a number that it read as text: 1e-3 lacks the point that YAML 1.1 asks for."""
    if "number" not in expected or not isinstance(value, str):
        return ""
    try:
        return f", written {int(value) if 'whole' in expected else float(value)}"
    except ValueError:
        return ""


def _own_message(key: str, error: ErrorDetails) -> str:
    """Join a validator's message to its key: a model names the field inside, a field names only what is allowed."""
    message = str(error["ctx"]["error"]) if "ctx" in error else error["msg"]
    if isinstance(error["input"], Mapping):
        return f"{key}.{message}" if key else message
    value = str(error["input"])
    return f"{key} is {value if value.isprintable() else _shown(value)}, {message}"


def _unknown(location: tuple[int | str, ...], model: type[BaseModel]) -> str:
    owner: Any = model
    for name in location[:-1]:
        # What is in a list is of the type that a tuple's annotation names first.
        owner = get_args(owner)[0] if isinstance(name, int) else owner.model_fields[name].annotation
    allowed = list(owner.model_fields)
    return f"{_key(location)} is not a known key{_did_you_mean(location[-1], allowed)}; allowed: {', '.join(allowed)}"


def _did_you_mean(given: Any, allowed: list[str]) -> str:
    close = difflib.get_close_matches(str(given), allowed, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _key(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in location)
    return text.removeprefix(".")
