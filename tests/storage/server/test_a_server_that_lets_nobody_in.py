"""A server whose pg_hba.conf has no line for somebody: told as that, not as a lost network or a certificate."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from storage.database.server_address import address_of
from storage.database.server_store import ServerStore
from storage.errors import RecordDamaged, ServerRefused, StudyError
from storage.server.connecting import NO_ENTRY, Server
from tests.builders.servers import records
from tests.builders.servers.postgresql import ADMIN, PASSWORD, PostgreSQL


@pytest.fixture
def closed(postgresql: PostgreSQL) -> Iterator[str]:
    """The name of a database that only what is in between may not enter: the administrator alone sees `postgres`."""
    file: Path = postgresql.folder / "data" / "pg_hba.conf"
    before = file.read_text("utf-8")
    with postgresql.database() as name:
        _entries(postgresql, file, before.replace("hostssl all", "hostssl postgres"), 2)
        try:
            yield name
        finally:
            _entries(postgresql, file, before, 2)


def _entries(server: PostgreSQL, file: Path, text: str, lines: int) -> None:
    file.write_text(text, "utf-8")
    with server.connect() as admin:
        admin.execute("SELECT pg_reload_conf()")
        assert len(admin.execute("SELECT 1 FROM pg_hba_file_rules").fetchall()) == lines
    # the server takes it up in its own time
    end = time.monotonic() + 10
    while ("all all" in text) is not _lets_in(server):
        assert time.monotonic() < end
        time.sleep(0.02)


def _lets_in(server: PostgreSQL) -> bool:
    with suppress(psycopg.OperationalError):
        server.connect("template1").close()
        return True
    return False


def test_it_is_told_as_such_where_copies_meet(postgresql: PostgreSQL, closed: str) -> None:
    with pytest.raises(ServerRefused, match="lets nobody in from here by this login") as refused:
        Server.connect(address_of(postgresql.url(closed, ADMIN), postgresql.ca), PASSWORD)

    # for good: a sender that took it for a lost network would try for ever
    assert refused.value.code == NO_ENTRY


def test_it_is_told_as_such_of_a_record(postgresql: PostgreSQL, closed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    store = ServerStore(records.address_of(postgresql, closed))

    with (
        pytest.raises((StudyError, RecordDamaged), match="the server doesn't let this user in from here"),
        store.reading(),
    ):
        pass

    store.close()


@pytest.fixture
def shut(postgresql: PostgreSQL) -> Iterator[tuple[str, str]]:
    """A database, and a login whose reader has left, as docs/server.md says how."""
    with postgresql.database() as name, postgresql.connect() as admin:
        admin.execute(f"CREATE ROLE r_left LOGIN PASSWORD '{PASSWORD}'".encode())
        admin.execute(b"ALTER ROLE r_left NOLOGIN")
        yield name, "r_left"
        admin.execute(b"DROP ROLE r_left")


def test_a_login_that_was_shut_is_told_as_such_and_not_as_a_lost_network(
    postgresql: PostgreSQL, shut: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, login = shut
    with pytest.raises(ServerRefused, match="lets this login in no more; who keeps the server has shut it") as refused:
        Server.connect(address_of(postgresql.url(name, login), postgresql.ca), PASSWORD)
    # for good, as above
    assert refused.value.code == NO_ENTRY

    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    store = ServerStore(f"{postgresql.url(name, login)}?sslrootcert={postgresql.ca}")
    with pytest.raises(StudyError, match="the server doesn't let this user in from here"), store.reading():
        pass
    store.close()
