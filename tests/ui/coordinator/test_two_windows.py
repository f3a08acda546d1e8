"""Two windows of coordinators on one study: the second is told and only reads, until the first is closed or dead.

The first is a process of its own, which is killed; the second is the test's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.files.coordinator_lock import window_elsewhere
from storage.study.coordinator import CoordinatorStudy
from tests.ui.coordinator.conftest import Opener
from workstation.cli import main
from workstation.managing import commands as c
from workstation.managing.session import READS_ONLY, WRITES
from workstation.managing.study_tasks import StudyTask
from workstation.ui.coordinator import window as windows

ROOT = Path(__file__).parents[3]
FIRST = "import sys; from workstation.cli import main; sys.exit(main(['manage', sys.argv[1]]))"


@contextmanager
def a_first_window(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A window in a process of its own, killed at the end."""
    settings = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen([sys.executable, "-c", FIRST, str(folder)], cwd=ROOT, env=settings) as first:
        try:
            end = time.monotonic() + 60
            while not window_elsewhere(folder):
                assert time.monotonic() < end
                assert first.poll() is None
                time.sleep(0.1)
            yield first
        finally:
            first.kill()


def test_a_second_window_only_reads_until_the_first_is_killed(
    trial: Path, open_on: Opener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "WAITING_LOOK_MS", 100)
    with a_first_window(trial) as first:
        window = open_on(trial)
        qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)

        assert window.reads_only.isVisible()
        assert window.reads_only.text() == READS_ONLY
        before = (trial / "study.db").read_bytes()
        # a key that would ask something first, and a command that asks nothing
        QTest.keySequence(window, QKeySequence("Ctrl+R"))
        window.session.dispatch(c.Assign("R1"))
        assert QApplication.activeModalWidget() is None
        notice = window.session.state.notice
        assert notice is not None
        assert notice.text == f"{READS_ONLY}. Nothing was changed"
        assert window.session.see_borders([], "J. Smit") == READS_ONLY
        assert (trial / "study.db").read_bytes() == before

        first.kill()
        qtbot.waitUntil(lambda: not window.session.state.reads_only, timeout=30_000)

    assert not window.reads_only.isVisible()
    assert window.session.state.notice is not None
    assert window.session.state.notice.text == WRITES
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)
    window.session.dispatch(c.RunTask(_of_the_design(), {}))
    qtbot.waitUntil(lambda: window.session.state.work is None, timeout=30_000)
    assert window_elsewhere(trial)


def _of_the_design() -> StudyTask:
    from workstation.app.window_tasks import TASKS  # noqa: PLC0415 - the window gets them from the application

    return next(task for task in TASKS if task.id == "study.design")


def test_the_second_window_shows_what_the_first_one_did_when_it_is_its_turn(
    trial: Path, open_on: Opener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "WAITING_LOOK_MS", 100)
    with a_first_window(trial):
        window = open_on(trial)
        qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)
        with CoordinatorStudy.open(trial) as study:
            study.assign("R7", 3)

    qtbot.waitUntil(
        lambda: [line.reader for line in window.session.state.study.readers] == ["R7"]  # type: ignore[union-attr]
    )


def test_tasks_that_only_read_are_done_in_the_second_window(trial: Path, open_on: Opener, qtbot: QtBot) -> None:
    from workstation.app.window_tasks import TASKS  # noqa: PLC0415 - as above

    audit = next(task for task in TASKS if task.id == "study.audit")
    with a_first_window(trial):
        window = open_on(trial)
        qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)

        window.session.dispatch(c.RunTask(audit, {"quick": "yes"}))
        qtbot.waitUntil(lambda: window.session.state.work is None, timeout=30_000)

    assert window.session.state.notice is not None
    assert "The record is intact" in window.session.state.notice.text


def test_a_command_beside_a_window_says_so_and_is_done(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = "trial is open in the coordinator's window too: press F5 there to see what this command did"
    with a_first_window(trial):
        assert main(["study", "design", str(trial), "--set", "reread_n=2"]) == 0

        assert told in capsys.readouterr().err

    assert main(["study", "design", str(trial), "--set", "reread_n=3"]) == 0
    assert told not in capsys.readouterr().err
