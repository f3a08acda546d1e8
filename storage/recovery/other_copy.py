"""A copy of a study as merging looks at it: verified whole, read in one view, and never touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from storage.audit import origins, verification
from storage.audit.pixels import Unlike, held_against
from storage.audit.resealing import rows_in_order
from storage.database import study_schema as tables
from storage.database.faults import cause_of
from storage.errors import NotSaved, RecordDamaged, StudyError
from storage.files.layout import IMAGES_FOLDER, STUDY_FILE
from storage.files.scratch import copy_of_file
from storage.index import index_tables
from storage.record.study_file import open_study_at

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Copy:
    """All that a copy holds and a study can take from it, read in one view of it. images: of each subject its visits'
    digests, see `index_tables`. unlike: series whose files beside the copy don't hold the pixels of its record.
    """

    name: str
    token: str
    rows: Sequence[tuple[Table, Fields]]
    origins: Mapping[tuple[str, int], list[Fields]]
    cases: Mapping[str, Fields]
    sightings: Mapping[int, Fields]
    readers: Mapping[str, Fields]
    images: Mapping[str, Mapping[int, str]]
    unlike: Sequence[Unlike] = ()

    def cases_of(self, subject: str) -> set[str]:
        """The cases that show a subject of the copy; in a reader's copy each case is a subject of its own."""
        return {code for code, row in self.cases.items() if row["subject"] == subject}


def copy_of(other: Path, study: Path, scratch: Path) -> Copy:
    """What a copy holds, looked at in `scratch`; StudyError, RecordDamaged or NotSaved where it can't be merged."""
    file = other / STUDY_FILE if other.is_dir() else other
    if file.resolve() == (study / STUDY_FILE).resolve():
        raise StudyError(f"{other.name} is the study itself; name a copy of it")
    if not file.exists():
        raise StudyError(
            f"{other.name} holds no study ({STUDY_FILE} is missing); name a folder that `study hand-over` wrote"
        )
    try:
        with tempfile.TemporaryDirectory(dir=scratch) as name:
            # a copy that is looked at isn't changed, upgraded or locked
            copied = Path(name) / STUDY_FILE
            copy_of_file(file, copied)
            return _read(other.name, copied, file.parent / IMAGES_FOLDER)
    except OSError as error:
        cause = cause_of(error)
    raise NotSaved(f"Not merged: {other.name} can't be read ({cause}); check the disk that it lies on, and try again")


def _read(name: str, file: Path, images: Path) -> Copy:
    store, row = open_study_at(file)
    try:
        with store.reading() as connection:
            damage = ""
            try:
                verification.verify(connection, row.scheme)
            except RecordDamaged as error:
                damage = str(error)
            if damage:
                raise RecordDamaged(f"Not merged: {name}: {damage}")
            codes = index_tables.subject_codes(connection)
            subjects = [(code, index_tables.visits_of(connection, code)) for code in codes]
            return Copy(
                name,
                connection.execute(select(tables.study.c.token)).scalar_one(),
                [(origins.CHAINS[name], fields) for name, fields in rows_in_order(connection)],
                origins.by_row(connection),
                {row["code"]: row for row in all_of(connection, tables.reading_case)},
                {row["seq"]: row for row in all_of(connection, tables.grade_place)},
                {row["id"]: row for row in all_of(connection, tables.reader)},
                {code: index_tables.visit_digests(connection, code) for code in codes},
                held_against(subjects, images)[1],
            )
    finally:
        store.close()


def all_of(connection: Connection, table: Table) -> Iterator[Fields]:
    """Every row of a table, as fields."""
    return (dict(row) for row in connection.execute(select(table)).mappings())
