"""A backup comes back whole, with nothing lost in silence, and the record tells of it for good."""

from __future__ import annotations

import io
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import InUse, RecordDamaged, StudyError
from storage.files.layout import BACKUPS_FOLDER
from storage.files.window_lock import sole_window
from storage.recovery.backup import back_up, backups_of
from storage.recovery.restore import restore
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, answer, changed, key, record, tamper
from workstation.cli import main

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, str]:
    """Two answers in the backup, a third behind it."""
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"), changed("2 ERO CAP", "4"))
    back_up(folder, at=NOON)
    return folder, case


def _grown(trial: tuple[Path, str]) -> tuple[Path, str]:
    record(trial[0], trial[1], changed("1 ERO HAM", "5"))
    return trial


def _damage(file: Path) -> None:
    """Overwrite the pages behind the schema's, as a failing disk would."""
    content = bytearray(file.read_bytes())
    content[4096 * 3 :] = b"\x55" * (len(content) - 4096 * 3)
    file.write_bytes(content)


def test_a_damaged_study_comes_back_from_its_backup(trial: tuple[Path, str]) -> None:
    folder, case = trial
    _damage(folder / "study.db")
    with pytest.raises(RecordDamaged, match="restore"):
        ReaderStudy.open(folder, "ES")

    done = restore(folder)

    assert audit(folder).events == 2
    with ReaderStudy.open(folder, "ES") as study:
        assert study.reading(case).answer(key("2 ERO CAP")) == answer("4")
    assert (done.lost, done.backup.events) == (0, 2)


def test_the_file_before_is_kept_byte_for_byte(trial: tuple[Path, str]) -> None:
    folder, _ = trial
    before = (folder / "study.db").read_bytes()

    done = restore(folder)

    assert (folder / BACKUPS_FOLDER / done.kept).read_bytes() == before


def test_answers_are_not_lost_without_a_reason(trial: tuple[Path, str]) -> None:
    folder, case = _grown(trial)
    before = (folder / "study.db").read_bytes()

    with pytest.raises(StudyError, match=rf"holds 1 rows of the record .* doesn't: {case}\. They would be lost"):
        restore(folder)

    assert (folder / "study.db").read_bytes() == before
    assert not list(folder.glob(".study*"))


def test_with_a_reason_they_go_and_the_audit_tells_of_it_for_good(
    trial: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, case = _grown(trial)

    assert main(["study", "restore", str(folder), "--why", "entered for the wrong person"]) == 0
    said = capsys.readouterr().out
    assert main(["audit", str(folder)]) == 1

    assert said.startswith("Restored study-20261122T120000Z-000002-")
    assert "1 rows of the record are in that file alone" in said
    told = capsys.readouterr().out
    assert "An older copy was restored on " in told
    assert "1 rows of the record were lost with it" in told
    assert "Why: entered for the wrong person" in told
    with ReaderStudy.open(folder, "ES") as study:
        assert study.reading(case).answer(key("1 ERO HAM")) is None


def test_what_a_damaged_file_still_shows_counts_as_lost_too(trial: tuple[Path, str]) -> None:
    folder, _ = _grown(trial)
    connection = sqlite3.connect(folder / "study.db")
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_event_answer'").fetchone()
    connection.close()
    content = bytearray((folder / "study.db").read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\x55" * 4096
    (folder / "study.db").write_bytes(content)

    with pytest.raises(StudyError, match="holds 1 rows of the record"):
        restore(folder)


def test_a_damaged_backup_is_passed_over_for_the_one_before(trial: tuple[Path, str]) -> None:
    folder, case = _grown(trial)
    newer = back_up(folder)
    assert newer is not None
    _damage(newer.file)

    done = restore(folder, why="a test of the older one")

    assert done.backup.events == 2
    with pytest.raises(RecordDamaged, match="No backup was restored"):
        restore(folder, newer.file.name, "again")
    assert case


def test_a_forged_backup_is_refused(trial: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = trial
    other, (case,) = an_assigned_study(tmp_path / "other")
    record(other, case, changed("1 ERO CAP", "9"), changed("2 ERO CAP", "9"))
    backups_of(folder)[0].file.write_bytes((other / "study.db").read_bytes())

    with pytest.raises(RecordDamaged, match="doesn't hold what its name says"):
        restore(folder)


def test_under_an_open_window_nothing_is_exchanged(trial: tuple[Path, str]) -> None:
    folder, _ = trial
    with sole_window(folder), pytest.raises(InUse):
        restore(folder)


@pytest.mark.parametrize("name", ["study-20200101T000000Z-000001-0123456789ab.db", "../../study.db"])
def test_an_unknown_name_is_refused_with_where_to_look(trial: tuple[Path, str], name: str) -> None:
    with pytest.raises(StudyError, match=r"No backup .* there are 1: `ramris study restore DIR --list`"):
        restore(trial[0], name)


def test_an_older_copy_put_in_place_by_hand_is_found(
    trial: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = trial
    old = (folder / "study.db").read_bytes()
    _grown(trial)
    back_up(folder)
    (folder / "study.db").write_bytes(old)

    assert main(["audit", str(folder)]) == 1
    assert "holds 3 answers and a head that this record never went through" in capsys.readouterr().out


def test_an_older_copy_put_in_place_by_hand_is_told_of_at_opening_and_no_more_once_it_was_restored_with_a_reason(
    trial: tuple[Path, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = trial
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    old = (folder / "study.db").read_bytes()
    _grown(trial)
    made = back_up(folder)
    assert made is not None
    (folder / "study.db").write_bytes(old)

    main(["enter", str(folder), "--reader", "ES"])
    told = capsys.readouterr().err

    assert "ramris: This study holds less than its last backup: an older copy may have been put in its place." in told
    restore(folder, made.file.name)
    main(["enter", str(folder), "--reader", "ES"])
    assert "holds less" not in capsys.readouterr().err


def test_a_study_that_grew_on_from_its_backups_raises_no_finding(
    trial: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = _grown(trial)
    back_up(folder)

    assert main(["audit", str(folder)]) == 0
    assert "never went through" not in capsys.readouterr().out


def test_the_journal_of_the_old_file_is_never_played_into_the_new_one(trial: tuple[Path, str]) -> None:
    folder, _ = trial
    # as after a kill in mid-write: a journal with content beside the file
    (folder / "study.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))

    done = restore(folder)

    assert not (folder / "study.db-journal").exists() or (folder / "study.db-journal").stat().st_size == 0
    assert (folder / BACKUPS_FOLDER / f"{done.kept}-journal").exists()
    assert audit(folder).events == 2


def test_the_list_names_each_with_its_moment(trial: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "restore", str(trial[0]), "--list"]) == 0
    assert capsys.readouterr().out.endswith(".db  2026-11-22 12:00 UTC  2 answers recorded\n")


def test_a_tampered_study_is_replaced_only_with_a_reason(trial: tuple[Path, str]) -> None:
    folder, _ = _grown(trial)
    tamper(folder, "DELETE FROM event WHERE seq = 1")

    with pytest.raises(StudyError, match="would be lost"):
        restore(folder)
