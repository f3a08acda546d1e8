"""Proven rows of a study file, whole or damaged: those whose own hash shows that nothing in them was changed."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table

from storage.database import pages
from storage.database import study_schema as tables
from storage.files.scratch import copy_of_file
from storage.record import chain

# columns that came with later schemas are at the end of a row; older rows are shorter by them
_FEWEST: Final = 13
CHAINS: Final = (tables.event, tables.act)

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProvenRows:
    """Proven rows by their hash: of the events, and of the acts."""

    events: Mapping[str, Fields]
    acts: Mapping[str, Fields]

    def of(self, table: Table) -> Mapping[str, Fields]:
        """Those of one chain."""
        return self.events if table is tables.event else self.acts


def proven_rows(file: Path, scratch: Path) -> ProvenRows:
    """Read a file without changing it; a half-done transaction beside it is taken back in a copy in `scratch`."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        copy = Path(name) / file.name
        copy_of_file(file, copy)
        if copy.with_name(f"{copy.name}-journal").exists():
            with suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as connection:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return of_rows(pages.rows(copy.read_bytes()))


def of_rows(rows: Iterable[pages.Row]) -> ProvenRows:
    """Those of the rows whose hash is that of their other fields."""
    events: dict[str, Fields] = {}
    acts: dict[str, Fields] = {}
    for rowid, values in rows:
        if len(values) < _FEWEST:
            continue
        for table, found in ((tables.event, events), (tables.act, acts)):
            fields = _fields(table, rowid, values)
            if fields is not None:
                found[fields["hash"]] = fields
    return ProvenRows(events, acts)


def in_order(table: Table, proven: Mapping[str, Fields], token: str) -> list[Fields]:
    """The rows of a chain from its first one on, until one is missing."""
    after = {fields["previous_hash"]: fields for fields in proven.values()}
    found: list[Fields] = []
    link = chain.first_hash(token, table.name)
    while (fields := after.get(link)) is not None and fields["seq"] == len(found) + 1:
        found.append(fields)
        link = fields["hash"]
    return found


def _fields(table: Table, rowid: int, values: tuple[pages.Value, ...]) -> Fields | None:
    names = [column.name for column in table.columns]
    if len(values) > len(names):
        return None
    padded = (rowid, *values[1:], *(None for _ in names[len(values) :]))
    fields = dict(zip(names, padded, strict=True))
    if not isinstance(fields["previous_hash"], str):
        return None
    try:
        return fields if chain.seal(fields) == fields["hash"] else None
    except TypeError:
        # bytes where text should be
        return None
