"""Mutants of source text: a comparison turned, a sign swapped, a constant moved, either/or exchanged. Pure.

A sample by package and seed, in a copy, with tests that start processes, is what is asked for: mutmut 3 keeps its
mutants behind trampolines in one process, and cosmic-ray wants a session of all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_TURNED: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_SWAPPED: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "//",
    ast.FloorDiv: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a file: the line it is in, as it was and as it is, and the whole text with it."""

    line: int
    before: str
    after: str
    text: str


def mutants(source: str) -> Iterator[Mutant]:
    """All of a file that are Python. Type hints, words of refusals and guards against authors are left alone."""
    tree = ast.parse(source)
    quiet = {id(node) for part in _quiet(tree) for node in ast.walk(part)}
    for node in ast.walk(tree):
        if id(node) in quiet:
            continue
        for start, end, new in _changes(node, source):
            text = source[:start] + new + source[end:]
            if not _is_python(text):
                continue
            number = source.count("\n", 0, start)
            yield Mutant(number + 1, source.split("\n")[number].strip(), text.split("\n")[number].strip(), text)


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _quiet(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        hint = getattr(node, "annotation", None) or getattr(node, "returns", None)
        if isinstance(hint, ast.expr):
            yield hint
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield node
        elif isinstance(node, ast.ClassDef):
            # that a value can't be changed is a guard against its authors: code that keeps to it runs the same without
            yield from node.keywords
            yield from node.decorator_list
        elif isinstance(node, ast.Raise):
            # words of a refusal are looked at by people
            yield node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
            # as with values that can't be changed: that what goes side by side is equally long
            yield from node.keywords


def _changes(node: ast.AST, source: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, new text), offsets into the source."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _TURNED:
            start, end = _end(left, source), _start(right, source)
            between = source[start:end]
            if "(" not in between and ")" not in between:
                yield start, end, f" {_TURNED[type(op)]} "
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SWAPPED and not _is_text(left, right):
            start, end = _end(left, source), _start(right, source)
            if source[start:end].strip() not in {"", "(", ")"} and not set(source[start:end]) & {"(", ")"}:
                yield start, end, f" {_SWAPPED[type(op)]} "
        case ast.BoolOp(op=op, values=[left, right]):
            start, end = _end(left, source), _start(right, source)
            if not set(source[start:end]) & {"(", ")"}:
                yield start, end, " and " if isinstance(op, ast.Or) else " or "
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield _start(node, source), _start(operand, source), ""
        case ast.Constant(value=bool() | int() as value):
            new = not value if isinstance(value, bool) else value + 1
            yield _start(node, source), _end(node, source), str(new)
        case ast.If(test=test):
            yield _start(test, source), _end(test, source), f"not ({source[_start(test, source) : _end(test, source)]})"


def _is_text(*nodes: ast.expr) -> bool:
    return any(isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str) for node in nodes)


def _start(node: ast.AST, source: str) -> int:
    return _offset(source, getattr(node, "lineno", 1), getattr(node, "col_offset", 0))


def _end(node: ast.AST, source: str) -> int:
    return _offset(source, getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0))


def _offset(source: str, line: int, column: int) -> int:
    lines = source.split("\n")
    # columns of the tree are bytes of UTF-8
    inside = len(lines[line - 1].encode()[:column].decode())
    return sum(len(each) + 1 for each in lines[: line - 1]) + inside
