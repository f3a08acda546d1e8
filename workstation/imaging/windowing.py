"""Stored values to grey: a window of values mapped to 0 black .. 255 white. Pure NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDE_VALUE_BYTES = 4


# grey 0..255 times the one, with the other, is that grey as opaque 0xAARRGGBB: four times as fast as a table
_THRICE, _OPAQUE = np.uint32(0x010101), np.uint32(0xFF000000)


def to_screen(
    values: NDArray[Any],
    low: float,
    high: float,
    out: NDArray[np.uint32],
    *,
    inverted: bool = False,
    spoil: bool = False,
) -> None:
    """Map values linearly: `low` and below to black, `high` and above to white, rounded to the nearest grey.

    Args:
        values: any shape; stored values, or values interpolated between them.
        low: in the same units, shown black.
        high: in the same units, shown white; above `low`.
        out: of the same shape; gets the greys as opaque 0xffRRGGBB, the screen's own format.
        inverted: low is white and high black (MONOCHROME1).
        spoil: `values` are wanted by nobody afterwards, and may be worked on where they lie.

    Raises:
        ValueError: the window is empty or not finite.

    This is the percentile window of the index, not the VOI LINEAR function of DICOM: that one moves the ends by
    half a unit, which would keep `low` from being black.
    """
    # floats become whole numbers of the same size at once, and these are multiplied where they lie
    out.view(np.int32)[...] = _grey(values, low, high, inverted=inverted, spoil=spoil)
    np.multiply(out, _THRICE, out=out)
    np.bitwise_or(out, _OPAQUE, out=out)


def _grey(values: NDArray[Any], low: float, high: float, *, inverted: bool, spoil: bool) -> NDArray[Any]:
    """Floats from 0 to 255 that become their grey when they are cut to whole numbers."""
    if not (np.isfinite(low) and np.isfinite(high) and high > low):
        raise ValueError(f"a window from {low} to {high} is empty; high must be above low")
    # float32 holds whole numbers up to 2**24 only
    wide = values.dtype.itemsize >= WIDE_VALUE_BYTES and values.dtype.kind in "iu"
    kind = np.float64 if wide or values.dtype == np.float64 else np.float32
    gain = 255.0 / (high - low)
    # downwards from the high end where that is black
    start, gain = (high, -gain) if inverted else (low, gain)
    into = values if spoil and values.dtype == kind else None
    grey: NDArray[Any] = np.subtract(values, kind(start), out=into, dtype=kind, order="C")
    np.multiply(grey, kind(gain), out=grey)
    # the half that is added rounds what is cut
    np.add(grey, kind(0.5), out=grey)
    np.clip(grey, 0, 255, out=grey)
    return grey
