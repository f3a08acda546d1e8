"""A stack reduced for registration: by its window put to about 0 to 1, padding below. Pure NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.values import replace
from storage.records import SeriesRecord
from workstation.imaging import reducing
from workstation.imaging.geometry import Stack
from workstation.imaging.padding import padded_slices
from workstation.imaging.reducing import PIXEL_MM, Grid, blocked, reducible

# what was imaged lies from the lowest to the highest of these; padding is below, also where it was averaged in
LOWEST, HIGHEST, PADDED = -0.1, 1.2, -1.0


def usable(series: SeriesRecord) -> bool:
    """Whether a series has enough slices and pixels to be registered."""
    return reducible(series) and series.window_high > series.window_low


def reduced(series: SeriesRecord, volume: NDArray[Any], pixel_mm: float = PIXEL_MM) -> Grid:
    """The stack averaged in plane to pixels of about `pixel_mm`, about 0 to 1; PADDED where any of it is padding.

    Args:
        series: a `usable` one; slices are taken as evenly spaced, at the spacing between first and last.
        volume: (slice, row, column), stored values. It is read, never changed.
        pixel_mm: wanted; whole pixels are put together, so it isn't met exactly.
    """
    grid = reducing.reduced(series, volume, pixel_mm)
    scale = series.window_high - series.window_low
    voxels = (grid.voxels - np.float32(series.window_low)) / np.float32(scale)
    if series.inverted:
        voxels = 1 - voxels
    voxels = voxels.clip(LOWEST, HIGHEST)
    outside = padded_slices(volume, series.padding)
    if outside is not None:
        voxels[blocked(Stack.stored(series), outside, pixel_mm).any(axis=(2, 4))] = PADDED
    return replace(grid, voxels=voxels)
