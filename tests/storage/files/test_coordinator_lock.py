"""Coordinator's lock between processes: one writes, a dead one leaves nothing behind, and asking takes nothing away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.files.coordinator_lock import LOCK_FILE, CoordinatorLock, window_elsewhere
from storage.files.locks import Held, held
from tests.builders.studies import a_study

ROOT = Path(__file__).parents[3]
# has the lock of the study in argv[1] until it is killed
HOLDER = """
import sys
from pathlib import Path
from storage.files.coordinator_lock import CoordinatorLock
lock = CoordinatorLock(Path(sys.argv[1]))
print(lock.take(), flush=True)
sys.stdin.read()
"""
# asks once for the study in argv[1]
ASKER = """
import sys
from pathlib import Path
from storage.files.coordinator_lock import window_elsewhere
print(window_elsewhere(Path(sys.argv[1])))
"""


def _asked_elsewhere(folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", ASKER, str(folder)], cwd=ROOT, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_another_process_hears_that_a_window_has_the_study_and_a_killed_one_leaves_nothing(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial", "S001")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        lock = CoordinatorLock(folder)

        assert window_elsewhere(folder)
        assert not lock.take()

        holder.kill()
        holder.wait(timeout=30)
    assert lock.take()
    assert _asked_elsewhere(folder) == "True"
    lock.let_go()
    assert _asked_elsewhere(folder) == "False"


def test_asking_in_the_process_that_holds_it_does_not_let_others_in(tmp_path: Path) -> None:
    # POSIX gives up all locks of a process on a file when the process closes that file once
    folder = a_study(tmp_path / "trial", "S001")
    lock = CoordinatorLock(folder)
    assert lock.take()

    assert window_elsewhere(folder)
    with pytest.raises(Held), held(folder / LOCK_FILE):
        pass

    assert _asked_elsewhere(folder) == "True"
    lock.let_go()


def test_where_no_study_is_nothing_is_made(tmp_path: Path) -> None:
    assert CoordinatorLock(tmp_path).take()

    assert list(tmp_path.iterdir()) == []
