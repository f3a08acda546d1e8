"""One import into a study at a time: a lock that the system lets go of when its holder ends, however it ends."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from storage.errors import NotSaved, StudyError

LOCK_FILE: Final = "import.lock"


@contextmanager
def import_lock(study: Path) -> Iterator[None]:
    """Hold the lock of the study in that folder.

    SQLite's file locks are used for what they are: they work alike on all systems and end with the process. The file
    stays empty; it isn't removed, since another import may have it open already.

    Raises:
        StudyError: another import holds it.
        NotSaved: the folder can't be written.
    """
    with closing(_connected(study)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise NotSaved(f"Not imported: {LOCK_FILE} in the study can't be written. Free the folder") from error
            message = f"{study.name}: another import into this study is running. Wait until it has ended, or stop it"
            raise StudyError(message) from error
        yield


def _connected(study: Path) -> sqlite3.Connection:
    file = study / LOCK_FILE
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        return sqlite3.connect(file, timeout=0, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise NotSaved(f"Not imported: {LOCK_FILE} in the study can't be written. Free the folder") from error
