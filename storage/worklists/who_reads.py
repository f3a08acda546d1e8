"""Readers of a study, read from its file by SQLite alone, to be offered where one is asked for.

An offer and nothing more: opening the study checks what it finds.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from msgspec import Struct

from scoring.design.read_design import decoded
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


def who_reads(path: Path) -> WhoReads | None:
    """Of the study in the folder `path`; None where there is no study, nobody where its file can't be read now.

    Reads and writes nothing else; never raises for what is wrong with the study.
    """
    file = path / STUDY_FILE
    if is_on_server(path):
        # not for an offer: a server may let one wait
        return WhoReads()
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
