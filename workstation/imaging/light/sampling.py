"""Samples of a reduced stack at points in patient millimetres. Pure NumPy.

Points are (n, 3) float64, LPS millimetres; voxels are (slice, row, column).
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from workstation.imaging.reducing import Grid
from workstation.imaging.rigid import Rigid

Points = NDArray[np.float64]
Values = NDArray[np.float32]
Mask = NDArray[np.bool_]


def points_of(grid: Grid, chosen: NDArray[np.intp]) -> Points:
    """Where the voxels of these flat numbers lie."""
    slices, rows, columns = np.unravel_index(chosen, grid.voxels.shape)
    points: Points = np.stack((columns, rows, slices), axis=1) @ _steps(grid) + np.array(grid.origin_mm)
    return points


def moved(points: Points, movement: Rigid) -> Points:
    """The points after a movement."""
    turned: Points = points @ np.array(movement.rotation).T + np.array(movement.translation_mm)
    return turned


def indices_in(grid: Grid, points: Points) -> Points:
    """The points as (column, row, slice) of a grid; its voxels' centres have whole numbers."""
    indices: Points = (points - np.array(grid.origin_mm)) @ np.array(grid.axes).T / np.array(grid.spacing_mm)
    return indices


def between(voxels: Values, indices: Points) -> Values:
    """Values between voxels, linear along each axis; NaN outside.

    Args:
        voxels: (slice, row, column).
        indices: as `indices_in` gives them.
    """
    last = np.array(voxels.shape[::-1]) - 1
    # what lies on the edge but for a rounding error is inside
    inside = ((indices >= -_EDGE) & (indices <= last + _EDGE)).all(axis=1)
    held = indices.clip(0, last)
    low = np.minimum(held.astype(np.intp), np.maximum(last - 1, 0))
    part = (held - low).astype(np.float32)
    column_step, row_step, slice_step = 1, voxels.shape[2], voxels.shape[2] * voxels.shape[1]
    steps = [step if size > 1 else 0 for step, size in zip((column_step, row_step, slice_step), last + 1, strict=True)]
    first = low[:, 2] * slice_step + low[:, 1] * row_step + low[:, 0]
    flat, found = voxels.ravel(), np.zeros(len(indices), np.float32)
    for corner in product((0, 1), repeat=3):
        weight = np.float32(1)
        for axis, far in enumerate(corner):
            weight = weight * (part[:, axis] if far else 1 - part[:, axis])
        found += weight * flat[first + sum(step for step, far in zip(steps, corner, strict=True) if far)]
    found[~inside] = np.nan
    return found


def marked(mask: Mask, indices: Points) -> Mask:
    """Whether the nearest voxel of each place is marked; False outside."""
    nearest = np.rint(indices).astype(np.intp)
    inside = ((nearest >= 0) & (nearest < np.array(mask.shape[::-1]))).all(axis=1)
    held = nearest.clip(0, np.array(mask.shape[::-1]) - 1)
    found: Mask = mask[held[:, 2], held[:, 1], held[:, 0]] & inside
    return found


_EDGE = 1e-3


def _steps(grid: Grid) -> Points:
    """Millimetres that one column, row and slice go, (3, 3)."""
    steps: Points = np.array(grid.axes) * np.array(grid.spacing_mm)[:, None]
    return steps
