"""The line that answers each key: whole, and no grade goes out of sight for it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.builders.sessions import at
from tests.ui.reader.test_keyboard import notice
from workstation.reading.answers.focus_moves import GoTo
from workstation.ui.reader.window.room import ReadingRoom


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_a_long_answer_is_whole_and_leaves_every_grade_in_its_place_and_in_sight(
    room: ReadingRoom, size: tuple[int, int]
) -> None:
    room.resize(*size)
    room.case.dispatch(GoTo(at("ERO PIS 1")))
    QApplication.processEvents()
    card, area = room.form.card, room.form.card._area.viewport()
    before = [QRect(line.mapTo(area, QPoint(0, 0)), line.size()) for line in card._lines]

    QTest.keyClick(room, Qt.Key.Key_Z)
    QApplication.processEvents()

    label = notice(room)
    assert isinstance(label, QLabel)
    assert label.text().startswith("Grade 0 for all blank sites of Erosion: 15 at baseline and 15 at follow-up?")
    assert label.height() >= label.heightForWidth(label.width())
    assert [QRect(line.mapTo(area, QPoint(0, 0)), line.size()) for line in card._lines] == before
    assert all(area.rect().contains(line) for line in before)
