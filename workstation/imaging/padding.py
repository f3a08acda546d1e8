"""Padding of an image: what a scanner or an export put around the part that was imaged. NumPy and SciPy.

The header names the value, or a range of values (PixelPaddingValue, PixelPaddingRangeLimit: PS3.3 C.7.5.1.1.2), and the
index keeps it with the series. Anatomy may have the same values all the same: 0, or the highest that 12 bits hold. So
padding is what has such a value and hangs together with an edge of the image through others that have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from workstation.imaging.volume import Volume

Ranges = Sequence[tuple[int, int]]
"""First and last stored value of each, both included."""

Mask = NDArray[np.bool_]


class Imaged(Protocol):
    """A series of the index, whole or at a glance."""

    @property
    def inverted(self) -> bool:
        """Whether low is white."""

    @property
    def minimum(self) -> int:
        """The lowest stored value that isn't padding."""

    @property
    def maximum(self) -> int:
        """The highest."""

    @property
    def padding(self) -> Ranges:
        """The ranges that the headers name."""


# at an edge fewer pixels than this are noise that has the value by chance; a corner of a tilted frame has more
LEAST_PIXELS = 16


def padded(pixels: NDArray[Any], ranges: Ranges) -> Mask | None:
    """Which pixels of one slice (row, column) are padding; None where none is."""
    if not ranges:
        return None
    inside = _in(pixels, ranges)
    if not (inside[0].any() or inside[-1].any() or inside[:, 0].any() or inside[:, -1].any()):
        return None
    if inside.all():
        return inside
    from scipy import ndimage  # noqa: PLC0415 - most series have no padding

    labels, count = ndimage.label(inside)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    at_edge = np.zeros(count + 1, np.bool_)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        at_edge[edge] = True
    found = at_edge & (sizes >= LEAST_PIXELS)
    found[0] = False
    return np.asarray(found[labels], np.bool_) if found.any() else None


def padded_slices(volume: Volume, ranges: Ranges) -> Mask | None:
    """Which pixels of each slice (slice, row, column) are padding; None where none is."""
    found = [padded(pixels, ranges) for pixels in volume] if ranges else []
    if all(mask is None for mask in found):
        return None
    return np.stack([np.zeros(volume.shape[1:], np.bool_) if mask is None else mask for mask in found])


def blackened(volume: Volume, series: Imaged) -> Volume:
    """The volume with its padding as dark as the darkest value that was imaged; the same one where there is none.

    Before anything is interpolated: between padding and anatomy lies no value that means something.
    """
    if not series.padding:
        return volume
    dark = volume.dtype.type(series.maximum if series.inverted else series.minimum)
    # lowest and highest are of what isn't padding, so what lies beyond them is
    beyond = (volume < series.minimum) | (volume > series.maximum)
    result = np.where(beyond, dark, volume)
    if any(_among(part, series, int(dark)) for part in series.padding):
        for pixels, out in zip(volume, result, strict=True):
            mask = padded(pixels, series.padding)
            if mask is not None:
                out[mask] = dark
    result.flags.writeable = False
    return result


def _among(part: tuple[int, int], series: Imaged, dark: int) -> bool:
    """Whether a range has values that anatomy has too, and that aren't the darkest anyway."""
    first, last = max(part[0], series.minimum), min(part[1], series.maximum)
    return first <= last and (first, last) != (dark, dark)


def _in(pixels: NDArray[Any], ranges: Ranges) -> Mask:
    found = np.zeros(pixels.shape, np.bool_)
    limits = np.iinfo(pixels.dtype)
    for first, last in ranges:
        # NumPy refuses to compare with what the type can't hold
        if first <= limits.max and last >= limits.min:
            found |= (pixels >= max(first, limits.min)) & (pixels <= min(last, limits.max))
    return found
