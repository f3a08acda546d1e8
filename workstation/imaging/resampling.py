"""A slice resampled to a grid of screen pixels: linear between pixels, averaged when made smaller. Pure NumPy.

Interpolation comes before windowing: between two stored values there are more steps than between two greys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Samples:
    """Where to sample along one axis, in source pixels: `start` is the first place (pixel centres have whole
    numbers), `step` the distance to the next, `count` how many.
    """

    start: float
    step: float
    count: int


def resample(pixels: NDArray[Any], rows: Samples, columns: Samples) -> NDArray[Any]:
    """Values of (row, column) `pixels` on a grid, the edge pixels going on outside.

    Returns:
        (rows.count, columns.count); float32, or float64 where stored values need it.

    A triangle filter as wide as the larger of a source pixel and a sample: bilinear when enlarging, no aliasing
    when reducing. Separable, so each axis is a few weighted sums of whole rows or columns.
    """
    kind = np.float64 if pixels.dtype.itemsize > np.dtype(np.uint16).itemsize else np.float32
    row_places, row_weights = _taps(rows, pixels.shape[0])
    column_places, column_weights = _taps(columns, pixels.shape[1])
    # columns that no sample touches (when zoomed in) needn't be interpolated along the rows
    first, last = int(column_places.min()), int(column_places.max())
    part = pixels[:, first : last + 1]
    down = _weighted(part, row_places, row_weights.astype(kind)[:, :, np.newaxis], axis=0)
    return _weighted(down, column_places - first, column_weights.astype(kind), axis=1)


def nearest(pixels: NDArray[Any], rows: Samples, columns: Samples) -> NDArray[Any]:
    """Values of (row, column) `pixels` on a grid, each that of the pixel it lies in: nothing between stored values."""
    found: NDArray[Any] = pixels[np.ix_(_pixels(rows, pixels.shape[0]), _pixels(columns, pixels.shape[1]))]
    return found


def _pixels(samples: Samples, length: int) -> NDArray[np.intp]:
    at = samples.start + samples.step * np.arange(samples.count)
    whole: NDArray[np.intp] = np.clip(np.floor(at + 0.5).astype(np.intp), 0, length - 1)
    return whole


def _weighted(values: NDArray[Any], places: NDArray[np.intp], weights: NDArray[Any], axis: int) -> NDArray[Any]:
    """Sum over taps of the values at `places` (tap, sample) times `weights`, along `axis`."""
    total: NDArray[Any] = values.take(places[0], axis=axis) * weights[0]
    for place, weight in zip(places[1:], weights[1:], strict=True):
        total += values.take(place, axis=axis) * weight
    return total


def _taps(samples: Samples, length: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Source places and weights, both (tap, sample); the weights of a sample add up to 1."""
    reach = max(1.0, samples.step)
    at = samples.start + samples.step * np.arange(samples.count)
    first = np.floor(at - reach).astype(np.intp) + 1
    places = first + np.arange(int(np.ceil(2 * reach)))[:, np.newaxis]
    weights = np.clip(1.0 - np.abs(places - at) / reach, 0.0, None)
    return np.clip(places, 0, length - 1), weights / weights.sum(axis=0)
