"""Long work on files that somebody watches: told how far it is, and asked whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Final

from storage.errors import StudyError

# rows between two looks at whether to stop
_OFTEN: Final = 500


class Stopped(StudyError):
    """Somebody asked to stop, and nothing is left of what was begun."""


@dataclass(frozen=True, slots=True)
class Watched:
    """told: done, of how many, at which stage. stop: whether it is to stop. kept: what is said then of what is left."""

    told: Callable[[int, int, str], object] = lambda _done, _total, _stage: None
    stop: Callable[[], bool] = lambda: False
    kept: str = "Nothing was handed over"

    def at(self, done: int, total: int, stage: str) -> None:
        """So far it is; raises Stopped where it is to stop."""
        if self.stop():
            raise Stopped(f"Stopped. {self.kept}; do it again when you like")
        self.told(done, total, stage)

    def each(self, total: int, stage: str) -> Callable[[], None]:
        """To be called behind each of so many rows: says now and then how far it is."""
        rows = count(1)

        def row() -> None:
            if (done := next(rows)) % _OFTEN == 0:
                self.at(min(done, total), total, stage)

        return row


UNWATCHED = Watched()
