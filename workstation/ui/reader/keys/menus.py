"""Menus over the images: the bar comes by F10 or by Alt alone, and goes when something was done or left.

It lies over the room's upper edge, so that no image changes its height. A Mac has its own bar, which is always there.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMenuBar, QWidget


class RoomMenus(QMenuBar):
    """The bar of the room. While it has the keyboard no key of the room does anything."""

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self._room = room
        self.setNativeMenuBar(False)
        self.setAccessibleName("Menus")
        self.triggered.connect(self.leave)
        self.hide()

    def open(self) -> None:
        """Show it with its first menu chosen, or put it away."""
        if self.isVisible():
            self.leave()
            return
        self.setGeometry(0, 0, self._room.width(), self.sizeHint().height())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.MenuBarFocusReason)
        self.setActiveAction(self.actions()[0])

    def leave(self) -> None:
        """Put it away; the keys are the room's again."""
        open_menu = QApplication.activePopupWidget()
        if isinstance(open_menu, QMenu):
            open_menu.close()
        if self.isVisible():
            self.setActiveAction(None)  # type: ignore[arg-type] # none is chosen; the stubs leave it out
            self.hide()
            self._room.setFocus(Qt.FocusReason.MenuBarFocusReason)

    def addMenu(self, title: str) -> QMenu:  # type: ignore[override] # the one form that is used
        """A menu by that name, opened by the first of its letters that is free."""
        letters = "".join(action.text().partition("&")[2][:1].lower() for action in self.actions())
        menu = super().addMenu(with_letter(title, letters))
        menu.aboutToHide.connect(self._menu_closes)
        menu.installEventFilter(self)
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Of the menus: their keys are theirs, too. Qt has the bar watch the room as well."""
        if isinstance(watched, QMenu) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Every key comes as a key: one that has an action of the room must not do it under the menus."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves; what means nothing here goes nowhere else."""
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_F10}:
            self.leave()
            return
        super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Gone with the keyboard, unless that is one of its own menus'."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.hide()

    def _menu_closes(self) -> None:
        # going from a menu to its neighbour closes one before it opens the other
        QTimer.singleShot(0, self, self._leave_when_closed)

    def _leave_when_closed(self) -> None:
        if QApplication.activePopupWidget() is None and self.activeAction() is None:
            self.leave()


class AltAlone(QObject):
    """Opens the menus when Alt goes down and comes up with no key, click or wheel between."""

    def __init__(self, menus: RoomMenus, parent: QObject) -> None:
        super().__init__(parent)
        self._menus, self._down = menus, False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Of the room: Alt goes down. Of the whole program while it is down: anything else. Takes nothing away."""
        kind = event.type()
        if not self._down:
            if kind == QEvent.Type.KeyPress and _is_alt(event):
                self._go(down=True)
        elif kind == QEvent.Type.KeyRelease and _is_alt(event):
            self._go(down=False)
            self._menus.open()
        elif kind in _BETWEEN and not _is_alt(event):
            self._go(down=False)
        return False

    def _go(self, *, down: bool) -> None:
        self._down = down
        application = QApplication.instance()
        if application is None:
            return
        if down:
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)


_BETWEEN = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.Shortcut,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.WindowDeactivate,
    }
)


def _is_alt(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt


def menus_of(room: QMainWindow) -> QMenuBar:
    """The bar that the room's actions are put into."""
    if sys.platform == "darwin":
        return room.menuBar()
    menus = RoomMenus(room)
    room.installEventFilter(AltAlone(menus, room))
    return menus


def open_menus(bar: QMenuBar) -> None:
    """Show a bar that isn't always there."""
    if isinstance(bar, RoomMenus):
        # its own action is in it, and what was done by a key closes it
        QTimer.singleShot(0, bar, bar.open)


def with_letter(title: str, taken: str) -> str:
    """The name with a sign before the letter that opens it: the first that isn't taken."""
    at = next((index for index, letter in enumerate(title) if letter.lower() not in taken), None)
    return title if at is None else f"{title[:at]}&{title[at:]}"
