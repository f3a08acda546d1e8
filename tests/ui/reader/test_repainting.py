"""A key paints anew what it changes, and everything that it changes: the screen is held against a fresh painting."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.reader.test_keyboard import go
from workstation.reading.images.view import Zoom
from workstation.ui.reader.window.room import ReadingRoom

_Key = Qt.Key
KEYS = (
    _Key.Key_2, _Key.Key_1, _Key.Key_N, _Key.Key_0, _Key.Key_U, _Key.Key_Down, _Key.Key_Up, _Key.Key_C, _Key.Key_H,
    _Key.Key_Right, _Key.Key_3, _Key.Key_Tab, _Key.Key_1, _Key.Key_Backspace, _Key.Key_F, _Key.Key_F, _Key.Key_Return,
)  # fmt: skip


def on_screen(room: ReadingRoom) -> QImage:
    """What has been painted so far, without painting anything."""
    return room.screen().grabWindow(room.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


def shows(room: ReadingRoom, part: QRect, wanted: QImage) -> bool:
    return on_screen(room).copy(part) == wanted


def test_after_every_key_table_and_drawing_show_what_a_fresh_painting_would(room: ReadingRoom, qtbot: QtBot) -> None:
    form = room.form
    for key in KEYS:
        QTest.keyClick(room, key)
        qtbot.wait(20)
        # `grab` paints into a picture of its own, and nothing on the screen
        fresh = room.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)

        for widget in (form.table.viewport(), form.diagram):
            part = QRect(widget.mapTo(room, QPoint(0, 0)), widget.size())
            wanted = fresh.copy(part)
            if widget.isVisible():
                qtbot.waitUntil(partial(shows, room, part, wanted), timeout=3000)


class _Painted(QObject):
    """Counts the pixels that are painted of a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.pixels = 0

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            # a bounding box is no smaller than what is painted
            area = event.region().boundingRect()
            self.pixels += area.width() * area.height()
        return False


def test_a_grade_draws_the_sites_of_the_drawing_that_it_changes_and_those_that_they_touch(
    room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagram = type(room.form.diagram.visits[0])
    drawn: list[object] = []
    go(room, "ERO ULN 1")
    whole = diagram._draw_ground

    def counted(*given: object) -> None:
        drawn.append(given[4])
        whole(*given)  # type: ignore[arg-type] # handed on as they are

    monkeypatch.setattr(diagram, "_draw_ground", counted)
    qtbot.wait(20)
    drawn.clear()

    QTest.keyClick(room, _Key.Key_1)
    QApplication.processEvents()

    # the heading at the top is painted too, and what lies between it and the site isn't
    assert room.state is not None
    assert 0 < len(drawn) <= len(room.state.feature.sites), "both visits have that many each"


@pytest.mark.parametrize("part", ["diagram", "table"])
def test_a_turn_of_the_wheel_paints_nothing_of_the_form(room: ReadingRoom, qtbot: QtBot, part: str) -> None:
    qtbot.wait(20)
    widget = room.form.table.viewport() if part == "table" else room.form.diagram.visits[0]
    watch = _Painted()
    widget.installEventFilter(watch)

    room.images.wanted.emit(Zoom(1.2))  # type: ignore[attr-defined] # the panel's signal
    QApplication.processEvents()
    qtbot.wait(20)

    assert watch.pixels == 0
