"""An auditor and a statistician on a record that lies on a server: what they read, and that they write nothing.

Each attack is plain SQL by the login itself; what answers is the server, by its SQLSTATE.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from storage.audit.verification import audit
from storage.database.server_address import address_of
from storage.database.server_tables import server_metadata
from storage.errors import NotAStudy, NotSaved, ServerRefused
from storage.exporting.export import export_study
from storage.files.record_url import write_address
from storage.recovery.move import move_to
from storage.server.connecting import Server
from storage.server.record_roles import AUDITOR, STATISTICIAN, make_record_login
from storage.server.setting_up import Login
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.servers.postgresql import PASSWORD, PostgreSQL
from tests.builders.studies import an_assigned_study, changed, read_whole, record

DENIED = "42501"
TABLES = sorted(server_metadata().tables)


@dataclass(frozen=True, slots=True)
class Roles:
    """A study whose record lies on a server, with a login of each."""

    server: PostgreSQL
    trial: Path
    address: str
    logins: dict[str, Login]

    @property
    def database(self) -> str:
        return self.address.partition("?")[0].rpartition("/")[2]

    def plain(self, role: str) -> psycopg.Connection[tuple[object, ...]]:
        """By SQL alone, without what the login's own settings say: everybody may change those."""
        made = self.server.connect(self.database, self.logins[role].name, self.logins[role].password)
        made.execute("SET default_transaction_read_only = off")
        return made

    def folder(self, role: str, monkeypatch: pytest.MonkeyPatch) -> Path:
        """That of a machine of theirs, with their password."""
        folder = self.trial.with_name(role)
        folder.mkdir(exist_ok=True)
        own = self.address.replace("administrator@", f"{self.logins[role].name}@")
        write_address(folder, own)
        monkeypatch.setenv("PGPASSWORD", self.logins[role].password)
        return folder

    def refused(self, role: str, statement: str) -> str:
        """The SQLSTATE of what a statement is refused with; "" where it is done."""
        with self.plain(role) as connection:
            try:
                connection.execute(statement.encode())
            except psycopg.Error as error:
                return error.sqlstate or ""
        return ""


@pytest.fixture
def roles(server: PostgreSQL, address: str, tmp_path: Path) -> Iterator[Roles]:
    """A case is read, by a reader with a passphrase, and the study isn't locked."""
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case, {"1 ERO CAP": "4"})
    with ReaderStudy.open(folder, "ES") as study:
        study.set_passphrase("of a reader of nobody")
    move_to(folder, address)
    with Server.connect(address_of(address.partition("?")[0], server.ca), PASSWORD, 60) as asked:
        made = {role: make_record_login(asked, role) for role in (AUDITOR, STATISTICIAN)}
    found = Roles(server, folder, address, made)
    yield found
    with server.connect(found.database) as admin:
        for login in made.values():
            admin.execute(f"DROP OWNED BY {login.name}".encode())
            admin.execute(f"DROP ROLE {login.name}".encode())


def lock(trial: Path) -> None:
    """Its coordinator does."""
    with CoordinatorStudy.open(trial) as study:
        study.lock(why="done", incomplete=True)


def test_an_auditor_verifies_the_whole_record(roles: Roles, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = audit(roles.trial)

    assert audit(roles.folder(AUDITOR, monkeypatch)) == whole


def test_an_auditor_is_told_in_words_that_nothing_is_written(roles: Roles, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReaderStudy.open(roles.trial, "ES") as study:
        case = study.worklist()[0].case
    folder = roles.folder(AUDITOR, monkeypatch)

    with pytest.raises(NotSaved, match=r"the server doesn't allow it to this user|takes no changes"):
        record(folder, case, changed("1 ERO CAP", "5", before="4"))


ATTACKS = [
    "INSERT INTO public.subject VALUES ('S999')",
    "UPDATE public.event SET after = '9'",
    "UPDATE public.home SET taken_back_at_utc = 'now'",
    "DELETE FROM public.act",
    "TRUNCATE public.case_progress",
    "INSERT INTO public.written VALUES ('x')",
    "BEGIN; LOCK TABLE public.study IN EXCLUSIVE MODE",
    "ALTER TABLE public.event DISABLE TRIGGER ALL",
    "DROP TABLE public.event CASCADE",
    "DROP TRIGGER event_is_never_changed ON public.event",
    "CREATE OR REPLACE FUNCTION public.ramris_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMP TABLE study (a int)",
    "CREATE VIEW public.grades AS SELECT * FROM public.event",
    "CREATE SCHEMA mine",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "COPY public.event FROM PROGRAM 'true'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
    "SET ROLE administrator",
    "SET SESSION AUTHORIZATION administrator",
    "SET session_replication_role = replica",
    "CREATE ROLE mine",
    "ALTER ROLE administrator PASSWORD 'mine'",
    "SELECT setval('public.none', 1)",
]


@pytest.mark.parametrize("role", [AUDITOR, STATISTICIAN])
def test_neither_writes_anything_by_plain_sql(roles: Roles, role: str) -> None:
    before = audit(roles.trial)

    # the last one names a sequence, of which there is none: 42P01
    said = {statement: roles.refused(role, statement) for statement in ATTACKS}

    assert {statement: code for statement, code in said.items() if code not in {DENIED, "42P01"}} == {}
    assert audit(roles.trial) == before


def test_what_an_auditor_gives_on_is_not_given(roles: Roles) -> None:
    # PostgreSQL only warns
    roles.refused(AUDITOR, "GRANT SELECT ON public.event TO PUBLIC")

    assert roles.refused(STATISTICIAN, "SELECT * FROM public.event") == DENIED


def test_a_statistician_has_no_right_to_any_table_before_and_after_the_lock(roles: Roles) -> None:
    hidden = [name for name in TABLES if name not in {"alembic_version", "home"}]
    for locked in (False, True):
        if locked:
            lock(roles.trial)
        found = {name: roles.refused(STATISTICIAN, f'SELECT * FROM public."{name}"') for name in hidden}  # noqa: S608 - ours
        assert set(found.values()) == {DENIED}


def shown(roles: Roles) -> dict[str, int]:
    """How many rows each view has for the statistician."""
    with roles.plain(STATISTICIAN) as connection:
        names = [name for name in TABLES if name not in {"alembic_version", "home", "written"}]
        counts = {}
        for name in names:
            query = f'SELECT count(*) FROM ramris_figures."{name}"'  # noqa: S608 - our own names
            row = connection.execute(query.encode()).fetchone()
            assert row is not None
            counts[name] = int(str(row[0]))
        return counts


def test_a_statistician_sees_no_row_until_the_lock_and_none_when_it_was_taken_back(
    roles: Roles, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(shown(roles).values()) == {0}
    with monkeypatch.context() as patched, pytest.raises(NotAStudy, match="isn't locked: this login sees it from its"):
        audit(roles.folder(STATISTICIAN, patched))

    lock(roles.trial)
    assert shown(roles)["event"] == 86

    with CoordinatorStudy.open(roles.trial) as study:
        study.unlock("further")
    assert set(shown(roles).values()) == {0}


def test_a_function_of_ones_own_sees_nothing_either(roles: Roles) -> None:
    # a condition that would tell each row it is asked about: the barrier asks for the lock first
    leak = "SELECT count(*) FROM ramris_figures.event WHERE 1 / (length(after) - length(after)) IS NULL"

    assert roles.refused(STATISTICIAN, leak) == ""
    assert (
        roles.refused(STATISTICIAN, "CREATE FUNCTION pg_temp.f(t text) RETURNS bool LANGUAGE sql AS 'SELECT true'")
        == DENIED
    )


def test_a_statistician_exports_the_same_tables_as_the_coordinator_from_the_lock_on(
    roles: Roles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(roles.trial)
    export_study(roles.trial, tmp_path / "coordinator")

    with monkeypatch.context() as patched:
        export_study(roles.folder(STATISTICIAN, patched), tmp_path / "theirs")

    names = sorted(path.name for path in (tmp_path / "coordinator").glob("*.csv"))
    assert "scores.csv" in names
    for name in names:
        assert (tmp_path / "theirs" / name).read_bytes() == (tmp_path / "coordinator" / name).read_bytes(), name


def test_passphrases_are_hidden_from_a_statistician_and_not_from_the_record(roles: Roles) -> None:
    lock(roles.trial)

    with roles.plain(STATISTICIAN) as connection:
        found = connection.execute("SELECT passphrase FROM ramris_figures.reader").fetchall()
    assert found == [(None,)]
    with roles.plain(AUDITOR) as connection:
        row = connection.execute("SELECT passphrase FROM public.reader").fetchone()
    assert row is not None
    assert str(row[0]).startswith("$argon2id$")


def test_roles_leave_the_record_as_the_program_made_it_and_it_goes_back_whole(roles: Roles) -> None:
    from storage.recovery.move_back import move_back  # noqa: PLC0415 - for this test alone

    before = audit(roles.trial)
    move_back(roles.trial)

    assert audit(roles.trial) == before


def test_no_login_is_made_where_no_record_is(server: PostgreSQL) -> None:
    with server.database() as name:
        asked = address_of(server.url(name, "administrator"), server.ca)
        with Server.connect(asked, PASSWORD, 60) as empty, pytest.raises(ServerRefused, match="holds no record"):
            make_record_login(empty, AUDITOR)
