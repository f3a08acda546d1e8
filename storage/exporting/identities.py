"""Identities and dates of visits as files of an export: only for who holds the vault and asks for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from storage.exporting.tables.columns import Part, Table, code, integer, words
from storage.exporting.tables.visits import VisitNames

_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Identity:
    """One person. attributes: DICOM keyword -> text; dates: visit in time -> the date as the scanner wrote it.

    enrolments: by number, their visits in time, such as 1+2, and their labels.
    """

    subject: str
    attributes: Mapping[str, str] = field(repr=False)
    dates: Mapping[int, str] = field(repr=False)
    enrolments: Mapping[int, tuple[str, str]] = field(repr=False, default_factory=dict)


class Known(NamedTuple):
    """One thing that is known of a person."""

    subject: str
    keyword: str
    value: str


class Dated(NamedTuple):
    """A visit of a person, in time."""

    subject: str
    visit: int
    date: str


class Enrolment(NamedTuple):
    """An enrolment of a person."""

    subject: str
    number: int
    visits: str
    label: str


def enrolments(people: Sequence[Identity]) -> tuple[Table, Iterator[str]]:
    """By subject and number."""
    row: Part[Enrolment] = Part(
        (
            code("subject_id", "Code of the subject in this study", lambda of: of.subject, length=16),
            integer("enrolment", "Which enrolment of the subject: 1 the first", lambda of: of.number, minimum=1),
            code("visits", "Visits in time that are read together, such as 1+2", lambda of: of.visits, length=8),
            words("label", "What the coordinator calls it, such as the group", lambda of: of.label, length=_LONGEST),
        )
    )
    title = "One row for each enrolment, with its label. NOT FOR READERS; never pass it on with the scores"
    table = Table("enrolments", title, (row,), ("subject_id", "enrolment"), private=True)
    lines = (
        row.line(Enrolment(person.subject, number, *told))
        for person in sorted(people, key=lambda person: person.subject)
        for number, told in sorted(person.enrolments.items())
    )
    return table, lines


def identities(people: Sequence[Identity]) -> tuple[Table, Iterator[str]]:
    """By subject and keyword."""
    known: Part[Known] = Part(
        (
            code("subject_id", "Code of the subject in this study", lambda of: of.subject, length=16),
            code("keyword", "DICOM attribute, by its keyword", lambda of: of.keyword, length=64),
            words("value", "Value of that attribute in the scans", lambda of: of.value, length=_LONGEST),
        )
    )
    title = "One row for each attribute of each person. NOT FOR READERS; never pass it on with the scores"
    table = Table("identities", title, (known,), ("subject_id", "keyword"), private=True)
    lines = (
        known.line(Known(person.subject, keyword, value))
        for person in sorted(people, key=lambda person: person.subject)
        for keyword, value in sorted(person.attributes.items())
        if value
    )
    return table, lines


def visit_dates(people: Sequence[Identity]) -> tuple[Table, Iterator[str]]:
    """By subject and visit, always in time."""
    visits = VisitNames(ordered=True)
    dated: Part[Dated] = Part(
        (
            code("subject_id", "Code of the subject in this study", lambda of: of.subject, length=16),
            code("visit", visits.meaning, lambda of: visits.code(of.visit), visits.of_subject, length=3),
            integer("visit_num", visits.number_meaning, lambda of: of.visit, minimum=1),
            words(
                "visit_date",
                "Date of the scan, YYYY-MM-DD; if it is not a date, the text from the scan",
                lambda of: _iso(of.date),
                length=64,
            ),
        )
    )
    table = Table(
        "visit_dates",
        "One row for each visit, with its date. NOT FOR READERS; never pass it on with the scores",
        (dated,),
        ("subject_id", "visit"),
        private=True,
    )
    lines = (
        dated.line(Dated(person.subject, visit, date))
        for person in sorted(people, key=lambda person: person.subject)
        for visit, date in sorted(person.dates.items())
        if date
    )
    return table, lines


def _iso(date: str) -> str:
    """DICOM's YYYYMMDD as ISO 8601; anything else as it is."""
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == len("YYYYMMDD") and date.isdecimal() else date
