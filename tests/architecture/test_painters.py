"""Each painter of Qt is made by a `with`: one that is still active when its paint fails takes the program down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

WORKSTATION = Path(__file__).parents[2] / "workstation"


def left_open(source: str) -> Iterator[str]:
    """The painters of a module that nothing ends when the drawing fails, as they are written."""
    tree = ast.parse(source)
    ended = {id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items}
    for node in ast.walk(tree):
        made = isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "QPainter"
        if made and id(node) not in ended:
            yield ast.unparse(node)


def test_every_painter_ends_when_what_it_draws_fails() -> None:
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(WORKSTATION.rglob("*.py"))}
    found = [
        f"{path.relative_to(WORKSTATION).as_posix()}: {painter}"
        for path, source in sources.items()
        for painter in left_open(source)
    ]

    assert any("with QPainter(" in source for source in sources.values())
    assert found == [], "write `with QPainter(...) as painter:`"


@pytest.mark.parametrize("painter", ["QPainter(self)", "QtGui.QPainter(image)", "QPainter()"])
def test_a_planted_painter_that_stays_open_is_found(painter: str) -> None:
    assert list(left_open(f"painter = {painter}\npainter.end()\n")) == [painter]


def test_a_painter_of_a_with_is_let_through() -> None:
    assert list(left_open("with QPainter(self) as painter:\n    painter.drawLine(0, 0, 1, 1)\n")) == []
