"""Watch over the cells: which slice stands in each, since when. It waits for nothing and asks nobody by itself.

A stay begins when a cell is painted with nothing over it, and ends when it is painted otherwise. What came of it is
told when somebody asks, which is before each command: so nothing runs while nobody touches the program.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct

from workstation.reading.seen_slices import Glance, Part
from workstation.ui.reader.images.viewport import Viewport

InSight = tuple[str, int, Part]


class _Stay(Struct):
    """What stands in a cell, since when, and until when it was told."""

    what: InSight
    since_s: float
    told_s: float

    def glance(self, until_s: float) -> Glance:
        """The time that wasn't told."""
        told, self.told_s = self.told_s, until_s
        return Glance(*self.what, (until_s - told) * 1000, (until_s - self.since_s) * 1000)


class Watch:
    """Owned by the images panel; each cell tells it when it has been painted."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stays: dict[Viewport, _Stay] = {}
        self._ended: list[Glance] = []

    def painted(self, cell: Viewport) -> None:
        """A cell shows what it shows now."""
        what, stay = cell.in_sight, self._stays.get(cell)
        if stay is not None and stay.what == what:
            return
        self.left(cell)
        if what is not None:
            now_s = self._clock()
            self._stays[cell] = _Stay(what, now_s, now_s)

    def left(self, cell: Viewport) -> None:
        """A cell goes, or shows something else."""
        stay = self._stays.pop(cell, None)
        if stay is not None:
            self._ended.append(stay.glance(self._clock()))

    def glances(self) -> tuple[Glance, ...]:
        """What stood in the cells since this was asked last."""
        now_s = self._clock()
        found, self._ended = self._ended, []
        for cell in list(self._stays):
            stay = self._stays[cell]
            # what is hidden, or covered by a sheet since it was painted, can't be told to have been in sight until now
            if cell.in_sight == stay.what:
                found.append(stay.glance(now_s))
            else:
                del self._stays[cell]
        return tuple(found)
