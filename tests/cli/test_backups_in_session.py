"""Backups while a reader works: made by a process of their own, one at a time, and never in the reader's way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from storage.recovery.backup import backups_of
from tests.builders.studies import an_assigned_study, changed, record
from workstation.app.backing_up import SessionBackups, _start


def test_after_so_many_answers_a_backup_is_made_beside_the_session(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"), changed("2 ERO CAP", "4"))
    session = SessionBackups(folder, after_answers=2, start=_start)

    session.saved(1)
    session.ended()
    assert backups_of(folder) == ()

    session.saved(1)
    session.ended()
    assert [backup.events for backup in backups_of(folder)] == [2]


def test_a_signature_is_backed_up_at_once_or_as_soon_as_the_one_before_is_done(tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(_command: Sequence[str]) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return started[-1]

    session = SessionBackups(tmp_path, after_answers=100, start=start)
    session.saved(0, signed=True)
    session.saved(0, signed=True)
    assert len(started) == 1

    started[0].kill()
    started[0].wait()
    session.saved(1)
    assert len(started) == 2
    started[1].kill()
    session.ended()


def test_a_second_one_waits_until_the_first_is_done(tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(_command: Sequence[str]) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return started[-1]

    session = SessionBackups(tmp_path, after_answers=1, start=start)
    session.saved(1)
    session.saved(1)
    assert len(started) == 1

    started[0].kill()
    started[0].wait()
    session.saved(1)
    assert len(started) == 2
    started[1].kill()
    session.ended()


def test_a_backup_that_cannot_be_started_costs_no_answer(tmp_path: Path) -> None:
    def start(_command: Sequence[str]) -> subprocess.Popen[bytes]:
        raise OSError

    session = SessionBackups(tmp_path, after_answers=1, start=start)

    session.saved(1)
    session.ended()
