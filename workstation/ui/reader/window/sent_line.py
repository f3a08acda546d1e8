"""Line in the form that says how far what is read has been sent; made where a server was named, and there alone."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from workstation.ui.reader.coming.password import PasswordLine
from workstation.ui.reader.window.room import ReadingRoom

LOOK_MS = 1000
WANTED = (
    "The server that your answers are sent to wants the password of your login. Without it they stay on this disk, and "
    "are sent another time."
)
ANOTHER = "The server didn't take that password. Type it again, as it was given to you."


class Posted(Protocol):
    """What sends, as the room sees it."""

    @property
    def why_not(self) -> str:
        """What the server refused, in a sentence; "" as long as it takes what comes."""

    @property
    def wants_password(self) -> bool:
        """Whether the server's password isn't known, or wasn't taken."""

    def can_keep(self) -> bool:
        """Whether this account has a key store for it."""

    def take_password(self, password: str, *, keep: bool) -> None:
        """Send with this one from now on."""

    def line(self) -> str:
        """How far it is, in a few words."""


class SentLine(QObject):
    """Owned by the room. Asks the sender each second what it says; the sender waits for nobody."""

    def __init__(self, room: ReadingRoom, posted: Posted) -> None:
        super().__init__(room)
        self._room, self._posted, self._told = room, posted, ""
        self._password: PasswordLine | None = None
        self._left_out = self._gave = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Show it; a refusal is told once in full."""
        self._room.form.show_sent(self._posted.line())
        if self._posted.wants_password and not self._left_out and self._room.isVisible():
            self._ask()
        why = self._posted.why_not
        if why and why != self._told:
            self._told = why
            self._room.tell(why)

    def _ask(self) -> None:
        if self._password is None:
            self._password = PasswordLine(self._room)
            self._password.given.connect(self._give)
            self._password.left.connect(self._leave)
        if not self._password.isVisible():
            self._password.ask(ANOTHER if self._gave else WANTED, can_keep=self._posted.can_keep())

    def _give(self, password: str, keep: bool) -> None:
        self._gave = True
        self._posted.take_password(password, keep=keep)

    def _leave(self) -> None:
        self._left_out = True
