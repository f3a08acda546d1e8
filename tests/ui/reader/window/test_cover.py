"""A room that is left alone is covered, a key uncovers it, and nothing is lost, graded or seen meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study
from tests.fakes.doors import MemoryDoor
from workstation.ui.reader.window.cover import SessionCover
from workstation.ui.reader.window.room import ReadingRoom

# a minute of a test: none passes unless the test waits for it
NEVER_MS, SOON_MS = 3_600_000, 60
PHRASE = "correct horse battery"

Maker = Callable[..., SessionCover]


class Open:
    """A reader without a passphrase."""

    def asks_passphrase(self) -> bool:
        return False

    def check_passphrase(self, given: str) -> None:
        raise AssertionError(given)


@pytest.fixture
def covering(qapp: QApplication) -> Iterator[Maker]:
    """Makes covers, and lets go of the application at the end."""
    made: list[SessionCover] = []

    def make(window: QWidget, door: object | None = None, after_ms: int = NEVER_MS) -> SessionCover:
        made.append(SessionCover(qapp, window, door or Open(), after_ms))  # type: ignore[arg-type] # doors of tests
        return made[-1]

    yield make
    for cover in made:
        qapp.removeEventFilter(cover)


def _grades(door: MemoryDoor) -> int:
    return len(door.recorded)


@pytest.mark.case(130)
def test_left_alone_the_whole_room_is_covered(room: ReadingRoom, covering: Maker, qtbot: QtBot) -> None:
    cover = covering(room, after_ms=SOON_MS)

    qtbot.waitUntil(lambda: cover.covered)

    (shown,) = cover.covers
    assert shown.isVisible()
    assert shown.geometry() == room.rect()
    for place in (QPoint(5, 5), QPoint(600, 500), QPoint(1800, 1000)):
        found = room.childAt(place)
        assert found is not None
        assert found is shown or shown.isAncestorOf(found)
    room.resize(1500, 900)
    qtbot.waitUntil(lambda: shown.geometry() == room.rect())


@pytest.mark.parametrize("sign", ["a shortcut", "a key", "a click"])
def test_keys_and_the_mouse_begin_the_time_anew(sign: str, room: ReadingRoom, covering: Maker) -> None:
    cover = covering(room)
    cover._timer.stop()

    if sign == "a click":
        QTest.mouseClick(room.form, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    elif sign == "a key":
        QTest.keyClick(room, Qt.Key.Key_F35)
    else:
        # all that comes of a key that is one, on a real screen: seen under X11
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(room, QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_3, none, "3"))

    assert cover._timer.isActive()


@pytest.mark.case(130)
def test_the_key_that_uncovers_it_grades_nothing_and_the_next_one_does(
    room: ReadingRoom, door: MemoryDoor, covering: Maker
) -> None:
    cover = covering(room)
    cover.cover()

    QTest.keyClick(room, Qt.Key.Key_3)
    assert not cover.covered
    assert _grades(door) == 0
    QTest.keyClick(room, Qt.Key.Key_2)

    assert _grades(door) == 1


def test_held_down_it_grades_nothing_either(room: ReadingRoom, door: MemoryDoor, covering: Maker) -> None:
    cover = covering(room)
    cover.cover()
    key, none = Qt.Key.Key_3, Qt.KeyboardModifier.NoModifier

    QTest.keyPress(room, key)
    for told in (True, False, True, False):
        # of some repeats the system doesn't tell that they are
        QApplication.sendEvent(room, QKeyEvent(QEvent.Type.KeyRelease, key, none, "3", autorep=told))
        QApplication.sendEvent(room, QKeyEvent(QEvent.Type.ShortcutOverride, key, none, "3", autorep=told))
        QTest.keyPress(room, key)
    QTest.keyRelease(room, key)
    assert not cover.covered
    assert _grades(door) == 0

    cover._held_until_s = 0.0
    QTest.keyClick(room, key)
    assert _grades(door) == 1


@pytest.mark.case(130)
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Q, Qt.Key.Key_Z, Qt.Key.Key_P])
def test_no_shortcut_works_under_it(key: Qt.Key, room: ReadingRoom, door: MemoryDoor, covering: Maker) -> None:
    QTest.keyClick(room, Qt.Key.Key_2)
    before = room.state
    cover = covering(room)
    cover.cover()

    QTest.keyClick(room, key, Qt.KeyboardModifier.ControlModifier)

    assert room.state is before
    assert room.isVisible()
    assert door.status == {}


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[ReaderStudy]:
    folder, _ = an_assigned_study(tmp_path / "trial")
    with ReaderStudy.open(folder, "ES") as study:
        study.set_passphrase(PHRASE)
        yield study


@pytest.mark.parametrize("asks", [False, True])
def test_words_that_were_being_typed_are_there_again_with_the_keyboard_in_them(
    asks: bool, room: ReadingRoom, locked: ReaderStudy, covering: Maker
) -> None:
    QTest.keyClick(room, Qt.Key.Key_O)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "ganglion at the")
    cover = covering(room, locked if asks else None)

    cover.cover()
    if cover.covers[0].line is None:
        QTest.keyClick(line, Qt.Key.Key_X)
    else:
        QTest.keyClicks(cover.covers[0].line, PHRASE)
        QTest.keyClick(cover.covers[0].line, Qt.Key.Key_Return)

    assert not cover.covered
    assert QApplication.focusWidget() is line
    assert line.isVisible()
    assert line.text() == "ganglion at the"


def test_a_window_on_another_screen_is_covered_too(room: ReadingRoom, covering: Maker, qtbot: QtBot) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    other.resize(300, 200)
    other.show()
    cover = covering(room)

    cover.cover()

    assert {one.parentWidget() for one in cover.covers} == {room, other}
    cover.uncover()
    assert not [child for child in other.findChildren(QWidget) if child.isVisible()]


@pytest.mark.case(130)
def test_a_reader_with_a_passphrase_is_asked_for_it_and_a_wrong_one_is_on_the_record(
    room: ReadingRoom, door: MemoryDoor, locked: ReaderStudy, covering: Maker
) -> None:
    cover = covering(room, locked)
    room.form.setFocus()
    focus = QApplication.focusWidget()
    cover.cover()
    (shown,) = cover.covers
    assert shown.line is not None
    assert QApplication.focusWidget() is shown.line

    QTest.keyClicks(shown.line, "3 wrong words")
    QTest.keyClick(shown.line, Qt.Key.Key_Return)
    assert cover.covered
    assert "isn't the reader's passphrase" in shown.told.text()
    assert shown.line.text() == ""

    # a key that isn't typed into the line goes nowhere, and brings the line back
    room.setFocus()
    QTest.keyClick(room, Qt.Key.Key_3)
    assert QApplication.focusWidget() is shown.line
    QTest.keyClicks(shown.line, PHRASE)
    QTest.keyClick(shown.line, Qt.Key.Key_Return)

    assert not cover.covered
    assert _grades(door) == 0
    assert QApplication.focusWidget() is focus
    with locked._store.reading() as connection:
        kinds = connection.exec_driver_sql("SELECT count(*) FROM act WHERE kind = 'mistyped'").scalar_one()
    assert kinds == 1


def test_what_a_screen_reader_says_of_it_names_no_case(room: ReadingRoom, covering: Maker) -> None:
    cover = covering(room)

    cover.cover()

    assert cover.covers[0].accessibleName() == "Covered. Nothing is lost. Press any key to go on."
