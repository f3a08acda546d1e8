"""Appearance of the room, chosen by its reader and kept: the size of its text, light or dark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from scoring.values import replace
from workstation.reading.preferences import Looks, Preferences
from workstation.reading.text_sizes import PERCENTS, USUAL_PERCENT, beside
from workstation.ui.shared import icons, look, theme


class Kept(Protocol):
    """Where a reader's preferences are."""

    @property
    def now(self) -> Preferences:
        """As they are kept."""

    def keep(self, preferences: Preferences) -> None:
        """Keep these in their place."""


class Appearance:
    """Keys for it, each an action of the window.

    fit: the parts of the room that measure text themselves take its new size. tell: shows one line.
    """

    def __init__(self, room: QWidget, kept: Kept, fit: Callable[[], object], tell: Callable[[str], object]) -> None:
        self._room, self._kept, self._fit, self._tell = room, kept, fit, tell

    def acts(self) -> Mapping[str, Callable[[], object]]:
        """What is done, by the id of its action."""
        return {
            "looks.larger": partial(self._resize_text, 1),
            "looks.smaller": partial(self._resize_text, -1),
            "looks.usual": partial(self._resize_text, 0),
            "looks.light": self._change_light,
        }

    def _resize_text(self, by: int) -> None:
        now = self._kept.now.looks
        percent = beside(now.text_percent, by) if by else USUAL_PERCENT
        end = f", the {'largest' if by > 0 else 'smallest'}" if percent in {PERCENTS[0], PERCENTS[-1]} else ""
        self._wear(replace(now, text_percent=percent))
        self._tell(f"Text at {percent} %{end}.")

    def _change_light(self) -> None:
        now = self._kept.now.looks
        self._wear(replace(now, light=not now.light))
        self._tell("The form is dark." if now.light else "The form is light; the images stay on black.")

    def _wear(self, looks: Looks) -> None:
        self._kept.keep(replace(self._kept.now, looks=looks))
        if wear(looks):
            draw_anew(self._room, self._fit)


def wear(looks: Looks) -> bool:
    """Have what is made from now on look so; whether that is a change."""
    changed = theme.wear(light=looks.light, percent=looks.text_percent)
    application = QApplication.instance()
    if changed and isinstance(application, QApplication):
        look.apply(application)
    return changed


def draw_anew(room: QWidget, fit: Callable[[], object]) -> None:
    """Have everything that is there already look as is worn now."""
    for window in {room, room.window()}:
        window.setStyleSheet(theme.style())
    forget_icons(room.actions())
    fit()
    for part in room.window().findChildren(QWidget):
        if isinstance(part, QAbstractButton):
            icons.put_anew(part)
        part.updateGeometry()
        part.update()


def forget_icons(actions: Iterable[QAction]) -> None:
    """Have menus draw their icons when they are opened next, in the colours of then."""
    for action in actions:
        action.setIcon(QIcon())
