"""Each Qt signal says what it carries: `object` would take anything, and a slot would find out when it is too late."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

WORKSTATION = Path(__file__).parents[2] / "workstation"
# any value at all; what Qt copies into a map or a list of its own; what doesn't say of what it is made
SAYS_NOTHING = frozenset({"object", "Any", "dict", "list", "tuple", "set", "type", "Callable"})


def untyped(source: str) -> Iterator[str]:
    """The signals of a module that don't name one class for each value, as they are written."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Signal":
            for carried in node.args:
                # of `A | B`, `"A"` and `list[A]` Qt makes a signal without any value, or with one of any kind
                if not isinstance(carried, (ast.Name, ast.Attribute)) or ast.unparse(carried) in SAYS_NOTHING:
                    yield ast.unparse(node)


def test_every_signal_names_the_class_of_each_value_that_it_carries() -> None:
    found = [
        f"{path.relative_to(WORKSTATION).as_posix()}: {signal}"
        for path in sorted(WORKSTATION.rglob("*.py"))
        for signal in untyped(path.read_text(encoding="utf-8"))
    ]

    assert found == [], "name a class; of several values at once, or of one or none, make a small value class"


@pytest.mark.parametrize(
    "signal", ["Signal(object)", "QtCore.Signal(str, object)", "Signal(A | B)", "Signal('A')", "Signal(dict, str)"]
)
def test_a_planted_signal_that_says_nothing_is_found(signal: str) -> None:
    assert list(untyped(f"class W(QWidget):\n    done = {signal}\n")) == [signal]


def test_a_signal_of_classes_or_of_nothing_is_let_through() -> None:
    assert (
        list(untyped("class W(QWidget):\n    a = Signal()\n    b = Signal(str, state.Focus)\n    c = Signal(Wish)\n"))
        == []
    )
