"""Identity in words for the record: a reason that names somebody is refused, since the record goes to readers."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from storage.errors import StudyError

if TYPE_CHECKING:
    # the command line of readers asks `looks_like`, and must never load the vault
    from storage.vault.vault import Vault

# shorter parts of names and numbers stand in ordinary words too
LEAST_LETTERS: Final = 3
LEAST_DIGITS: Final = 4
_WORD: Final = re.compile(r"[^\W_]+")
_DATE: Final = re.compile(r"\b(\d{4}[-./]?\d{2}[-./]?\d{2}|\d{1,2}[-./]\d{1,2}[-./](\d{4}|\d{2}))\b")
_LONG_NUMBER: Final = re.compile(r"\b\d{6,}\b")
_TITLE: Final = re.compile(r"\b(mrs?|ms|miss|frau|herr|mme|dhr|mevr)\b\.?", re.IGNORECASE)


class NamesSomebody(StudyError):
    """Words for the record hold a name, a number or a date of a person in the vault; nothing was recorded."""


def refuse_names(vault: Vault, words: str) -> None:
    """Refuse words that name anybody of the vault.

    Raises:
        NamesSomebody: it says what it found and about whom, by code, and quotes nothing.
    """
    for person in vault.people():
        dates = [visit.date for visit in vault.visits(person.subject)]
        if found := _named(person.attributes, dates, words):
            raise NamesSomebody(
                f"These words contain {found} of {person.subject}, and readers get the record: nothing was changed. "
                f"Use only the code {person.subject}"
            )


def naming(vault: Vault) -> Callable[[str], bool]:
    """Whether words name anybody of the vault, or hold what may identify somebody else; asked once for many words."""
    days: dict[str, list[str]] = defaultdict(list)
    for visit in vault.all_visits():
        days[visit.subject].append(visit.date)
    people = [(person.attributes, days[person.subject]) for person in vault.people()]

    def names(words: str) -> bool:
        return bool(looks_like(words)) or any(_named(held, dates, words) for held, dates in people)

    return names


def looks_like(words: str) -> tuple[str, ...]:
    """What in the words may identify somebody whom the vault doesn't know: a date, a long number, a form of address."""
    kinds = (("a date", _DATE), ("a long number", _LONG_NUMBER), ("a form of address", _TITLE))
    return tuple(name for name, pattern in kinds if pattern.search(words))


def _named(held: Mapping[str, str], dates: Iterable[str], words: str) -> str:
    plain = _plain(words)
    tokens = set(_WORD.findall(plain))
    if any(part in tokens for part in _parts(held.get("PatientName", ""))):
        return "a name"
    if (number := _plain(held.get("PatientID", ""))) and _is_telling(number) and _stands_in(number, plain):
        return "the patient's number"
    if any(spelled in plain for spelled in _spelled(held.get("PatientBirthDate", ""))):
        return "the date of birth"
    if any(spelled in plain for day in dates for spelled in _spelled(day)):
        return "the date of a visit"
    return ""


def _plain(words: str) -> str:
    """Case, accents and width taken off."""
    taken_apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter))


def _parts(name: str) -> Iterator[str]:
    return (part for part in _WORD.findall(_plain(name)) if len(part) >= LEAST_LETTERS and not part.isdecimal())


def _is_telling(number: str) -> bool:
    return len(number) >= LEAST_DIGITS or (any(map(str.isalpha, number)) and any(map(str.isdecimal, number)))


def _stands_in(number: str, plain: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(number)}(?![^\W_])", plain) is not None


def _spelled(digits: str) -> Iterator[str]:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return
    for pattern in ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%y"):
        yield day.strftime(pattern)
    yield f"{day.day}.{day.month}.{day.year}"
    yield f"{day.day}/{day.month}/{day.year}"
