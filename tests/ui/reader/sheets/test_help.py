"""The sheet of all keys holds them all at the smallest screens, without a bar to scroll."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from workstation.actions.mouse import MOUSE
from workstation.ui.reader.sheets.help_overlay import SERIES, HelpOverlay
from workstation.ui.reader.window.room import ReadingRoom


def sheet(room: ReadingRoom) -> HelpOverlay:
    found = room.findChild(HelpOverlay)
    assert found is not None
    return found


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_every_key_is_in_sight_at_once(room: ReadingRoom, qtbot: QtBot, size: tuple[int, int]) -> None:
    room.resize(*size)
    QTest.keyClick(room, Qt.Key.Key_F1)
    (area,) = sheet(room).findChildren(QScrollArea)
    qtbot.waitUntil(area.isVisible)

    assert area.horizontalScrollBar().maximum() == 0
    assert area.verticalScrollBar().maximum() == 0
    shown = {label.text() for label in sheet(room).findChildren(QLabel)}
    titles = {action.title for action in room._declared.values() if not action.id.startswith(("grade.", SERIES))}
    assert titles <= shown
    assert all(f"{what}: " in " ".join(shown) for what, _ in MOUSE)
