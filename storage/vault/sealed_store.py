"""A sealed file as a store: opened into memory, and sealed again on disk before a transaction counts as done.

Nothing of it is ever on disk in the open: no journal, no temporary file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from storage.database.engine import BUSY_TIMEOUT_MS, Store, made_engine
from storage.errors import NotSaved
from storage.vault import sealed_file

_PRAGMAS: Final = {"foreign_keys": 1, "trusted_schema": 0, "secure_delete": 1, "temp_store": 2}


class SealedStore(Store):
    """A store whose file is sealed. It holds one image in memory besides SQLite's own."""

    def __init__(self, path: Path, image: bytes, key: sealed_file.SealKey) -> None:
        self._image = image
        self._key = key
        self._seen = _mark(path)
        super().__init__(path, busy_timeout_ms=BUSY_TIMEOUT_MS)

    @contextmanager
    def writing(self, kept: str = "Nothing was changed.", wait_ms: int | None = None) -> Iterator[Connection]:
        """One transaction that is on disk, sealed, when the block has ended, or hasn't happened.

        Raises:
            NotSaved: the disk didn't take it, or another program wrote the file meanwhile.
        """
        with self._lock:
            with super().writing(kept, wait_ms) as connection:
                yield connection
            self._keep(kept)

    @property
    def image(self) -> bytes:
        """The whole database in the open."""
        return self._image

    def _keep(self, kept: str) -> None:
        image = self._serialized()
        if image == self._image:
            return
        try:
            if _mark(self.path) != self._seen:
                why = "another program has written it since it was opened here; open it again"
            else:
                sealed_file.write(self.path, image, self._key)
                self._image, self._seen = image, _mark(self.path)
                return
        except OSError as error:
            why = f"{error.strerror}; free some space, or make the folder writable, and try again"
        # memory goes back to what is on disk: the next connection is filled from the last image
        self._drop()
        raise NotSaved(f"Not saved: {self.path.name}: {why}. {kept}")

    def _serialized(self) -> bytes:
        if self._connection is None:
            return self._image
        plain = self._connection.connection.driver_connection
        return plain.serialize() if isinstance(plain, sqlite3.Connection) else self._image

    def _made_engine(self) -> Engine:
        return made_engine(":memory:", self._busy_timeout_ms, _PRAGMAS, lambda plain: plain.deserialize(self._image))


def _mark(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
