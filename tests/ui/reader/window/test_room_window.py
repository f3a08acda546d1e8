"""The window shows a case's images before the room is there, and takes the room in without moving one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from scoring.schemes.load import shipped_scheme
from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case, with_pixels
from tests.fakes.doors import BrokenDoor, MemoryDoor
from workstation.hanging.layout import layout_of
from workstation.reading.preferences import Hung
from workstation.reading.session.session import Session
from workstation.ui.reader.window.main_window import RoomWindow
from workstation.ui.reader.window.registration import Registrar
from workstation.ui.reader.window.room import ReadingRoom

KEY = Qt.Key.Key_2


@pytest.fixture
def case(tmp_path: Path) -> CaseRecord:
    return with_pixels(a_case(images=tmp_path / "images"))


@pytest.fixture
def door(case: CaseRecord) -> MemoryDoor:
    """A study whose reader has begun the case."""
    made = MemoryDoor(case, replace(case, code="B4XR9"))
    Session(made, case.code, hung=Hung().over(layout_of(shipped_scheme()).shown)).save_bookmark()
    return made


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, door: MemoryDoor, case: CaseRecord) -> Iterator[RoomWindow]:
    """The images of the case are painted; there is no room yet."""
    made = RoomWindow(qapp)
    qtbot.addWidget(made)
    made.show_images(Session(door, case.code).state)
    yield made
    made.close()


def room_in(window: RoomWindow, door: MemoryDoor) -> ReadingRoom:
    return ReadingRoom(door, make_images=lambda: window.images)


def cells(window: RoomWindow) -> list[QRect]:
    return [QRect(cell.mapTo(window, QPoint(0, 0)), cell.size()) for row in window.images.viewports for cell in row]


def test_the_images_are_painted_while_there_is_no_form(window: RoomWindow, case: CaseRecord) -> None:
    assert window.isVisible()
    assert window.images.all_loaded()
    shown = window.grab().toImage()
    middle = cells(window)[0].center()
    # the disc of the synthetic slice, not the ground
    assert shown.pixelColor(middle).lightness() > 100
    assert [label.text() for label in window.findChildren(QLabel, "form")] == [f"Opening {case.code}"]


def test_no_image_moves_when_the_room_comes(window: RoomWindow, door: MemoryDoor, case: CaseRecord) -> None:
    window.resize(1600, 900)
    QCoreApplication.processEvents()
    before = cells(window)

    window.take(room_in(window, door))

    assert cells(window) == before
    assert len(before) >= 4
    assert window.windowTitle() == f"ramris - case {case.code}"


def test_registration_and_the_next_case_are_begun_though_the_images_were_there_before_the_room(
    window: RoomWindow, door: MemoryDoor, case: CaseRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[CaseRecord] = []
    monkeypatch.setattr(Registrar, "want", lambda _registrar, pair: wanted.append(pair))

    window.take(room_in(window, door))

    assert wanted == [case]
    assert window.images._volumes._held(door.case("B4XR9")) is not None


def test_what_was_typed_before_the_form_was_there_grades_nothing_and_what_is_typed_then_does(
    qtbot: QtBot, window: RoomWindow, door: MemoryDoor
) -> None:
    room = room_in(window, door)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    # it waits in the queue, as what is pressed while the program is busy
    QTimer.singleShot(0, lambda: QTest.keyClick(room, KEY))

    window.take(room)
    assert door.recorded == []

    QTest.keyClick(room, KEY)
    assert len(door.recorded) == 1


def test_a_wish_to_close_that_came_early_is_granted_when_the_room_is_there(
    window: RoomWindow, door: MemoryDoor
) -> None:
    QTimer.singleShot(0, window.close)

    window.take(room_in(window, door))

    assert not window.isVisible()


def test_the_window_stays_over_an_answer_that_was_not_saved_and_the_rooms_own_key_closes_it(
    window: RoomWindow, case: CaseRecord
) -> None:
    door = BrokenDoor(case)
    room = room_in(window, door)
    window.take(room)
    QTest.keyClick(room, KEY)

    assert not window.close()
    assert window.isVisible()
    room._act("room.quit")
    assert not window.isVisible()


def test_images_that_can_not_be_had_hold_the_room_up_for_a_second_at_most(
    qtbot: QtBot, qapp: QApplication, case: CaseRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.ui.reader.window.main_window.PATIENCE_MS", 50)
    window = RoomWindow(qapp)
    qtbot.addWidget(window)
    # as from a drive that never answers
    monkeypatch.setattr(window.images._volumes, "_start", lambda _shown: None)

    window.show_images(Session(MemoryDoor(case), case.code).state)

    assert window.isVisible()
    assert not window.images.all_loaded()
    window.close()


def test_the_window_gets_the_programs_icon_once_the_room_is_there(
    window: RoomWindow, door: MemoryDoor, qtbot: QtBot
) -> None:
    window.application.setWindowIcon(QIcon())

    window.take(room_in(window, door))

    # on the way to the first key nothing is drawn that nobody waits for
    assert window.application.windowIcon().isNull()
    qtbot.waitUntil(lambda: not window.windowIcon().isNull())
