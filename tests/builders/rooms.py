"""A reading room on the screen, as a reader has it in front of them."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from storage.records import CaseRecord
from tests.fakes.doors import MemoryDoor
from tests.fakes.images import BlankImages
from workstation.reading.preferences import OfThisSession
from workstation.reading.session.session import Door
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.window.room import ReadingRoom

DESK, LAPTOP = (1920, 1080), (1366, 768)


def a_room(
    qtbot: QtBot,
    on: Door | CaseRecord,
    size: tuple[int, int] = LAPTOP,
    kept: OfThisSession | None = None,
    *,
    images: bool = True,
) -> ReadingRoom:
    """A room that is shown and takes the keys. on: a study, or one case in memory. images: real ones, or blank.

    Whoever opens it closes it.
    """
    door = MemoryDoor(on) if isinstance(on, CaseRecord) else on
    room = ReadingRoom(door, make_images=ImagesPanel if images else BlankImages, preferences=kept)
    qtbot.addWidget(room)
    room.resize(*size)
    with qtbot.waitExposed(room):
        room.show()
    # keys reach the active window alone
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
    return room
