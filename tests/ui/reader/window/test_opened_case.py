"""The case that is open in a room, without the room: what is kept, and in which order the room is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from storage.records import CaseProgress, DisplayCheck
from tests.builders.sessions import at
from tests.fakes.doors import MemoryDoor
from tests.fakes.images import BlankImages
from workstation.imaging.light.lit import Lit
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

    def display_due(self) -> DisplayCheck | None:
        return None

    def answer_saved(self) -> None:
        self.told.append("saved")


@pytest.fixture
def room(door: MemoryDoor) -> Room:
    return Room(door)


@pytest.fixture
def images() -> BlankImages:
    return BlankImages()


@pytest.fixture
def opened(qtbot: QtBot, door: MemoryDoor, room: Room, images: BlankImages) -> Iterator[OpenedCase]:
    owner = QWidget()
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


def test_the_next_case_is_looked_for_once_and_again_in_another_case(
    opened: OpenedCase, door: MemoryDoor, images: BlankImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    worklist = door.worklist

    def counted() -> tuple[CaseProgress, ...]:
        asked.append(opened.code)
        return worklist()

    monkeypatch.setattr(door, "worklist", counted)
    opened.open("K7QM2")
    for _ in "two features":
        opened.go_on_loading()
    assert images.ahead == "B4XR9"

    opened.open("B4XR9")
    opened.go_on_loading()

    # the list was read once in each case: a key that hangs another feature waits for no disk but that of its grade
    assert asked == ["K7QM2", "B4XR9"]
    assert images.ahead == "K7QM2"


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


LIGHT = {"K7QM210": Lit(0.0, 400.0, 1.0, 0.0, 400.0)}


def shown_light(opened: OpenedCase) -> dict[str, Lit]:
    assert opened.state is not None
    return dict(opened.state.view.grey.lights)


def test_a_case_whose_light_is_known_is_drawn_in_it_from_the_first_time(
    opened: OpenedCase, room: Room, images: BlankImages
) -> None:
    images.light = LIGHT

    opened.open("K7QM2")

    assert shown_light(opened) == LIGHT
    assert room.told == ["opened K7QM2", "shown K7QM2"]


def test_light_that_comes_before_anything_was_done_is_shown(opened: OpenedCase, images: BlankImages) -> None:
    opened.open("K7QM2")
    images.light = LIGHT

    opened.show_light("K7QM2")

    assert shown_light(opened) == LIGHT


def test_light_that_comes_while_somebody_looks_waits(
    opened: OpenedCase, images: BlankImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.open("K7QM2")
    opened.dispatch(Zoom(2.0))
    images.light = LIGHT
    monkeypatch.setattr("workstation.ui.reader.window.opened_case.SETTLING_S", -1.0)

    opened.show_light("K7QM2")

    assert shown_light(opened) == {}
    assert opened.state is not None
    assert opened.state.view.grey.waiting == LIGHT


def test_light_of_the_case_before_is_not_shown(opened: OpenedCase, images: BlankImages) -> None:
    opened.open("K7QM2")
    images.light = LIGHT

    opened.show_light("B4XR9")

    assert shown_light(opened) == {}
