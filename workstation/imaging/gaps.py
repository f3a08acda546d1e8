"""Gaps of a stack where slices are missing, by their positions. Pure.

A neighbour farther than one and a half usual distances is a gap, as at import: shaky positions and a gap of the
protocol's own stay below it, a slice that is missing lies above.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

WIDER = 1.5
# where no slice is missing, a place between two is at most half a distance from the nearer; and a little for rounding
NEAREST = 0.6


class Gap(Struct, frozen=True):
    """after: the slice in front of it, from 0. mm: from that slice to the next."""

    after: int
    mm: float


# asked for with each turn of the wheel, and a case has some seven stacks
@lru_cache(maxsize=64)
def gaps(heights_mm: tuple[float, ...], usual_mm: float | None) -> tuple[Gap, ...]:
    """The gaps of a stack whose slices lie at these heights, lowest first; usual_mm: their median distance."""
    if not usual_mm:
        return ()
    steps = (above - below for below, above in pairwise(heights_mm))
    return tuple(Gap(index, step) for index, step in enumerate(steps) if step > WIDER * usual_mm)


def lacks_slice(heights_mm: Sequence[float], usual_mm: float | None, at_mm: float, off_mm: float) -> bool:
    """Whether a slice is missing at a height that is `off_mm` from the nearest one: within the stack, but too far."""
    return bool(usual_mm) and heights_mm[0] < at_mm < heights_mm[-1] and off_mm > NEAREST * (usual_mm or 0.0)
