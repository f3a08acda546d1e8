"""Studies whose record lies on the server of a test, made in the way of those whose record is study.db."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from psycopg import sql

from storage.database import server_tables
from storage.database.server_store import ServerStore
from storage.files.layout import FileKind
from storage.files.record_url import write_address
from tests.builders.servers.postgresql import ADMIN, PASSWORD, PostgreSQL


def address_of(server: PostgreSQL, database: str) -> str:
    """Of a database, as a person who is careful writes it."""
    return f"{server.url(database, ADMIN)}?sslmode=verify-full&sslrootcert={server.ca}"


class Records:
    """Databases that hold the tables of a record, each a copy of one that was made once."""

    def __init__(self, server: PostgreSQL) -> None:
        self.server = server
        self._template = ""
        self._made: list[str] = []
        self._number = 0

    @contextmanager
    def with_template(self) -> Iterator[Records]:
        """One that is there for as long as the block lasts."""
        with ExitStack() as stack:
            self._template = stack.enter_context(self.server.database())
            store = ServerStore(address_of(self.server, self._template))
            with store.laying_down() as connection:
                server_tables.lay_down(connection)
            store.close()
            yield self

    def new(self) -> str:
        """The address of one without a study."""
        self._number += 1
        name = f"{self._template}_{self._number}"
        with self.server.connect() as admin:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            admin.execute(create.format(sql.Identifier(name), sql.Identifier(self._template)))
        self._made.append(name)
        return address_of(self.server, name)

    def drop(self) -> None:
        """All that were made."""
        with self.server.connect() as admin:
            for name in self._made:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.clear()

    def create_file(self, path: Path, kind: FileKind) -> ServerStore:
        """What `engine.create_file` is to a new study, on the server."""
        assert kind.branch == "study"
        address = self.new()
        write_address(path.parent, address)
        return ServerStore(address)


def studies_on(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each study that is made from now on have its record on the server."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setattr("storage.study.create.create_file", records.create_file)
