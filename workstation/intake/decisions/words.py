"""Words by which persons, visits, sides and planes are told, from words.toml; texts taken apart into words."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from functools import cache
from itertools import pairwise

import msgspec

from scoring.toml_file import shipped_toml
from storage.clock import now

WORD = re.compile(r"[^\W_]+")
APART = re.compile(r"[^\w<>/+&(\[{]+|_")
NUMBERED = re.compile(r"[a-z]+-?[a-z]*\d*|\d+")
# letters that are no letter with an accent
SPELLED = str.maketrans({"ł": "l", "\u0131": "i", "ø": "o", "æ": "ae"})
COUNTING = ("1234567890", "0123456789")


class Nobody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """IDs, names and birth dates that say nobody."""

    words: frozenset[str]
    birth_dates: frozenset[str]


class Visit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Dates that stand in place of one, YYYYMMDD."""

    placeholders: frozenset[str]


class Endings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Endings of a patient ID that name a visit, as patterns; perhaps: those that may count people too."""

    patterns: tuple[str, ...]
    perhaps: tuple[str, ...]


class Side(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for left and right; `beside` and `last`: those that count in some places only. handed: of the patient.

    neither, left_in, right_in, both_in: patterns that are looked for in a text before its words are; in_passing: before
    its signs are taken away.
    """

    left: frozenset[str]
    right: frozenset[str]
    both: frozenset[str]
    beside: frozenset[str]
    last: frozenset[str]
    wrist: frozenset[str]
    handed: frozenset[str]
    in_passing: tuple[str, ...]
    neither: tuple[str, ...]
    left_in: tuple[str, ...]
    right_in: tuple[str, ...]
    both_in: tuple[str, ...]


class Plane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Patterns for whole words that name the planes, for what is written together with them, and for other things."""

    axial: tuple[str, ...]
    coronal: tuple[str, ...]
    sagittal: tuple[str, ...]
    glued: str
    elsewhere: tuple[str, ...]


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


def day_in(digits: str) -> str:
    """A date, YYYYMMDD, or "" where it stands in place of one, or is still to come.

    Who looks a year later believes a date that has come by then.
    """
    return "" if digits in shipped_words().visit.placeholders or still_to_come(digits) else digits


def still_to_come(digits: str) -> bool:
    """Whether a date, YYYYMMDD, is in the future; where a scanner stands it may be tomorrow already."""
    return digits > f"{now().date() + timedelta(days=1):%Y%m%d}"


def plain(text: str) -> str:
    """Lower case, without accents, width and doubled blanks."""
    spelled = text.casefold().translate(SPELLED)
    apart = unicodedata.normalize("NFKD", spelled)
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())


def words_in(text: str) -> list[str]:
    """The words of a text, plain, in their order."""
    return WORD.findall(plain(text))


def spaced(text: str) -> str:
    """Lower case, one blank where signs stand, but for open brackets and the signs of directions and of "and"."""
    return " ".join(APART.sub(" ", unicodedata.normalize("NFKC", text.casefold())).split())


@cache
def one_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds what any of these does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


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
