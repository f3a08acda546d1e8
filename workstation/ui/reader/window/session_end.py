"""End of the session by the system: on a signal or a logoff the room closes as by its own key."""

from __future__ import annotations

import signal
import socket
import sys
from typing import Protocol

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from workstation.ui.reader.window.room import UNSAVED_AT_THE_END, ReadingRoom

# Windows has no SIGHUP, and ends a program by closing its windows
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Logoff(Protocol):
    """What a session manager can be asked: `QSessionManager` is one."""

    def allowsInteraction(self) -> bool:
        """Whether the person may be asked something now."""

    def cancel(self) -> None:
        """Ask the system not to log off."""


class Leaving(QObject):
    """Owned by the room; listens from when it is made."""

    def __init__(self, application: QApplication, room: ReadingRoom) -> None:
        super().__init__(room)
        self._room = room
        # Python runs a handler at its next instruction, and Qt's loop may have none for long: the byte that the
        # interpreter writes here wakes the loop (docs.python.org, signal.set_wakeup_fd)
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._end)
        for number in SIGNALS:
            signal.signal(number, _noted)
        application.commitDataRequest.connect(self.log_off)
        application.aboutToQuit.connect(self._let_go)

    def log_off(self, manager: Logoff) -> None:
        """Keep the place; where the last answer isn't on disk, ask the system to wait, and say so."""
        if self._room.ready_to_leave() or not manager.allowsInteraction():
            return
        manager.cancel()

    def _end(self) -> None:
        if not self._room.ready_to_leave():
            sys.stderr.write(f"ramris: {UNSAVED_AT_THE_END}\n")
        # a second try closes over an answer that wasn't saved, and was told of
        while not self._room.window().close():
            continue

    def _let_go(self) -> None:
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        for end in (self._woken, self._waker):
            end.close()


def _noted(_number: int, _frame: object) -> None:
    """Nothing: the byte that came with the signal does it."""
