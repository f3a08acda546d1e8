"""Window that both visits open with: from nothing to what the brightest tissue below the skin needs. Pure NumPy.

In signal of the first visit; the second's is that times the gain. No percentile of a whole stack is used: that one
follows how much air is in the field, and how ill the wrist is, and lets most of a lesion come out white.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from workstation.imaging.light.sampling import Mask
from workstation.imaging.reducing import Grid

# the brightest tissue is that of vessels and joint fluid, which an ill wrist and a healthy one both have
SHARE = 99.9
ABOVE = 1.1
# times the median of all tissue: no picture of noise is stretched, and none is black for a few blazing slices
LEAST, LEAST_DARK, MOST = 1.3, 2.0, 14.0


class Bright(Struct, frozen=True):
    """How bright one visit's tissue is, as signal. median: of all of it. top: the 99.9th percentile below the skin."""

    median: float
    top: float


def brightness(grid: Grid, tissue: Mask, inner: Mask) -> Bright:
    """Of a series; of all that it shows where no tissue was found.

    Args:
        grid: signal from 0 upwards.
        tissue: which voxels of the grid are tissue.
        inner: which lie below the skin.
    """
    whole = grid.voxels[tissue] if tissue.any() else grid.voxels
    deep = grid.voxels[inner] if inner.any() else whole
    return Bright(float(np.median(whole)), float(np.percentile(deep, SHARE)))


def common_high(first: Bright, second: Bright, times: float, *, dark: bool) -> float:
    """What is white, as signal of the first visit; above 0.

    Args:
        first: one visit.
        second: the other.
        times: how many times brighter unchanged tissue is at the second.
        dark: fat is suppressed, so that most tissue is dark.
    """
    median = (first.median + second.median / times) / 2
    least = (LEAST_DARK if dark else LEAST) * median
    high = min(max(ABOVE * max(first.top, second.top / times), least), max(MOST * median, least))
    return high if high > 0 else 1.0
