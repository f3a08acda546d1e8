"""A slice made half as large, again and again: what a radiograph is reduced from. Pure NumPy.

Of 4,000 x 5,000 pixels a screen shows one in twenty. To take all of them into account at each step of a pan takes
longer than a step may; the halves are made once. Averages of 2 x 2 lose nothing that a screen of fewer pixels shows.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.imaging.resampling import Samples

# a slice of an MRI is smaller, and is resampled from its own pixels
LARGE = 2**21
# rows at a time, so that what is added up stays in the processor's cache
_ROWS = 64

Halves = tuple[NDArray[Any], ...]


def halves_of(volume: NDArray[Any], index: int) -> Halves:
    """Slice `index` of a volume, and it at half, a quarter, an eighth of its size, until it is no longer large.

    Made once for as long as the volume is in use; of one that isn't large the slice alone.
    """
    pixels = volume[index]
    if pixels.size < LARGE:
        return (pixels,)
    kept = _KEPT.get((id(volume), index))
    if kept is not None and kept[0]() is volume:
        return kept[1]
    halves = _made(pixels)
    key = (id(volume), index)
    _KEPT[key] = (weakref.ref(volume, lambda _: _KEPT.pop(key, None)), halves)
    return halves


def reduced_for(halves: Halves, rows: Samples, columns: Samples) -> tuple[NDArray[Any], Samples, Samples]:
    """The smallest of the halves that still has a pixel for every sample, and where the samples lie in it."""
    level = 0
    while level + 1 < len(halves) and min(rows.step, columns.step) / 2 ** (level + 1) >= 1.0:
        level += 1
    by = 2**level
    return halves[level], _in_half(rows, by), _in_half(columns, by)


def _in_half(samples: Samples, by: int) -> Samples:
    # pixel centres have whole numbers in either, and the outer edge of the first pixel is the same place
    return samples if by == 1 else Samples((samples.start + 0.5) / by - 0.5, samples.step / by, samples.count)


def _made(pixels: NDArray[Any]) -> Halves:
    made = [pixels]
    while made[-1].size >= LARGE // 4 and min(made[-1].shape) > 1:
        made.append(_half(made[-1]))
    return tuple(made)


def _half(pixels: NDArray[Any]) -> NDArray[Any]:
    """Each 2 x 2 pixels as their mean, rounded; a last odd row or column goes with the one before."""
    rows, columns = (max(size // 2, 1) for size in pixels.shape)
    half = np.empty((rows, columns), pixels.dtype)
    wide = np.int64 if pixels.dtype.itemsize > np.dtype(np.uint16).itemsize else np.int32
    for top in range(0, rows, _ROWS):
        part = pixels[2 * top : 2 * min(top + _ROWS, rows), : 2 * columns]
        total = np.add(part[0::2, 0::2], part[1::2, 0::2], dtype=wide)
        total += part[0::2, 1::2]
        total += part[1::2, 1::2]
        half[top : top + len(total)] = (total + 2) >> 2
    return half


# by identity, without keeping a volume that nobody shows any more
_KEPT: dict[tuple[int, int], tuple[weakref.ref[NDArray[Any]], Halves]] = {}
