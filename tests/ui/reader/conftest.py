"""Qt without a screen, and a room on a study in memory."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.builders.cases import a_case
from tests.builders.rooms import DESK, a_room
from tests.fakes.doors import MemoryDoor
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.shared import theme

Opener = Callable[[MemoryDoor], ReadingRoom]


@pytest.fixture(autouse=True)
def _usual_looks(qapp: QApplication) -> Iterator[None]:
    """What a reader of one test chose is not worn in the next."""
    palette, style = qapp.palette(), qapp.style().objectName()
    yield
    if theme.wear(light=False, percent=100):
        qapp.setPalette(palette)
        qapp.setStyle(style)


@pytest.fixture
def door() -> MemoryDoor:
    """Two cases, nothing read."""
    return MemoryDoor(a_case("K7QM2"), a_case("B4XR9"))


def _open(qtbot: QtBot, opened: list[ReadingRoom], door: MemoryDoor) -> ReadingRoom:
    room = a_room(qtbot, door, DESK, images=False)
    opened.append(room)
    return room


@pytest.fixture
def open_on(qtbot: QtBot) -> Iterator[Opener]:
    """Opens shown rooms and closes them at the end."""
    opened: list[ReadingRoom] = []
    yield partial(_open, qtbot, opened)
    for room in opened:
        room.close()


@pytest.fixture
def room(open_on: Opener, door: MemoryDoor) -> ReadingRoom:
    """A room on `door`."""
    return open_on(door)
