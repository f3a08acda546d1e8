"""Values that a line for readers can hold: read from the source of all modules that the reader's side can reach.

A line is what is raised, or handed to one of `SAYING`; of a function in which that happens every f-string counts, since
lines are put together from pieces. tests/reader_values.toml is the closed list of what those values may be.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
LIST = ROOT / "tests" / "reader_values.toml"
# how lines leave: to the window's bar, to standard error, into a notice, into the place of an image
SAYING = frozenset(
    {"tell", "complain", "warn", "say", "write", "_line_out", "refuse", "refused", "told", "Notice", "Failed"}
    # what a drawing tool says, by way of the state
    | {"NotHere", "Measured"}
)
# where the reader's side begins
DOORS = (
    "storage.study.reader",
    "storage.files.window_lock",
    "storage.files.drives",
    "workstation.runtime.codes_only",
    "workstation.app.entering",
    "workstation.app.keys",
    "workstation.runtime.codes_only",
    "workstation.runtime.faults",
)
WINDOWS = ("workstation.ui.reader", "workstation.ui.shared")


def modules() -> tuple[str, ...]:
    """Every module of ours that the reader's side can reach, sorted."""
    graph = grimp.build_graph("workstation", "storage", "scoring", cache_dir=None)
    doors = {*DOORS, *(name for name in graph.modules if name.startswith(WINDOWS))}
    found = set(doors)
    for door in doors:
        found |= graph.find_upstream_modules(door)
    # an upgrade of an old study raises nothing of its own
    return tuple(sorted(name for name in found if not name.startswith("storage.migrations")))


def values() -> frozenset[tuple[str, str]]:
    """(module, expression) of every value in a line."""
    sources = {name: _source(name) for name in modules()}
    saying = SAYING | refusals(sources.values())
    return frozenset((name, found) for name, source in sources.items() for found in values_of(source, saying))


def refusals(sources: Iterable[str]) -> frozenset[str]:
    """The names of all classes that are refusals, whether they are raised at once or handed back to be raised."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    }
    found = {"RamrisError"}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return frozenset(found)


def values_of(source: str, saying: frozenset[str] = SAYING) -> Iterator[str]:
    """The expressions that a module's source puts into lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(_says(part, saying) for part in ast.walk(node)):
            for part in ast.walk(node):
                if isinstance(part, ast.FormattedValue):
                    yield ast.unparse(part.value)
        elif isinstance(node, ast.Call) and _says(node, saying):
            # a line that is no constant and no f-string: str(error), error.args, a name
            for argument in node.args:
                if isinstance(argument, ast.Call) and ast.unparse(argument.func) in {"str", "repr"}:
                    yield ast.unparse(argument)


def _says(node: ast.AST, saying: frozenset[str]) -> bool:
    if isinstance(node, ast.Raise):
        return isinstance(node.exc, ast.Call)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in saying
    return False


def _source(module: str) -> str:
    path = ROOT / f"{module.replace('.', '/')}.py"
    return (path if path.exists() else ROOT / module.replace(".", "/") / "__init__.py").read_text(encoding="utf-8")


@cache
def listed() -> dict[tuple[str, str], str]:
    """(module, expression) -> what it may be, by the closed list."""
    found: dict[tuple[str, str], str] = {}
    for name, kind in tomllib.loads(LIST.read_text(encoding="utf-8"))["kind"].items():
        for module, expressions in kind["values"].items():
            found |= dict.fromkeys(((module, expression) for expression in expressions), name)
    return found
