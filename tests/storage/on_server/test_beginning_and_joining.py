"""A study that is made on a server in one step, and folders of other machines that are joined to it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.audit.verification import audit
from storage.errors import NotAStudy, NotSaved, StudyExists
from storage.files.record_url import ADDRESS_FILE, written_address
from storage.files.watched import Stopped, Watched
from storage.recovery.join import KEPT, join
from storage.recovery.move_back import move_back
from storage.study.coordinator import CoordinatorStudy
from tests.builders.servers.postgresql import PostgreSQL
from tests.builders.studies import a_subject, changed, record

# the server's process of this connection
ENDED = "SELECT pg_terminate_backend(pg_backend_pid())"


def made(folder: Path, address: str) -> Path:
    """A study with one case whose record lies on the server from its first row."""
    with CoordinatorStudy.create(folder, record=address) as study:
        study.replace_subject(a_subject())
    return folder


def case_of(folder: Path) -> str:
    """A case of reader ES."""
    with CoordinatorStudy.open(folder) as study:
        return study.assign("ES", seed=1)[0].case


def test_a_study_is_made_on_a_server_without_ever_being_in_its_folder(tmp_path: Path, address: str) -> None:
    folder = made(tmp_path / "trial", address)
    record(folder, case_of(folder), changed("1 ERO CAP", "3"))

    names = {path.name for path in folder.iterdir()}
    assert {"images", "study.url", "vault.db"} <= names
    assert not [name for name in names if name.startswith("study.db")]
    assert written_address(folder) == address
    there = audit(folder)
    assert there.events == 1
    move_back(folder)
    assert audit(folder) == there


def test_an_empty_folder_that_is_there_takes_a_study_of_a_server(tmp_path: Path, address: str) -> None:
    (tmp_path / "trial").mkdir()

    assert audit(made(tmp_path / "trial", address)).events == 0


def test_where_the_folder_cannot_have_its_name_nothing_is_on_the_server(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", full)
        with pytest.raises(NotSaved, match=r"No space left"):
            CoordinatorStudy.create(tmp_path / "trial", record=address)

    assert list(tmp_path.iterdir()) == []
    made(tmp_path / "trial", address)


@pytest.mark.parametrize("there_already", [False, True])
def test_where_the_server_does_not_take_it_no_folder_is_left(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, *, there_already: bool
) -> None:
    folder = tmp_path / "trial"
    if there_already:
        folder.mkdir()

    with monkeypatch.context() as patched:
        patched.setattr(
            Connection, "exec_driver_sql", commits(lambda _: "SELECT pg_terminate_backend(pg_backend_pid())")
        )
        with pytest.raises(NotSaved, match="Nothing was made"):
            CoordinatorStudy.create(folder, record=address)

    assert list(tmp_path.rglob("*")) == ([folder] if there_already else [])
    made(folder, address)


def test_a_study_whose_last_answer_was_lost_is_made(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Connection.exec_driver_sql

    def kept(connection: Connection) -> str:
        said(connection, "COMMIT")
        return ENDED

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "exec_driver_sql", commits(kept))
        CoordinatorStudy.create(tmp_path / "trial", record=address).close()

    assert audit(tmp_path / "trial").events == 0


def test_where_nobody_knows_whether_it_was_made_the_folder_stays_and_says_what_to_look_at(
    tmp_path: Path, address: str, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Connection.exec_driver_sql

    def killed(connection: Connection) -> str:
        said(connection, "COMMIT")
        postgresql.kill()
        return "SELECT 1"

    try:
        with monkeypatch.context() as patched:
            patched.setattr(Connection, "exec_driver_sql", commits(killed))
            with pytest.raises(NotSaved, match="Not certain to be made"):
                CoordinatorStudy.create(tmp_path / "trial", record=address)
    finally:
        postgresql.start()

    assert (tmp_path / "trial" / ADDRESS_FILE).exists()
    assert audit(tmp_path / "trial").events == 0


def commits(instead: Callable[[Connection], str]) -> Callable[..., object]:
    """`Connection.exec_driver_sql` whose COMMIT is something else, until the first one was asked for."""
    said = Connection.exec_driver_sql
    asked: list[str] = []

    def say(connection: Connection, statement: str, *more: object, **words: object) -> object:
        # of the server alone: study.db commits by its driver
        if statement == "COMMIT" and not asked:
            asked.append(statement)
            statement = instead(connection)
        return said(connection, statement, *more, **words)  # type: ignore[arg-type]

    return say


def test_a_database_that_holds_a_record_takes_no_other_and_nothing_is_left(tmp_path: Path, address: str) -> None:
    first = made(tmp_path / "trial", address)

    with pytest.raises(StudyExists, match="holds the record of a study already"):
        CoordinatorStudy.create(tmp_path / "other", record=address)

    assert [path.name for path in tmp_path.iterdir()] == ["trial"]
    assert audit(first).events == 0


def test_another_machine_is_joined_and_both_write_one_record(tmp_path: Path, address: str) -> None:
    first = made(tmp_path / "trial", address)
    case = case_of(first)

    done = join(address, tmp_path / "elsewhere")
    record(tmp_path / "elsewhere", case, changed("1 ERO CAP", "3"))
    record(first, case, changed("1 ERO CAP", "4", before="3"))

    assert done.lacks == ("vault.db", "images")
    assert audit(tmp_path / "elsewhere").head == audit(first).head
    assert audit(first).events == 2


def test_a_folder_with_a_study_and_an_address_without_a_record_are_not_joined(tmp_path: Path, address: str) -> None:
    with pytest.raises(NotAStudy, match="holds no record of a study"):
        join(address, tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()

    first = made(tmp_path / "trial", address)
    with pytest.raises(StudyExists, match="trial holds a study or a file already"):
        join(address, first)


def test_joining_that_is_stopped_or_has_no_room_on_the_disk_leaves_no_joined_folder(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "trial", address)
    elsewhere, stages = tmp_path / "elsewhere", list[str]()
    for stop_at in (0, 1):
        stages.clear()
        watched = Watched(lambda *so_far: stages.append(so_far[2]), lambda: len(stages) >= stop_at, KEPT)  # noqa: B023 - used at once
        with pytest.raises(Stopped, match="Nothing was joined"):
            join(address, elsewhere, watched)
        assert not elsewhere.exists()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr("storage.recovery.join.write_address", full)
        with pytest.raises(NotSaved, match=r"No space left on device. Choose a folder that can be written"):
            join(address, elsewhere)
    # what was half made is an empty folder, which the next try takes
    assert join(address, elsewhere).lacks == ("vault.db", "images")
