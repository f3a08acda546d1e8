"""Sheets over the room, one at a time. While one is open no key grades: nothing may fall under it unseen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget


class Sheet(QFrame):
    """A frame over its parent, shown by `open`; it asks to be closed by `closed`."""

    closed = Signal()

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self._room = room
        self.hide()

    def open(self) -> None:
        """Show it in the middle of the room, or place it there anew."""
        width, height = self.wanted_size()
        width, height = min(width, self._room.width() - 24), min(height, self._room.height() - 24)
        self.setGeometry((self._room.width() - width) // 2, (self._room.height() - height) // 2, width, height)
        self.show()
        self.raise_()

    def wanted_size(self) -> tuple[int, int]:
        """Width and height where the room is large enough."""
        return 640, 480


class Sheets(QObject):
    """Opens and closes sheets by name; `keys` takes the reading keys from the room (False) or gives them back."""

    def __init__(self, room: QWidget, keys: Callable[[bool], None]) -> None:
        super().__init__(room)
        self._room, self._keys = room, keys
        self._makers: dict[str, Callable[[], Sheet]] = {}
        self._sheets: dict[str, Sheet] = {}
        self._open = ""

    @property
    def open_one(self) -> str:
        """The name of the sheet that is open, or an empty string."""
        return self._open

    def add(self, name: str, make: Callable[[], Sheet]) -> None:
        """Have a sheet by that name; it is made when it is wanted first, since most days begin without it."""
        self._makers[name] = make

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name; KeyError where none was added."""
        if name not in self._sheets:
            self._sheets[name] = self._makers[name]()
            self._sheets[name].closed.connect(self.close)
        return self._sheets[name]

    def toggle(self, name: str) -> None:
        """Open that sheet in place of any other one; close it when it is open."""
        if self._open == name:
            self.close()
            return
        self._hide()
        self._keys(False)
        self._open = name
        self.fit()
        sheet = self.sheet(name)
        # a sheet that takes keys of its own gets them; else they go on to the room, whose Escape closes it
        (self._room if sheet.focusPolicy() == Qt.FocusPolicy.NoFocus else sheet).setFocus()

    def close(self) -> None:
        """No sheet any more; the keys are the room's again."""
        if self._open:
            self._hide()
            self._keys(True)
            self._room.setFocus()

    def make_anew(self) -> None:
        """Have each sheet made when it is wanted next; the one that is open closes."""
        self.close()
        for sheet in self._sheets.values():
            sheet.deleteLater()
        self._sheets.clear()

    def fit(self) -> None:
        """The open sheet in the middle of the room again, after the room has changed its size."""
        if self._open:
            self.sheet(self._open).open()

    def _hide(self) -> None:
        if self._open:
            self._sheets[self._open].hide()
        self._open = ""
