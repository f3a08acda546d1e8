"""The case that is open in a room, without the room: what is kept, and in which order the room is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.builders.sessions import at
from tests.fakes.doors import MemoryDoor
from tests.fakes.images import BlankImages
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.images.view import Zoom
from workstation.reading.session.session import Session
from workstation.ui.reader.images.protocol import Images
from workstation.ui.reader.window.opened_case import OpenedCase
from workstation.ui.reader.window.preferences import Chosen


class Room:
    """Notes what it is told, and where the case that is left stands on disk then."""

    def __init__(self, door: MemoryDoor) -> None:
        self._door, self.told = door, list[str]()
        self.line = ""

    def case_left(self) -> None:
        kept = json.loads(self._door.bookmark("K7QM2") or "{}")
        self.told.append(f"left at zoom {kept.get('zoom')}")

    def case_opened(self, code: str) -> str:
        self.told.append(f"opened {code}")
        return self.line

    def show_case(self, session: Session) -> None:
        notice = session.state.notice
        self.told.append(f"shown {session.state.case.code}" + (f": {notice.text}" if notice else ""))

    def answer_saved(self) -> None:
        self.told.append("saved")


@pytest.fixture
def room(door: MemoryDoor) -> Room:
    return Room(door)


@pytest.fixture
def opened(qtbot: QtBot, door: MemoryDoor, room: Room) -> Iterator[OpenedCase]:
    owner, images = QWidget(), BlankImages()
    for widget in (owner, images):
        qtbot.addWidget(widget)
    case = OpenedCase(door, Chosen(None), cast("Images", images), room, owner)
    yield case
    case.end()


def test_a_case_is_left_when_its_place_is_on_disk(opened: OpenedCase, room: Room) -> None:
    opened.open("K7QM2")
    # a change of the view waits for its timer
    opened.dispatch(Zoom(2.0))

    opened.open("B4XR9")

    assert room.told == [
        "opened K7QM2",
        "shown K7QM2",
        "shown K7QM2",
        "left at zoom 2.0",
        "opened B4XR9",
        "shown B4XR9",
    ]


def test_what_the_room_says_of_a_case_is_shown_with_it_at_once(opened: OpenedCase, room: Room) -> None:
    room.line = "This case is signed."

    opened.open("K7QM2")

    assert room.told == ["opened K7QM2", "shown K7QM2: This case is signed."]


def test_the_case_that_is_open_is_not_opened_again(opened: OpenedCase, room: Room) -> None:
    opened.open("K7QM2")
    opened.open("K7QM2")

    assert room.told == ["opened K7QM2", "shown K7QM2"]


def test_past_the_end_of_the_list_a_line_says_so(opened: OpenedCase, room: Room) -> None:
    opened.open("B4XR9")
    opened.go_beside(1)

    assert opened.code == "B4XR9"
    assert room.told[-1].startswith("shown B4XR9: ")


def test_the_case_wanted_is_opened_first_and_never_one_that_is_not_listed(opened: OpenedCase, door: MemoryDoor) -> None:
    assert opened.open_first("B4XR9")
    assert opened.code == "B4XR9"
    opened.dispatch(GoTo(at("ERO CAP 1")))

    assert opened.open_first("GONE")
    # the one left last
    assert opened.code == "B4XR9"
    assert door.last_case() == "B4XR9"
