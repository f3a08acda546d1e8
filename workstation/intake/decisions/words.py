"""Words by which persons, visits, sides and planes are told, from words.toml; texts taken apart into words. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

import msgspec

from scoring.toml_file import shipped_toml

WORD = re.compile(r"[^\W_]+")
NUMBERED = re.compile(r"[a-z]+-?[a-z]*\d*|\d+")
COUNTING = ("1234567890", "0123456789")


class Nobody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """IDs, names and birth dates that say nobody."""

    words: frozenset[str]
    birth_dates: frozenset[str]


class Visit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Dates that stand in place of one, YYYYMMDD."""

    placeholders: frozenset[str]


class Endings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Endings of a patient ID that name a visit, as patterns."""

    patterns: tuple[str, ...]


class Side(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for left and right; `beside` and `last`: those that count in some places only. handed: of the patient."""

    left: frozenset[str]
    right: frozenset[str]
    both: frozenset[str]
    beside: frozenset[str]
    last: frozenset[str]
    wrist: frozenset[str]
    handed: frozenset[str]


class Plane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for the planes."""

    axial: frozenset[str]
    coronal: frozenset[str]
    sagittal: frozenset[str]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of the file."""

    nobody: Nobody
    visit: Visit
    visit_endings: Endings
    side: Side
    plane: Plane


@cache
def shipped_words() -> Words:
    """The words that come with the program."""
    return shipped_toml("workstation.intake.decisions", "words.toml", Words)


def plain(text: str) -> str:
    """Lower case, without accents, width and doubled blanks."""
    # letters that are no letter with an accent
    spelled = text.translate({ord("ß"): "ss", ord("ø"): "o", ord("Ø"): "o", ord("æ"): "ae", ord("Æ"): "ae"})
    apart = unicodedata.normalize("NFKD", spelled.casefold())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


def words_in(text: str) -> list[str]:
    """The words of a text, plain, in their order."""
    return WORD.findall(plain(text))


def numbered_words(text: str) -> frozenset[str]:
    """Each word, and each with the number behind it: `month 4` is `month4` too."""
    found = NUMBERED.findall(plain(text))
    return frozenset({*found, *(f"{word}{after}" for word, after in pairwise(found) if after.isdecimal())})


def says_nobody(text: str) -> bool:
    """Whether an ID or a name names nobody: empty, a dummy word, one sign repeated, or digits that count up."""
    signs = "".join(words_in(text))
    # one sign alone may be a number that was given, as may 12 and 00012
    repeated = len(set(signs)) == 1 and (len(signs) > 1 or signs == "0")
    counting = len(signs) > len("12") and any(run.startswith(signs) for run in COUNTING)
    return not signs or repeated or counting or signs in shipped_words().nobody.words
