"""Looks at folders off the window's thread: a drive that hangs keeps its own answer back, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Thread
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from workstation.starting.wishes import Facts


class AsksFacts(Protocol):
    """The door's own."""

    def __call__(self, folder: Path, *, ask_server: bool = False) -> Facts:
        """What a folder holds."""


class Looks(QObject):
    """`seen` comes for each folder that was asked for, as soon as its drive has answered; True where its server was
    asked too, if its record lies on one.
    """

    seen = Signal(Path, Facts, bool)

    def __init__(self, facts: AsksFacts, parent: QObject) -> None:
        super().__init__(parent)
        self._facts = facts
        self._pending: set[tuple[Path, bool]] = set()
        self._closed = False

    def look(self, folders: Iterable[Path], *, ask_server: bool = False) -> None:
        """Ask for these; one that is being asked for isn't asked twice."""
        for wanted in {(folder, ask_server) for folder in folders} - self._pending:
            self._pending.add(wanted)
            # nobody waits for it at the end: a dead network drive answers after minutes
            Thread(target=self._look, args=wanted, name="look at a folder", daemon=True).start()

    def close(self) -> None:
        """Nothing is wanted any more."""
        self._closed = True

    def _look(self, folder: Path, ask_server: bool) -> None:
        found = self._facts(folder, ask_server=ask_server)
        self._pending.discard((folder, ask_server))
        if not self._closed:
            self.seen.emit(folder, found, ask_server)
