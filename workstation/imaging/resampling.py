"""A slice resampled to a grid of screen pixels: linear between pixels, averaged when made smaller. Pure NumPy.

Interpolation comes before windowing: between two stored values there are more steps than between two greys.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

# how many samples a band may have: few, so that hardly any weight in its matrix is 0; many, so that there are few bands
_SIZES = (8, 12, 16, 20, 24, 32)
# a band costs as much as this many more weights would: measured at 255 to 1050 samples from 512 pixels
_DOWN, _ACROSS = 150, 400
# OpenBLAS shares a larger product (rows x columns x terms) out to threads, which wait for each other by turning in a
# loop: where the machine has other work, a slice of 0.4 ms then takes up to 100 (interface/gemm.c, 4 x 65536)
_ONE_THREAD = 2**18


class Samples(Struct, frozen=True):
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
    band. The pieces begin at equal distances in the source, so that NumPy makes all of them in one call.
    """
    kind = np.dtype(np.float64 if pixels.dtype.itemsize > np.dtype(np.uint16).itemsize else np.float32)
    down, across = _bands(rows, kind, _DOWN), _bands(columns, kind, _ACROSS)
    # what no sample touches (when zoomed in) is neither converted nor interpolated
    source = _source(pixels, (down.first, down.span), (across.first, across.span), kind)
    between = _down(source, down)
    values = _across(between, across)
    return values[: rows.count, : columns.count]


def _down(source: NDArray[Any], bands: _Bands) -> NDArray[Any]:
    """Each column of the source at the samples of the bands, and those that fill the last band up."""
    count, each, reach = bands.weights.shape
    width, item, line = source.shape[1], source.itemsize, source.strides[0]
    made = np.empty((count, each, width), source.dtype)
    strip = _strip(width, each * reach)
    for left in range(0, width, strip):
        wide = min(strip, width - left)
        windows = np.ndarray((count, reach, wide), source.dtype, source, left * item, (line * bands.stride, line, item))
        np.matmul(bands.weights, windows, out=made[:, :, left : left + wide])
    return made.reshape(count * each, width)


def _across(source: NDArray[Any], bands: _Bands) -> NDArray[Any]:
    """Each row of the source at the samples of the bands, and those that fill the last band up."""
    count, reach, each = bands.turned.shape
    height, item, line = len(source), source.itemsize, source.strides[0]
    made = np.empty((height, count, each), source.dtype)
    strip = _strip(height, each * reach)
    for top in range(0, height, strip):
        high = min(strip, height - top)
        windows = np.ndarray((count, high, reach), source.dtype, source, top * line, (item * bands.stride, line, item))
        np.matmul(windows, bands.turned, out=made[top : top + high].transpose(1, 0, 2))
    return made.reshape(height, count * each)


def _strip(length: int, size: int) -> int:
    """Into strips of which length to cut, so that one thread makes the product with a band of that size."""
    return -(-length // -(-length * size // _ONE_THREAD))


def nearest(pixels: NDArray[Any], rows: Samples, columns: Samples) -> NDArray[Any]:
    """Values of (row, column) `pixels` on a grid, each that of the pixel it lies in: nothing between stored values."""
    found: NDArray[Any] = pixels[np.ix_(_pixels(rows, pixels.shape[0]), _pixels(columns, pixels.shape[1]))]
    return found


def _pixels(samples: Samples, length: int) -> NDArray[np.intp]:
    at = samples.start + samples.step * np.arange(samples.count)
    whole: NDArray[np.intp] = np.clip(np.floor(at + 0.5).astype(np.intp), 0, length - 1)
    return whole


class _Bands(Struct, frozen=True, eq=False):
    """Samples in bands of equally many. The sources of a band begin `stride` pixels behind those of the one before.

    first: the first source pixel of the first band, before the edge where it is negative. span: how many pixels from
    there to the last of the last band. weights: (band, sample, source pixel); `turned` are the same (band, source
    pixel, sample), each in the order of memory that its product is fast in.
    """

    first: int
    stride: int
    span: int
    weights: NDArray[Any]
    turned: NDArray[Any]


def _source(pixels: NDArray[Any], down: tuple[int, int], across: tuple[int, int], kind: np.dtype[Any]) -> NDArray[Any]:
    """The part of a slice from a first row and column on, so many of each; beyond an edge its pixels go on."""
    part = np.empty((down[1], across[1]), kind)
    taken, rows = _inside(*down, pixels.shape[0])
    cut, columns = _inside(*across, pixels.shape[1])
    part[rows, columns] = pixels[taken, cut]
    part[rows, : columns.start] = part[rows, columns.start, np.newaxis]
    part[rows, columns.stop :] = part[rows, columns.stop - 1, np.newaxis]
    part[: rows.start] = part[rows.start]
    part[rows.stop :] = part[rows.stop - 1]
    return part


def _inside(first: int, count: int, length: int) -> tuple[slice, slice]:
    """Which pixels of `length` there are among `count` from `first` on, and where among these; one at the least."""
    start = min(max(first, 0), length - 1)
    stop = max(min(first + count, length), start + 1)
    offset = min(max(start - first, 0), count - 1)
    return slice(start, stop), slice(offset, offset + stop - start)


# cells share their grids, and a wheel changes none
@lru_cache(maxsize=64)
def _bands(samples: Samples, kind: np.dtype[Any], cost: int) -> _Bands:
    """The bands of the size that costs least. cost: what one takes beside its weights, in weights."""
    reach = max(1.0, samples.step)

    def whole(each: int) -> float:
        # what they will be, about: to make all of them to choose from took longer than the products
        sources = each * samples.step + 2 * reach
        return -(-samples.count // each) * (each * sources + cost)

    return _cut(samples, min(_SIZES, key=whole), kind)


def _cut(samples: Samples, each: int, kind: np.dtype[Any]) -> _Bands:
    reach = max(1.0, samples.step)
    count = max(1, -(-samples.count // each))
    at = (samples.start + samples.step * np.arange(count * each)).reshape(count, each)
    stride = round(each * samples.step)
    begins = stride * np.arange(count)
    # wide enough for the bands that lie farthest off the equal distances
    first = int((np.floor(at[:, 0] - reach).astype(np.intp) + 1 - begins).min())
    last = int((np.ceil(at[:, -1] + reach).astype(np.intp) - 1 - begins).max())
    indexes = first + begins[:, np.newaxis] + np.arange(last + 1 - first)
    weights = np.clip(1.0 - np.abs(indexes[:, np.newaxis] - at[:, :, np.newaxis]) / reach, 0.0, None)
    weights /= weights.sum(axis=2, keepdims=True)
    matrix = weights.astype(kind)
    turned = np.ascontiguousarray(matrix.transpose(0, 2, 1))
    return _Bands(first, stride, int(begins[-1]) + last + 1 - first, matrix, turned)
