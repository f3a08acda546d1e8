"""Undo after a crash: a room that was killed is opened again, and Ctrl+Z goes on where it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from storage.audit.verification import audit
from storage.study.reader import ReaderStudy
from tests.builders.editions import rows
from tests.builders.rooms import DESK, a_room
from tests.builders.sessions import at
from tests.builders.studies import an_assigned_study, answer, changed, record

ROOT = Path(__file__).parents[4]
# grades three sites, takes the last one back, and dies as of a power cut
KILLED = """
import os, signal, sys
from pathlib import Path
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from storage.study.reader import ReaderStudy
from tests.fakes.images import BlankImages
from workstation.ui.reader.window.room import ReadingRoom
application = QApplication([])
window = ReadingRoom(ReaderStudy.open(Path(sys.argv[1]), "ES"), make_images=BlankImages)
window.show()
QTest.qWaitForWindowActive(window)
for key in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_3):
    QTest.keyClick(window, key)
QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
os.kill(os.getpid(), signal.SIGKILL)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Path, str]:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    ended = subprocess.run([sys.executable, "-c", KILLED, folder], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(rows(folder, "SELECT seq FROM event")) == 4
    return folder, case


def test_grades_of_a_killed_room_are_taken_back_one_after_the_other_and_given_again(
    qtbot: QtBot, killed: tuple[Path, str]
) -> None:
    folder, case = killed
    control = Qt.KeyboardModifier.ControlModifier
    with ReaderStudy.open(folder, "ES") as door:
        given = dict(door.reading(case).answers)
        room = a_room(qtbot, door, DESK, images=False)
        QTest.keyClick(room, Qt.Key.Key_Y, control)
        assert len(door.reading(case).answers) == 3

        for left in (2, 1, 0, 0):
            QTest.keyClick(room, Qt.Key.Key_Z, control)
            assert len(door.reading(case).answers) == left
        assert room.state is not None
        assert room.state.notice is not None
        assert room.state.notice.text == "Nothing to undo in this case."
        QTest.keyClick(room, Qt.Key.Key_Y, control)
        QTest.keyClick(room, Qt.Key.Key_Y, control)

        assert door.reading(case).answers == given
        room.close()
    assert audit(folder).events == 10


def test_what_was_entered_elsewhere_since_is_not_undone(qtbot: QtBot, killed: tuple[Path, str]) -> None:
    folder, case = killed
    record(folder, case, changed("1 ERO CAP", "5"))
    with ReaderStudy.open(folder, "ES") as door:
        room = a_room(qtbot, door, DESK, images=False)

        QTest.keyClick(room, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

        assert len(door.reading(case).answers) == 3
        assert door.reading(case).answer(at("ERO CAP 1").key) == answer("5")
        room.close()
