"""SQLite engine: one file, one connection, transactions that are on disk when they return."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.database.faults import told_as_not_saved, told_as_unreadable
from storage.errors import MENDING, NotAStudy, NotSaved, RecordDamaged, SchemaTooNew
from storage.files.atomic import keep_copy
from storage.files.layout import FileKind, check_header

BUSY_TIMEOUT_MS: Final = 5000

# TRUNCATE with FULL lost no acknowledged row in simulated power cuts; Python's default, DELETE with FULL, did: the
# removal of its journal isn't synced. Not PERSIST: the old pages would stay in vault.db-journal when vault.db is
# taken out of the folder. Not WAL: a study stays one file to copy, and SQLite before 3.51.3 can corrupt a WAL that
# two connections reset (sqlite.org/wal.html, "The WAL-Reset Bug").
_PRAGMAS: Final = {
    "journal_mode": "truncate",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
    # macOS alone: fsync there doesn't reach the platter without it (sqlite.org/pragma.html#pragma_fullfsync)
    "fullfsync": 1,
}
_VERSION: Final = re.compile("[0-9]{4}")
_WRITE: Final = "BEGIN IMMEDIATE"
# what a connection knows: how long SQLite was told to wait
_WAITS_MS: Final = "ramris waits"
# of a login on a server that is shown the record without passphrases: those can't be held against the acts
HIDES_PASSPHRASES: Final = "ramris hides passphrases"


def nothing_around(_: Connection) -> AbstractContextManager[None]:
    """What a transaction begins and ends with where nobody asks for more."""
    return nullcontext()


class Store:
    """An open file. `reading` and `writing` are the only ways to it; they may be called from any thread."""

    def __init__(self, path: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.path = path
        self._lock = RLock()
        self._busy_timeout_ms = busy_timeout_ms
        self._engine = self._made_engine()
        self._connection: Connection | None = None
        self._failed = False
        # what each transaction that writes begins and ends with, inside it
        self.around_writing: Callable[[Connection], AbstractContextManager[None]] = nothing_around

    def _made_engine(self) -> Engine:
        return made_engine(str(self.path), self._busy_timeout_ms, _PRAGMAS)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of the file, for as long as the block lasts."""
        with self._lock, told_as_unreadable(), self._connected("BEGIN", None) as connection:
            yield connection

    @contextmanager
    def writing(self, kept: str = "Nothing was changed.", wait_ms: int | None = None) -> Iterator[Connection]:
        """One transaction that is on disk when the block has ended, or hasn't happened.

        Args:
            kept: a sentence for the refusal, about what stays as it was.
            wait_ms: how long to wait for another program's lock; None is as long as the store was opened with.

        Raises:
            NotSaved: full, read-only, locked or failing disk.
        """
        with (
            self._lock,
            told_as_not_saved(kept),
            self._connected(_WRITE, wait_ms) as connection,
            self.around_writing(connection),
        ):
            yield connection

    def close(self) -> None:
        """Let go of the file; closing again does nothing."""
        with self._lock:
            self._drop()
            self._engine.dispose()

    @contextmanager
    def _connected(self, begin: str, wait_ms: int | None) -> Iterator[Connection]:
        wait = self._busy_timeout_ms if wait_ms is None else wait_ms
        if self._failed and begin == _WRITE:
            # while a file can't be written SQLite opens it for reading and never asks again
            self._drop()
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            with self._connection.begin():
                _begin(self._connection, begin, wait)
                yield self._connection
        except DBAPIError:
            # after an input/output error SQLite may refuse everything on this connection: the next call gets a new one
            self._failed = True
            self._drop()
            raise
        self._failed = self._failed and begin != _WRITE

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def create_file(path: Path, kind: FileKind) -> Store:
    """A new file of that kind, private to this account, with all its tables."""
    # Alembic is imported here and in `_upgrade` alone: a study of the current schema opens without it
    from storage.migrations import making  # noqa: PLC0415 - see above

    # made by hand first: SQLite would take the umask's permissions, its journal takes those of the file
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closed_on_failure(Store(path)) as store, store.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {kind.application_id}")
        for statement in making(kind.branch):
            connection.exec_driver_sql(statement)
    return store


def open_file(path: Path, kind: FileKind, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Store:
    """An existing file of that kind, at this program's schema.

    Raises:
        NotAStudy: there is none, or it isn't ours; it is left as it is.
        SchemaTooNew: a newer program wrote it; it is left as it is.
        RecordDamaged: SQLite finds it corrupt.
    """
    check_header(path, kind)
    with closed_on_failure(Store(path, busy_timeout_ms=busy_timeout_ms)) as store:
        check_opened(store, kind)
    return store


def check_opened(store: Store, kind: FileKind) -> None:
    """See that an open file is whole and at this program's schema, bringing it there if it is older.

    Raises:
        as `open_file` does.
    """
    with store.reading() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            mending = _mending(kind)
            raise RecordDamaged(f"{kind.name} is damaged ({found}); nothing was changed: {mending}")
        version = _schema_version(connection, kind)
    if version > kind.schema_version:
        raise SchemaTooNew(
            f"{kind.name} has schema {version}, this program knows up to {kind.schema_version}: "
            "open it with a newer ramris"
        )
    if version < kind.schema_version:
        _upgrade(store, kind, version)


@contextmanager
def closed_on_failure(store: Store) -> Iterator[Store]:
    """Hand the store through; let go of its file when the block raises."""
    try:
        yield store
    except BaseException:
        store.close()
        raise


def _schema_version(connection: Connection, kind: FileKind) -> int:
    # read by hand: Alembic takes longer to import than a study to open
    made = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.exec_driver_sql(made).scalar_one_or_none() is None:
        raise NotAStudy(f"{kind.name} has no tables of ramris; it was left as it is. Name a folder that holds a study")
    versions = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    if len(versions) != 1 or not _VERSION.fullmatch(str(versions[0])):
        mending = _mending(kind)
        raise RecordDamaged(f"{kind.name} doesn't say which schema it has; it was left as it is: {mending}")
    return int(versions[0])


def _mending(kind: FileKind) -> str:
    return MENDING if kind.branch == "study" else "`ramris study restore-vault` puts its last copy back"


# of a table or column that is or isn't there, and of a row that a table doesn't take; a full disk has others
_UNFIT: Final = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT)


def _upgrade(store: Store, kind: FileKind, older: int = 0) -> None:
    from storage.migrations import upgrade  # noqa: PLC0415 - see `create_file`

    with store.writing() as connection:
        # inside the transaction: no other program can write between the copy and the upgrade, nor upgrade meanwhile
        if older and _schema_version(connection, kind) == older:
            _keep(store.path, kind, older)
        unfit = False
        try:
            upgrade(connection, kind.branch)
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) not in _UNFIT:
                raise
            unfit = True
        if unfit:
            mending = _mending(kind)
            raise RecordDamaged(
                f"{kind.name} says that it has schema {older}, and what is in it isn't of that one; nothing was "
                f"changed: {mending}"
            )


def _keep(path: Path, kind: FileKind, older: int) -> None:
    if kind.kept_before_upgrade:
        keep_copy(path, path.with_name(f"{kind.name}.before-{older + 1:04}"))
    if kind.keep_elsewhere is not None:
        kind.keep_elsewhere(path)


def made_engine(
    database: str,
    busy_timeout_ms: int,
    pragmas: Mapping[str, object],
    fill: Callable[[sqlite3.Connection], None] | None = None,
) -> Engine:
    """An engine whose connections have the pragmas, and what `fill` puts into them; `database` as SQLite names it."""
    url = URL.create("sqlite", database=database)
    # `Store` holds the one connection and its lock, so another thread may use it
    # hidden: parameters would be written into the text of every error, identities among them
    engine = create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": busy_timeout_ms / 1000},
    )

    # the documented recipe: the driver never begins by itself, `_begin` does
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's hook
        connection.isolation_level = None
        if fill is not None:
            fill(connection)
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name} = {value}").close()
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas}
        if found != pragmas:
            wrong = ", ".join(f"{name} {found[name]}" for name in pragmas if found[name] != pragmas[name])
            raise NotSaved(
                f"This SQLite doesn't take the settings that keep grades safe ({wrong}); see `ramris doctor`"
            )

    return engine


def _begin(connection: Connection, begin: str, wait_ms: int) -> None:
    """Begin a transaction of SQLite's in one of SQLAlchemy's, which sends no statement for it.

    Not by the event "begin", as the recipe has it: an engine that listens to any asks all kinds of listeners at each
    statement, which took a tenth of a commit's processor time.
    """
    known = connection.info
    if wait_ms != known.get(_WAITS_MS):
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
        known[_WAITS_MS] = wait_ms
    connection.exec_driver_sql(begin)
