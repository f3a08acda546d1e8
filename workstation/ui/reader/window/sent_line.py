"""Line in the form that says how far what is read has been sent; made where a server was named, and there alone."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from workstation.ui.reader.window.room import ReadingRoom

LOOK_MS = 1000


class Posted(Protocol):
    """What sends, as the room sees it."""

    @property
    def why_not(self) -> str:
        """What the server refused, in a sentence; "" as long as it takes what comes."""

    def line(self) -> str:
        """How far it is, in a few words."""


class SentLine(QObject):
    """Owned by the room. Asks the sender each second what it says; the sender waits for nobody."""

    def __init__(self, room: ReadingRoom, posted: Posted) -> None:
        super().__init__(room)
        self._room, self._posted, self._told = room, posted, ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Show it; a refusal is told once in full."""
        self._room.form.show_sent(self._posted.line())
        why = self._posted.why_not
        if why and why != self._told:
            self._told = why
            self._room.tell(why)
