"""Rows of a clinical file as text: comma, semicolon or tab, a heading. A mistake is named with its row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scoring.analysis.errors import AnalysisRefused
from scoring.ordinary_file import content_of

_SEPARATORS: Final = ";\t,"
# what Excel writes in its first line, and reads there
_SAID: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClinicalRow:
    """Cells by column, and the row's number as a spreadsheet shows it."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ClinicalTable:
    """Columns in small letters, in the order of the file, and every row that holds something."""

    columns: tuple[str, ...]
    rows: tuple[ClinicalRow, ...]


def read_rows(path: Path) -> ClinicalTable:
    """The file's table.

    Raises:
        AnalysisRefused: the file can't be read, is no CSV, has no heading or no row, or rows differ in length.
    """
    text = _text(path)
    said = _SAID.match(text)
    separator = said[1] if said else _separator(text)
    skipped = 1 if said else 0
    body = text[said.end() :] if said else text
    try:
        rows = list(csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        message = f"this is no CSV ({error}): save the table as CSV in UTF-8"
    else:
        return _table(rows, skipped)
    raise AnalysisRefused(message)


def _text(path: Path) -> str:
    try:
        return content_of(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8: save the table as CSV in UTF-8"
    except OSError as error:
        message = f"can't be read: {error.strerror or 'unknown fault'}"
    raise AnalysisRefused(message)


def _separator(text: str) -> str:
    """The one that the heading has most of; a name of a column holds none."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda sign: (heading.count(sign), sign == ","))


def _table(rows: Sequence[Sequence[str]], skipped: int) -> ClinicalTable:
    numbered = [(number, row) for number, row in enumerate(rows, 1 + skipped) if any(cell.strip() for cell in row)]
    if not numbered:
        raise AnalysisRefused("the file is empty: give a heading and one row for each enrolment")
    (first, heading), *body = numbered
    columns = tuple(cell.strip().lower() for cell in heading)
    for name in columns:
        if name and columns.count(name) > 1:
            raise AnalysisRefused(
                f"row {first}: column {name!r} stands there twice: give each column a name of its own"
            )
    if not body:
        raise AnalysisRefused("there is a heading but no row: give one row for each enrolment")
    found = []
    for number, row in body:
        if len(row) != len(columns):
            raise AnalysisRefused(f"row {number} has {len(row)} cells where the heading has {len(columns)}")
        found.append(ClinicalRow(number, {name: cell.strip() for name, cell in zip(columns, row, strict=True)}))
    return ClinicalTable(tuple(name for name in columns if name), tuple(found))
