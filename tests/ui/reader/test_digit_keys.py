"""Digit keys on keyboards of other countries: the events are those that Qt makes of them on X11.

The signs are those of the symbols files `fr`, `be`, `cz`, `us`, `ru`, `gr` and `il` of xkeyboard-config, level 1 and 2.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from scoring.readings.reading import Graded, NotAssessable
from tests.builders.sessions import at
from workstation.actions.digit_keys import digit_at, letter_at
from workstation.reading.answers.focus_moves import GoTo
from workstation.ui.reader.keys.by_position import KeysByPosition
from workstation.ui.reader.window.room import ReadingRoom

PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
KEYCODE_1 = 10
ROWS = {
    ("fr", PLAIN): "&é\"'(-è_çà",
    ("be", PLAIN): "&é\"'(§è!çà",
    ("cz", PLAIN): "+ěščřžýáíé",
    ("us", SHIFT): "!@#$%^&*()",
}


@pytest.fixture
def on_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", staticmethod(lambda: "xcb"))


def press(room: ReadingRoom, sign: str, keycode: int, modifier: Qt.KeyboardModifier) -> None:
    """As Qt delivers a key: it asks first whether it is wanted as a key, and looks for a shortcut where it isn't."""

    def event(kind: QEvent.Type) -> QKeyEvent:
        return QKeyEvent(kind, ord(sign.upper()), modifier, keycode, ord(sign), 0, sign)

    asked = event(QEvent.Type.ShortcutOverride)
    asked.ignore()
    QApplication.sendEvent(room, asked)
    assert asked.isAccepted()
    # not by sendEvent, which looks for a shortcut once more for events that come from no keyboard
    keys = room.findChild(KeysByPosition)
    assert isinstance(keys, KeysByPosition)
    assert keys.eventFilter(room, event(QEvent.Type.KeyPress))


# what stands on the keys of N, A, S and Q of a keyboard of the United States
LETTERS = {"ru": "тфый", "gr": "νας;", "il": "משד/"}
PLACES = (57, 38, 39, 24)
CODES = ("NC", "AR", "SX", "SQ")


@pytest.mark.usefixtures("on_x11")
@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("layout", LETTERS)
def test_a_letters_key_does_the_same_where_the_layout_has_no_latin_letter_on_it(
    room: ReadingRoom, layout: str, which: int
) -> None:
    room.case.dispatch(GoTo(at("ERO CAP 1")))

    press(room, LETTERS[layout][which], PLACES[which], PLAIN)

    assert room.state is not None
    assert room.state.reading.answers == {at("ERO CAP 1").key: NotAssessable(CODES[which], "")}


@pytest.mark.usefixtures("on_x11")
def test_a_latin_letter_goes_by_what_is_written_on_it(room: ReadingRoom) -> None:
    # the key in Q's place has an A on a French keyboard, and is left to the shortcut of A
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, ord("A"), PLAIN, 24, ord("a"), 0, "a")
    asked.ignore()
    QApplication.sendEvent(room, asked)

    assert not asked.isAccepted()


@pytest.mark.usefixtures("on_x11")
def test_a_sign_that_an_action_has_keeps_it_in_a_letters_place(room: ReadingRoom) -> None:
    # in M's place a French keyboard has a comma, which adds half a grade
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, ord(","), PLAIN, 58, ord(","), 0, ",")
    asked.ignore()
    QApplication.sendEvent(room, asked)

    assert not asked.isAccepted()


@pytest.mark.usefixtures("on_x11")
@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize(("layout", "modifier"), ROWS)
def test_a_digits_key_grades_whatever_the_layout_has_on_it(
    room: ReadingRoom, layout: str, modifier: Qt.KeyboardModifier, digit: int
) -> None:
    room.case.dispatch(GoTo(at("ERO CAP 1")))
    index = (digit - 1) % 10

    press(room, ROWS[layout, modifier][index], KEYCODE_1 + index, modifier)

    assert room.state is not None
    assert room.state.reading.answers == {at("ERO CAP 1").key: Graded(Decimal(digit))}
    # on a French keyboard the 6 has the sign that zooms out elsewhere
    assert room.state.view.camera.zoom == 1


@pytest.mark.parametrize("digit", range(10))
def test_the_number_pad_grades(room: ReadingRoom, digit: int) -> None:
    room.case.dispatch(GoTo(at("ERO CAP 1")))

    QTest.keyClick(room, Qt.Key(Qt.Key.Key_0 + digit), Qt.KeyboardModifier.KeypadModifier)

    assert room.state is not None
    assert room.state.reading.answers == {at("ERO CAP 1").key: Graded(Decimal(digit))}


@pytest.mark.usefixtures("on_x11")
def test_a_digits_key_is_text_while_words_are_typed(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    asked = QKeyEvent(QEvent.Type.ShortcutOverride, ord("É"), PLAIN, KEYCODE_1 + 1, ord("é"), 0, "é")
    asked.ignore()
    QApplication.sendEvent(room, asked)

    assert not asked.isAccepted()


def test_the_same_key_is_known_by_what_each_system_tells_of_it() -> None:
    # the key right of 4: KEY_5 is 6 on Linux and 14 to X11; 0x06 to Windows; kVK_ANSI_5 is 0x17 on a Mac
    assert (digit_at("xcb", 14, 0), digit_at("wayland", 14, 0)) == (5, 5)
    assert digit_at("windows", 0x06, 0) == 5
    assert digit_at("cocoa", 0, 0x17) == 5
    assert digit_at("offscreen", 14, 0x17) is None
    # KEY_N is 49 on Linux and 57 to X11; 0x31 to Windows; kVK_ANSI_N is 0x2d on a Mac
    assert (letter_at("xcb", 57, 0), letter_at("windows", 0x31, 0), letter_at("cocoa", 0, 0x2D)) == ("N", "N", "N")
    assert letter_at("xcb", 14, 0) == ""
