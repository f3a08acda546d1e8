"""Refusals of the program, read from its source, and the page that lists them for whoever looks at their words.

`python -m tests.refusals` writes docs/refusals.md.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.reader_messages import refusals

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "refusals.md"
PACKAGES = ("scoring", "storage", "workstation")
# `place.refuse(words)` of scoring.toml_file: the file and the place go before the words
AT_A_PLACE = "refuse"
# a refusal that is told what another one said, or a line that is made where the row says
HANDED_ON = "(handed on)"
HEAD = """# Refusals

Each line in which the program refuses something: what, which one, what would be right, what to do next. Written from
the source by `python -m tests.refusals`; a test fails when this page and the source differ. In braces stands what is
filled in.

"""


@dataclass(frozen=True, order=True)
class Refusal:
    """One place in the source: its module, the class of the refusal, and its text with what is filled in in braces."""

    module: str
    kind: str
    text: str


def found() -> tuple[Refusal, ...]:
    """All of them, by module."""
    sources = {_module(path): path.read_text(encoding="utf-8") for path in _files()}
    kinds = refusals(sources.values())
    return tuple(sorted({item for name, source in sources.items() for item in refusals_of(name, source, kinds)}))


def refusals_of(module: str, source: str, kinds: frozenset[str]) -> Iterator[Refusal]:
    """Those of one module: each call of a class that refuses, and each refusal at a place of a TOML file."""
    tree = ast.parse(source)
    names = _texts(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        kind = ast.unparse(node.func).rpartition(".")[2]
        if kind in kinds:
            yield from (Refusal(module, kind, text) for text in _said(node.args[0], names))
        elif kind == AT_A_PLACE and len(node.args) == 1:
            yield from (Refusal(module, "TomlRefused", f"{{place}}: {text}") for text in _said(node.args[0], names))


def page(listed: tuple[Refusal, ...]) -> str:
    """docs/refusals.md as Markdown, a table for each package."""
    parts = [HEAD]
    for package in PACKAGES:
        rows = [item for item in listed if item.module.split(".")[0] == package]
        parts += [f"## {package}/\n\n| where | refusal | words |\n|---|---|---|\n"]
        parts += [f"| `{item.module}` | {item.kind} | {_cell(item.text)} |\n" for item in rows]
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def _texts(tree: ast.AST) -> Mapping[str, list[ast.expr]]:
    """What is assigned to each name anywhere in the module: a line is often made before it is raised."""
    texts: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        for target in targets:
            if isinstance(target, ast.Name) and value is not None:
                texts.setdefault(target.id, []).append(value)
    return texts


def _said(node: ast.expr, names: Mapping[str, list[ast.expr]]) -> list[str]:
    """The text of an argument; of a name, of all texts that are assigned to it in the module."""
    match node:
        case ast.Constant(str(text)):
            return [text]
        case ast.JoinedStr(parts):
            return ["".join(_part(part) for part in parts)]
        case ast.Name(name) if name in names:
            said = [text for value in names[name] if isinstance(value, (ast.Constant, ast.JoinedStr, ast.IfExp))
                    for text in _said(value, {})]  # fmt: skip
            return said or [HANDED_ON]
        case ast.IfExp(_, one, other):
            return [*_said(one, names), *_said(other, names)]
        case _:
            return [HANDED_ON]


def _part(part: ast.expr) -> str:
    match part:
        case ast.Constant(text):
            return str(text)
        case ast.FormattedValue(value):
            return f"{{{ast.unparse(value)}}}"
        case _:
            return ""


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(found()), encoding="utf-8")
