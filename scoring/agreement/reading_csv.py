"""Table of scores from CSV: n rows by k columns, nothing guessed that could move or lose a score.

Comma, semicolon, tab or bar; a decimal comma is understood unless the comma stands between cells. A heading row and a
first column of names are optional. An empty cell is a missing score. Rows are counted as a spreadsheet shows them, the
heading as row 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring.agreement.errors import TableRefused
from scoring.agreement.key_columns import is_key
from scoring.agreement.scale import NUMBER, ScaleRange
from scoring.agreement.table import checked_score
from scoring.delimited_text import SEPARATORS, decoded, separator_of, without_sep_line
from scoring.errors import TextRefused
from scoring.ordinary_file import content_of

SHOWN = 40
COMMA_AND_POINT = str.maketrans(",.", ".,")
# 1.234,5 and 1,234.5 and 1 234 and 1'234, with the spaces that spreadsheets write
THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:([.,' \u00a0\u2009\u202f\u2019])[0-9]{3})+([.,][0-9]+)?")
# 2024-05-01, 1.5.2024, 5/1/24, 1. Mai, 01-May, Jan 05: what a spreadsheet makes of 1.5 or 5/1
DATE = re.compile(
    r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}|[0-9]{1,2}[-. /]+[^\W\d_]{3,}.*|[^\W\d_]{3,}[-. /]+[0-9]{1,4}"
)


@dataclass(frozen=True, slots=True)
class Table:
    """Scores as they stand in the file: n rows of k, None for an empty cell.

    `columns` are the headings ("column 1" and so on without), `names` the first column's, or empty without one.
    `row_numbers` are the row numbers in the file. `keys` are headings of other columns that are no readings.
    """

    columns: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[tuple[float | None, ...], ...]
    row_numbers: tuple[int, ...]
    keys: tuple[str, ...] = ()


def read_table(path: Path, scale: ScaleRange | None = None) -> Table:
    """The scores of a CSV file in UTF-8, or in UTF-16 as a spreadsheet writes it, with or without a line `sep=;`.

    A first row is a heading when none of its cells is a number. A column whose heading names rows (`is_key`) is no
    reading; neither is a first column in which no cell is a number.

    Raises:
        TableRefused: the file can't be read or isn't such a table; a cell isn't a number, rows differ in length, a
            column is empty throughout, two readings have one heading, a score is off the scale. The message names row
            and column and what to do.
    """
    try:
        text, named = without_sep_line(decoded(_bytes(path)))
        separator = _separator(text, named)
        return _table(_records(text, separator), scale, separator)
    except (TableRefused, TextRefused) as refused:
        message = f"{path.name}: {refused}"
    raise TableRefused(message)


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    cells: tuple[str, ...]


def _bytes(path: Path) -> bytes:
    try:
        return content_of(path)
    except OSError as error:
        message = f"can't be read: {error.strerror or 'unknown fault'}"
    raise TableRefused(message)


def _separator(text: str, named: str | None) -> str:
    """What stands between cells: what the line sep= names, where the text has it."""
    found = separator_of(text)
    if named is not None and named not in text:
        raise TableRefused(
            f"the line sep= names {SEPARATORS[named]}, but there are {SEPARATORS[found]} between the cells: "
            "mend or delete that line"
        )
    return named or found


def _records(text: str, separator: str) -> list[_Record]:
    """Every row from the first to the last in which something stands, but blank lines; all are counted."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        message = f"this is no CSV ({error}): save the table as CSV in UTF-8"
    else:
        found = [
            _Record(number, tuple(cell.strip() for cell in cells))
            for number, cells in enumerate(rows, start=1)
            if any(cell.strip() for cell in cells) or len(cells) > 1
        ]
        filled = [index for index, record in enumerate(found) if any(record.cells)]
        return found[filled[0] : filled[-1] + 1] if filled else []
    raise TableRefused(message)


def _table(records: Sequence[_Record], scale: ScaleRange | None, separator: str) -> Table:
    if not records:
        raise TableRefused("the file is empty: give one row for each scan, one column for each reading")
    heading = _is_heading(records[0])
    records = _of_one_width(records, separator, heading=heading)
    headings, body = (records[0].cells, records[1:]) if heading else (None, records)
    if not body:
        raise TableRefused("there is a heading but no row of scores: give one row for each scan")
    named = _is_named(headings, body)
    if headings is None:
        _check_no_numbered_heading(records, named=named)
    readings = [
        index for index in range(named, len(records[0].cells)) if headings is None or not is_key(headings[index])
    ]
    columns = {index: f"column {index - named + 1}" if headings is None else headings[index] for index in readings}
    keys = () if headings is None else tuple(headings[i] for i in range(named, len(headings)) if i not in columns)
    _check_readings(columns, keys)
    decimal_comma = separator != "," and any(_has_decimal_comma(record.cells[i]) for record in body for i in readings)
    rows = tuple(_scores(record, columns, scale, decimal_comma=decimal_comma) for record in body)
    for number, (index, column) in enumerate(columns.items()):
        if all(row[number] is None for row in rows):
            raise TableRefused(f"column {index + 1} ({column}) is empty throughout: fill it or delete it")
    names = tuple(record.cells[0] for record in body) if named else ()
    return Table(tuple(columns.values()), names, rows, tuple(record.number for record in body), keys)


def _of_one_width(records: Sequence[_Record], separator: str, *, heading: bool) -> list[_Record]:
    """The rows, under a heading cut where nothing stands any more: spreadsheets end rows in separators."""
    width = max(_filled(record) if heading else len(record.cells) for record in records)
    first, widest = records[0], next(record for record in records if len(record.cells) >= width)
    for record in records:
        if len(record.cells) < width:
            other, basis = (widest, first) if record is first else (record, first)
            raise TableRefused(
                f"row {other.number} has {len(other.cells)} cells where row {basis.number} has {len(basis.cells)}: "
                + _what_to_do_about_width(record, separator)
            )
    return [_Record(record.number, record.cells[:width]) for record in records]


def _filled(record: _Record) -> int:
    return max((index for index, cell in enumerate(record.cells, start=1) if cell), default=0)


def _what_to_do_about_width(short: _Record, separator: str) -> str:
    others = [words for mark, words in SEPARATORS.items() if mark != separator and mark in "".join(short.cells)]
    if others:
        return f"cells of one are between {SEPARATORS[separator]}, of the other between {others[0]}; use one throughout"
    advice = "give every row the same number of cells, empty where a score is missing"
    return f"{advice}; a decimal comma needs semicolons or tabs between cells" if separator == "," else advice


def _number(cell: str, *, decimal_comma: bool) -> float | None:
    """The number that a cell holds; None where it holds none (1_000, inf, nan and 0x10 are none).

    A file has one decimal sign: where one number has a comma, a point might separate thousands, and is no number.
    """
    plain = cell.translate(COMMA_AND_POINT) if decimal_comma else cell
    return float(plain) if NUMBER.fullmatch(plain) else None


def _has_decimal_comma(cell: str) -> bool:
    return "," in cell and NUMBER.fullmatch(cell.translate(COMMA_AND_POINT)) is not None


def _is_number(cell: str) -> bool:
    return NUMBER.fullmatch(cell) is not None or _has_decimal_comma(cell)


def _is_heading(first: _Record) -> bool:
    return not any(_is_number(cell) for cell in first.cells)


def _is_named(headings: Sequence[str] | None, body: Sequence[_Record]) -> bool:
    """Whether the first column holds names of rows."""
    if headings is not None and is_key(headings[0]):
        return True
    filled = any(record.cells[0] for record in body)
    return filled and not any(_is_number(record.cells[0]) for record in body)


def _check_readings(columns: Mapping[int, str], keys: Sequence[str]) -> None:
    """Two readings or more, each under a heading of its own."""
    if len(columns) < 2:  # noqa: PLR2004 - a pair of readings
        left_out = f" beside {', '.join(repr(key) for key in keys)}, which name rows" if keys else ""
        raise TableRefused(
            f"there is {len(columns)} column of scores{left_out}: agreement needs two or more, one for each reading, "
            "with commas, semicolons or tabs between"
        )
    seen: dict[str, int] = {}
    for index, column in columns.items():
        if column.casefold() in seen:
            raise TableRefused(
                f"columns {seen[column.casefold()] + 1} and {index + 1} have the same heading {_shown(column)}: "
                "give each reading its own, such as 'R1 first' and 'R1 repeat'"
            )
        seen[column.casefold()] = index


def _check_no_numbered_heading(records: Sequence[_Record], *, named: bool) -> None:
    """A row such as "id,1,2" may be a heading with numbered readings: it must not slip in as a scan."""
    first = records[0]
    if named and first.cells[0] and is_key(first.cells[0]):
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


def _scores(
    record: _Record, columns: Mapping[int, str], scale: ScaleRange | None, *, decimal_comma: bool
) -> tuple[float | None, ...]:
    scores: list[float | None] = []
    for index, column in columns.items():
        where = f"row {record.number}, column {index + 1} ({column})"
        cell = record.cells[index]
        number = _number(cell, decimal_comma=decimal_comma)
        if number is None and cell:
            raise TableRefused(f"{where}: {_shown(cell)} is {_why_no_number(cell)}, or leave the cell empty")
        scores.append(None if number is None else checked_score(number, scale, where))
    return tuple(scores)


def _why_no_number(cell: str) -> str:
    if DATE.fullmatch(cell):
        return "a date, which a spreadsheet may have made of a score: set the column to numbers, write the score anew"
    if THOUSANDS.fullmatch(cell):
        return "not a number here, since its sign may be one of thousands or of decimals: write it without thousands"
    return "not a number: write the score in digits with one decimal sign throughout the file"


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= SHOWN else cell[:SHOWN] + "...")
