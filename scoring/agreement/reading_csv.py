"""Table of scores from CSV: n rows by k columns, nothing guessed that could move or lose a score.

Comma or semicolon; with semicolons a decimal comma is understood. A heading row and a first column of names are
optional. An empty cell is a missing score. Rows are counted as a spreadsheet shows them, the heading as row 1.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring.agreement.errors import TableRefused
from scoring.agreement.scale import NUMBER, ScaleRange
from scoring.agreement.table import checked_score

# Headings of a column of names; R writes row names under an empty one. Names may then be numbers.
NAME_HEADINGS = frozenset(
    {
        "",
        "#",
        "case",
        "code",
        "id",
        "index",
        "item",
        "name",
        "no",
        "nr",
        "number",
        "pair",
        "participant",
        "patient",
        "person",
        "row",
        "scan",
        "site",
        "subject",
        "target",
        "visit",
        "wrist",
        "caseid",
        "patientid",
        "scanid",
        "subjectid",
    }
)
NAME_ENDINGS = tuple(f"{before}{word}" for before in "_- " for word in ("id", "code", "no", "nr", "number", "name"))
SHOWN = 40
COMMA_AND_POINT = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class Table:
    """Scores as they stand in the file: n rows of k, None for an empty cell.

    `columns` are the headings ("column 1" and so on without), `names` the first column's, or empty without one.
    `row_numbers` are the row numbers in the file.
    """

    columns: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[tuple[float | None, ...], ...]
    row_numbers: tuple[int, ...]


def read_table(path: Path, scale: ScaleRange | None = None) -> Table:
    """The scores of a CSV file in UTF-8, with or without a byte order mark.

    A first row is a heading when none of its cells is a number. A first column is one of names when its heading says so
    (`NAME_HEADINGS`, or it ends in a word such as "id"), or when no cell in it is a number.

    Raises:
        TableRefused: the file can't be read or isn't such a table; a cell isn't a number, rows differ in length, a
            column is empty throughout, a score is off the scale. The message names row and column and what to do.
    """
    try:
        text = _text(path)
        delimiter = _delimiter(text)
        return _table(_records(text, delimiter), scale, semicolons=delimiter == ";")
    except TableRefused as refused:
        message = f"{path.name}: {refused}"
    raise TableRefused(message)


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    cells: tuple[str, ...]


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8: save the table as CSV in UTF-8"
    except OSError as error:
        message = f"can't be read: {error.strerror or 'unknown fault'}"
    else:
        if "\0" in text:
            raise TableRefused("this is no text: save the table as CSV in UTF-8")
        return text
    raise TableRefused(message)


def _records(text: str, delimiter: str) -> list[_Record]:
    """Every row that has a cell; blank lines are counted and left out."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        message = f"this is no CSV ({error}): save the table as CSV in UTF-8"
    else:
        return [
            _Record(number, tuple(cell.strip() for cell in cells))
            for number, cells in enumerate(rows, start=1)
            if any(cell.strip() for cell in cells) or len(cells) > 1
        ]
    raise TableRefused(message)


def _delimiter(text: str) -> str:
    """The semicolon where the first line has one outside quotes, else the comma."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return ";" if len(next(csv.reader([first], delimiter=";"), [])) > 1 else ","


def _table(records: Sequence[_Record], scale: ScaleRange | None, *, semicolons: bool) -> Table:
    if not records:
        raise TableRefused("the file is empty: give one row for each scan, one column for each reading")
    _check_lengths(records)
    decimal_comma = semicolons and any(_has_decimal_comma(cell) for record in records for cell in record.cells)
    numbers = [[_number(cell, decimal_comma=decimal_comma) for cell in record.cells] for record in records]
    heading = _is_heading(records[0], numbers[0])
    body, values = records[heading:], numbers[heading:]
    if not body:
        raise TableRefused("there is a heading but no row of scores: give one row for each scan")
    named = _is_named(records[0].cells[0] if heading else None, values, body)
    if not heading:
        _check_no_numbered_heading(records, named=named)
    columns = records[0].cells[named:] if heading else _numbered(len(records[0].cells) - named)
    if len(columns) < 2:  # noqa: PLR2004 - a pair of readings
        raise TableRefused(
            f"there is {len(columns)} column of scores: agreement needs two or more, one for each reading, "
            "with commas or semicolons between"
        )
    rows = tuple(_scores(record, found, columns, named, scale) for record, found in zip(body, values, strict=True))
    for index, column in enumerate(columns):
        if all(row[index] is None for row in rows):
            raise TableRefused(f"column {index + named + 1} ({column}) is empty throughout: fill it or delete it")
    names = tuple(record.cells[0] for record in body) if named else ()
    return Table(columns, names, rows, tuple(record.number for record in body))


def _check_lengths(records: Sequence[_Record]) -> None:
    length = len(records[0].cells)
    for record in records:
        if len(record.cells) != length:
            raise TableRefused(
                f"row {record.number} has {len(record.cells)} cells where row {records[0].number} has {length}: "
                "give every row the same number of cells, empty where a score is missing"
            )


def _number(cell: str, *, decimal_comma: bool) -> float | None:
    """The number that a cell holds; None where it holds none (1_000, inf, nan and 0x10 are none).

    A file has one decimal sign: where one number has a comma, a point might separate thousands, and is no number.
    """
    plain = cell.translate(COMMA_AND_POINT) if decimal_comma else cell
    return float(plain) if NUMBER.fullmatch(plain) else None


def _has_decimal_comma(cell: str) -> bool:
    return "," in cell and NUMBER.fullmatch(cell.translate(COMMA_AND_POINT)) is not None


def _is_heading(first: _Record, numbers: Sequence[float | None]) -> bool:
    return all(number is None for number in numbers) and any(first.cells)


def _is_named(heading: str | None, values: Sequence[Sequence[float | None]], body: Sequence[_Record]) -> bool:
    if heading is not None and _names_rows(heading):
        return True
    filled = any(record.cells[0] for record in body)
    return filled and all(found[0] is None for found in values)


def _names_rows(heading: str) -> bool:
    lower = heading.lower()
    return lower in NAME_HEADINGS or lower.endswith(NAME_ENDINGS)


def _check_no_numbered_heading(records: Sequence[_Record], *, named: bool) -> None:
    """A row such as "id,1,2" may be a heading with numbered readings: it must not slip in as a scan."""
    first = records[0]
    if named and first.cells[0] and _names_rows(first.cells[0]):
        raise TableRefused(
            f"row {first.number} begins with '{first.cells[0]}' like a heading, but its other cells are numbers: "
            "give the readings headings that are no numbers, such as reading1"
        )
    counted = [[str(start + index) for index in range(len(first.cells) - 1)] for start in (0, 1)]
    under_all = len(records) > 1 and all(record.cells[0] for record in records[1:])
    if not first.cells[0] and list(first.cells[1:]) in counted and under_all:
        raise TableRefused(
            f"row {first.number} looks like numbered headings over row names: give the first column the heading id and "
            "the readings headings that are no numbers, such as reading1"
        )


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"column {number}" for number in range(1, count + 1))


def _scores(
    record: _Record,
    numbers: Sequence[float | None],
    columns: Sequence[str],
    named: bool,
    scale: ScaleRange | None,
) -> tuple[float | None, ...]:
    scores: list[float | None] = []
    for index in range(named, len(record.cells)):
        where = f"row {record.number}, column {index + 1} ({columns[index - named]})"
        cell, number = record.cells[index], numbers[index]
        if number is None and cell:
            raise TableRefused(
                f"{where}: {_shown(cell)} is not a number: write the score in digits with one decimal sign "
                "throughout the file, or leave the cell empty if there is none"
            )
        scores.append(None if number is None else checked_score(number, scale, where))
    return tuple(scores)


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= SHOWN else cell[:SHOWN] + "...")
