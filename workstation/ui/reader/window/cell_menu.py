"""Menu of a cell: the series of the case by name, and what is done to images with a key, told with that key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from workstation.hanging.words import caption
from workstation.reading.command import Command
from workstation.reading.images.display import ChooseSeries, Enlarge
from workstation.reading.state import SessionState

# by their ids, None for a line between
OFFERED = (
    "images.reset",
    "images.reset_windows",
    "images.light",
    "images.invert",
    "images.smooth",
    None,
    "images.link",
    "images.registration",
    "images.lines",
    "images.overview",
    "images.reformat",
    "images.blink",
    "images.fade",
    "images.difference",
    None,
    "images.width",
    "images.outline",
    "images.erase",
    "images.keep",
)


def cell_menu(
    parent: QWidget,
    state: SessionState,
    cell: tuple[int, int],
    actions: Mapping[str, QAction],
    dispatch: Callable[[Command], object],
) -> QMenu:
    """The menu of a cell, (row, visit). A series that is chosen comes into the first row, of both visits."""
    menu = QMenu(parent)
    menu.setAccessibleName("Menu of the image")
    first = menu.addMenu("Series in the first row")
    first.setAccessibleName("Series in the first row")
    group = QActionGroup(menu)
    here = state.view.cells.instead_of(str(state.focus.feature)).get(0)
    for choice in (None, *kinds_and_planes(state)):
        item = first.addAction("As the layout says" if choice is None else caption(*choice))
        item.setCheckable(True)
        item.setChecked(choice == here)
        group.addAction(item)
        command = ChooseSeries() if choice is None else ChooseSeries(*choice)
        item.triggered.connect(lambda _checked=False, wanted=command: dispatch(wanted))
    alone = state.view.cells.enlarged.get(state.focus.feature)
    larger = menu.addAction("This image alone" if alone is None else "All images again")
    larger.triggered.connect(lambda _checked=False: dispatch(Enlarge(cell if alone is None else None)))
    menu.addSeparator()
    for action in OFFERED:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[action])
    return menu


def kinds_and_planes(state: SessionState) -> list[tuple[str, str]]:
    """What the case has to show, of either visit."""
    return sorted({(one.kind, one.plane) for visit in state.case.visits for one in visit.series if one.slices})
