"""A slice resampled to a grid of screen pixels: linear between pixels, averaged when made smaller. Pure NumPy.

Interpolation comes before windowing: between two stored values there are more steps than between two greys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

# samples that one product makes: few, so that hardly any weight in its matrix is 0; many, so that NumPy is called
# seldom. Measured at 262 to 1050 samples from 512 pixels: within a tenth of the best choice for each
_AT_ONCE = 16
# OpenBLAS shares a larger product (rows x columns x terms) out to threads, which wait for each other by turning in a
# loop: where the machine has other work, a slice of 0.4 ms then takes up to 100 (interface/gemm.c, 4 x 65536)
_ONE_THREAD = 2**18


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
    when reducing. Separable, and along each axis a product with a band of weights, which is made in pieces along the
    band: twice as fast at the size of a cell as weighted sums of whole rows, five times at that of a screen.
    """
    kind = np.dtype(np.float64 if pixels.dtype.itemsize > np.dtype(np.uint16).itemsize else np.float32)
    height, width = pixels.shape
    across = _bands(columns, width, kind, _AT_ONCE)
    left, right = _touched(across)
    down = _bands(rows, height, kind, _few_enough(rows, right - left))
    top, bottom = _touched(down)
    # what no sample touches (when zoomed in) is neither converted nor interpolated
    part = pixels[top:bottom, left:right].astype(kind)
    between = np.empty((rows.count, right - left), kind)
    for band in down:
        source = part[band.first - top : band.last + 1 - top]
        np.matmul(band.weights, source, out=between[band.samples])
    values: NDArray[Any] = np.empty((rows.count, columns.count), kind)
    strips = -(-rows.count * max(band.weights.size for band in across) // _ONE_THREAD)
    strip = -(-rows.count // strips)
    for start in range(0, rows.count, strip):
        some, into = between[start : start + strip], values[start : start + strip]
        for band in across:
            np.matmul(some[:, band.first - left : band.last + 1 - left], band.turned, out=into[:, band.samples])
    return values


def nearest(pixels: NDArray[Any], rows: Samples, columns: Samples) -> NDArray[Any]:
    """Values of (row, column) `pixels` on a grid, each that of the pixel it lies in: nothing between stored values."""
    found: NDArray[Any] = pixels[np.ix_(_pixels(rows, pixels.shape[0]), _pixels(columns, pixels.shape[1]))]
    return found


def _pixels(samples: Samples, length: int) -> NDArray[np.intp]:
    at = samples.start + samples.step * np.arange(samples.count)
    whole: NDArray[np.intp] = np.clip(np.floor(at + 0.5).astype(np.intp), 0, length - 1)
    return whole


@dataclass(frozen=True, slots=True, eq=False)
class _Band:
    """Some samples, the first and last source pixel that they touch, and the weights (sample, source); `turned` are
    the same (source, sample), each in the order of memory that its product is fast in.
    """

    samples: slice
    first: int
    last: int
    weights: NDArray[Any]
    turned: NDArray[Any]


def _touched(bands: tuple[_Band, ...]) -> tuple[int, int]:
    """From which source pixel to behind which one."""
    return min(band.first for band in bands), max(band.last for band in bands) + 1


def _few_enough(samples: Samples, width: int) -> int:
    """How many samples to make at once of rows that wide, so that one thread does it."""
    reach = max(1.0, samples.step)
    sizes = (size for size in (_AT_ONCE, 8, 4, 2) if size * (size * samples.step + 2 * reach) * width <= _ONE_THREAD)
    return next(sizes, 1)


# cells share their grids, and a wheel changes none
@lru_cache(maxsize=64)
def _bands(samples: Samples, length: int, kind: np.dtype[Any], at_once: int) -> tuple[_Band, ...]:
    places, weights = _taps(samples, length)
    bands: list[_Band] = []
    for start in range(0, samples.count, at_once):
        some = slice(start, min(start + at_once, samples.count))
        first, last = int(places[:, some].min()), int(places[:, some].max())
        matrix = np.zeros((some.stop - some.start, last + 1 - first), kind)
        sample = np.broadcast_to(np.arange(len(matrix)), places[:, some].shape)
        # beyond an edge several places are one pixel, and its weights add up
        np.add.at(matrix, (sample, places[:, some] - first), weights[:, some])
        bands.append(_Band(some, first, last, matrix, np.ascontiguousarray(matrix.T)))
    return tuple(bands)


def _taps(samples: Samples, length: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Source places and weights, both (tap, sample); the weights of a sample add up to 1."""
    reach = max(1.0, samples.step)
    at = samples.start + samples.step * np.arange(samples.count)
    first = np.floor(at - reach).astype(np.intp) + 1
    places = first + np.arange(int(np.ceil(2 * reach)))[:, np.newaxis]
    weights = np.clip(1.0 - np.abs(places - at) / reach, 0.0, None)
    return np.clip(places, 0, length - 1), weights / weights.sum(axis=0)
