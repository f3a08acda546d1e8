"""A study's record on a server and back: the same rows and head, and what is refused meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import NotAStudy, StudyError, StudyExists
from storage.files.record_url import ADDRESS_FILE
from storage.recovery.backup import back_up, backups_of, verified
from storage.recovery.move import move_to
from storage.recovery.move_back import TAKING, move_back
from storage.recovery.restore import restore
from tests.builders.studies import an_assigned_study, changed, read_whole, record


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, str]:
    """A study in which a case was read."""
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    return folder, case


def rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that the study.db of a folder holds, as SQLite holds it, by table."""
    with closing(sqlite3.connect(folder / "study.db")) as base:
        names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(base.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}  # noqa: S608 - of its own


def test_a_record_that_went_to_a_server_and_back_holds_the_same_rows(trial: tuple[Path, str], address: str) -> None:
    folder, _ = trial
    before, audited = rows(folder), audit(folder)

    there = move_to(folder, address)
    on_server = audit(folder)
    back = move_back(folder)

    assert there.head == back.head == audited.head
    assert on_server == audited
    assert audit(folder) == audited
    assert rows(folder) == before
    assert not (folder / ADDRESS_FILE).exists()


def test_what_was_done_on_the_server_comes_back_with_it(trial: tuple[Path, str], address: str) -> None:
    folder, case = trial
    move_to(folder, address)
    assert not (folder / "study.db").exists()
    assert (folder / ADDRESS_FILE).read_text() == f"{address}\n"

    record(folder, case, changed("1 ERO CAP", "4", before="0"))
    there = audit(folder)
    move_back(folder)

    assert there.events == 87
    assert audit(folder) == there


def test_a_backup_of_a_record_on_a_server_is_a_whole_study_file(trial: tuple[Path, str], address: str) -> None:
    folder, case = trial
    move_to(folder, address)
    record(folder, case, changed("1 ERO CAP", "4", before="0"))

    made = back_up(folder)

    assert made is not None
    assert verified(made.file) == (87, audit(folder).head)
    assert backups_of(folder)[0] == made
    with pytest.raises(StudyError, match="lost for good"):
        restore(folder)


def test_a_lost_server_costs_what_was_done_since_the_last_backup(trial: tuple[Path, str], address: str) -> None:
    folder, _ = trial
    head = move_to(folder, address).head
    (folder / ADDRESS_FILE).unlink()

    restore(folder)

    assert audit(folder, head).contains


def test_a_database_that_holds_something_is_left_as_it_is(
    trial: tuple[Path, str], address: str, tmp_path: Path
) -> None:
    folder, _ = trial
    other, _ = an_assigned_study(tmp_path / "other")
    move_to(folder, address)

    with pytest.raises(StudyExists, match="holds the record of a study already; choose a database that is empty"):
        move_to(other, address)

    assert (other / "study.db").exists()
    assert audit(folder).events == 86


def test_a_move_that_was_stopped_behind_the_server_goes_on(
    trial: tuple[Path, str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = trial

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("storage.recovery.move.write_address", stopped)
        with pytest.raises(KeyboardInterrupt):
            move_to(folder, address)
    assert audit(folder).events == 86
    assert move_to(folder, address).events == 86

    with monkeypatch.context() as patched:
        patched.setattr("storage.recovery.move_back.sync_folder", stopped)
        with pytest.raises(KeyboardInterrupt):
            move_back(folder)
    assert (folder / TAKING).exists()
    with pytest.raises(NotAStudy, match="was taken back"):
        audit(folder)
    assert move_back(folder).events == 86
    assert audit(folder).events == 86


def test_who_still_names_the_server_after_the_record_was_taken_back_is_told(
    trial: tuple[Path, str], address: str, tmp_path: Path
) -> None:
    folder, _ = trial
    move_to(folder, address)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ADDRESS_FILE).write_text(f"{address}\n")
    assert audit(elsewhere).events == 86
    move_back(folder)

    with pytest.raises(NotAStudy, match="The record was taken back from"):
        audit(elsewhere)
    with pytest.raises(StudyError, match="to another folder"):
        move_back(elsewhere)


def test_a_folder_without_a_study_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(NotAStudy, match=r"This folder holds no study \(study\.db is missing\)"):
        move_to(tmp_path, "postgresql://localhost/trial")

    assert list(tmp_path.iterdir()) == []
