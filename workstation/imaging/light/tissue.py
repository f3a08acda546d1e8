"""Tissue of the wrist in a reduced stack: signal above zero, where there is any, and what lies well below the skin.

Sources: N. Otsu 1979, IEEE Trans Syst Man Cybern 9:62 (the threshold that parts a histogram best into two).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.records import SeriesRecord
from workstation.imaging.light.lit import Scale
from workstation.imaging.light.sampling import Mask, Values
from workstation.imaging.reducing import Grid, reduced

BELOW_SKIN_MM = 4.0
_BINS = 256


def signal(series: SeriesRecord, volume: NDArray[Any]) -> Grid:
    """The series reduced, as signal from 0 upwards. volume: as it is shown, its padding dark."""
    grid, scale = reduced(series, volume, shown=True), Scale.of(series)
    voxels = grid.voxels
    np.subtract(voxels, np.float32(scale.zero), out=voxels)
    if scale.sign < 0:
        np.negative(voxels, out=voxels)
    np.maximum(voxels, 0, out=voxels)
    return grid


def tissue(grid: Grid) -> Mask:
    """Where a T1 or PD series shows tissue: above half of Otsu's threshold. Cortical bone and tendons aren't in it."""
    return grid.voxels > otsu(grid.voxels) / 2


def tissue_by_logarithm(grid: Grid) -> Mask:
    """The same for a series whose tissue is mostly dark, as with suppressed fat: Otsu of the smoothed logarithm."""
    smooth = _mean_of_nine(grid.voxels)
    floor = float(smooth.max()) / 1e4
    if floor <= 0:
        return np.zeros(smooth.shape, np.bool_)
    logs = np.log(np.maximum(smooth, np.float32(floor)))
    logs -= logs.min()
    return logs > otsu(logs)


def below_skin(mask: Mask, grid: Grid, depth_mm: float = BELOW_SKIN_MM) -> Mask:
    """What lies deeper than `depth_mm` under the skin of each slice: skin beside a coil is brighter than any lesion."""
    whole = _filled(mask)
    for axis, spacing in ((1, grid.spacing_mm[1]), (2, grid.spacing_mm[0])):
        whole = _shrunk(whole, axis, max(1, round(depth_mm / spacing)))
    return whole


def otsu(values: Values) -> float:
    """Otsu's threshold of values from 0 upwards; 0 where all are equal."""
    top = float(values.max(initial=0))
    if not top > 0:
        return 0.0
    numbers = (values.ravel() * np.float32((_BINS - 1) / top)).astype(np.intp)
    counts = np.bincount(numbers, minlength=_BINS).astype(np.float64)
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * np.arange(_BINS))
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    # all of one brightness: nothing to part
    return 0.0 if np.isnan(apart[:-1]).all() else float((np.nanargmax(apart[:-1]) + 1) * top / (_BINS - 1))


def _mean_of_nine(voxels: Values) -> Values:
    wide = np.pad(voxels, ((0, 0), (1, 1), (1, 1)), mode="edge")
    rows = wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:]
    smooth: Values = (rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]) / np.float32(9)
    return smooth


def _filled(mask: Mask) -> Mask:
    """With what lies between marked voxels both along its row and its column."""
    spans = []
    for axis in (1, 2):
        before = np.logical_or.accumulate(mask, axis=axis)
        after = np.flip(np.logical_or.accumulate(np.flip(mask, axis), axis=axis), axis)
        spans.append(before & after)
    return spans[0] & spans[1]


def _shrunk(mask: Mask, axis: int, by: int) -> Mask:
    """Without what has an unmarked voxel within `by` along an axis; the image's edge isn't skin."""
    left = mask.copy()
    for step in range(1, by + 1):
        near, far = [slice(None)] * 3, [slice(None)] * 3
        near[axis], far[axis] = slice(step, None), slice(None, -step)
        left[tuple(near)] &= mask[tuple(far)]
        left[tuple(far)] &= mask[tuple(near)]
    return left
