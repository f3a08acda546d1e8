"""A study's answers as files that a statistician can open. Reads study.db alone; the vault stays shut."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from storage import auditing, study_lock
from storage import chain as links
from storage import schema as study_tables
from storage.designs import Stamped
from storage.exporting import scripts
from storage.exporting.aids import aids
from storage.exporting.columns import Table
from storage.exporting.csv_text import text_line
from storage.exporting.dictionary import (
    CODELISTS,
    DICTIONARY,
    REDCAP_HEADER,
    codelist_lines,
    dictionary_lines,
    redcap_lines,
)
from storage.exporting.folder import PACKAGE_FILE, Building, WrittenFile, export_folder
from storage.exporting.identities import (
    IDENTITIES,
    Identity,
    identity_lines,
    visit_date_lines,
    visit_dates_table,
)
from storage.exporting.package import package
from storage.exporting.reading_lines import reading_lines
from storage.exporting.sheet import Sheet
from storage.exporting.site_lines import comment_lines, place_lines, score_lines
from storage.exporting.snapshot import readings
from storage.exporting.tables import tables
from storage.exporting.total_lines import change_lines, total_lines
from storage.exporting.visits import VisitNames
from storage.exporting.wide_lines import wide_lines, wide_table
from storage.study_file import StudyRow, open_study_file
from storage.study_lock import StudyLock

_CHRONOLOGY: Final = {"known": "KNOWN", "hidden": "BLINDED"}
_LINES: Final = {
    "readings": reading_lines,
    "scores": score_lines,
    "totals": total_lines,
    "changes": change_lines,
    "places": place_lines,
    "comments": comment_lines,
}
REDCAP_FILE: Final = "redcap_dictionary.csv"
EXCEL_FOLDER: Final = "excel"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for beside the long tables.

    wide: also one line a reading; excel: also copies of all tables with a byte order mark, in a folder of their own.
    identities: also who is who; from the vault, which this module doesn't know.
    """

    wide: bool = False
    excel: bool = False
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written where, and which record it is of: how many events, its head hash, and whether it is locked."""

    out: Path
    files: tuple[WrittenFile, ...]
    events: int
    head: str
    locked: bool

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files."""
        return tuple(self.out / file.name for file in self.files)

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
        record = {"events": self.events, "head_sha256": self.head}
        files = [file.as_json() for file in self.files]
        return {"out": str(self.out), "locked": self.locked, "record": record, "files": files}


def export_study(study: Path, out: Path, wish: Wish | None = None, turned: frozenset[str] | None = None) -> Exported:
    """Write the tables, their dictionaries, the data package and import scripts into the folder `out`.

    The record is verified first. An earlier export there is replaced. The same record gives the same bytes.

    Args:
        study: its folder.
        out: where to.
        wish: what else to write.
        turned: subjects of which the later visit was shown first, from the vault; visits are then given in time. None
            gives them as they were shown.

    Raises:
        RecordDamaged: the record doesn't verify; nothing was written.
        StudyError: `out` holds something that no export wrote.
        NotSaved: `out` can't be written.
    """
    store, row = open_study_file(study)
    try:
        # one view of the file for the check and for the rows: what is exported is what was verified
        with store.reading() as connection:
            events = auditing.verify(connection, row.scheme).events
            head = _head(connection)
            lock = study_lock.held(connection)
            sheet = _sheet(connection, row, turned)
    finally:
        store.close()
    wish = wish or Wish()
    facts = _facts(sheet, events, head, lock, row.design, identities=bool(wish.identities))
    with export_folder(out) as building:
        files = _write(building, sheet, wish, facts, head.at_utc)
    return Exported(out, files, events, head.sha256, locked=lock is not None)


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of the record, and the moment of its last event; that of the study itself while there is none."""

    sha256: str
    at_utc: str


def _head(connection: Connection) -> _Head:
    event = study_tables.event.c
    last = select(event.at_utc).order_by(event.seq.desc()).limit(1)
    moment: str | None = connection.execute(last).scalar_one_or_none()
    if moment is None:
        moment = connection.execute(select(study_tables.study.c.created_at_utc)).scalar_one()
    return _Head(links.head(connection).hash, moment)


def _sheet(connection: Connection, row: StudyRow, turned: frozenset[str] | None) -> Sheet:
    visits = VisitNames(ordered=row.order == "known" or turned is not None, turned=turned or frozenset())
    # readers stand in the order in which they were given the study
    primary = next(iter(row.design.design.readers), None)
    found = readings(connection, row.scheme)
    return Sheet(row.scheme, _CHRONOLOGY[row.order], visits, found, primary, aids(connection))


def _facts(
    sheet: Sheet, events: int, head: _Head, lock: StudyLock | None, design: Stamped, *, identities: bool
) -> dict[str, object]:
    scheme = sheet.scheme
    return {
        "program": version("ramris"),
        "scheme": {"id": scheme.id, "version": scheme.version, "sha256": scheme.sha256},
        "chronology": sheet.chronology,
        "visits_in_time": sheet.visits.ordered,
        "design": {"version": design.id, "sha256": design.sha256},
        "record": {"events": events, "head_sha256": head.sha256, "head_utc": head.at_utc},
        "identities": identities,
        "locked": None if lock is None else lock.as_json(),
    }


def _write(
    building: Building, sheet: Sheet, wish: Wish, facts: Mapping[str, object], created: str
) -> tuple[WrittenFile, ...]:
    long = tables(sheet.scheme, sheet.visits)
    wide = wide_table(sheet.scheme, sheet.visits)
    wanted = [*long, *([wide] if wish.wide else [])]
    lines = {table: _LINES[table.name](sheet) for table in long} | ({wide: wide_lines(sheet)} if wish.wide else {})
    in_time = VisitNames(ordered=True)
    dates = visit_dates_table(in_time)
    if wish.identities:
        lines |= {IDENTITIES: identity_lines(wish.identities), dates: visit_date_lines(wish.identities, in_time)}
        wanted += [IDENTITIES, dates]
    described = [*wanted, DICTIONARY, CODELISTS]
    lines |= {DICTIONARY: dictionary_lines(described), CODELISTS: codelist_lines(described)}
    written = {table: _write_table(building, table, lines[table]) for table in described}
    redcap = building.write(REDCAP_FILE, chain([text_line(REDCAP_HEADER)], redcap_lines(wide)), is_table=True)
    others = [redcap, *(building.write(name, [text]) for name, text in scripts.all_scripts(wanted).items())]
    if wish.excel:
        others += [
            building.copy_with_mark(table.file, f"{EXCEL_FOLDER}/{table.file}", private=table.private)
            for table in written
        ]
    descriptor = package(written, others, created=created, facts=facts)
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    return (*written.values(), *others, building.write(PACKAGE_FILE, [text]))


def _write_table(building: Building, table: Table, lines: Iterator[str]) -> WrittenFile:
    return building.write(table.file, chain([text_line(table.header)], lines), is_table=True, private=table.private)
