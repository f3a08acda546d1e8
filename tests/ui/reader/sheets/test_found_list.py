"""The list of key images by keys: kept, listed, shown, taken away."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.builders.sessions import at
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.test_keyboard import go, state_of
from workstation.ui.reader.window.room import ReadingRoom

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def test_a_slice_is_kept_listed_shown_and_taken_away_by_keys(room: ReadingRoom, door: MemoryDoor) -> None:
    go(room, "ERO CAP 1")
    QTest.keyClick(room, Key.Key_K, CONTROL)
    kept = state_of(room).view.cursor_mm[1]
    go(room, "SYN RC 2")
    QTest.keyClick(room, Key.Key_PageDown)

    QTest.keyClick(room, Key.Key_L, CONTROL)
    view = room._found
    assert view.isVisible()
    assert view.item(0).text() == "Erosion, Capitate, baseline: axial T1, slice\N{NO-BREAK SPACE}11"
    QTest.keyClick(view, Key.Key_Return)

    assert state_of(room).focus == at("ERO CAP 1")
    assert state_of(room).view.cursor_mm[1] == kept
    QTest.keyClick(room, Key.Key_L, CONTROL)
    QTest.keyClick(view, Key.Key_Delete)
    assert door.key_images("K7QM2") == ()
    assert view.isVisible()
    assert view.item(0).text().startswith("This case has no key images and no graded slices yet.")
    QTest.keyClick(view, Key.Key_Escape)
    assert not view.isVisible()


def test_words_of_every_length_are_whole_also_in_a_list_that_scrolls(room: ReadingRoom) -> None:
    go(room, "ERO CAP 1")
    QTest.keyClick(room, Key.Key_K, CONTROL)
    QTest.keyClick(room, Key.Key_L, CONTROL)
    view = room._found
    for length in range(40, 140):
        view._add("bookmark", f"Tenosynovitis, {'extensor carpi ' * 9}"[:length] + ", slice 8")
    QTest.qWait(1)

    assert view.verticalScrollBar().maximum() > 0
    # padding of 10 at either side, the sign, and what the style leaves beside it and at the end
    room_for_words, line = view.viewport().width() - 60, view.fontMetrics().lineSpacing()
    for row in range(view.count()):
        wide = view.fontMetrics().horizontalAdvance(view.item(row).text())
        lines = ceil(wide / room_for_words)
        assert view.visualItemRect(view.item(row)).height() >= lines * line + 10, view.item(row).text()


def test_escape_leaves_the_list_of_cases(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_O, CONTROL)
    assert room._cases.isVisible()

    QTest.keyClick(room._cases, Key.Key_Escape)

    assert not room._cases.isVisible()
