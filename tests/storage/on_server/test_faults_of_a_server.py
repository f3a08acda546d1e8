"""Faults of a server while a record is read and written: killed, stopped, hung, busy; an answer that was lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.audit.verification import audit
from storage.database.server_store import ServerStore
from storage.errors import NotAStudy, NotSaved
from storage.record import acts, chain
from storage.record.study_file import open_study_file
from storage.recovery.move import move_to
from tests.builders.servers.postgresql import PostgreSQL
from tests.builders.studies import an_assigned_study, changed, record

DEED = acts.Deed("identified", acts.COORDINATOR, {"why": "a test"})


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[ServerStore]:
    """Of a study, open."""
    folder, _ = an_assigned_study(tmp_path / "trial")
    move_to(folder, address)
    made = ServerStore(address)
    yield made
    made.close()


def acts_in(store: ServerStore) -> int:
    """How many acts the record holds."""
    with store.reading() as connection:
        return chain.head(connection).acts


def note(store: ServerStore, during: str = "") -> None:
    """One act of a coordinator; `during` kills the server's process of this connection at that moment."""
    with store.writing() as connection:
        acts.append(connection, DEED)
        if during:
            _end(store, connection)


def _end(store: ServerStore, connection: Connection) -> None:
    own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    other = ServerStore(_text(store))
    with other.reading() as there:
        there.exec_driver_sql(f"SELECT pg_terminate_backend({own})")
    other.close()


def _text(store: ServerStore) -> str:
    told = store.address
    return f"{told.name}?sslmode={told.sslmode}&sslrootcert={told.ca}"


def test_a_connection_that_was_lost_between_two_acts_is_made_anew_without_a_word(
    store: ServerStore, postgresql: PostgreSQL
) -> None:
    before = acts_in(store)
    note(store)
    postgresql.kill()
    postgresql.start()

    note(store)

    assert acts_in(store) == before + 2


def test_an_act_whose_connection_is_lost_in_the_midst_has_not_happened(store: ServerStore) -> None:
    before = acts_in(store)

    with pytest.raises(NotSaved, match=r"Not saved: the (connection to the server was lost|server is being stopped)"):
        note(store, during="the act")

    assert acts_in(store) == before
    note(store)
    assert acts_in(store) == before + 1


@contextmanager
def lost_answer(store: ServerStore, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> Iterator[None]:
    """The next COMMIT reaches the server or doesn't, and nobody hears of it."""
    said = Connection.exec_driver_sql

    def lose(connection: Connection, statement: str, *more: object, **words: object) -> object:
        if statement != "COMMIT":
            return said(connection, statement, *more, **words)  # type: ignore[arg-type]
        if done:
            said(connection, statement)
        _end(store, connection) if not done else _end_idle(store, connection)
        return said(connection, "SELECT 1")

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "exec_driver_sql", lose)
        yield


def _end_idle(store: ServerStore, connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    assert raw is not None
    other = ServerStore(_text(store))
    with other.reading() as there:
        there.exec_driver_sql(f"SELECT pg_terminate_backend({raw.info.backend_pid})")
    other.close()


def test_a_commit_whose_answer_was_lost_counts_when_it_happened(
    store: ServerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = acts_in(store)

    with lost_answer(store, monkeypatch, done=True):
        note(store)

    assert acts_in(store) == before + 1


def test_a_commit_that_was_lost_on_its_way_is_told_as_not_saved(
    store: ServerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = acts_in(store)

    with lost_answer(store, monkeypatch, done=False), pytest.raises(NotSaved, match=r"Nothing was changed\."):
        note(store)

    assert acts_in(store) == before


def test_where_nobody_answers_any_more_it_is_told_as_not_certain(
    store: ServerStore, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = acts_in(store)
    store.patience_s = 0.5
    said = Connection.exec_driver_sql

    def killed(connection: Connection, statement: str, *more: object, **words: object) -> object:
        if statement == "COMMIT":
            said(connection, statement)
            postgresql.kill()
            statement = "SELECT 1"
        return said(connection, statement, *more, **words)  # type: ignore[arg-type]

    try:
        with monkeypatch.context() as patched:
            patched.setattr(Connection, "exec_driver_sql", killed)
            with pytest.raises(NotSaved, match="Not certain to be saved: the server was lost at the last step"):
                note(store)
    finally:
        postgresql.start()

    assert acts_in(store) == before + 1


def test_acknowledged_acts_are_all_there_after_ten_kills_and_none_is_doubled(
    store: ServerStore, postgresql: PostgreSQL
) -> None:
    before = acts_in(store)
    acknowledged, refused = 0, []
    store.patience_s = 20.0
    for number in range(10):
        ended = threading.Timer(0.05 + number * 0.01, _again, [postgresql])
        ended.start()
        # while it dies, and until it takes acts again: how many refusals lie between is the machine's matter
        since = 0
        while since < 5:
            try:
                note(store)
            except NotSaved as refusal:
                refused.append(str(refusal))
            else:
                acknowledged += 1
                since += not ended.is_alive()
        ended.join()

    assert acts_in(store) == before + acknowledged
    assert [refusal for refusal in refused if "Not certain" in refusal] == []
    assert acknowledged >= 50


def _again(server: PostgreSQL) -> None:
    server.kill()
    server.start()


def test_two_coordinators_at_once_follow_one_upon_another(store: ServerStore) -> None:
    before = acts_in(store)
    others = [ServerStore(_text(store)) for _ in range(3)]
    faults: list[BaseException] = []

    def work(own: ServerStore) -> None:
        try:
            for _ in range(15):
                note(own)
        except BaseException as fault:  # noqa: BLE001 - told by the assertion below
            faults.append(fault)

    threads = [threading.Thread(target=work, args=[other]) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert acts_in(store) == before + 45
    for other in others:
        other.close()


def test_who_comes_while_another_is_being_saved_is_told_so(store: ServerStore) -> None:
    other = ServerStore(_text(store))
    with (
        store.writing(),
        pytest.raises(NotSaved, match="another coordinator's command is being saved"),
        other.writing(wait_ms=50),
    ):
        pass
    # who reads doesn't wait
    with store.writing(), other.reading() as connection:
        assert chain.head(connection).acts
    other.close()


def test_a_server_that_is_away_is_told_in_words(tmp_path: Path, address: str, postgresql: PostgreSQL) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    move_to(folder, address)
    postgresql.stop()
    try:
        with pytest.raises(NotAStudy, match="The study can't be read now: the server can't be reached"):
            audit(folder)
    finally:
        postgresql.start()
    record(folder, case, changed("1 ERO CAP", "4"))


def test_a_wrong_password_is_told_and_not_repeated(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    move_to(folder, address)
    monkeypatch.setenv("PGPASSWORD", "secret of mine")

    with pytest.raises(NotAStudy, match="the password isn't right") as refused:
        open_study_file(folder)

    assert "secret" not in str(refused.value)
    assert refused.value.__context__ is None


def test_a_server_of_another_authority_is_not_trusted(tmp_path: Path, address: str) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(b"")
    folder, _ = an_assigned_study(tmp_path / "trial")

    with pytest.raises((NotAStudy, NotSaved), match="certificate isn't trusted"):
        move_to(folder, address.partition("sslrootcert=")[0] + f"sslrootcert={other}")

    assert (folder / "study.db").exists()
