"""A logoff while a case is open: the place is kept; over an answer that isn't on disk the system is asked to wait."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.builders.cases import a_case
from tests.fakes.doors import BrokenDoor, MemoryDoor
from tests.ui.reader.conftest import Opener
from tests.ui.reader.test_keyboard import notice
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.reader.window.session_end import Leaving


class System:
    """A session manager that asks for data before a logoff."""

    def __init__(self, *, interactive: bool = True) -> None:
        self.interactive, self.waits = interactive, False

    def allowsInteraction(self) -> bool:
        return self.interactive

    def cancel(self) -> None:
        self.waits = True


def leaving(qapp: QApplication, room: ReadingRoom) -> Leaving:
    made = Leaving(qapp, room)
    # signals are the journeys' part
    made._let_go()
    return made


@pytest.mark.case(132)
def test_a_logoff_keeps_the_place_and_goes_on(qapp: QApplication, room: ReadingRoom, door: MemoryDoor) -> None:
    before, system = door.bookmark("K7QM2"), System()
    QTest.keyClick(room, Qt.Key.Key_PageDown)

    leaving(qapp, room).log_off(system)

    assert not system.waits
    assert door.bookmark("K7QM2") != before


@pytest.mark.case(132)
def test_a_logoff_over_an_answer_that_is_not_on_disk_is_asked_to_wait(qapp: QApplication, open_on: Opener) -> None:
    room, system = open_on(BrokenDoor(a_case())), System()
    QTest.keyClick(room, Qt.Key.Key_2)

    leaving(qapp, room).log_off(system)

    assert system.waits
    assert "was not saved" in notice(room).text()
    silent = System(interactive=False)
    leaving(qapp, room).log_off(silent)
    assert not silent.waits
