"""The tour: offered once, in under a minute, left at any time, and never in the way of a grade."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.builders.rooms import a_room
from tests.builders.sessions import at, grade
from tests.fakes.doors import MemoryDoor
from tests.fakes.images import BlankImages
from workstation.actions.loading import shipped_actions
from workstation.reading.preferences import OfThisSession, Preferences
from workstation.ui.reader.sheets.tour import tour_steps, with_keys
from workstation.ui.reader.window.room import ReadingRoom

Key, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def newcomer() -> OfThisSession:
    return OfThisSession(Preferences())


@pytest.fixture
def room(qtbot: QtBot, door: MemoryDoor, newcomer: OfThisSession) -> Iterator[ReadingRoom]:
    """A room on `door` for a reader who was never here."""
    room = a_room(qtbot, door, kept=newcomer, images=False)
    yield room
    room.close()


def test_who_was_never_here_is_offered_the_tour_and_can_grade_all_the_same(room: ReadingRoom, door: MemoryDoor) -> None:
    assert room._tour.isVisible()

    QTest.keyClick(room, Key.Key_2)

    assert door.reading("K7QM2").answer(at("SYN DRUJ 1").key) == grade(2)
    assert room._tour.isVisible()


def test_a_key_goes_on_and_behind_the_last_step_it_is_over_for_good(
    room: ReadingRoom, newcomer: OfThisSession, qtbot: QtBot
) -> None:
    for step in tour_steps():
        assert step.part in room.form.parts or step.part == "images"
        assert room._tour.isVisible()
        assert room.rect().contains(room._tour.geometry())
        QTest.keyClick(room, Key.Key_F1, SHIFT)

    assert not room._tour.isVisible()
    assert newcomer.load().toured
    again = ReadingRoom(MemoryDoor(), make_images=BlankImages, preferences=newcomer)
    qtbot.addWidget(again)
    again.show()
    assert not again._tour.isVisible()


def test_escape_leaves_at_once_and_the_key_calls_it_again(room: ReadingRoom, newcomer: OfThisSession) -> None:
    QTest.keyClick(room, Key.Key_Escape)
    assert not room._tour.isVisible()
    assert newcomer.load().toured

    QTest.keyClick(room, Key.Key_F1, SHIFT)
    assert room._tour.isVisible()
    QTest.mouseClick(room._tour.off, Qt.MouseButton.LeftButton)
    assert not room._tour.isVisible()


def test_it_takes_less_than_a_minute() -> None:
    # 220 words a minute are read silently in English by adults: Brysbaert 2019, J Mem Lang 109:104047, gives 238
    words = sum(len(with_keys(step.text, shipped_actions()).split()) for step in tour_steps())

    assert words <= 220


def test_it_names_the_keys_that_the_reader_has() -> None:
    assert with_keys("[answer.undo] takes back", shipped_actions()) == "Ctrl+Z takes back"
