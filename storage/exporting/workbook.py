"""Workbook of an export: every table as a sheet of one .xlsx file, made from the CSV files cell by cell.

Text stays text: it is stored as a string, never parsed, and its column has the format Text, so that a code isn't taken
for a number or a date, nor a word that begins with = for a formula, also when somebody edits the cell. The same CSV
files and facts give the same bytes.

XlsxWriter is imported when the first workbook is made: an export without one never loads it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from storage.errors import StudyError
from storage.exporting.tables.columns import Column, Kind, Table
from storage.exporting.tables.csv_text import FORMULA

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

WORKBOOK_FILE: Final = "tables.xlsx"
ABOUT: Final = "about"
# of Excel, the heading among them: support.microsoft.com, "Excel specifications and limits"
MOST_ROWS: Final = 1_048_576
_NARROWEST, _WIDEST = 8, 60
_NUMBERS: Final = {Kind.INTEGER, Kind.NUMBER}


@dataclass(frozen=True, slots=True)
class _Formats:
    """Formats of cells, as XlsxWriter made them for one workbook."""

    heading: Format
    text: Format
    number: Format


def write_workbook(path: Path, tables: Mapping[Table, Path], facts: Mapping[str, object], created: str) -> None:
    """Write the workbook to `path`.

    Args:
        path: a new file; what is in the making lies beside it.
        tables: each with its CSV file, in the order of the sheets.
        facts: what the first sheet says of study and record.
        created: the moment of the record, never that of the export.

    Raises:
        OSError: the disk doesn't take it.
    """
    import xlsxwriter  # noqa: PLC0415 - see the first lines of this module
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - likewise

    # row by row, so that the longest table needs no more memory than a short one
    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": "Scores of readings", "created": _moment(created)})
    formats = _Formats(
        heading=book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7ECEF", "num_format": "@"}),
        text=book.add_format({"num_format": "@"}),
        number=book.add_format({"num_format": "General"}),
    )
    _about(book, formats, facts)
    for table, file in tables.items():
        _sheet(book, formats, table, file)
    try:
        book.close()
    except FileCreateError as failure:
        # its only argument is the fault of the disk
        raise failure.args[0] from failure


def check_fits(rows: Mapping[Table, int]) -> None:
    """Nothing, when each table with so many rows below its heading fits a sheet.

    Raises:
        StudyError: one doesn't.
    """
    for table, count in rows.items():
        if count >= MOST_ROWS:
            raise StudyError(
                f"{table.file} has {count:,} rows, and a sheet of a workbook can hold {MOST_ROWS - 1:,}. Export "
                "without --xlsx, and read the CSV files with a statistics program"
            )


def _sheet(book: Workbook, formats: _Formats, table: Table, file: Path) -> None:
    columns = table.columns
    sheet = book.add_worksheet(table.name)
    widths = [len(column.name) + 2 for column in columns]
    for number, name in enumerate(table.header):
        sheet.write_string(0, number, name, formats.heading)
    last = 0
    for last, cells in enumerate(_rows(file), start=1):
        for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            _write(sheet, (last, number), column, cell, formats)
            widths[number] = max(widths[number], len(cell) + 1)
    for number, (column, width) in enumerate(zip(columns, widths, strict=True)):
        cell_format = formats.number if column.kind in _NUMBERS else formats.text
        sheet.set_column(number, number, min(max(width, _NARROWEST), _WIDEST), cell_format)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_letters(len(columns))}{last + 1}"})


def _write(sheet: Worksheet, at: tuple[int, int], column: Column[Any], cell: str, formats: _Formats) -> None:
    """One cell; nothing where it is empty, so that a missing value is a blank."""
    if not cell:
        return
    if column.kind in _NUMBERS:
        sheet.write_number(*at, float(cell), formats.number)
    else:
        sheet.write_string(*at, as_said(cell), formats.text)


def as_said(cell: str) -> str:
    """The text of a CSV cell without the apostrophe that `csv_text.text_cell` puts before what would be computed."""
    return cell.removeprefix("'") if cell.lstrip("'").startswith(FORMULA) else cell


def _about(book: Workbook, formats: _Formats, facts: Mapping[str, object]) -> None:
    sheet = book.add_worksheet(ABOUT)
    lines = [("what", "value"), *_flat("", facts), *_NOTES]
    for number, (name, value) in enumerate(lines):
        cell_format = formats.heading if number == 0 else formats.text
        sheet.write_string(number, 0, name, cell_format)
        sheet.write_string(number, 1, value, cell_format)
    sheet.set_column(0, 0, 24, formats.text)
    sheet.set_column(1, 1, 100, formats.text)
    sheet.freeze_panes(1, 0)


_NOTES: Final = (
    ("sheets", "One for each CSV file of the export, under its name, with the same rows and columns"),
    ("columns", "The sheet data_dictionary says what each means, the sheet codelists what each code means"),
    ("times", "UTC, as text: a spreadsheet would move them into its own time zone, or round them"),
    ("empty cells", "Missing values; a status column says why"),
)


def _flat(before: str, facts: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{before}{name} ", value)
        else:
            yield f"{before}{name}", "no" if value in (None, False) else "yes" if value is True else str(value)


def _rows(file: Path) -> Iterator[Sequence[str]]:
    """The rows below the heading."""
    with file.open(encoding="utf-8", newline="") as source:
        rows = csv.reader(source, strict=True)
        next(rows)
        yield from rows


def _letters(count: int) -> str:
    """The letters of the column that is so manieth: 1 is A, 27 is AA."""
    letters = ""
    while count:
        count, rest = divmod(count - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _moment(created: str) -> datetime:
    """A moment of the record, ISO 8601 with Z, as Excel keeps it: in UTC, without saying so."""
    return datetime.fromisoformat(created).replace(tzinfo=None)
