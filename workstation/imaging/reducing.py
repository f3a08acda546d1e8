"""Reduced stack: fewer, larger voxels with their geometry, for what needs no detail. Pure NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from storage.records import SeriesRecord, Vector3
from workstation.imaging.geometry import Stack, dot

# an in-plane pixel about this large keeps the edge of a carpal bone, and is a sixteenth of the work of one of 0.2 mm
PIXEL_MM = 0.8
LEAST_SLICES, LEAST_PIXELS = 4, 16


class Grid(Struct, frozen=True, eq=False):
    """Float32 voxels (slice, row, column) and where they lie.

    spacing_mm: of column, row, slice. axes: LPS directions of increasing column, row, slice.
    origin_mm: centre of the first voxel.
    """

    voxels: NDArray[np.float32]
    spacing_mm: Vector3
    axes: tuple[Vector3, Vector3, Vector3]
    origin_mm: Vector3


def reducible(series: SeriesRecord) -> bool:
    """Whether a series is a volume of enough slices and pixels."""
    return (
        len(series.slices) >= LEAST_SLICES
        and min(series.rows, series.columns) >= LEAST_PIXELS
        and series.slice_spacing_mm is not None
    )


def reduced(series: SeriesRecord, volume: NDArray[Any], pixel_mm: float = PIXEL_MM, *, shown: bool = False) -> Grid:
    """The stack averaged in plane to pixels of about `pixel_mm`, in stored values.

    Args:
        series: a `reducible` one; slices are taken as evenly spaced, at the spacing between first and last.
        volume: (slice, row, column), stored values as in their files, unless `shown`. It is read, never changed.
        pixel_mm: wanted; whole pixels are put together, so it isn't met exactly.
        shown: the volume is turned as it is shown, and the grid lies so.
    """
    stack = Stack.of(series) if shown else Stack.stored(series)
    blocks = blocked(stack, volume, pixel_mm)
    _, _, row_by, _, column_by = blocks.shape
    first, last = (dot(stack.positions_mm[index], stack.normal) for index in (0, -1))
    return Grid(
        np.ascontiguousarray(blocks.mean(axis=(2, 4), dtype=np.float32)),
        (stack.spacing_mm[1] * column_by, stack.spacing_mm[0] * row_by, (last - first) / (len(volume) - 1)),
        (stack.right, stack.down, stack.normal),
        stack.pixel_to_mm(0, (row_by - 1) / 2, (column_by - 1) / 2),
    )


def blocked(stack: Stack, values: NDArray[Any], pixel_mm: float = PIXEL_MM) -> NDArray[Any]:
    """What of a stack becomes one pixel each: (slice, row, row within, column, column within)."""
    row_by, column_by = (max(1, round(pixel_mm / spacing)) for spacing in stack.spacing_mm)
    rows, columns = stack.rows // row_by, stack.columns // column_by
    return values[:, : rows * row_by, : columns * column_by].reshape(-1, rows, row_by, columns, column_by)
