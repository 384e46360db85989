"""Digest the code that a result depends on, by content: comments, formatting and docstrings do not count."""

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

PACKAGE = "athanor"


def module_digest(*modules: str, package: str = PACKAGE) -> str:
    """Return the SHA-256 over modules and all modules of ours that they import, transitively."""
    return _combined(closure(frozenset(modules), package), package)


def script_digest(script: Path, package: str = PACKAGE) -> str:
    """Return the SHA-256 over a script outside the package and all modules of ours that it imports."""
    source = script.read_text(encoding="utf-8")
    own = source_digest(source)
    ours = module_digest(*_imported(ast.parse(source), package), package=package)
    return hashlib.sha256(f"{own} {ours}".encode()).hexdigest()


@cache
def source_digest(source: str) -> str:
    """Return the SHA-256 of a Python source's syntax tree without its docstrings."""
    tree = ast.parse(source)
    for node in _blocks(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _strip_docstring(node)
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


@cache
def closure(modules: frozenset[str], package: str = PACKAGE) -> frozenset[str]:
    """Return modules, the packages that hold them, and what any of these import, transitively.

    Sections of the configuration are left out: they are data, whose values are digested by themselves.
    """
    graph = import_graph(package)
    found: set[str] = set()
    waiting = set(modules)
    while waiting:
        module = waiting.pop()
        found.add(module)
        reached = {*graph.find_modules_directly_imported_by(module)} | _parents(module)
        waiting |= {name for name in reached if not is_data(name)} - found
    return frozenset(found)


def is_data(module: str) -> bool:
    """Return whether a module holds sections of the configuration."""
    names = module.split(".")
    return names[1:2] == ["experiments"] and names[-1] == "config"


@cache
def import_graph(package: str = PACKAGE) -> grimp.ImportGraph:
    """Return the import graph of the package, built once a process."""
    return grimp.build_graph(package, cache_dir=None)


@cache
def _combined(modules: frozenset[str], package: str) -> str:
    """Return the digest over the sources of modules, by name."""
    digest = hashlib.sha256()
    for module in sorted(modules):
        source = _source(module, package).read_text(encoding="utf-8")
        digest.update(f"{module} {source_digest(source)}\n".encode())
    return digest.hexdigest()


def _source(module: str, package: str) -> Path:
    inside = Path(_folder(package), *module.split(".")[1:])
    file = inside.with_suffix(".py") if module != package else inside
    return file if file.is_file() else inside / "__init__.py"


@cache
def _folder(package: str) -> str:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.submodule_search_locations is not None
    return spec.submodule_search_locations[0]


def _parents(module: str) -> set[str]:
    names = module.split(".")
    return {".".join(names[:length]) for length in range(1, len(names))}


def _imported(tree: ast.Module, package: str) -> set[str]:
    """Return the modules of ours that a script imports; `from package import name` may name a module."""
    known = import_graph(package).modules
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found & known


def _blocks(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all that hold statements below it: no expression holds a docstring."""
    yield node
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        inner = getattr(node, name, ())
        for child in inner if isinstance(inner, list) else ():  # the body of a lambda is an expression
            yield from _blocks(child)


def _strip_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0] if node.body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        node.body = node.body[1:]
