"""Keys and mouse of another viewer, chosen in the room: worn at once, said in the tour, kept for the next case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from scoring.errors import TomlRefused
from tests.builders.rooms import a_room
from tests.builders.sessions import at, grade
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.test_keyboard import notice
from workstation.actions.loading import shipped_actions
from workstation.actions.mouse import SHIPPED_MOUSE, Does, Mouse
from workstation.actions.own_keys import own_mouse, with_own_keys
from workstation.reading.images.view import Zoom
from workstation.reading.preferences import OfThisSession, Preferences
from workstation.ui.reader.sheets.tour import tour_steps, with_keys
from workstation.ui.reader.window.room import ReadingRoom

Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def kept() -> OfThisSession:
    return OfThisSession(Preferences(toured=True))


@pytest.fixture
def room(qtbot: QtBot, door: MemoryDoor, kept: OfThisSession) -> Iterator[ReadingRoom]:
    room = a_room(qtbot, door, kept=kept, images=False)
    yield room
    room.close()


def next_profile(room: ReadingRoom) -> str:
    QTest.keyClick(room, Key.Key_F10, Held.ShiftModifier)
    return notice(room).text()


def zoom(room: ReadingRoom) -> float:
    assert room.state is not None
    return room.state.view.camera.zoom


def test_the_key_goes_through_all_profiles_and_back_and_says_which(room: ReadingRoom, kept: OfThisSession) -> None:
    said = [(next_profile(room), kept.load().profile) for _ in range(4)]

    assert [profile for _, profile in said] == ["ohif", "horos", "weasis", ""]
    assert said[0][0].startswith("Keys and mouse as in OHIF")
    assert said[1][0].startswith("Keys and mouse as in Horos and OsiriX")
    assert said[2][0].startswith("Keys and mouse as in Weasis")
    assert said[3][0].startswith("Keys and mouse are ramris's own")


def test_keys_and_mouse_change_at_once_and_grades_stay_on_their_digits(room: ReadingRoom, door: MemoryDoor) -> None:
    room.case.dispatch(Zoom(2.0))
    QTest.keyClick(room, Key.Key_Equal)
    assert zoom(room) > 2

    next_profile(room)
    QTest.keyClick(room, Key.Key_Equal)
    # in OHIF = fits the image
    assert zoom(room) == 1
    QTest.keyClick(room, Key.Key_2)
    assert door.reading("K7QM2").answer(at("SYN DRUJ 1").key) == grade(2)

    next_profile(room)
    assert room.images.mouse.does("left", shift=False, ctrl=True) is Does.PAN
    next_profile(room)
    assert room.images.mouse.does("right", shift=False, ctrl=False) is Does.NOTHING
    next_profile(room)
    assert room.images.mouse == SHIPPED_MOUSE
    room.case.dispatch(Zoom(2.0))
    QTest.keyClick(room, Key.Key_Equal)
    assert zoom(room) > 1


def test_after_a_whole_round_every_action_has_the_keys_that_it_had(room: ReadingRoom) -> None:
    before = {name: [keys.toString() for keys in item.shortcuts()] for name, item in room._actions.items()}

    for _ in range(4):
        next_profile(room)

    assert {name: [keys.toString() for keys in item.shortcuts()] for name, item in room._actions.items()} == before


def test_f1_and_the_tour_say_the_keys_that_there_are_now(room: ReadingRoom) -> None:
    next_profile(room)
    QTest.keyClick(room, Key.Key_F1)
    words = " ".join(label.text() for label in room.findChildren(QLabel) if label.isVisible())
    assert "Space" in words, "OHIF's key for the windows as they opened"
    QTest.keyClick(room, Key.Key_Escape)

    QTest.keyClick(room, Key.Key_F1, Held.ShiftModifier)
    assert room._tour.isVisible()
    assert any("keys.profile" in step.text for step in tour_steps())
    shown = with_keys(tour_steps()[-1].text, shipped_actions())
    assert "Shift+F10" in shown


def test_it_is_in_the_menus(room: ReadingRoom) -> None:
    titles = [item.text() for menu in room.menus.findChildren(QMenu) for item in menu.actions()]

    assert "Keys as in OHIF, Horos, Weasis" in titles


def test_a_profile_that_the_readers_own_keys_are_against_is_left_out_and_named(room: ReadingRoom) -> None:
    own = '[keys]\n"images.zoom_in" = ["="]\n'

    def keys_of(profile: str) -> tuple[tuple[object, ...], Mouse]:
        return with_own_keys(shipped_actions(), own, "keys.toml", profile), own_mouse(own, "keys.toml", profile)

    room.profiles.keys_of = keys_of  # type: ignore[assignment] # the same by another name
    with pytest.raises(TomlRefused):
        keys_of("ohif")

    said = next_profile(room)

    assert said.startswith("Keys and mouse as in Horos and OsiriX")
    assert said.endswith("Left out, since it doesn't go with your keys.toml: OHIF.")
