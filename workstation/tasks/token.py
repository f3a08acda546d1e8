"""A way to say "not wanted any more" to work on another thread."""

from __future__ import annotations

from threading import Event


class Cancelled(Exception):
    """The work was cancelled; nobody waits for its result."""


class Token:
    """Given to one piece of work. Cancelling is final, and safe from any thread."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = Event()

    @property
    def cancelled(self) -> bool:
        """Whether the work is still wanted is the opposite of this."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next checkpoint."""
        self._event.set()

    def checkpoint(self) -> None:
        """Raise Cancelled when the work isn't wanted any more; ask between slices or files."""
        if self._event.is_set():
            raise Cancelled
