"""A stack reduced for registration: fewer, larger voxels with their geometry. Pure NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from storage.records import SeriesRecord, Vector3
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.padding import padded_slices

# an in-plane pixel about this large keeps the edge of a carpal bone, and is a sixteenth of the work of one of 0.2 mm
PIXEL_MM = 0.8
LEAST_SLICES, LEAST_PIXELS = 4, 16
# what was imaged lies from the lowest to the highest of these; padding is below, also where it was averaged in
LOWEST, HIGHEST, PADDED = -0.1, 1.2, -1.0


class Grid(Struct, frozen=True, eq=False):
    """Float32 voxels (slice, row, column), about 0 to 1 by the series' window; PADDED where any of it is padding.

    spacing_mm: of column, row, slice. axes: LPS directions of increasing column, row, slice.
    origin_mm: centre of the first voxel.
    """

    voxels: NDArray[np.float32]
    spacing_mm: Vector3
    axes: tuple[Vector3, Vector3, Vector3]
    origin_mm: Vector3


def usable(series: SeriesRecord) -> bool:
    """Whether a series has enough slices and pixels to be registered."""
    return (
        len(series.slices) >= LEAST_SLICES
        and min(series.rows, series.columns) >= LEAST_PIXELS
        and series.slice_spacing_mm is not None
        and series.window_high > series.window_low
    )


def reduced(series: SeriesRecord, volume: NDArray[Any], pixel_mm: float = PIXEL_MM) -> Grid:
    """The stack averaged in plane to pixels of about `pixel_mm`.

    Args:
        series: a `usable` one; slices are taken as evenly spaced, at the spacing between first and last.
        volume: (slice, row, column), stored values. It is read, never changed.
        pixel_mm: wanted; whole pixels are put together, so it isn't met exactly.
    """
    stack = Stack.of(series)
    row_by, column_by = (max(1, round(pixel_mm / spacing)) for spacing in stack.spacing_mm)
    rows, columns = stack.rows // row_by, stack.columns // column_by

    def blocks_of(values: NDArray[Any]) -> NDArray[Any]:
        return values[:, : rows * row_by, : columns * column_by].reshape(-1, rows, row_by, columns, column_by)

    blocks = blocks_of(volume)
    scale = series.window_high - series.window_low
    voxels = (blocks.mean(axis=(2, 4), dtype=np.float32) - np.float32(series.window_low)) / np.float32(scale)
    if series.inverted:
        voxels = 1 - voxels
    voxels = voxels.clip(LOWEST, HIGHEST)
    outside = padded_slices(volume, series.padding)
    if outside is not None:
        voxels[blocks_of(outside).any(axis=(2, 4))] = PADDED
    first, last = (dot(stack.positions_mm[index], stack.normal) for index in (0, -1))
    return Grid(
        np.ascontiguousarray(voxels),
        (stack.spacing_mm[1] * column_by, stack.spacing_mm[0] * row_by, (last - first) / (len(volume) - 1)),
        (stack.right, stack.down, stack.normal),
        stack.pixel_to_mm(0, (row_by - 1) / 2, (column_by - 1) / 2),
    )
