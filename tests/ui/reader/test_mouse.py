"""A reader with a mouse alone: every site by a click, every grade by a click on its words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from scoring.readings.order import keys_in_reading_order
from tests.builders.sessions import SCHEME, at, grade
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.test_keyboard import cell, go, notice, words_line
from workstation.ui.reader.form.grade_card import GradeLine
from workstation.ui.reader.form.site_model import BASELINE
from workstation.ui.reader.window.room import ReadingRoom

LEFT = Qt.MouseButton.LeftButton


def line(room: ReadingRoom, number: int) -> GradeLine:
    (found,) = [one for one in room.form.card.findChildren(GradeLine) if one.grade == number and one.isVisible()]
    return found


def test_a_whole_pair_is_scored_by_clicks_alone(room: ReadingRoom, door: MemoryDoor) -> None:
    expected = {}
    for place, key in enumerate(keys_in_reading_order(SCHEME)):
        expected[key] = place % (11 if key.feature == "ERO" else 4)
        QTest.mouseClick(line(room, expected[key]), LEFT)

    assert len(door.recorded) == 86
    assert {key: door.reading("K7QM2").answer(key) for key in expected} == {k: grade(n) for k, n in expected.items()}
    assert notice(room).text().startswith("All 86 sites are read")


def test_a_slip_of_the_mouse_is_taken_elsewhere_before_letting_go(room: ReadingRoom, door: MemoryDoor) -> None:
    wrong = line(room, 3)

    QTest.mousePress(wrong, LEFT)
    QTest.mouseRelease(wrong, LEFT, pos=QPoint(5, wrong.height() + 30))

    assert door.recorded == []


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_other_buttons_grade_nothing(room: ReadingRoom, door: MemoryDoor, button: Qt.MouseButton) -> None:
    QTest.mouseClick(line(room, 2), button)

    assert door.recorded == []


def test_while_words_are_typed_no_click_grades(room: ReadingRoom, door: MemoryDoor) -> None:
    go(room, "SYN RC 1")
    QTest.keyClick(room, Qt.Key.Key_O)
    QTest.keyClicks(words_line(room), "cast")

    QTest.mouseClick(line(room, 2), LEFT)

    assert door.recorded == []
    assert cell(room, "RC", BASELINE) == "·"
    assert door.reading("K7QM2").answer(at("SYN RC 1").key) is None
