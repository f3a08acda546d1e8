"""Actions as menus and keys of a window. The keys reach the window whichever of its children has the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from workstation.actions.action import Action


def add_actions(window: QMainWindow, actions: Sequence[Action], act: Callable[[str], None]) -> dict[str, QAction]:
    """Menus and keys for `actions`, by id; `act` is called with the id.

    The QActions belong to the window.
    """
    made: dict[str, QAction] = {}
    menus = {group: window.menuBar().addMenu(group) for group in dict.fromkeys(action.group for action in actions)}
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
    return made


def _triggered(act: Callable[[str], None], action_id: str, _checked: bool = False) -> None:
    act(action_id)
