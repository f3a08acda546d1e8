"""Files of an export, each written after what it describes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from scoring.values import replace
from storage.errors import StudyError
from storage.exporting.exchange import PACKAGE_FILE
from storage.exporting.folder import Building, WrittenFile
from storage.exporting.identities import Identity, enrolments, identities, visit_dates
from storage.exporting.package import package
from storage.exporting.rows.changes import changes
from storage.exporting.rows.comments import comments
from storage.exporting.rows.excluded import excluded
from storage.exporting.rows.final import final_tables
from storage.exporting.rows.findings import findings
from storage.exporting.rows.readings import readings
from storage.exporting.rows.scores import scores
from storage.exporting.rows.several import together
from storage.exporting.rows.sheet import Sheet
from storage.exporting.rows.sightings import sightings
from storage.exporting.rows.totals import totals
from storage.exporting.rows.wide import wide
from storage.exporting.scripts import all_scripts
from storage.exporting.tables.columns import Table
from storage.exporting.tables.csv_text import text_line
from storage.exporting.tables.dictionary import (
    CODELISTS,
    DICTIONARY,
    REDCAP_HEADER,
    codelist_lines,
    dictionary_lines,
    redcap_lines,
)
from storage.exporting.workbook import WORKBOOK_FILE, check_fits, write_workbook

# of every export; each gives its columns and its lines
LONG_TABLES: Final = (readings, scores, totals, changes, sightings, comments)
REDCAP_FILE: Final = "redcap_dictionary.csv"
EXCEL_FOLDER: Final = "excel"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for beside the long tables.

    wide: also one line a reading; excel: also copies of all tables with a byte order mark, in a folder of their own;
    xlsx: also a workbook with a sheet for each table.
    identities: also who is who; from the vault, which this module doesn't know.
    """

    wide: bool = False
    excel: bool = False
    xlsx: bool = False
    identities: tuple[Identity, ...] = ()


def write_files(
    building: Building, sheets: Sequence[Sheet], wish: Wish, facts: Mapping[str, object], created: str
) -> tuple[WrittenFile, ...]:
    """Write tables, dictionaries, scripts and copies, and last the package that vouches for them.

    Args:
        building: where to.
        sheets: what is exported, one for each scheme, that of the study's own first.
        wish: what else.
        facts: what the package says of the study.
        created: the moment of the record.
    """
    sheet, *others_ = sheets
    wide_table, wide_lines = _wide(sheet, wish) or (None, iter(()))
    lines = dict(together([filled(one) for one in sheets]) for filled in LONG_TABLES)
    if wish.wide and wide_table is not None:
        lines[wide_table] = wide_lines
        # a variable for each site: each scheme has a file of its own
        lines |= dict(_of_scheme(wide(one), one.scheme.id) for one in others_)
    if sheet.plan is not None:
        lines |= dict(final_tables(sheet, sheet.plan))
    for one in others_:
        # each scheme has final tables of its own: its readers, sites and totals are others
        if one.plan is not None and one.readings:
            lines |= dict(_of_scheme(filled, one.scheme.id) for filled in final_tables(one, one.plan))
    if sheet.aids.accepted:
        lines |= dict([together([findings(one, sheet.aids.accepted) for one in sheets])])
    if sheet.aids.excluded:
        lines |= dict([excluded(sheet, sheet.aids.excluded)])
    if wish.identities:
        lines |= dict([identities(wish.identities), visit_dates(wish.identities), enrolments(wish.identities)])
    imported = tuple(lines)
    described = (*imported, DICTIONARY, CODELISTS)
    lines |= {DICTIONARY: dictionary_lines(described), CODELISTS: codelist_lines(described)}
    written = {table: _write_table(building, table, content) for table, content in lines.items()}
    others = [
        *_write_companions(building, imported, wide_table),
        *(_excel_copies(building, described) if wish.excel else ()),
        *(_workbook(building, written, facts, created) if wish.xlsx else ()),
    ]
    descriptor = package(written, others, created=created, facts=facts)
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    return (*written.values(), *others, building.write(PACKAGE_FILE, [text]))


def _of_scheme(filled: tuple[Table, Iterator[str]], scheme_id: str) -> tuple[Table, Iterator[str]]:
    """The file of a further scheme, under a name of its own."""
    table, lines = filled
    return replace(table, name=f"{table.name}_{scheme_id.replace('-', '_')}"), lines


def _wide(sheet: Sheet, wish: Wish) -> tuple[Table, Iterator[str]] | None:
    """The wide file; None where the scheme's codes make no names for it and nobody asked for it."""
    try:
        return wide(sheet)
    except StudyError:
        if wish.wide:
            raise
    return None


def _write_table(building: Building, table: Table, lines: Iterator[str]) -> WrittenFile:
    return building.write(table.file, chain([text_line(table.header)], lines), is_table=True, private=table.private)


def _write_companions(building: Building, imported: Sequence[Table], wide_table: Table | None) -> Iterator[WrittenFile]:
    """REDCap's dictionary and the scripts: no tables of the package."""
    if wide_table is not None:
        yield building.write(REDCAP_FILE, chain([text_line(REDCAP_HEADER)], redcap_lines(wide_table)), is_table=True)
    for name, text in all_scripts.all_scripts(imported).items():
        yield building.write(name, [text])


def _excel_copies(building: Building, described: Sequence[Table]) -> Iterator[WrittenFile]:
    for table in described:
        yield building.copy_with_mark(table.file, f"{EXCEL_FOLDER}/{table.file}", private=table.private)


def _workbook(
    building: Building, written: Mapping[Table, WrittenFile], facts: Mapping[str, object], created: str
) -> Iterator[WrittenFile]:
    check_fits({table: file.rows or 0 for table, file in written.items()})
    files = {table: building.path(table.file) for table in written}
    private = any(table.private for table in written)
    yield building.make(WORKBOOK_FILE, lambda path: write_workbook(path, files, facts, created), private=private)
