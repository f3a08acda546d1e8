"""Icons: every one that is named is there, every picture that is there is used, each in the colour asked for."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from workstation.actions.loading import shipped_actions
from workstation.managing.actions import shipped_actions as managing_actions
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.shared import icons, theme

PICTURES = {file.name.removesuffix(".svg") for file in files(icons.PACKAGE).joinpath(icons.FOLDER).iterdir()
            if file.name.endswith(".svg")}  # fmt: skip
UI = Path(__file__).parents[3] / "workstation" / "ui"


def test_every_line_of_the_table_names_an_action_of_its_window_and_a_picture() -> None:
    windows = {
        icons.READER: {action.id for action in shipped_actions()},
        icons.COORDINATOR: {action.id for action in managing_actions()},
    }

    assert set(icons.of_actions()) == set(windows)
    for window, actions in windows.items():
        assert set(icons.of_actions()[window]) <= actions
        assert set(icons.of_actions()[window].values()) <= PICTURES


def test_no_picture_lies_there_unused() -> None:
    named = {name for lines in icons.of_actions().values() for name in lines.values()}
    code = "".join(path.read_text(encoding="utf-8") for path in UI.rglob("*.py"))

    assert {name for name in PICTURES - named if not re.search(f'"{name}"', code)} == set()


@pytest.mark.usefixtures("qapp")
def test_a_picture_is_drawn_in_the_colour_asked_for_and_nothing_else() -> None:
    for name in sorted(PICTURES):
        image = icons.pixmap(name, 24, theme.ACCENT, 2.0).toImage()
        solid = {
            image.pixelColor(x, y).name()
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        }

        assert (image.width(), image.height()) == (48, 48)
        assert solid == {QColor(theme.ACCENT).name()}, name


def test_the_menus_have_their_icons_once_they_are_opened(room: ReadingRoom) -> None:
    undo = room._actions["answer.undo"]
    assert undo.icon().isNull()

    for menu in room.menus.actions():
        menu.menu().aboutToShow.emit()  # type: ignore[attr-defined] # a QMenu; the stubs say QObject

    assert not undo.icon().isNull()
    assert room._actions["grade.3"].icon().isNull()
