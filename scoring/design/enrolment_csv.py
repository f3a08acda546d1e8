"""Enrolments listed in a CSV file: one row each, nothing guessed. A mistake is named with its line.

Columns: `person` (the code of the subject, or the patient's number), `visits` such as 1+2 or 3, and, if wanted,
`enrolment` (its number within the person) and `label` (such as the group). Commas, semicolons or tabs between.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from scoring.design.enrolments import MOST_VISITS, Visits, shown
from scoring.errors import RamrisError
from scoring.ordinary_file import content_of

NEEDED: Final = ("person", "visits")
COLUMNS: Final = ("person", "enrolment", "visits", "label")
MOST_NUMBER: Final = 99
LONGEST_LABEL: Final = 64
_SEPARATORS: Final = (",", ";", "\t")
_BETWEEN: Final = re.compile(r"\s*(?:[+,;/&]|\band\b|\s)\s*")
_SHOWN: Final = 24


class EnrolmentsRefused(RamrisError):
    """A list of enrolments that can't be read, or that can't be of the people in the study."""


class ListedEnrolment(Struct, frozen=True):
    """One row. person: as it is written; number: None where the file gives none; label: "" without one."""

    line: int
    person: str
    visits: Visits
    number: int | None = None
    label: str = ""

    def __repr__(self) -> str:
        """Show the line alone: a person's number and a label stand in no message and no trace."""
        return f"ListedEnrolment(line={self.line})"


def read_enrolments(path: Path) -> tuple[ListedEnrolment, ...]:
    """Every enrolment of the file, in its order; in UTF-8, with or without a byte order mark.

    Raises:
        EnrolmentsRefused: it can't be read, a column is missing, unknown or double, a cell is no such value, or a
            person has the same visits or the same number twice; the message names file and line.
    """
    try:
        return parsed(_text(path))
    except EnrolmentsRefused as refused:
        message = f"{path.name}: {refused}"
    raise EnrolmentsRefused(message)


def parsed(text: str) -> tuple[ListedEnrolment, ...]:
    """`read_enrolments` of the text of a file."""
    rows = list(_rows(text))
    if not rows:
        raise EnrolmentsRefused(
            "the file is empty: give the columns person, enrolment, visits, label and a row for each"
        )
    number, heading = rows[0][0], [cell.lower() for cell in rows[0][1]]
    _check_heading(number, heading)
    found = [_listed(line, heading, cells) for line, cells in rows[1:]]
    if not found:
        raise EnrolmentsRefused("there is a heading but no row: give one row for each enrolment")
    _check_once(found)
    return tuple(found)


def _text(path: Path) -> str:
    try:
        text = content_of(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8: save the table as CSV in UTF-8"
    except OSError as error:
        message = f"can't be read: {error.strerror or 'unknown fault'}"
    else:
        return text
    raise EnrolmentsRefused(message)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that isn't blank; `sep=;` as a first line says what is between."""
    if "\0" in text:
        raise EnrolmentsRefused("this is no text: save the table as CSV in UTF-8")
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    told = re.fullmatch(r'"?sep=(.)"?', lines[0].rstrip("\r\n")) if lines else None
    skipped = 1 if told else 0
    first = next((line for line in lines[skipped:] if line.strip()), "")
    separator = told[1] if told else max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO("".join(lines[skipped:]), newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num + skipped, [cell.strip() for cell in cells]
    except csv.Error as error:
        message = f"line {reader.line_num + skipped}: this is no CSV ({error}): save the table as CSV in UTF-8"
    else:
        return
    raise EnrolmentsRefused(message)


def _check_heading(number: int, heading: Sequence[str]) -> None:
    if unknown := sorted({name for name in heading if name not in COLUMNS}):
        raise EnrolmentsRefused(
            f"line {number}: column {_quoted(unknown[0])} isn't known; the columns are {', '.join(COLUMNS)}"
        )
    if doubled := sorted({name for name in heading if heading.count(name) > 1}):
        raise EnrolmentsRefused(f"line {number}: column {doubled[0]!r} stands there twice: take one of them out")
    if lacking := [name for name in NEEDED if name not in heading]:
        raise EnrolmentsRefused(f"line {number}: column {lacking[0]} is missing; the columns are {', '.join(COLUMNS)}")


def _listed(line: int, heading: Sequence[str], cells: Sequence[str]) -> ListedEnrolment:
    if len(cells) != len(heading):
        raise EnrolmentsRefused(f"line {line} has {len(cells)} cells where the heading has {len(heading)}")
    row = dict(zip(heading, cells, strict=True))
    if not row["person"]:
        raise EnrolmentsRefused(f"line {line}, column person: it is empty: give the code of the subject, such as S001")
    label = row.get("label", "")
    if len(label) > LONGEST_LABEL or not label.isprintable():
        raise EnrolmentsRefused(f"line {line}, column label: up to {LONGEST_LABEL} letters in one line are allowed")
    return ListedEnrolment(line, row["person"], _visits(line, row["visits"]), _number(line, row), label)


def _visits(line: int, cell: str) -> Visits:
    try:
        return visits_of(cell)
    except EnrolmentsRefused as refused:
        message = f"line {line}, column visits: {refused}"
    raise EnrolmentsRefused(message)


def visits_of(text: str) -> Visits:
    """The visits that a person typed, such as 1+2, in their order; EnrolmentsRefused when they can't be."""
    parts = _BETWEEN.split(text.strip())
    if not all(part.isascii() and part.isdecimal() and 1 <= int(part) <= MOST_NUMBER for part in parts):
        raise EnrolmentsRefused(
            f"{_quoted(text)} says no visits: give numbers of visits in time with a plus between, such as 1+2, or one "
            "such as 3"
        )
    visits = tuple(sorted(map(int, parts)))
    if len(set(visits)) != len(visits):
        raise EnrolmentsRefused(f"{_quoted(text)} names a visit twice: give two different ones, or one")
    if len(visits) > MOST_VISITS:
        raise EnrolmentsRefused(
            f"{_quoted(text)} are {len(visits)} visits: an enrolment has one or two; give each further pair a row"
        )
    return visits


def _number(line: int, row: dict[str, str]) -> int | None:
    cell = row.get("enrolment", "")
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal() and 1 <= int(cell) <= MOST_NUMBER):
        raise EnrolmentsRefused(
            f"line {line}, column enrolment: {_quoted(cell)} is no number of an enrolment: give 1 to {MOST_NUMBER}, "
            "counted within the person, or leave it empty"
        )
    return int(cell)


def _check_once(found: Sequence[ListedEnrolment]) -> None:
    lines: dict[tuple[str, object], int] = {}
    for item in found:
        for name, value in (("visits", item.visits), ("enrolment", item.number)):
            if value is None:
                continue
            before = lines.setdefault((item.person, value), item.line)
            if before != item.line:
                told = shown(item.visits) if name == "visits" else str(value)
                raise EnrolmentsRefused(
                    f"line {item.line}: {name} {told} of this person stands in line {before} already: "
                    "give each enrolment one row"
                )


def _quoted(cell: str) -> str:
    return repr(cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "...")
