"""Each study that a test makes has its record on PostgreSQL: what `pytest tests/storage --record postgresql` does.

The tests stay as they are. Where they look at study.db by SQLite itself, or copy it or its folder, they get the rows of
the record as a file, and what they change in that file past the program is put into the record's tables.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql

from scoring.schemes.folder import SchemeFolder
from storage.database import server_tables, study_schema
from storage.database.engine import Store, create_file
from storage.database.server_store import ServerStore
from storage.files.layout import KIND, STUDY_FILE
from storage.files.record_url import ADDRESS_FILE, write_address, written_address
from storage.recovery.copied_record import copy_rows
from storage.study import coordinator
from storage.study.create import make_study
from tests.builders.servers.kept_connections import kept_connections
from tests.builders.servers.postgresql import PASSWORD, PostgreSQL
from tests.builders.servers.records import address_of

TEMPLATE: Final = "of_each_record"
_NUMBERS: Final = count(1)
_TABLES: Final = tuple(table.name for table in study_schema.metadata.sorted_tables)
_GUARDED: Final = tuple(
    (name, text.partition(" ON ")[2].partition(" ")[0]) for name, text in server_tables.GUARDS.items()
)
_GUARDS_OFF: Final = "; ".join(f"ALTER TABLE {table} DISABLE TRIGGER {name}" for name, table in _GUARDED)
_GUARDS_ON: Final = "; ".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for name, table in _GUARDED)
_TRUNCATED: Final = "TRUNCATE {}".format(", ".join(f'"{name}"' for name in _TABLES))
_EMPTIED: Final = (
    f"SET lock_timeout = '1s'; {_GUARDS_OFF}; {_TRUNCATED}; DELETE FROM written; UPDATE given SET seq = 0; "  # noqa: S608 - ours
    f"UPDATE home SET taken_back_at_utc = NULL; {_GUARDS_ON}"
).encode()
# what SQLite and a server each keep of how many numbers were given
_GIVEN: Final = ("event", "act")


@dataclass(slots=True)
class Records:
    """The records of one run, each a database that was made from one template."""

    server: PostgreSQL
    folder: Path
    _used: list[str] = field(default_factory=list)
    _free: list[str] = field(default_factory=list)

    def lay_down(self) -> None:
        """The template, and an empty study.db that rows are shown in."""
        with self.server.connect() as admin:
            made = "CREATE DATABASE {} TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' ENCODING 'UTF8'"
            admin.execute(sql.SQL(made).format(sql.Identifier(TEMPLATE)))
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("PGPASSWORD", PASSWORD)
            store = ServerStore(address_of(self.server, TEMPLATE))
            with closing(store), store.laying_down() as connection:
                server_tables.lay_down(connection)
        create_file(self.folder / STUDY_FILE, KIND).close()

    def another(self) -> str:
        """The address of a record without rows: one that was given back, or a new database."""
        while self._free:
            name = self._free.pop()
            # a test may have left a connection behind, or tables that aren't the program's
            with suppress(psycopg.Error), self.server.connect(name) as there:
                there.execute(_EMPTIED)
                self._used.append(name)
                return address_of(self.server, name)
        name = f"record_{next(_NUMBERS)}"
        with self.server.connect() as admin:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            admin.execute(made.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
        self._used.append(name)
        return address_of(self.server, name)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Those that are made in the block are given back behind it."""
        before = len(self._used)
        yield
        self._free += self._used[before:]
        del self._used[before:]

    def bring(self, study: Path) -> None:
        """The record of a folder goes to the server, as `study move` brings it, without backup and verification."""
        address = self.another()
        with (
            closing(Store(study / STUDY_FILE)) as own,
            closing(ServerStore(address)) as store,
            own.reading() as here,
            store.writing() as there,
        ):
            copy_rows(here, there)
        write_address(study, address)
        (study / STUDY_FILE).unlink()

    def part(self, folder: Path) -> None:
        """A folder that was copied, and those in it, get records of their own."""
        for file in folder.rglob(ADDRESS_FILE):
            old, new = written_address(file.parent), self.another()
            assert old is not None
            with (
                closing(ServerStore(old)) as first,
                closing(ServerStore(new)) as second,
                first.reading() as here,
                second.writing() as there,
            ):
                copy_rows(here, there)
            write_address(file.parent, new)

    def shown(self, study: Path, file: Path) -> None:
        """Write the rows of a record to a study.db, past all guards."""
        shutil.copyfile(self.folder / STUDY_FILE, file)
        address = written_address(study)
        assert address is not None
        with (
            closing(ServerStore(address)) as store,
            store.reading() as there,
            closing(sqlite3.connect(file, isolation_level=None)) as here,
        ):
            # one transaction, and no wait for the disk: statements about tables would each be one of their own
            here.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN")
            for trigger in study_schema.TRIGGERS:
                here.execute(f"DROP TRIGGER {trigger}")
            for table in _TABLES:
                found = there.exec_driver_sql(f'SELECT {_columns(table)} FROM "{table}"')  # noqa: S608 - our own names
                marks = ", ".join("?" * len(study_schema.metadata.tables[table].columns))
                add = f'INSERT INTO "{table}" ({_columns(table)}) VALUES ({marks})'  # noqa: S608 - our own names
                here.executemany(add, [tuple(row) for row in found])
            given = there.exec_driver_sql(f"SELECT name, seq FROM {server_tables.GIVEN}").all()  # noqa: S608 - as above
            for name, seq in given:
                here.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (seq, name))
            for trigger in study_schema.TRIGGERS.values():
                here.execute(trigger)
            here.execute("COMMIT")

    def taken(self, study: Path, file: Path) -> None:
        """Put what a study.db holds in the place of a record's rows, past all guards; a guard that is gone goes."""
        address = written_address(study)
        assert address is not None
        database = address.partition("?")[0].rpartition("/")[2]
        with closing(sqlite3.connect(file)) as here, self.server.connect(database) as there:
            left = {name for (name,) in here.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
            gone = set(study_schema.TRIGGERS) - left
            with there.transaction():
                # keys that lead nowhere are what some tests are about
                there.execute("SET LOCAL session_replication_role = replica")
                there.execute(f"{_GUARDS_OFF}; {_TRUNCATED}".encode())
                for table in _TABLES:
                    with (
                        there.cursor() as cursor,
                        cursor.copy(f'COPY "{table}" ({_columns(table)}) FROM STDIN'.encode()) as stream,
                    ):
                        for row in here.execute(f'SELECT {_columns(table)} FROM "{table}"'):  # noqa: S608 - ours
                            stream.write_row(row)
                given = dict(here.execute("SELECT name, seq FROM sqlite_sequence"))
                for name in _GIVEN:
                    there.execute("UPDATE given SET seq = %s WHERE name = %s", (given.get(name, 0), name))
                for name, table in _GUARDED:
                    done = f"DROP TRIGGER {name} ON {table}" if name in gone else None
                    there.execute((done or f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}").encode())


@contextmanager
def on_postgresql(records: Records) -> Iterator[None]:
    """As long as the block lasts, each study that is made, copied or looked at by SQLite is one on the server."""
    connect: Any = sqlite3.connect
    copy_tree, copy_file = shutil.copytree, shutil.copyfile

    def made(path: Path, folder: SchemeFolder, order: str, _record: str) -> None:
        make_study(path, folder, order)
        records.bring(path)

    def connected(database: object, *more: Any, **words: Any) -> sqlite3.Connection:  # noqa: ANN401 - as SQLite has it
        if isinstance(database, Path) and _is_on_server(database):
            database, words["factory"] = _Shown.of(records, database.parent), _Shown
        opened: sqlite3.Connection = connect(database, *more, **words)
        return opened

    def tree(source: Any, target: Any, *more: Any, **words: Any) -> Any:  # noqa: ANN401 - as Python has it
        found = copy_tree(source, target, *more, **words)
        records.part(Path(target))
        return found

    def file(source: Any, target: Any, **words: Any) -> Any:  # noqa: ANN401 - as Python has it
        if not _is_on_server(source):
            return copy_file(source, target, **words)
        records.shown(Path(source).parent, Path(target))
        return target

    with pytest.MonkeyPatch.context() as patched, kept_connections(), records.lent():
        patched.setenv("PGPASSWORD", PASSWORD)
        patched.setattr(coordinator, "make_study", made)
        patched.setattr(sqlite3, "connect", connected)
        patched.setattr(shutil, "copytree", tree)
        patched.setattr(shutil, "copyfile", file)
        yield


class _Shown(sqlite3.Connection):
    """The rows of a record in a file; what was changed in it is the record's when it is closed."""

    waiting: tuple[Records, Path, Path] | None = None

    def __init__(self, *given: Any, **words: Any) -> None:  # noqa: ANN401 - as SQLite has it
        super().__init__(*given, **words)
        self.of_record, _Shown.waiting = _Shown.waiting, None
        self.before = b"" if self.of_record is None else self.of_record[2].read_bytes()

    @classmethod
    def of(cls, records: Records, study: Path) -> Path:
        """The file, for the connection that is opened next."""
        file = Path(tempfile.mkdtemp(dir=records.folder)) / STUDY_FILE
        records.shown(study, file)
        cls.waiting = (records, study, file)
        return file

    def close(self) -> None:
        super().close()
        if self.of_record is None:
            return
        (records, study, file), self.of_record = self.of_record, None
        if file.read_bytes() != self.before:
            records.taken(study, file)
        shutil.rmtree(file.parent)


def _is_on_server(path: object) -> bool:
    return isinstance(path, Path) and path.name == STUDY_FILE and path.with_name(ADDRESS_FILE).exists()


def _columns(table: str) -> str:
    return ", ".join(f'"{column.name}"' for column in study_schema.metadata.tables[table].columns)
