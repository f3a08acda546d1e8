"""Sizes of text that a reader may choose, in percent of the usual one. Pure."""

from __future__ import annotations

from typing import Final

USUAL_PERCENT: Final = 100
# one more would leave a table of 15 sites less than half of a screen of 768 lines
PERCENTS: Final = (85, USUAL_PERCENT, 115, 130, 150)


def beside(percent: int, by: int) -> int:
    """The size `by` steps from one; the last where there is none further."""
    nearest = min(range(len(PERCENTS)), key=lambda index: abs(PERCENTS[index] - percent))
    return PERCENTS[min(max(nearest + by, 0), len(PERCENTS) - 1)]
