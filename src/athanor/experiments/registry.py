"""Registries that are folders: each module is an entry by its name, and is imported when it is asked for alone.

A job names the modules that it asks for (see `athanor.experiments.job`), so that another entry leaves its results fresh.
"""

import importlib
import pkgutil
from collections.abc import Iterable
from typing import Any


def registered(folders: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the modules in a registry's folders, in their order; none is imported."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(folders)))


def entry(package: str, kind: str, name: str) -> Any:
    """Return what a module of a registry defines as, say, FAMILY; raise ValueError for an unknown one."""
    known = registered(importlib.import_module(package).__path__)
    if name not in known:
        raise ValueError(f"{kind} is {name!r}, must be one of {', '.join(known)}")
    return getattr(importlib.import_module(f"{package}.{name}"), kind.upper())
