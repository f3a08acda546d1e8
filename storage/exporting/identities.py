"""Identities and dates of visits as files of an export: only for who holds the vault and asks for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from storage.exporting.columns import Column, Kind, Table, code, integer
from storage.exporting.csv_text import text_line
from storage.exporting.visits import VisitNames

_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Identity:
    """One person. attributes: DICOM keyword -> text; dates: visit in time -> the date as the scanner wrote it."""

    subject: str
    attributes: Mapping[str, str] = field(repr=False)
    dates: Mapping[int, str] = field(repr=False)


IDENTITIES: Final = Table(
    "identities",
    "One row for each attribute of each person: NOT FOR READERS, not to be passed on with the scores",
    (
        code("subject_id", "Pseudonym of the person in this study", length=16),
        code("keyword", "DICOM keyword of what is known of the person", length=64),
        Column("value", Kind.TEXT, "What the scanner wrote", length=_LONGEST),
    ),
    ("subject_id", "keyword"),
    private=True,
)


def visit_dates_table(visits: VisitNames) -> Table:
    """The columns of the dates of visits, always in time."""
    return Table(
        "visit_dates",
        "One row for each visit: NOT FOR READERS",
        (
            code("subject_id", "Pseudonym of the person in this study", length=16),
            code("visit", visits.meaning, visits.codes, length=2),
            integer("visit_num", visits.number_meaning, minimum=1, maximum=2),
            Column("visit_date", Kind.TEXT, "YYYY-MM-DD, or what the scanner wrote instead", length=64),
        ),
        ("subject_id", "visit"),
        private=True,
    )


def identity_lines(people: Sequence[Identity]) -> Iterator[str]:
    """By subject and keyword."""
    for person in sorted(people, key=lambda person: person.subject):
        for keyword, value in sorted(person.attributes.items()):
            if value:
                yield text_line((person.subject, keyword, value))


def visit_date_lines(people: Sequence[Identity], visits: VisitNames) -> Iterator[str]:
    """By subject and visit."""
    for person in sorted(people, key=lambda person: person.subject):
        for visit, date in sorted(person.dates.items()):
            if date:
                yield text_line((person.subject, visits.code(visit), str(visit), _iso(date)))


def _iso(date: str) -> str:
    """DICOM's YYYYMMDD as ISO 8601; anything else as it is."""
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == len("YYYYMMDD") and date.isdecimal() else date
