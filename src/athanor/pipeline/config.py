"""Load config.yaml: every number of the study, checked before anything runs.

The root model is composed from each `athanor.experiments.<part>.config`; nothing here imports JAX.
"""

import datetime
import hashlib
import importlib
import importlib.util
import json
import math
import os
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import to_jsonable_python

import athanor.experiments
from athanor.experiments.config import Statistics, narrowed
from athanor.pipeline.config_messages import describe
from athanor.plain_yaml import parsed

# What a checkout holds itself: a run writes and deletes in its results folder.
OF_CHECKOUT = frozenset(
    {".cache", ".ci", ".git", ".gitattributes", ".github", ".gitignore", ".snakemake", ".venv", "dist"}
    | {"CITATION.cff", "LICENSE", "Makefile", "README.md", "Snakefile", "config.yaml", "environment.yml"}
    | {"examples", "figures", "findings", "notebooks", "paper", "profiles", "pyproject.toml", "reference"}
    | {"requirements.lock", "src", "tests", "workflow"}
)
LONGEST_NAME = 200  # characters; file systems take 255 bytes, and names of results are made longer while they are written


class ConfigError(Exception):
    """Say in one line which key of the configuration is wrong, its value, and what is allowed."""


def _folder(value: str) -> str:
    """Return the value if no shell, program or file system can take it for anything but a folder's name."""
    if re.fullmatch(r"[A-Za-z0-9._/][A-Za-z0-9._/-]*", value) is None:
        raise ValueError("must be a folder's name of letters, digits, '.', '_', '-' and '/', such as results")
    places = (os.path.relpath(value), os.path.relpath(os.path.realpath(value), os.path.realpath(".")))
    if not Path(value).name or ".." in Path(value).parts or any(map(_of_checkout, places)):
        raise ValueError("must be a folder of its own, such as results")
    if os.path.islink(value) and not os.path.exists(value):
        raise ValueError(f"is a link to {os.readlink(value)}, which must be there")
    if max(map(len, Path(value).parts)) > LONGEST_NAME:
        raise ValueError(f"must have names of at most {LONGEST_NAME} characters")
    return value


def _of_checkout(place: str) -> bool:
    """Return whether a place, given from the checkout, is the checkout, holds it, or is something of it."""
    parts = Path(place).parts
    return set(parts) <= {".."} or parts[0] in OF_CHECKOUT


def _words(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9 ]{0,40}", value) is None:
        raise ValueError("must be at most 40 letters, digits and spaces, such as preview")
    return value


class Config(BaseModel):
    """Every number of the study."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    results: Annotated[str, AfterValidator(_folder)] = Field(
        "results", description="folder of everything generated"
    )
    date: datetime.date = Field(
        datetime.date(2026, 11, 20), description="date of the paper, and of every file that carries one"
    )
    mark: Annotated[str, AfterValidator(_words)] = Field(
        "", description="words at the head of every page of the paper, such as preview; by default none"
    )
    seed: int = Field(
        20261120, ge=0, lt=2**32, description="every random number of the study derives from it"
    )

    statistics: Statistics = Statistics()

    @property
    def epoch(self) -> int:
        """Return midnight (UTC) of the date in seconds, which is what SOURCE_DATE_EPOCH takes."""
        midnight = datetime.datetime.combine(self.date, datetime.time(), tzinfo=datetime.UTC)
        return int(midnight.timestamp())

    @property
    def folder(self) -> Path:
        """Return the results folder."""
        return Path(self.results)


@cache
def parts() -> tuple[str, ...]:
    """Return the parts of the study, those packages of athanor.experiments that have a config module."""
    packages = sorted(info.name for info in pkgutil.iter_modules(athanor.experiments.__path__) if info.ispkg)
    return tuple(name for name in packages if importlib.util.find_spec(f"athanor.experiments.{name}.config"))


@cache
def model() -> type[Config]:
    """Return the model of the whole file: the fields above and one a part."""
    fields: dict[str, Any] = {name: _part_field(name) for name in parts()}
    composed: type[Config] = create_model("Config", __base__=Config, __doc__=Config.__doc__, **fields)
    return composed


def _part_field(part: str) -> tuple[Any, Any]:
    module = importlib.import_module(f"athanor.experiments.{part}.config")
    part_model = getattr(module, "".join(word.title() for word in part.split("_")) + "Config")
    description = (part_model.__doc__ or "").strip()
    return part_model, Field(default_factory=part_model, description=description)


def schema() -> str:
    """Return the JSON schema of config.yaml."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}  # Snakemake does not guess it
    return json.dumps(dialect | model().model_json_schema(), indent=2) + "\n"


def load(path: Path | str) -> Config:
    """Return the configuration in a YAML file, or raise ConfigError."""
    path = Path(path)
    try:
        data = _parse(path)
        _refuse_infinite(data)
        # JSON's strict mode takes lists for tuples and texts for dates, but no text for a number.
        return model().model_validate_json(_json(data), strict=True)
    except ValidationError as error:
        raise ConfigError(f"{path}: {describe(error.errors()[0], model())}") from None
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None
    except RecursionError:
        raise ConfigError(f"{path}: an alias refers to itself, must be plain values") from None


def config_digest(sections: Mapping[str, Any]) -> str:
    """Return the SHA-256 of sections, by value."""
    return hashlib.sha256(json.dumps(to_jsonable_python(sections), sort_keys=True).encode()).hexdigest()


def taken(
    config: Config, part: str | None, names: tuple[str, ...], given: Mapping[str, str | int]
) -> dict[str, Any]:
    """Return the named sections of a part, as far as they are of the given conditions: what is handed on and digested.

    A name that the part does not have is a key of the whole file.
    """
    owner = getattr(config, part) if part is not None else config
    return {
        name: narrowed(getattr(owner if name in type(owner).model_fields else config, name), given)
        for name in names
    }


def _parse(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError("is not text in UTF-8") from None
    except OSError as error:
        raise ValueError((error.strerror or "cannot be read").lower()) from None
    data = parsed(text)
    if not isinstance(data, dict):
        raise ValueError("must be a mapping of keys to values, such as seed: 1")
    return data


def _json(data: dict[str, Any]) -> str:
    try:
        return json.dumps(data)
    except TypeError:  # a set, bytes
        raise ValueError("a value has a tag of YAML, must be plain values") from None


def _leaves(data: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, f"{name}.{key}" if name else str(key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _leaves(value, f"{name}[{index}]")
    else:
        yield name, data


def _refuse_infinite(data: Any) -> None:
    for name, value in _leaves(data):
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name} is {value}, must be a finite number")
