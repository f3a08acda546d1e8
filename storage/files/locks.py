"""A lock on a file of its own that the system lets go of when its holder ends, however it ends."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path


class Held(Exception):
    """Somebody else holds the lock."""


class NoLockFile(Exception):
    """The file of the lock can't be made or locked here."""


@contextmanager
def held(file: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock of `file` while the block lasts; alone on this file system, in this process and in others.

    SQLite's file locks are used for what they are: they work alike on all systems, two holders in one process shut
    each other out, and they end with the process, so a stale lock can't be. The file stays empty; it isn't removed,
    since another one may have it open already.

    Args:
        file: private to this account; made when it isn't there.
        wait_s: how long to wait for another holder.

    Raises:
        Held: another one has it.
        NoLockFile: the folder or the file can't be written.
    """
    connection = _connected(file, wait_s)
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            refusal = Held() if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY else NoLockFile()
        else:
            yield
            return
    raise refusal


def _connected(file: Path, wait_s: float) -> sqlite3.Connection:
    try:
        # not opened where it is there: closing a file gives up all POSIX locks that this process has on it
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return sqlite3.connect(file, timeout=wait_s, isolation_level=None)
    except (OSError, sqlite3.OperationalError):
        refusal = NoLockFile()
    raise refusal
