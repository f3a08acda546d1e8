"""The display in the room: asked once a day and screen, answered by keys or clicks, skipped by going on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from storage.records import DISPLAY_FAILED, DISPLAY_PASSED, DISPLAY_SKIPPED
from tests.builders.cases import a_case
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from tests.ui.reader.test_keyboard import notice
from workstation.reading.display_check import DARK_PATCH
from workstation.ui.reader.window.room import ReadingRoom

Key, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def door() -> MemoryDoor:
    """The first case of the day."""
    door = MemoryDoor(a_case("K7QM2"), a_case("B4XR9"))
    door.display_checked = False
    return door


def check(room: ReadingRoom, *, wrong: int = -1) -> None:
    """Press the right digits, a wrong one at the question `wrong`."""
    QTest.keyClick(room, Key.Key_F2, SHIFT)
    sheet = room._display.sheet
    for place, right in enumerate(sheet.trial.right):
        choice = right % 4 + 1 if place == wrong else right
        QTest.keyClick(sheet, Key(Key.Key_0 + choice))


def test_the_day_begins_with_a_line_that_asks_and_a_check_is_put_on_the_record(
    room: ReadingRoom, door: MemoryDoor
) -> None:
    assert notice(room).text().startswith("The display wasn't checked today. Press Shift+F2")

    check(room)

    assert [(one.outcome, one.missed) for one in door.displays] == [(DISPLAY_PASSED, ())]
    assert notice(room).text().startswith("Display checked")
    # the digits of the check graded nothing, and those behind it do
    assert door.recorded == []
    QTest.keyClick(room, Key.Key_2)
    assert (len(door.recorded), len(door.displays)) == (1, 1)


def test_what_is_not_seen_is_named_and_on_the_record(room: ReadingRoom, door: MemoryDoor) -> None:
    check(room, wrong=1)

    assert [(one.outcome, one.missed) for one in door.displays] == [(DISPLAY_FAILED, ("light",))]
    assert "95 % grey on white can't be seen on this screen" in notice(room).text()


def test_going_on_without_is_one_skip_however_many_grades_follow(
    room: ReadingRoom, door: MemoryDoor, open_on: Opener
) -> None:
    QTest.keyClick(room, Key.Key_F2, SHIFT)
    QTest.keyClick(room._display.sheet, Key.Key_Escape)
    assert door.displays == []

    for _ in range(3):
        QTest.keyClick(room, Key.Key_1)

    assert [one.outcome for one in door.displays] == [DISPLAY_SKIPPED]
    room.close()
    again = open_on(door)
    assert "display" not in notice(again).text()


def test_a_click_answers_as_a_digit_does(room: ReadingRoom, door: MemoryDoor) -> None:
    QTest.keyClick(room, Key.Key_F2, SHIFT)
    sheet = room._display.sheet
    for right in sheet.trial.right:
        QTest.mouseClick(sheet.choices[right - 1], Qt.MouseButton.LeftButton)

    assert [one.outcome for one in door.displays] == [DISPLAY_PASSED]


def test_one_square_of_four_holds_the_patch_in_its_middle(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_F2, SHIFT)
    sheet = room._display.sheet
    levels = []
    for choice in sheet.choices:
        side = min(choice.width(), choice.height() - 24)
        levels.append(choice.grab().toImage().pixelColor(QPoint(choice.width() // 2, side // 2)))

    expected = [DARK_PATCH if number == sheet.trial.right[0] else 0 for number in range(1, 5)]
    assert levels == [QColor(level, level, level) for level in expected]
