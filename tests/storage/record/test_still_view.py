"""Whoever reads a large study for long keeps nobody from grading, and sees it as it was at one moment."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from storage.audit import verification
from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.audit.verified_readings import study_readings
from storage.errors import NotSaved, RecordDamaged, UnknownReader
from storage.exporting.export import export_study
from storage.record import snapshot
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, changed, read_whole, tamper

# far less than a grade may wait, so that the test is done soon where it would have to
IMPATIENT_MS = 300


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A study that counts as large, with one case read and another that isn't."""
    monkeypatch.setattr(snapshot, "LARGE_BYTES", 1)
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=2)
    read_whole(folder, cases[0])
    return folder, cases[1]


def _while_it_is_verified(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[], Any], meanwhile: Callable[[], Any]
) -> Any:  # noqa: ANN401 - whatever `work` gives
    """Do something while a piece of work is in the middle of verifying the record."""
    inside, go_on = Event(), Event()
    found: list[object] = []
    check = verification._check_pages

    def waiting(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        check(connection)
        inside.set()
        assert go_on.wait(60)

    with monkeypatch.context() as patch:
        patch.setattr(verification, "_check_pages", waiting)
        thread = Thread(target=lambda: found.append(work()))
        thread.start()
        try:
            assert inside.wait(60)
            meanwhile()
        finally:
            go_on.set()
            thread.join()
    return found[0]


def _grade(trial: Path, case: str, grade: str = "3", before: str = "") -> None:
    with ReaderStudy.open(trial, "ES", busy_timeout_ms=IMPATIENT_MS) as study:
        study.record(case, [changed("1 ERO CAP", grade, before)], "room")


@pytest.mark.case(85)
@pytest.mark.parametrize("work", ["audit", "export", "readings"])
def test_a_grade_is_taken_at_once_while_a_large_record_is_verified(
    work: str, trial: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, case = trial
    works: dict[str, Callable[[], int]] = {
        "audit": lambda: audit(folder).events,
        "export": lambda: export_study(folder, tmp_path / "out").events,
        "readings": lambda: study_readings(folder).events,
    }

    seen = _while_it_is_verified(monkeypatch, works[work], lambda: _grade(folder, case))

    # as it was when the work began
    assert seen == 86
    assert audit(folder).events == 87
    assert not [path for path in (folder / "backups").iterdir() if path.is_dir()]


def test_without_the_copy_a_grade_would_have_to_wait(trial: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, case = trial
    monkeypatch.setattr(snapshot, "LARGE_BYTES", 1 << 60)

    def refused() -> None:
        with pytest.raises(NotSaved, match="another program"):
            _grade(folder, case)

    _while_it_is_verified(monkeypatch, lambda: audit(folder), refused)


def test_a_small_study_is_read_where_it_is(trial: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "LARGE_BYTES", 8 << 20)

    with snapshot.still_view(trial[0]) as (store, _):
        assert store.path == trial[0] / "study.db"


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_the_copy_is_for_this_account_alone_and_goes_with_the_work(trial: tuple[Path, str]) -> None:
    with snapshot.still_view(trial[0]) as (store, row):
        assert store.path != trial[0] / "study.db"
        assert store.path.is_relative_to(trial[0] / "backups")
        assert store.path.stat().st_mode & 0o777 == 0o600
        assert row.order == "known"

    assert not store.path.exists()


def test_what_is_wrong_with_the_record_is_found_in_the_copy_too(trial: tuple[Path, str]) -> None:
    tamper(trial[0], "UPDATE event SET after = '3' WHERE seq = 5")

    with pytest.raises(RecordDamaged, match="record row 5"):
        audit(trial[0])


def test_where_no_copy_can_be_made_the_study_itself_is_read(trial: tuple[Path, str]) -> None:
    (trial[0] / "backups").write_bytes(b"in the way")

    assert audit(trial[0]).events == 86


def test_a_copy_that_is_begun_anew_by_each_write_is_made_in_one_go(
    trial: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, case = trial
    monkeypatch.setattr(snapshot, "_STEP_PAGES", 8)
    monkeypatch.setattr(snapshot, "_PAUSE_S", 0)
    given = [""]

    class Busy(sqlite3.Connection):
        """Somebody grades behind each step of the copy."""

        def backup(self, target: sqlite3.Connection, **how: Any) -> None:  # noqa: ANN401 - as sqlite3's own
            def graded(status: int, remaining: int, total: int) -> None:
                how["progress"](status, remaining, total)
                if remaining:
                    given.append(str(len(given) % 3 + 1))
                    _grade(folder, case, given[-1], given[-2])

            super().backup(target, **(how | {"progress": graded} if how else {}))

    connect = sqlite3.connect
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *what, **how: connect(*what, **(how | {"factory": Busy})))
        copy = snapshot._copied(folder / "study.db", tmp_path)

    plain = connect(copy)
    found = plain.execute("SELECT count(*) FROM event").fetchone()[0]
    plain.close()
    assert len(given) > 10
    assert found == audit(folder).events == 86 + len(given) - 1


def test_two_readers_are_compared_from_a_copy_too(trial: tuple[Path, str]) -> None:
    with pytest.raises(UnknownReader):
        disagreements(trial[0], ("ES", "MO"), "1")
