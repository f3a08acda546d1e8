"""Qt without a screen, and a room on a study in memory."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from tests.builders.cases import a_case
from tests.fakes.doors import MemoryDoor
from tests.fakes.images import BlankImages
from workstation.ui.reader.window.room import ReadingRoom

Opener = Callable[[MemoryDoor], ReadingRoom]


@pytest.fixture
def door() -> MemoryDoor:
    """Two cases, nothing read."""
    return MemoryDoor(a_case("K7QM2"), a_case("B4XR9"))


def _open(qtbot: QtBot, opened: list[ReadingRoom], door: MemoryDoor) -> ReadingRoom:
    room = ReadingRoom(door, make_images=BlankImages)
    opened.append(room)
    qtbot.addWidget(room)
    room.resize(1920, 1080)
    with qtbot.waitExposed(room):
        room.show()
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
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
