"""Readers of a study, read from its file by SQLite alone, to be offered where one is asked for.

An offer and nothing more: opening the study checks what it finds.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from scoring.design.read_design import decoded
from scoring.errors import RamrisError
from storage.errors import NotAStudy
from storage.files.layout import KIND, STUDY_FILE, check_header
from storage.files.record_url import is_on_server

_READERS: Final = "SELECT id FROM reader ORDER BY id"
_DESIGN: Final = "SELECT content FROM design ORDER BY id DESC LIMIT 1"
# as `audit.reader_copies` names the act that only a copy has
_IS_COPY: Final = "SELECT 1 FROM act WHERE kind = 'received'"
_WAIT_S: Final = 0.1


class WhoReads(Struct, frozen=True):
    """Readers as they are called; whether the study is the copy of one of them."""

    readers: tuple[str, ...] = ()
    is_copy: bool = False


def who_reads(path: Path, *, ask_server: bool = False) -> WhoReads | None:
    """Of the study in the folder `path`; None where there is no study, nobody where its file can't be read now.

    Reads and writes nothing else; never raises for what is wrong with the study.

    Args:
        path: of a folder.
        ask_server: also where the record lies on a server, which may let one wait some seconds.
    """
    file = path / STUDY_FILE
    if is_on_server(path):
        return WhoReads(_on_server(path)) if ask_server else WhoReads()
    try:
        check_header(file, KIND)
    except NotAStudy:
        return None
    try:
        uri = f"{file.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT_S)) as connection:
            readers = [row[0] for row in connection.execute(_READERS)]
            called = decoded(*connection.execute(_DESIGN).fetchone()).called
            is_copy = connection.execute(_IS_COPY).fetchone() is not None
    except (OSError, sqlite3.Error, ValueError, TypeError):
        return WhoReads()
    return WhoReads(tuple(called.get(name, name) for name in readers if isinstance(name, str)), is_copy)


def _on_server(path: Path) -> tuple[str, ...]:
    """Readers of a record that lies on a server, as they are called; none where it can't be asked now."""
    # what speaks with servers is loaded where there is one, and nowhere else
    from sqlalchemy import select  # noqa: PLC0415 - see above

    from storage.database import study_schema as tables  # noqa: PLC0415 - see above
    from storage.record.study_file import open_study_file  # noqa: PLC0415 - see above

    with suppress(RamrisError):
        store, row = open_study_file(path)
        try:
            with store.reading() as connection:
                names = connection.execute(select(tables.reader.c.id).order_by(tables.reader.c.id)).scalars().all()
        finally:
            store.close()
        called = row.design.design.called
        return tuple(called.get(name, name) for name in names)
    return ()
