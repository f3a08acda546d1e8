"""Names of controls in the reading room: each has one for a screen reader, and shows where the keyboard is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMenu
from pytestqt.qtbot import QtBot

from tests.builders import controls
from tests.builders.cases import a_case, with_pixels
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.test_baselines import STATES, key
from workstation.actions.loading import shipped_actions
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.images.display import ToggleColumns
from workstation.reading.images.view import SetRows
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.window.room import ReadingRoom

CONTROL = Qt.KeyboardModifier.ControlModifier
# buttons that say no key, with the action that does the same
BY_ACTION = {"Opens the list of cases": "case.list", "read": "focus.next_feature"}


def rules(room: ReadingRoom) -> None:
    key(room, Qt.Key.Key_R, CONTROL)


def cases(room: ReadingRoom) -> None:
    key(room, Qt.Key.Key_O, CONTROL)


@pytest.mark.parametrize("state", [*STATES, "rules", "cases"])
def test_every_control_has_a_name_and_shows_the_focus(room: ReadingRoom, state: str) -> None:
    {**STATES, "rules": rules, "cases": cases}[state](room)

    # a list that pops up has the keys as long as it is there, and shows its row in the accent's ground
    for window in (room, *(one for one in (room._cases, room._found) if one.isVisible())):
        assert controls.nameless(window) == []
    assert controls.unseen(room) == []


@pytest.mark.parametrize("state", STATES)
def test_every_button_can_be_done_without_a_mouse(room: ReadingRoom, state: str) -> None:
    STATES[state](room)

    ids = {action.id for action in shipped_actions()}
    for button in room.findChildren(QAbstractButton):
        if not button.isVisible() or button.objectName().startswith("qt_"):
            continue
        said = f"{button.text()} {button.accessibleName()}"
        same = [action for words, action in BY_ACTION.items() if words in said]
        by_tab = button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert by_tab or re.search(r"\((Return|Esc|Shift\+F1)\)", said) or same, said
        assert set(same) <= ids


def test_a_menu_has_the_name_of_its_group(room: ReadingRoom) -> None:
    menus = [menu for menu in room.menus.findChildren(QMenu) if menu.actions()]

    # the menu bar has one more, for what doesn't fit into it
    assert {menu.accessibleName() for menu in menus} - {""} == {action.group for action in shipped_actions()}


def test_the_cells_of_the_images_have_names_in_every_place(tmp_path: Path, qtbot: QtBot) -> None:
    room = ReadingRoom(MemoryDoor(with_pixels(a_case("K7QM2", images=tmp_path / "pixels"))))
    qtbot.addWidget(room)
    room.show()
    for command in (SetRows(4), ToggleColumns(), ToggleBlink()):
        room.form.wanted.emit(command)
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    qtbot.waitUntil(panel.all_loaded)

    names = [cell.accessibleName() for row in panel.viewports for cell in row]
    nameless = controls.nameless(room)
    room.close()

    assert [name.count(", slice ") for name in names] == [1] * 8
    assert nameless == []
