"""Menu of the score form: what there is to look up about the site in focus, told with its key."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

# by their ids, None for a line between
OFFERED = ("form.atlas", "form.atlas_beside", "form.rule", None, "answer.note", "form.figure", "form.hide_baseline")


def form_menu(parent: QWidget, actions: Mapping[str, QAction]) -> QMenu:
    """The menu, for a click with the right button anywhere on the form."""
    menu = QMenu(parent)
    menu.setAccessibleName("Menu of the form")
    for action in OFFERED:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[action])
    return menu


def show_form_menu(parent: QWidget, actions: Mapping[str, QAction], at: QPoint) -> None:
    """Open it at a place of the screen."""
    form_menu(parent, actions).popup(at)
