"""Room whose rehearsal has ended, and what was done since: shared by the tests of the rehearsal."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workstation.ui.reader.ahead.rehearsal import Rehearsal
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.window.room import ReadingRoom

A_MINUTE = 60_000


def the_panel(room: ReadingRoom) -> ImagesPanel:
    assert isinstance(room.images, ImagesPanel)
    return room.images


def rehearsed(qtbot: QtBot, room: ReadingRoom) -> None:
    """Wait until the feature that comes next is ready."""
    panel = the_panel(room)
    qtbot.waitUntil(lambda: room.state is not None and panel.lights(room.state.case) is not None)
    qtbot.waitUntil(lambda: panel._rehearsal is not None)
    ahead = panel._rehearsal
    assert isinstance(ahead, Rehearsal)
    if ahead._due:
        # nor does a test wait for the pause
        ahead._timer.start(0)
    qtbot.waitUntil(lambda: ahead.done)


def counted(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[int]:
    """One entry for each call from here on."""
    calls: list[int] = []
    plain = getattr(module, name)

    def call(*given: object, **named: object) -> object:
        calls.append(1)
        return plain(*given, **named)

    monkeypatch.setattr(module, name, call)
    return calls


def pictures(room: ReadingRoom) -> QImage:
    QApplication.processEvents()
    return the_panel(room).grab().toImage()
