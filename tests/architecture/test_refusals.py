"""The page of refusals is what the source says, and none of them is a word or two."""

from __future__ import annotations

import re

from tests.refusals import HANDED_ON, PAGE, Refusal, found, page, refusals_of


def test_the_page_lists_every_refusal_of_the_source() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(found()), "run python -m tests.refusals, and read what it changed"


def test_a_refusal_is_a_line_of_several_words_that_leaves_no_doubt() -> None:
    said = {item: re.sub(r"\{[^}]*\}", "", item.text) for item in found() if item.text not in {"", HANDED_ON}}
    # what is filled in may be a whole line of its own
    short = [item for item, words in said.items() if len(item.text.split()) < 3 and words == item.text]
    in_lines = [item for item in said if "\n" in item.text]
    vague = [item for item, words in said.items() if {"invalid", "failed", "error"} & set(words.casefold().split())]
    shouted = [item for item, words in said.items() if "!" in words]

    assert (short, in_lines, vague, shouted) == ([], [], [], [])


def test_a_planted_refusal_is_found_however_its_line_is_made() -> None:
    source = (
        "def f(x):\n"
        "    raise Wrong(f'{x} is wrong')\n"
        "def g(x):\n"
        "    why = 'it is dark' if x else 'it is late'\n"
        "    raise errors.Wrong(why)\n"
        "def h(error):\n"
        "    return Wrong(str(error))\n"
        "def j(place, x):\n"
        "    place.at('width').refuse(f'{x} is no width')\n"
        "def i():\n"
        "    raise ValueError('a mistake of the program')\n"
    )

    assert set(refusals_of("m", source, frozenset({"Wrong"}))) == {
        Refusal("m", "Wrong", "{x} is wrong"),
        Refusal("m", "Wrong", "it is dark"),
        Refusal("m", "Wrong", "it is late"),
        Refusal("m", "Wrong", HANDED_ON),
        Refusal("m", "TomlRefused", "{place}: {x} is no width"),
    }
