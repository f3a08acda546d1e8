"""Expected position of a site in the window: said in the cells until the reader moves, and turned off by a key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.builders.rooms import a_room
from tests.builders.wrists import a_wrist_case
from tests.fakes.doors import MemoryDoor
from workstation.reading.preferences import OfThisSession, Preferences
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.window.room import ReadingRoom


def opened(qtbot: QtBot, kept: OfThisSession) -> ReadingRoom:
    return a_room(qtbot, MemoryDoor(a_wrist_case("K7QM2"), a_wrist_case("B4XR9", "L")), kept=kept)


def words(room: ReadingRoom) -> set[str]:
    """What the cells say above their slice numbers."""
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    views = [cell.view for row in panel.viewports for cell in row if cell.isVisible()]
    return {view.above_text for view in views if isinstance(view, SeriesView)}


def test_the_cells_say_expected_place_until_the_reader_moves(qtbot: QtBot) -> None:
    room = opened(qtbot, OfThisSession(Preferences(toured=True)))
    at_first = words(room)

    QTest.keyClick(room, Qt.Key.Key_PageDown)
    moved = words(room)
    QTest.keyClick(room, Qt.Key.Key_Down)

    assert at_first == {"expected position"}
    assert moved == {""}
    assert words(room) == {"expected position"}
    room.close()


def test_a_key_turns_it_off_for_the_next_case_and_the_next_evening(qtbot: QtBot) -> None:
    kept = OfThisSession(Preferences(toured=True))
    room = opened(qtbot, kept)

    QTest.keyClick(room, Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(room, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)

    assert not kept.load().expecting
    assert room.state is not None
    assert room.state.case.code == "B4XR9"
    assert words(room) == {""}
    room.close()
    again = opened(qtbot, kept)
    QTest.keyClick(again, Qt.Key.Key_Down)
    assert words(again) == {""}
    again.close()
