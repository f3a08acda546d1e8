"""Names in the code: none says place, which once meant five things, or is a false friend; see docs/glossary.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# other words that hold the same letters, and the name that another library gives
OTHER_WORDS = frozenset({"replace", "replaced", "replaces", "placeholder", "placeholders"})
OF_A_LIBRARY = frozenset({"inPlace"})
# names on disk never change: a table, two columns and the triggers of the table; by the name, where it may stand
ON_DISK = {
    "grade_place": ("storage/",),
    "place_sha256": ("storage/audit/",),
    "place": (
        "storage/exporting/rows/snapshot.py",
        "storage/handover/edition_file.py",
        "storage/recovery/merge.py",
        "storage/worklists/own_cases.py",
    ),
}
# modules were called so, and said nothing of what was in them, or something else
FALSE_FRIENDS = frozenset(
    {
        *("queries", "saving", "beside", "witness", "moments", "whole_folder"),
        *("left_behind", "looked_at", "plain_words", "drawing", "standing", "needed"),
    }
)
FILES_ON_DISK = frozenset({"storage/migrations/study/versions/0003_places_and_notes.py"})


def names(source: str) -> Iterator[str]:
    """Every name that a module gives or uses, also of arguments and of what it imports."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.MatchAs(name=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name
            case ast.alias(name=name, asname=other):
                yield from (*name.split("."), *([other] if other else []))


def says_place(name: str) -> bool:
    """Whether one of the words of a name is place, places, placed or the like."""
    words = (word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name))
    return name not in OF_A_LIBRARY and any("place" in word and word not in OTHER_WORDS for word in words)


def not_on_disk(path: str, said: Iterable[str]) -> set[str]:
    """The names that aren't those of something on disk, or not where it is read or written."""
    return {name for name in said if not path.startswith(ON_DISK.get(name, ("-",)))}


def found(path: str, source: str) -> set[str]:
    """What is wrong with the names of a module."""
    return not_on_disk(path, filter(says_place, names(source)))


def _files() -> Iterator[Path]:
    for top in ("scoring", "storage", "workstation"):
        yield from (path for path in sorted((ROOT / top).rglob("*")) if path.suffix in {".py", ".toml"})


@cache
def _modules() -> dict[str, frozenset[str]]:
    """Path -> the names in it that say place."""
    modules = {path: file for file in _files() if (path := file.relative_to(ROOT).as_posix()).endswith(".py")}
    return {path: frozenset(filter(says_place, names(file.read_text("utf-8")))) for path, file in modules.items()}


def test_no_name_in_the_code_says_place() -> None:
    told = {path: sorted(said) for path, here in _modules().items() if (said := not_on_disk(path, here))}

    assert told == {}, "docs/glossary.md, 'Where something is', has the word"


def test_no_file_of_the_code_is_named_place() -> None:
    paths = (path.relative_to(ROOT).as_posix() for path in _files())

    assert [path for path in paths if says_place(path) and path not in FILES_ON_DISK] == []


def test_no_module_has_a_name_that_says_something_else() -> None:
    assert [path.as_posix() for path in _files() if path.stem in FALSE_FRIENDS] == []


def test_every_exception_is_needed() -> None:
    """An exception that nothing uses any more goes too."""
    allowed = {(name, path) for name, paths in ON_DISK.items() for path in paths}

    needed = {
        (name, path)
        for name, path in allowed
        for file, said in _modules().items()
        if file.startswith(path)
        if name in said
    }

    assert needed == allowed


@pytest.mark.parametrize(
    "source",
    [
        "place = 1",
        "def place_of(): ...",
        "class TomlPlace: ...",
        "def f(places): ...",
        "f(place=1)",
        "x.in_place_of",
        "import a as placed",
    ],
)
def test_a_planted_name_is_found(source: str) -> None:
    assert found("workstation/m.py", source) != set()


@pytest.mark.parametrize("source", ["x.replace('a', 'b')", "line.setPlaceholderText('')", "f(inPlace=True)"])
def test_other_words_with_the_same_letters_are_not(source: str) -> None:
    assert found("workstation/m.py", source) == set()


def test_the_name_of_a_column_is_allowed_only_where_the_column_is_read_or_written() -> None:
    assert found("storage/recovery/merge.py", "case.place") == set()
    assert found("workstation/m.py", "case.place") == {"place"}
