"""Stored values to grey: a window of values mapped to 0 black .. 255 white. Pure NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDE_VALUE_BYTES = 4


def to_grey(values: NDArray[Any], low: float, high: float, *, inverted: bool = False) -> NDArray[np.uint8]:
    """Map values linearly: `low` and below to black, `high` and above to white, rounded to the nearest grey.

    Args:
        values: any shape; stored values, or values interpolated between them.
        low: in the same units, shown black.
        high: in the same units, shown white; above `low`.
        inverted: low is white and high black (MONOCHROME1).

    Returns:
        Same shape as `values`, C-contiguous.

    Raises:
        ValueError: the window is empty or not finite.

    This is the percentile window of the index, not the VOI LINEAR function of DICOM: that one moves the ends by
    half a unit, which would keep `low` from being black.
    """
    if not (np.isfinite(low) and np.isfinite(high) and high > low):
        raise ValueError(f"a window from {low} to {high} is empty; high must be above low")
    # float32 holds whole numbers up to 2**24 only
    wide = values.dtype.itemsize >= WIDE_VALUE_BYTES and values.dtype.kind in "iu"
    kind = np.float64 if wide or values.dtype == np.float64 else np.float32
    grey: NDArray[Any] = np.subtract(values, kind(low), dtype=kind, order="C")
    np.multiply(grey, kind(255.0 / (high - low)), out=grey)
    if inverted:
        np.subtract(kind(255), grey, out=grey)
    np.add(grey, kind(0.5), out=grey)
    # clipped below 256 and cut to whole numbers, so the half added above rounds
    np.clip(grey, 0, 255, out=grey)
    result: NDArray[np.uint8] = grey.astype(np.uint8)
    return result
