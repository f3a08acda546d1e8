"""Menus by Alt alone and by F10, over the images; every action of the key table stands there with its key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from workstation.actions.loading import shipped_actions
from workstation.ui.reader.keys.menus import RoomMenus, with_letter
from workstation.ui.reader.window.room import ReadingRoom

ALT, F10 = Qt.Key.Key_Alt, Qt.Key.Key_F10


def bar(room: ReadingRoom) -> RoomMenus:
    assert isinstance(room.menus, RoomMenus)
    return room.menus


def press(room: ReadingRoom, key: Qt.Key) -> None:
    """Where the keyboard is."""
    QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget() or room, key)
    QApplication.processEvents()


@pytest.mark.parametrize("key", [ALT, F10])
def test_the_menus_come_by_alt_or_f10_with_the_first_one_chosen_and_go_by_escape(
    room: ReadingRoom, qtbot: QtBot, key: Qt.Key
) -> None:
    room.setFocus()
    assert not bar(room).isVisible()

    press(room, key)
    qtbot.waitUntil(bar(room).isVisible)
    assert bar(room).activeAction().text() == "&Case"

    press(room, Qt.Key.Key_Escape)
    press(room, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not bar(room).isVisible())
    assert room.hasFocus()


def test_every_action_stands_in_a_menu_with_its_key_beside_it(room: ReadingRoom) -> None:
    shown = {
        (menu.title().replace("&", ""), item.text(), item.shortcut().toString())
        for menu in bar(room).findChildren(QMenu)
        for item in menu.actions()
    }

    for action in shipped_actions():
        first = QKeySequence(action.keys[0]).toString()
        assert any(group == action.group and key == first for group, _title, key in shown), action.id


def test_no_image_moves_when_the_menus_come(room: ReadingRoom) -> None:
    images = room.images
    assert isinstance(images, QWidget)
    before = images.geometry()

    bar(room).open()
    QApplication.processEvents()

    assert images.geometry() == before
    assert images.mapTo(room, QPoint(0, 0)).y() == 0
    bar(room).leave()


@pytest.mark.parametrize("key", [Qt.Key.Key_1, Qt.Key.Key_Z, Qt.Key.Key_S])
def test_a_key_under_the_menus_grades_nothing(room: ReadingRoom, qtbot: QtBot, key: Qt.Key) -> None:
    room.setFocus()
    press(room, F10)
    qtbot.waitUntil(bar(room).isVisible)

    press(room, key)
    assert room.state is not None
    assert not room.state.reading.answers
    bar(room).leave()

    QTest.keyClick(room, Qt.Key.Key_1)
    assert len(room.state.reading.answers) == 1


def test_alt_with_a_digit_or_a_click_opens_no_menu(room: ReadingRoom) -> None:
    QTest.keyPress(room, ALT)
    QTest.keyClick(room, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    QTest.keyRelease(room, ALT)
    QTest.keyPress(room, ALT)
    QTest.mouseClick(room.form, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier)
    QTest.keyRelease(room, ALT)

    assert not bar(room).isVisible()
    assert room.state is not None
    assert room.state.notice is not None
    assert room.state.notice.text.startswith("Row 1: ")


def test_what_is_chosen_in_a_menu_is_done_and_the_menus_go(room: ReadingRoom, qtbot: QtBot) -> None:
    room.setFocus()
    press(room, ALT)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        press(room, key)

    # Score, Grade 1
    assert room.state is not None
    assert [str(answer) for answer in room.state.reading.answers.values()] == ["Graded(grade=Decimal('1'))"]
    qtbot.waitUntil(lambda: not bar(room).isVisible())


def test_each_menu_opens_by_a_letter_of_its_own(room: ReadingRoom) -> None:
    letters = [entry.text().partition("&")[2][:1].lower() for entry in bar(room).actions()]

    assert len(set(letters)) == len(letters)
    assert all(letters)
    assert with_letter("Show", "s") == "S&how"
    assert with_letter("Aa", "a") == "Aa"
    assert isinstance(bar(room).actions()[0].menu(), QMenu)
