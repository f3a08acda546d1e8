"""Backups are whole, verified, beside the study, and hold no identity."""

from __future__ import annotations

import io
import os
import sqlite3
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.errors import NotSaved, RecordDamaged
from storage.files.layout import BACKUPS_FOLDER
from storage.handover.hand_over import hand_over
from storage.recovery.backup import LOCK_FILE, back_up, back_up_answers, backups_of, verified
from storage.recovery.policy import BackupPolicy
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.vault import Person
from tests.builders.studies import an_assigned_study, as_it_is, changed, record, tamper
from workstation.cli import main

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, str]:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"), changed("2 ERO CAP", "4"))
    return folder, case


def _names(folder: Path) -> list[str]:
    return sorted(item.name for item in (folder / BACKUPS_FOLDER).iterdir() if item.name != LOCK_FILE)


def test_a_backup_verifies_and_is_named_by_its_moment_and_its_head(trial: tuple[Path, str]) -> None:
    folder, _ = trial

    made = back_up(folder, at=NOON)

    assert made is not None
    events, head = verified(made.file)
    assert (events, made.events) == (2, 2)
    assert _names(folder) == [f"study-20261122T120000Z-000002-{head[:12]}.db"]
    assert os.name == "nt" or stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert os.name == "nt" or stat.S_IMODE(made.file.parent.stat().st_mode) == 0o700


def test_nothing_new_makes_no_second_copy(trial: tuple[Path, str]) -> None:
    folder, case = trial
    back_up(folder, at=NOON)

    assert back_up(folder, at=NOON + timedelta(days=1)) is None
    record(folder, case, changed("1 ERO HAM", "1"))
    assert back_up(folder, at=NOON + timedelta(days=1)) is not None
    assert len(_names(folder)) == 2


def test_places_alone_are_copied_when_asked_and_not_at_the_end_of_a_session(trial: tuple[Path, str]) -> None:
    folder, case = trial
    back_up(folder, at=NOON)
    with ReaderStudy.open(folder, "ES") as study:
        study.save_bookmark(case, "elsewhere")

    assert back_up_answers(folder) is None
    assert back_up(folder, at=NOON + timedelta(days=1)) is not None
    assert _names(folder) == [name for name in _names(folder) if name.startswith("study-20261123")]


def test_what_the_policy_does_not_keep_is_dropped_and_other_files_stay(trial: tuple[Path, str]) -> None:
    folder, case = trial
    policy = BackupPolicy(newest=2, days=1, weeks=1, after_answers=1)
    (folder / BACKUPS_FOLDER).mkdir()
    (folder / BACKUPS_FOLDER / "my own copy.db").write_bytes(b"mine")
    for number in range(4):
        record(folder, case, changed("1 ERO HAM", str(number + 1), str(number) if number else ""))
        back_up(folder, policy, NOON + timedelta(hours=number))

    assert [backup.events for backup in backups_of(folder)] == [6, 5]
    assert "my own copy.db" in _names(folder)


@pytest.mark.case(85)
def test_a_backup_is_made_while_a_reader_works(trial: tuple[Path, str]) -> None:
    folder, case = trial
    with ReaderStudy.open(folder, "ES") as study:
        study.record(case, [changed("1 ERO HAM", "1")], "room")
        made = back_up(folder)
        study.record(case, [changed("2 ERO HAM", "1")], "room")

    assert made is not None
    assert verified(made.file)[0] == 3


@pytest.mark.case(85)
def test_a_half_done_change_is_not_in_the_backup(trial: tuple[Path, str]) -> None:
    folder, _ = trial
    other = sqlite3.connect(folder / "study.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO subject (code) VALUES ('S777')")
    made = back_up(folder)
    other.execute("ROLLBACK")
    other.close()

    assert made is not None
    copy = sqlite3.connect(made.file)
    assert copy.execute("SELECT count(*) FROM subject WHERE code = 'S777'").fetchone() == (0,)
    copy.close()


def test_a_damaged_record_is_not_backed_up_over_good_copies(trial: tuple[Path, str]) -> None:
    folder, _ = trial
    made = back_up(folder, at=NOON)
    tamper(folder, "UPDATE event SET after = '9' WHERE seq = 2")

    with pytest.raises(RecordDamaged, match="row 2"):
        back_up(folder, at=NOON + timedelta(days=1))

    assert made is not None
    assert _names(folder) == [made.file.name]


def test_where_no_backup_can_be_written_that_is_said_and_nothing_is_left(trial: tuple[Path, str]) -> None:
    folder, _ = trial
    # a file in the place of the folder stands for any reason why it can't be written
    (folder / BACKUPS_FOLDER).write_bytes(b"")

    with pytest.raises(NotSaved, match=r"^No backup was made: .*\. Every answer is in the study itself"):
        back_up(folder)

    assert sorted(item.name for item in folder.glob("*.db")) == ["study.db", "vault.db"]


def test_no_identity_is_in_a_backup(trial: tuple[Path, str]) -> None:
    folder, _ = trial
    with CoordinatorStudy.open(folder) as study:
        study.vault.save([Person("S001", "VEXHOLLOW-KEY", {"PatientName": "VEXHOLLOW"})], [], [], [])
    made = back_up(folder)

    assert made is not None
    assert b"VEXHOLLOW" in (folder / "vault.db").read_bytes()
    assert b"VEXHOLLOW" not in made.file.read_bytes()


def _type(monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))


def test_at_the_end_of_a_session_with_answers_there_is_a_backup(
    trial: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, case = trial
    _type(monkeypatch, f"{case},1,OST,CAP,1\n")
    assert main(["enter", str(folder), "--reader", "ES"]) == 0
    assert [backup.events for backup in backups_of(folder)] == [3]

    _type(monkeypatch, f"{case},1,OST,CAP,1\n")
    assert main(["enter", str(folder), "--reader", "ES"]) == 0
    assert [backup.events for backup in backups_of(folder)] == [3]


def test_a_backup_that_fails_at_the_end_costs_nothing_but_a_line(
    trial: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, case = trial
    (folder / BACKUPS_FOLDER).write_bytes(b"")
    _type(monkeypatch, f"{case},1,OST,CAP,1\n")

    assert main(["enter", str(folder), "--reader", "ES"]) == 0

    told = capsys.readouterr()
    assert told.out == "ok 1\n"
    assert told.err.startswith("ramris: No backup was made: ")
    assert told.err.count("\n") == 1


def test_the_command_says_what_it_made(trial: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    folder, _ = trial

    assert main(["study", "backup", str(folder)]) == 0
    assert capsys.readouterr().out == f"Backed up to backups/{_names(folder)[0]}\n"
    assert main(["study", "backup", str(folder)]) == 0
    assert capsys.readouterr().out == "Nothing to do: the newest backup holds everything\n"


def test_backups_do_not_travel_with_the_readers_copy(trial: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = trial
    back_up(folder)
    for visit in (1, 2):
        (folder / "images" / f"S001V{visit}").mkdir()
        for number in range(2):
            (folder / "images" / f"S001V{visit}" / f"{number}.dcm").write_bytes(b"")

    hand_over(folder, tmp_path / "copy", as_it_is)

    assert sorted(item.name for item in (tmp_path / "copy").iterdir()) == ["README.txt", "images", "study.db"]
