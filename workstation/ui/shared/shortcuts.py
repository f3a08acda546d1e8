"""Actions as menus and keys of a window. The keys reach the window whichever of its children has the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenuBar

from workstation.actions.action import Action
from workstation.ui.shared import icons


def add_actions(
    window: QMainWindow,
    actions: Sequence[Action],
    act: Callable[[str], None],
    icons_of: str = "",
    bar: QMenuBar | None = None,
) -> dict[str, QAction]:
    """Menus and keys for `actions`, by id; `act` is called with the id, `icons_of` names the window in `icons`.

    The QActions belong to the window. bar: where the menus are, if not in its own bar.
    """
    made: dict[str, QAction] = {}
    bar = window.menuBar() if bar is None else bar
    menus = {group: bar.addMenu(group) for group in dict.fromkeys(action.group for action in actions)}
    for group, menu in menus.items():
        menu.setAccessibleName(group)
    for action in actions:
        item = QAction(action.title, window)
        item.setShortcuts([QKeySequence(key) for key in action.keys])
        item.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        item.setAutoRepeat(action.repeats)
        # a role of its own would let a Mac move the action, and its key, into another menu
        item.setMenuRole(QAction.MenuRole.NoRole)
        item.triggered.connect(partial(_triggered, act, action.id))
        menus[action.group].addAction(item)
        # also the window's, so that the keys work where the menu bar is hidden
        window.addAction(item)
        made[action.id] = item
    for group, menu in menus.items():
        own = {action.id: made[action.id] for action in actions if action.group == group}
        # drawn when the menu is opened first: opening the window waits for none
        menu.aboutToShow.connect(partial(_give_icons, own, icons_of))
    return made


def _give_icons(items: dict[str, QAction], window: str) -> None:
    for action_id, item in items.items():
        picture = icons.icon_of(action_id, window) if window and item.icon().isNull() else None
        if picture is not None:
            item.setIcon(picture)
            item.setIconVisibleInMenu(True)


def _triggered(act: Callable[[str], None], action_id: str, _checked: bool = False) -> None:
    act(action_id)
