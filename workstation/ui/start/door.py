"""Door of the start window: all it asks of the machine, without knowing how that is done."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from workstation.starting.recent import Opened
from workstation.starting.wishes import Facts, Start


class Running(Protocol):
    """A process that was begun; it goes on when nobody looks after it any more."""

    def status(self) -> int | None:
        """Its exit status; None while it runs."""

    def said(self) -> str:
        """What it has said on standard error so far."""

    def stop(self) -> None:
        """Wish that it stops."""

    def close(self) -> None:
        """Let go of what it said."""


class Door(Protocol):
    """own: the folder where the program keeps studies of its own."""

    own: Path

    def recent(self) -> tuple[Opened, ...]:
        """The studies that this account opened, the latest first."""

    def forget(self, opened: Opened) -> bool:
        """Take one off the list; False where that can't be kept."""

    def facts(self, folder: Path, *, ask_server: bool = False) -> Facts:
        """What a folder holds; may take as long as its drive. ask_server: also who reads a record on a server."""

    def begin(self, start: Start) -> Running:
        """A process of its own that does it. OSError: there can be none now."""
