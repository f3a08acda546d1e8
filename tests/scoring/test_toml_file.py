"""A mistake in any TOML file is told in one plain line: the file, the place in it, what is allowed there."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Annotated

import pytest
from msgspec import Meta, Struct

from scoring.errors import TomlRefused
from scoring.toml_file import TomlLocation, read_toml


class Level(Enum):
    LOW = "low"
    HIGH = "high"


class Entry(Struct, forbid_unknown_fields=True, rename={"lowest": "from"}):
    id: str
    lowest: float = 0.0
    grade: Decimal = Decimal(0)
    span: tuple[float, float] = (0.0, 1.0)
    level: Level = Level.LOW
    words: Annotated[tuple[str, ...], Meta(min_length=1)] = ("a",)
    count: Annotated[int, Meta(ge=1)] = 1
    label: str | tuple[str, ...] = ""


class File(Struct, forbid_unknown_fields=True):
    entry: tuple[Entry, ...] = ()
    keys: dict[str, list[str]] = {}
    deep: dict[str, dict[str, Entry]] = {}


def refusal(text: str) -> str:
    with pytest.raises(TomlRefused) as caught:
        read_toml(text, File, "a.toml")
    # the error of the library holds the file's text, and with it whatever stands there
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[entry", "a.toml: not TOML: Expected ']]' at the end of an array declaration (at end of document)"),
        (
            "a = 1\na = 2",
            (
                "a.toml: not TOML: Cannot overwrite a value (at end of document): this key or [table] is there "
                "already; of several tables each begins with [[two brackets]]"
            ),
        ),
        (
            "a = no",
            (
                'a.toml: not TOML: Invalid value (at line 1, column 5): texts stand in straight "quotes", '
                "lists in [brackets]; true and false stand alone"
            ),
        ),
        (
            "// a remark",
            (
                "a.toml: not TOML: Invalid statement (at line 1, column 1): a line is key = value, a [table], "
                "or a # remark"
            ),
        ),
        (
            'a = ["b" "c"]',
            "a.toml: not TOML: Unclosed array (at line 1, column 10): a comma or the closing ] is missing",
        ),
        (
            'a = "b\nc = 1',
            (
                "a.toml: not TOML: Illegal character '\\n' (at line 1, column 7): "
                "the closing quote of a text is missing on this line"
            ),
        ),
        ("enrty = 1", "a.toml: unknown key enrty (keys here: entry, keys, deep)"),
        ("entry = 1", "a.toml: entry: a list is needed here, not a whole number"),
        ("entry = [1]", "a.toml: entry[0]: a table is needed here, not a whole number"),
        (
            "[[entry]]\nid = 'a'\n[[entry]]\ngrade = 1",
            "a.toml: entry[1]: id is missing (keys here: id, from, grade, span, level, words, count, label)",
        ),
        ("[[entry]]\nid = 3", "a.toml: entry[0].id: a text is needed here, not a whole number"),
        ("[[entry]]\nid = 'a'\nfrom = '1'", "a.toml: entry[0].from: a number is needed here, not a text"),
        ("[[entry]]\nid = 'a'\ncount = 1.5", "a.toml: entry[0].count: a whole number is needed here, not a number"),
        ("[[entry]]\nid = 'a'\ncount = 0", "a.toml: entry[0].count: a whole number of at least 1 is needed here"),
        ("[[entry]]\nid = 'a'\nspan = [1.0]", "a.toml: entry[0].span: a list of 2 is needed here, not of 1"),
        ("[[entry]]\nid = 'a'\nspan = [1, 'b']", "a.toml: entry[0].span[1]: a number is needed here, not a text"),
        ("[[entry]]\nid = 'a'\nwords = []", "a.toml: entry[0].words: a list of at least 1 is needed here"),
        ("[[entry]]\nid = 'a'\nlevel = 'mid'", "a.toml: entry[0].level: 'mid' is unknown (allowed: low, high)"),
        ("[[entry]]\nid = 'a'\nlabel = {}", "a.toml: entry[0].label: a text or a list is needed here, not a table"),
        ("[[entry]]\nid = 2026-01-01", "a.toml: entry[0].id: a text is needed here, not a date"),
        ("[keys]\nb = ['B']\n'x.y' = 'F9'", "a.toml: keys.x.y: a list is needed here, not a text"),
        ("[keys]\nb = ['B', 1]", "a.toml: keys.b[1]: a text is needed here, not a whole number"),
        (
            "[deep.b.c]\nid = 'a'\n[deep.b.d]\nid = 'a'\nspan = [1, true]",
            "a.toml: deep.b.d.span[1]: a number is needed here, not true or false",
        ),
    ],
)
def test_a_mistake_is_one_plain_line_with_file_and_place_and_what_is_allowed(text: str, line: str) -> None:
    assert refusal(text) == line


def test_a_number_with_a_point_is_exact_where_a_decimal_is_asked_for() -> None:
    (entry,) = read_toml("[[entry]]\nid = 'a'\ngrade = 0.1\nfrom = 0.1", File, "a.toml").entry

    assert entry.grade == Decimal("0.1")
    assert (type(entry.lowest), entry.lowest) == (float, 0.1)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ({"T1": 1, "T3": 1}, "a.toml: timing: unknown key T3 (keys here: T1, T2)"),
        ({"T1": 1}, "a.toml: timing: T2 is missing (keys here: T1, T2)"),
    ],
)
def test_keys_that_no_type_says_are_held_against_their_list(found: dict[str, int], line: str) -> None:
    with pytest.raises(TomlRefused) as caught:
        TomlLocation("a.toml").at("timing").keys(found, ("T1", "T2"))

    assert str(caught.value) == line


def test_an_entry_that_is_there_twice_is_named_by_its_number() -> None:
    with pytest.raises(TomlRefused, match=r"^a\.toml: site\[2\]: site CAP is declared twice$"):
        TomlLocation("a.toml").at("site").unique(("CAP", "HAM", "CAP"), "site")


def test_a_text_of_blanks_alone_is_refused_and_others_lose_those_around_them() -> None:
    assert TomlLocation("a.toml").filled("name", " Hamate\n") == "Hamate"
    with pytest.raises(TomlRefused, match=r"^a\.toml: site\[0\]\.name: is empty: say it in words$"):
        TomlLocation("a.toml").at("site", 0).filled("name", " \n")
