"""First lines of modules: each names its thing first, so that a list of modules reads like an index."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUESTIONS = frozenset({"What", "Which", "Who", "Whose", "How", "Where", "When", "Whether", "Why"})
PREPOSITIONS = frozenset({"After", "Before", "By", "For", "From", "In", "Of", "On", "Through", "To", "While", "With"})
VERBS = frozenset(
    {
        *(
            "Ask",
            "Asks",
            "Asking",
            "Bring",
            "Brings",
            "Bringing",
            "Find",
            "Finds",
            "Give",
            "Gives",
            "Giving",
            "Lay",
            "Lays",
        ),
        *("Laying", "Leave", "Leaves", "Leaving", "Load", "Loads", "Make", "Makes", "Paint", "Paints", "Put", "Puts"),
        *("Read", "Reads", "Register", "Registers", "Say", "Says", "Take", "Takes", "Tell", "Tells", "Write", "Writes"),
    }
)
LONGEST = 120


def complaints(name: str, source: str) -> list[str]:
    """What is wrong with the first line of a module; a test may have none."""
    if not source.startswith('"""'):
        return [] if name.startswith("tests/") or not source.strip() else [f"{name}: no docstring"]
    first, _, rest = source[3:].partition('"""')[0].partition("\n")
    begins = first.split(" ")[0].rstrip(":,.")
    return [
        f"{name}: {what}"
        for what, wrong in (
            (f"begins with {begins}", begins in QUESTIONS | PREPOSITIONS | VERBS),
            ("the first line isn't a sentence with a full stop", not first.endswith(".")),
            ("the first line runs on in the second", bool(rest) and not rest.startswith("\n")),
            ("too long", len(f'"""{first}') > LONGEST),
        )
        if wrong
    ]


def test_each_modules_first_line_names_the_thing_and_ends_with_a_full_stop() -> None:
    modules = [path for top in ("scoring", "storage", "workstation", "tests") for path in (ROOT / top).rglob("*.py")]

    found = [
        line
        for path in sorted(modules)
        for line in complaints(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("docstring", "said"),
    [
        ("Hash chain of the record: each row holds the hash of the one before.", []),
        ("How rows of the record are sealed.", ["begins with How"]),
        ("Reads a table of scores.", ["begins with Reads"]),
        ("From frames to stacks.", ["begins with From"]),
        ("Hash chain of the record", ["the first line isn't a sentence with a full stop"]),
        ("Hash chain of the record.\nEach row is sealed.", ["the first line runs on in the second"]),
        (f"Hash {'chain ' * 20}of the record.", ["too long"]),
    ],
)
def test_a_first_line_that_breaks_the_rule_is_named(docstring: str, said: list[str]) -> None:
    assert complaints("m.py", f'"""{docstring}"""\n') == [f"m.py: {what}" for what in said]


def test_a_module_without_a_docstring_is_named_unless_it_is_a_test() -> None:
    assert complaints("m.py", "x = 1\n") == ["m.py: no docstring"]
    assert complaints("tests/test_m.py", "x = 1\n") == []
