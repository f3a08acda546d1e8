"""Difference of two visits on a slice of the first: signal of the second as it lies by registration, less the first's.

Pure NumPy. The second visit is sampled between its voxels for this alone: nobody grades on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.records import SeriesRecord
from workstation.imaging.geometry import Stack
from workstation.imaging.light.lit import Scale
from workstation.imaging.rigid import Rigid
from workstation.imaging.volume import Volume


def difference(
    first: tuple[SeriesRecord, Volume], index: int, second: tuple[SeriesRecord, Volume], movement: Rigid, gain: float
) -> NDArray[np.float32]:
    """(row, column) of slice `index` of the first: how much more signal the second has, in the first's stored units.

    Args:
        first: a series and its pixels, as it is shown.
        second: likewise.
        index: of the first's slice.
        movement: from the first's patient coordinates to the second's, LPS mm.
        gain: how many times brighter unchanged tissue is at the second.

    Returns:
        NaN where the second has no voxel.
    """
    (one, one_volume), (other, other_volume) = first, second
    here, there = Stack.of(one), Stack.of(other)
    rows, columns = one_volume.shape[1:]
    corner = movement(here.pixel_to_mm(index, 0, 0))
    along = _step(movement, here, rows=1)
    across = _step(movement, here, columns=1)
    axes = _to_index(there)
    # each index of the second is a plane over (row, column) of the first: one number a row, one a column
    first_mm = np.array(there.positions_mm[0])
    start, down, right = (axes @ vector for vector in (np.array(corner) - first_mm, along, across))
    down_by, across_by = np.arange(rows)[:, np.newaxis], np.arange(columns)
    at = [(start[axis] + down[axis] * down_by + right[axis] * across_by).astype(np.float32) for axis in range(3)]
    sampled = _linear(other_volume, at)
    theirs = (sampled - np.float32(Scale.of(other).zero)) * np.float32(Scale.of(other).sign / gain)
    ours = (one_volume[index].astype(np.float32) - np.float32(Scale.of(one).zero)) * np.float32(Scale.of(one).sign)
    found: NDArray[np.float32] = theirs - ours
    return found


def _step(movement: Rigid, stack: Stack, *, rows: int = 0, columns: int = 0) -> NDArray[np.float64]:
    """Where one row or column further lies at the other visit, mm."""
    row_mm, column_mm = stack.spacing_mm
    right, down = movement.turned(stack.right), movement.turned(stack.down)
    return np.array(right) * columns * column_mm + np.array(down) * rows * row_mm


def _to_index(stack: Stack) -> NDArray[np.float64]:
    """Millimetres from the first voxel to (slice, row, column), slices taken as evenly spaced."""
    row_mm, column_mm = stack.spacing_mm
    slices = len(stack.positions_mm)
    apart = (stack.heights_mm[-1] - stack.heights_mm[0]) / (slices - 1) if slices > 1 else 1.0
    # a stack may be sheared: what its slices are shifted by is taken off again
    shift = (np.array(stack.positions_mm[-1]) - np.array(stack.positions_mm[0])) / max(slices - 1, 1)
    normal, right, down = np.array(stack.normal), np.array(stack.right), np.array(stack.down)
    by_slice = normal / apart
    return np.stack(
        [
            by_slice,
            (down - by_slice * float(down @ shift)) / row_mm,
            (right - by_slice * float(right @ shift)) / column_mm,
        ]
    )


def _linear(volume: NDArray[Any], at: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Between the eight voxels round each place; NaN outside. at: (slice, row, column) of each."""
    inside = np.ones(at[0].shape, bool)
    whole, part = [], []
    for along, length in zip(at, volume.shape, strict=True):
        inside &= (along >= 0) & (along <= length - 1)
        low = np.clip(np.floor(along), 0, max(length - 2, 0)).astype(np.intp)
        whole.append(low)
        part.append(np.clip(along - low, 0, 1))
    found = np.zeros(at[0].shape, np.float32)
    for corner in range(8):
        bits = [(corner >> axis) & 1 for axis in range(3)]
        weight = np.ones(at[0].shape, np.float32)
        for axis, bit in enumerate(bits):
            weight *= part[axis] if bit else 1 - part[axis]
        index = tuple(np.minimum(whole[axis] + bits[axis], volume.shape[axis] - 1) for axis in range(3))
        found += weight * volume[index].astype(np.float32)
    found[~inside] = np.nan
    return found
