"""Long work on files that somebody watches: told how far it is, and asked whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storage.errors import StudyError


class Stopped(StudyError):
    """Somebody asked to stop, and nothing is left of what was begun."""


@dataclass(frozen=True, slots=True)
class Watched:
    """told: done, of how many, at which stage. stop: whether it is to stop."""

    told: Callable[[int, int, str], object] = lambda _done, _total, _stage: None
    stop: Callable[[], bool] = lambda: False

    def at(self, done: int, total: int, stage: str) -> None:
        """So far it is; raises Stopped where it is to stop."""
        if self.stop():
            raise Stopped("Stopped. Nothing was handed over; do it again when you like")
        self.told(done, total, stage)


UNWATCHED = Watched()
