"""Looks at folders off the window's thread: a drive that hangs keeps its own answer back, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QObject, Signal

from workstation.starting.wishes import Facts


class Looks(QObject):
    """`seen` comes for each folder that was asked for, as soon as its drive has answered."""

    seen = Signal(Path, Facts)

    def __init__(self, facts: Callable[[Path], Facts], parent: QObject) -> None:
        super().__init__(parent)
        self._facts = facts
        self._pending: set[Path] = set()
        self._closed = False

    def look(self, folders: Iterable[Path]) -> None:
        """Ask for these; one that is being asked for isn't asked twice."""
        for folder in set(folders) - self._pending:
            self._pending.add(folder)
            # nobody waits for it at the end: a dead network drive answers after minutes
            Thread(target=self._look, args=(folder,), name="look at a folder", daemon=True).start()

    def close(self) -> None:
        """Nothing is wanted any more."""
        self._closed = True

    def _look(self, folder: Path) -> None:
        found = self._facts(folder)
        self._pending.discard(folder)
        if not self._closed:
            self.seen.emit(folder, found)
