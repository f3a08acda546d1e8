"""`ramris server logins`: whoever has a login is listed, where copies meet and on a study's record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.servers import records
from tests.builders.servers.hub import COORDINATOR, hub
from tests.builders.servers.key_store import FileKeyStore
from tests.builders.servers.postgresql import ADMIN, PASSWORD, PostgreSQL
from workstation.app.servers import record_password
from workstation.app.servers.passwords import DATABASE_VARIABLE
from workstation.cli import main


@pytest.fixture
def database(postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty one, for whoever has the administrator's password; its logins go with it."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv(DATABASE_VARIABLE, PASSWORD)
    with postgresql.database() as name:
        yield name
        with postgresql.connect(name) as admin:
            found = admin.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^([as][0-9a-f]{8}|second)$'")
            for (login,) in found.fetchall():
                admin.execute(f"DROP OWNED BY {login}".encode())
                admin.execute(f"DROP ROLE {login}".encode())


def _listed(server: PostgreSQL, database: str, capsys: pytest.CaptureFixture[str], who: str = ADMIN) -> tuple[int, str]:
    capsys.readouterr()
    status = main(["server", "logins", server.url(database, who), "--ca", str(server.ca), "--json"])
    said = capsys.readouterr()
    return status, said.out + said.err


def _made(server: PostgreSQL, database: str, role: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    words = ["server", "login", server.url(database, ADMIN), "--ca", str(server.ca), "--record", role, "--json"]
    assert main(words) == 0
    return str(json.loads(capsys.readouterr().out)["login"])


def test_auditors_statisticians_and_coordinators_of_a_record_are_listed(
    postgresql: PostgreSQL, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    CoordinatorStudy.create(tmp_path / "trial", record=records.address_of(postgresql, database)).close()
    assert json.loads(_listed(postgresql, database, capsys)[1]) == {"logins": []}
    auditor = _made(postgresql, database, "auditor", capsys)
    statistician = _made(postgresql, database, "statistician", capsys)
    with postgresql.connect(database) as admin:
        # as docs/server.md says it for another coordinator
        admin.execute("CREATE ROLE second LOGIN")
        admin.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO second")

    status, said = _listed(postgresql, database, capsys)

    assert status == 0
    assert {(row["login"], row["role"], row["reader"]) for row in json.loads(said)["logins"]} == {
        (auditor, "auditor", None),
        (statistician, "statistician", None),
        ("second", "coordinator", None),
    }


def test_the_password_that_commands_on_a_record_take_makes_its_logins_too(
    postgresql: PostgreSQL, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], key_store: FileKeyStore
) -> None:
    address = records.address_of(postgresql, database)
    CoordinatorStudy.create(tmp_path / "trial", record=address).close()
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv(DATABASE_VARIABLE)
        auditor = _made(postgresql, database, "auditor", capsys)
        patched.delenv("PGPASSWORD")
        # as --keep-password puts it there
        record_password.keep(address, PASSWORD)
        assert PASSWORD in key_store.held().values()
        statistician = _made(postgresql, database, "statistician", capsys)

    listed = json.loads(_listed(postgresql, database, capsys)[1])["logins"]
    assert {row["login"] for row in listed} == {auditor, statistician}


def test_of_a_server_where_copies_meet_readers_and_coordinators_are_listed(
    postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, PASSWORD)
    with hub(postgresql, ("ES",)) as meeting:
        status, said = _listed(postgresql, meeting.database, capsys)
        monkeypatch.setenv(DATABASE_VARIABLE, meeting.logins[COORDINATOR].password)
        by_coordinator = _listed(postgresql, meeting.database, capsys, meeting.logins[COORDINATOR].name)
        monkeypatch.setenv(DATABASE_VARIABLE, meeting.logins["ES"].password)
        by_reader = _listed(postgresql, meeting.database, capsys, meeting.logins["ES"].name)

        assert status == 0
        assert by_coordinator == (status, said)
        assert by_reader[0] == 2
        assert "doesn't let this login do that" in by_reader[1]
        assert [(row["login"], row["role"], row["reader"]) for row in json.loads(said)["logins"]] == [
            (meeting.logins["ES"].name, "reader", "ES"),
            (meeting.logins[COORDINATOR].name, "coordinator", None),
        ]


def test_a_database_that_holds_neither_is_told_with_what_makes_it_either(
    postgresql: PostgreSQL, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = _listed(postgresql, database, capsys)

    assert status == 2
    assert "holds neither copies nor a record: `ramris server init`" in said
    assert said.count("\n") == 1
