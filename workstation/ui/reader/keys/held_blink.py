"""Blinking at a steady rate as long as its key is held; a short press changes once, as the menu does."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence

from workstation.reading.command import Command
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.state import SessionState
from workstation.ui.reader.keys.by_position import letter_meant

# two and a half changes a second: slow enough to look at each, fast enough that what moves is seen to move
BLINK_MS = 400


class Blinked(Protocol):
    """The case that is open."""

    @property
    def state(self) -> SessionState | None:
        """What is shown; None while no case is open."""

    def dispatch(self, command: Command, /) -> object:
        """Send a command."""


class HeldBlink(QObject):
    """A filter of the window's events: it blinks while the action's own is held. case: what is blinked."""

    def __init__(self, action: QAction, case: Blinked, parent: QObject) -> None:
        super().__init__(parent)
        self._action, self._case = action, case
        self._key, self._went_on = 0, False
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(self._go_on)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """A key that goes down or comes up, or a window that isn't looked at any more; takes nothing away."""
        if event.type() == QEvent.Type.WindowDeactivate:
            self._end()
        elif isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            self._watch(event)
        return False

    def _watch(self, event: QKeyEvent) -> None:
        if event.type() == QEvent.Type.ShortcutOverride and self._action.isEnabled():
            pressed = QKeySequence(letter_meant(event) or event.keyCombination())
            if any(pressed == keys for keys in self._action.shortcuts()):
                self._key, self._went_on = event.key(), False
                self._timer.start()
        elif event.type() == QEvent.Type.KeyRelease and event.key() == self._key:
            self._end()

    def _go_on(self) -> None:
        if not self._action.isEnabled():
            self._end()
            return
        self._went_on = True
        self._case.dispatch(ToggleBlink())

    def _end(self) -> None:
        """After steady blinking the baseline is there again; after a short press what it showed stays."""
        self._timer.stop()
        self._key = 0
        state = self._case.state
        if self._went_on and state is not None and state.view.cells.blink:
            self._case.dispatch(ToggleBlink())
        self._went_on = False
