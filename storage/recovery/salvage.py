"""Salvage of a damaged study.db: what it still proves is brought over to a new study, and nothing else.

Rows of the record prove themselves by their hash, wherever in the file they are found; gaps are filled from backups,
which hold the same chain. What stands rows_of the record is read by SQL from both ends of each table, and from the
newest backup where that fails.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from scoring.errors import RamrisError
from scoring.ordinary_file import content_of
from storage.apart.at_rest import AT_REST_FILE
from storage.apart.image_list import LIST_FILE, lies_apart
from storage.audit import verification
from storage.audit.proven_rows import CHAINS, Fields, ProvenRows, in_order, proven_rows
from storage.database import study_schema as tables
from storage.database.engine import create_file
from storage.database.faults import cause_of
from storage.errors import NotSaved, RecordDamaged, StudyError, StudyExists
from storage.files.atomic import sync_folder, write_whole
from storage.files.layout import IMAGES_FOLDER, KIND, STUDY_FILE
from storage.files.record_url import refuse_on_server
from storage.files.scratch import copy_of_file
from storage.files.staging import staging_folder
from storage.record import acts, exclusions, progress
from storage.record.study_file import open_study_at
from storage.recovery.backup import backups_of

# rebuilt from the record, or written by the program itself
_DERIVED: Final = {"case_progress", "excluded_case"}

_Key = tuple[object, ...]
_Rows = dict[_Key, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came over. `to_enter`: files in the new study with answers that are proven and that no chain reaches, in
    the form that `ramris enter` takes; `doubts`: what the audit of the new study says, "" when it verifies.
    """

    answers: int
    acts: int
    beyond: int
    to_enter: tuple[str, ...]
    doubts: str


def salvage(study: Path, out: Path) -> Salvaged:
    """Make a new study in `out` of what the damaged one still shows; the damaged one is only read.

    Raises:
        StudyExists: `out` holds something.
        RecordDamaged: the file doesn't show which study it is, and no backup does; use a copy of your own.
        NotSaved: `out` can't be written; nothing was left of it.
    """
    study, out = study.resolve(), out.resolve()
    if out.is_relative_to(study):
        raise StudyError(f"{out.name} is inside the study; choose a folder outside it")
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise StudyExists(f"{out.name} holds something already; choose a new or an empty folder")
    refuse_on_server(study, "salvaged")
    if not (study / STUDY_FILE).exists():
        raise StudyError(f"{study.name} holds no {STUDY_FILE}; `ramris study restore` brings back its last backup")
    try:
        return _whole(study, out)
    except (OSError, sqlite3.Error) as error:
        cause = cause_of(error)
    raise NotSaved(f"Not salvaged: {cause}. {study.name} is as it was, and nothing was left of the new study")


def _whole(study: Path, out: Path) -> Salvaged:
    with staging_folder(out) as building:
        found = _build(study, building)
        if (study / IMAGES_FOLDER).is_dir():
            shutil.copytree(study / IMAGES_FOLDER, building / IMAGES_FOLDER, dirs_exist_ok=True)
        if lies_apart(study):
            write_whole(building / LIST_FILE, content_of(study / LIST_FILE))
            if (study / AT_REST_FILE).is_file():
                # which key opens the images that came
                write_whole(building / AT_REST_FILE, content_of(study / AT_REST_FILE))
        if out.is_dir():
            out.rmdir()
        building.rename(out)
        sync_folder(out.parent)
        return found


def _build(study: Path, building: Path) -> Salvaged:
    # within what is built: the damaged study is only read, and a killed salvage leaves nothing that the next one keeps
    with tempfile.TemporaryDirectory(prefix=".looked-at-", dir=building) as name:
        sources = list(_readable(study, Path(name)))
        rows_of = {table.name: _rows(table, sources) for table in tables.metadata.sorted_tables}
        proven = _proven(study, Path(name))
        if not rows_of["study"]:
            raise RecordDamaged(
                f"{study.name}: not even what study it was can be read, and no backup says so; go back to a copy of "
                "your own"
            )
        token = next(iter(rows_of["study"].values()))["token"]
        chains = {table.name: in_order(table, proven.of(table), token) for table in CHAINS}
        _write(building, rows_of, chains)
        beyond = [fields for fields in proven.events.values() if fields["seq"] > len(chains["event"])]
        files = _to_enter(building, beyond)
        lost = len(beyond) + sum(1 for fields in proven.acts.values() if fields["seq"] > len(chains["act"]))
        doubts = _finish(building, chains, lost)
        return Salvaged(len(chains["event"]), len(chains["act"]), len(beyond), files, doubts)


def _proven(study: Path, scratch: Path) -> ProvenRows:
    """Every proven row of the damaged file and of its backups."""
    events: dict[str, Fields] = {}
    found_acts: dict[str, Fields] = {}
    for file in (*(backup.file for backup in backups_of(study)), study / STUDY_FILE):
        seen = proven_rows(file, scratch)
        events.update(seen.events)
        found_acts.update(seen.acts)
    return ProvenRows(events, found_acts)


def _readable(study: Path, scratch: Path) -> Iterator[Path]:
    """Copies to read by SQL: the newest whole backup at this schema, then the damaged file, which counts more."""
    for number, backup in enumerate(backups_of(study)):
        copy = scratch / f"{number}.db"
        copy_of_file(backup.file, copy)
        with suppress(RamrisError):
            open_study_at(copy)[0].close()
            yield copy
            break
    damaged = scratch / STUDY_FILE
    copy_of_file(study / STUDY_FILE, damaged)
    yield damaged


def _rows(table: Table, sources: Iterable[Path]) -> _Rows:
    """The rows of a table by primary key; those of later sources replace those of earlier ones."""
    found: _Rows = {}
    keys = [column.name for column in table.primary_key]
    for source in sources:
        for row in _from_both_ends(source, table):
            found[tuple(row[key] for key in keys)] = row
    return found


def _from_both_ends(file: Path, table: Table) -> Iterator[dict[str, Any]]:
    """Rows until the first one that can't be read, then from the last one backwards."""
    names = [column.name for column in table.columns]
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        for order in ("ASC", "DESC"):
            try:
                for row in connection.execute(f'SELECT * FROM "{table.name}" ORDER BY rowid {order}'):  # noqa: S608 - ours
                    fields = dict(row)
                    yield {name: fields.get(name) for name in names}
            except (sqlite3.Error, UnicodeDecodeError):
                continue
            return


def _write(building: Path, rows_of: Mapping[str, _Rows], chains: Mapping[str, Sequence[Fields]]) -> None:
    store = create_file(building / STUDY_FILE, KIND)
    try:
        with store.writing() as connection:
            for table in sorted(tables.metadata.sorted_tables, key=_events_first):
                if table.name in _DERIVED:
                    continue
                rows = chains.get(table.name)
                for row in rows_of[table.name].values() if rows is None else rows:
                    _put(connection, table, row)
            progress.rebuild(connection)
            exclusions.rebuild(connection)
    finally:
        store.close()


def _events_first(table: Table) -> bool:
    """Acts last: where an act says that a case is signed, a guard refuses its events."""
    return table.name == tables.act.name


def _put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    parents = [key for key in table.foreign_keys if row[key.parent.name] is not None]
    for key in parents:
        # a row whose parent didn't come over can't stand alone
        query = select(key.column).where(key.column == row[key.parent.name])
        if connection.execute(query).first() is None:
            return
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    # as they stand in the file: SQLAlchemy would write JSON into JSON
    values = tuple(row[column.name] for column in table.columns)
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', values)  # noqa: S608 - ours


def _to_enter(folder: Path, beyond: Iterable[Fields]) -> tuple[str, ...]:
    """For each reader a file of the last proven answers, as `ramris enter` reads it; the files' names."""
    latest: dict[tuple[str, ...], Fields] = {}
    for fields in sorted(beyond, key=lambda fields: fields["seq"]):
        latest[tuple(str(fields[name]) for name in ("reader", "case", "visit", "feature", "site"))] = fields
    names: list[str] = []
    for reader in sorted({key[0] for key in latest}):
        name = f"enter-again-{reader}.csv"
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("case", "visit", "feature", "site", "grade"))
            for key, fields in latest.items():
                if key[0] == reader and fields["after"]:
                    writer.writerow((*key[1:], *str(fields["after"]).split(":", 1)))
        names.append(name)
    return tuple(names)


def _finish(building: Path, chains: Mapping[str, Sequence[Fields]], lost: int) -> str:
    store, row = open_study_at(building / STUDY_FILE)
    try:
        with store.writing() as connection:
            detail = {"events": len(chains["event"]), "acts": len(chains["act"]), "lost": lost}
            acts.append(connection, acts.Deed("salvaged", acts.COORDINATOR, detail))
        with store.reading() as connection:
            verification.verify(connection, row.scheme)
    except RecordDamaged as damage:
        return str(damage)
    finally:
        store.close()
    return ""
