"""Workbook of an export, read back by another library: the rows of the CSV files, and text that stays text."""

from __future__ import annotations

import csv
import errno
import json
import os
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.utils import column_index_from_string
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scoring.schemes.load import shipped_scheme
from storage.errors import NotSaved, StudyError
from storage.exporting import workbook
from storage.exporting.export import Exported, export_study
from storage.exporting.rows.sheet import Sheet
from storage.exporting.rows.wide import wide
from storage.exporting.tables.columns import Kind, Table
from storage.exporting.tables.csv_text import text_cell
from storage.exporting.tables.dictionary import CODELISTS, DICTIONARY
from storage.exporting.tables.visits import VisitNames
from storage.exporting.workbook import ABOUT, WORKBOOK_FILE, as_said
from storage.exporting.writing import LONG_TABLES, Wish
from tests.builders.studies import an_assigned_study, changed, read_whole, record

# each would be a formula, a link, a number, a date or broken XML in a program that guesses
WORDS = (
    "=HYPERLINK(1)",
    "+1",
    "-2.5",
    "@SUM(A1)",
    "'=1+1",
    "1E5",
    "2024-01-05",
    "007",
    "http://example.org",
    "_x0041_",
    "a < b & c",
    "漢 ßé",
    "two  blanks",
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases: one complete, with words that a spreadsheet would make something else of, one begun."""
    folder, cases = an_assigned_study(tmp_path_factory.mktemp("workbook") / "trial", subjects=2)
    (osteitis,) = [feature for feature in shipped_scheme().features if feature.code == "OST"]
    words = {f"1 OST {site.code}": f"OT:{word}" for site, word in zip(osteitis.sites, WORDS, strict=False)}
    read_whole(folder, cases[0], words)
    record(folder, cases[1], changed("1 TEN E1", "2"))
    return folder


@pytest.fixture(scope="module")
def exported(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export_study(study, tmp_path_factory.mktemp("out") / "csv", Wish(wide=True, xlsx=True))


def _tables() -> tuple[Table, ...]:
    sheet = Sheet(shipped_scheme(), "KNOWN", VisitNames(ordered=True), [])
    return (*(filled(sheet)[0] for filled in LONG_TABLES), wide(sheet)[0], DICTIONARY, CODELISTS)


def _book(exported: Exported) -> Workbook:
    return openpyxl.load_workbook(exported.out / WORKBOOK_FILE)


def _value(cell: Cell) -> object:
    """What Excel shows: openpyxl leaves `_x005F_`, which keeps `_x0041_` from being read as A, as it is in the file."""
    return unescape(cell.value) if isinstance(cell.value, str) else cell.value


def _csv(exported: Exported, table: Table) -> list[list[str]]:
    with (exported.out / table.file).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("table", _tables(), ids=lambda table: table.name)
def test_a_sheet_holds_the_rows_of_its_csv_file_each_cell_of_the_type_of_its_column(
    exported: Exported, table: Table
) -> None:
    header, *rows = _csv(exported, table)
    found = list(_book(exported)[table.name].iter_rows())

    assert [cell.value for cell in found[0]] == header
    assert len(found) == len(rows) + 1
    for cells, texts in zip(found[1:], rows, strict=True):
        for cell, text, column in zip(cells, texts, table.columns, strict=True):
            numeric = column.kind in {Kind.INTEGER, Kind.NUMBER}
            wanted = None if text == "" else float(text) if numeric else as_said(text)
            assert _value(cell) == wanted, (column.name, cell.coordinate)
            if wanted is not None:
                assert cell.data_type == ("n" if numeric else "s")
                assert cell.number_format == ("General" if numeric else "@")


def test_words_of_a_reader_are_text_just_as_they_were_said(exported: Exported) -> None:
    sheet = _book(exported)["comments"]
    column = next(cell.column for cell in sheet[1] if cell.value == "comment")
    said = {_value(sheet.cell(row, column)) for row in range(2, sheet.max_row + 1)}

    assert said == set(WORDS)
    assert all(sheet.cell(row, column).data_type == "s" for row in range(2, sheet.max_row + 1))


def test_the_file_holds_no_formula_no_link_and_no_date(exported: Exported) -> None:
    with zipfile.ZipFile(exported.out / WORKBOOK_FILE) as archive:
        names = archive.namelist()
        sheets = [archive.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet")]

    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    assert not [name for name in names if "vba" in name or "external" in name.lower() or "_rels/sheet" in name]


def test_the_heading_stays_in_sight_and_columns_are_as_wide_as_what_they_hold(exported: Exported) -> None:
    for sheet in _book(exported).worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        for cell in sheet[1]:
            assert sheet.column_dimensions[_group(sheet, cell.column_letter)].width >= len(cell.value)


def _group(sheet: Worksheet, letter: str) -> str:
    """The key of a column: equal ones that follow each other are kept under the first one's letter."""
    number = column_index_from_string(letter)
    return next(str(key) for key, item in sheet.column_dimensions.items() if item.min <= number <= item.max)


def test_the_dictionary_is_a_sheet_and_the_first_sheet_says_of_which_record_the_rest_is(
    exported: Exported,
) -> None:
    book = _book(exported)

    about = {row[0].value: row[1].value for row in book[ABOUT].iter_rows()}
    assert book.sheetnames == [ABOUT, *(table.name for table in _tables())]
    assert about["record head_sha256"] == exported.head
    assert about["locked"] == "no"
    assert about["scheme id"] == shipped_scheme().id


def test_the_same_record_gives_the_same_bytes_whenever_and_wherever(
    study: Path, exported: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    again = export_study(study, tmp_path / "again", Wish(wide=True, xlsx=True))

    assert (again.out / WORKBOOK_FILE).read_bytes() == (exported.out / WORKBOOK_FILE).read_bytes()
    # the time that stands in it is that of the last event, and no clock's
    made = _book(exported).properties
    at = datetime.fromisoformat(str(_facts(exported)["record"]["head_utc"])).replace(tzinfo=None, microsecond=0)
    assert (made.created, made.modified) == (at, at)


def _facts(exported: Exported) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((exported.out / "datapackage.json").read_text("utf-8"))["ramris"]
    return facts


def test_the_workbook_is_vouched_for_and_nothing_of_its_making_is_left(exported: Exported) -> None:
    named = {item["path"]: item for item in _facts(exported)["other_files"]}
    held = {path.relative_to(exported.out).as_posix() for path in exported.out.rglob("*")}

    assert named[WORKBOOK_FILE]["bytes"] == (exported.out / WORKBOOK_FILE).stat().st_size
    assert held == {file.name for file in exported.files}


def test_a_table_that_no_sheet_can_hold_is_refused_and_nothing_is_written(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 100)

    with pytest.raises(StudyError, match=r"scores\.csv has 172 rows, and a sheet .* 99\. Export without --xlsx"):
        export_study(study, tmp_path / "out", Wish(xlsx=True))

    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_said_and_leaves_the_earlier_export(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_study(study, tmp_path / "out")
    before = {path.name for path in (tmp_path / "out").iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(NotSaved, match=f"Not exported to out: {os.strerror(errno.ENOSPC)}"):
        export_study(study, tmp_path / "out", Wish(xlsx=True))

    assert {path.name for path in (tmp_path / "out").iterdir()} == before


@pytest.mark.parametrize("text", ["'=1", "''=1", "'", "''", "'word", "=1"])
def test_the_apostrophe_of_the_csv_file_and_no_other_is_taken_away(text: str) -> None:
    assert as_said(text_cell(text)) == text
