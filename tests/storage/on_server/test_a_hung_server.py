"""A server that takes connections and says nothing: told within seconds, and nothing is there twice afterwards."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.audit.verification import audit
from storage.database import impatient
from storage.database.server_store import ServerStore
from storage.errors import NotAStudy, NotCertain, NotSaved
from storage.record import acts
from storage.recovery.move import move_to
from tests.builders.servers.postgresql import PostgreSQL
from tests.builders.studies import an_assigned_study, changed, record

DEED = acts.Deed("identified", acts.COORDINATOR, {"why": "a test"})


@pytest.fixture
def trial(address: str, tmp_path: Path) -> Path:
    """A study on the server."""
    folder, _ = an_assigned_study(tmp_path / "trial")
    move_to(folder, address)
    return folder


@pytest.fixture
def store(address: str, trial: Path) -> Iterator[ServerStore]:
    """Its record, open."""
    assert trial.exists()
    made = ServerStore(address)
    with made.reading():
        pass
    yield made
    made.close()


def test_nobody_is_left_without_a_word_for_more_than_five_seconds() -> None:
    assert impatient.SILENCE_S + impatient.ANSWER_S <= 5
    assert impatient.DEADLINE_S <= 5


def test_a_record_cannot_be_opened_while_the_server_hangs_and_can_afterwards(
    trial: Path, postgresql: PostgreSQL
) -> None:
    before = audit(trial)

    with postgresql.hung(), pytest.raises(NotAStudy, match="the server doesn't answer"):
        audit(trial)

    assert audit(trial) == before


def test_an_act_that_was_begun_on_an_open_connection_has_not_happened(
    trial: Path, store: ServerStore, postgresql: PostgreSQL
) -> None:
    before = audit(trial).acts

    told = r"the server doesn't answer\. Nothing was changed\."
    with postgresql.hung(), pytest.raises(NotSaved, match=told), store.writing() as connection:
        acts.append(connection, DEED)

    assert audit(trial).acts == before
    with store.writing() as connection:
        acts.append(connection, DEED)
    assert audit(trial).acts == before + 1


def test_an_act_whose_last_step_got_no_answer_is_told_as_not_certain_and_is_there_once(
    trial: Path, store: ServerStore, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, said = audit(trial).acts, Connection.exec_driver_sql
    hanging = postgresql.hung()

    def hung(connection: Connection, statement: str, *more: object, **words: object) -> object:
        if statement == "COMMIT":
            hanging.__enter__()
        return said(connection, statement, *more, **words)  # type: ignore[arg-type]

    try:
        with monkeypatch.context() as patched:
            patched.setattr(Connection, "exec_driver_sql", hung)
            with (
                pytest.raises(NotCertain, match="look at what is there before you do it again"),
                store.writing() as there,
            ):
                acts.append(there, DEED)
    finally:
        hanging.__exit__(None, None, None)

    # the server does what it was asked before it hears that nobody waits any more
    with store.writing():
        pass
    assert audit(trial).acts == before + 1


def test_a_reader_in_the_study_itself_is_told_that_a_grade_was_not_saved(trial: Path, postgresql: PostgreSQL) -> None:
    from storage.study.reader import ReaderStudy  # noqa: PLC0415 - for this test alone

    with ReaderStudy.open(trial, "ES") as study:
        case = study.worklist()[0].case
        with postgresql.hung(), pytest.raises(NotSaved, match="the server doesn't answer"):
            study.record(case, [changed("1 ERO CAP", "3")], "room")
        study.record(case, [changed("1 ERO CAP", "4")], "room")

    found = audit(trial)
    assert found.events == 1


def test_a_statement_that_takes_long_on_a_server_that_is_there_is_waited_for(
    store: ServerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient, "SILENCE_S", 0.1)

    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT pg_sleep(1)::text").scalar_one() == ""


def test_who_waits_for_another_coordinator_is_told_of_that_and_not_of_a_server_that_hangs(
    store: ServerStore, address: str, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient, "SILENCE_S", 0.1)
    other = ServerStore(address)

    with store.writing(), pytest.raises(NotSaved, match="another coordinator's command"), other.writing(wait_ms=500):
        pass

    other.close()
    assert audit(trial).events == 0


def test_what_takes_connections_and_says_nothing_is_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        assert not impatient.answers("localhost", "127.0.0.1", port, 0.2)
    assert not impatient.answers("localhost", "127.0.0.1", port, 0.2)


@pytest.mark.parametrize(("word", "told"), [(b"S", True), (b"N", True), (b"H", False), (b"", False)])
def test_a_server_says_one_letter_before_anybody_is_let_in(word: bytes, *, told: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as asked:
                assert asked.recv(8) == bytes.fromhex("0000000804d2162f")
                asked.sendall(word)

        thread = threading.Thread(target=answer)
        thread.start()
        assert impatient.answers("localhost", "127.0.0.1", server.getsockname()[1]) is told
        thread.join()


def test_two_coordinators_who_were_held_up_go_on_when_the_server_does(
    trial: Path, store: ServerStore, postgresql: PostgreSQL
) -> None:
    case = an_open_case(trial)
    with postgresql.hung(), pytest.raises(NotAStudy):
        record(trial, case, changed("1 ERO CAP", "3"))

    record(trial, case, changed("1 ERO CAP", "4"))
    with store.reading() as connection:
        found = connection.exec_driver_sql("SELECT after FROM event").scalars().all()

    assert found == ["4"]


def an_open_case(trial: Path) -> str:
    """Of reader ES."""
    from storage.study.reader import ReaderStudy  # noqa: PLC0415 - as above

    with ReaderStudy.open(trial, "ES") as study:
        return study.worklist()[0].case
