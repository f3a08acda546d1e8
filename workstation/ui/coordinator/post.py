"""Post to the window: functions that run on its thread, from whichever thread they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal


@dataclass(frozen=True, slots=True)
class _Errand:
    run: Callable[[], None]


class Post(QObject):
    """Runs functions on the thread of the window."""

    _sent = Signal(_Errand)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sent.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def __call__(self, what: Callable[[], None]) -> None:
        """Later, on that thread."""
        self._sent.emit(_Errand(what))

    def _run(self, errand: _Errand) -> None:
        errand.run()
