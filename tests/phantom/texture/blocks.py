"""Texture of a square block of one tissue: variation, structure, skew, correlation length, slope of the spectrum.

The methods, and the ranges of 36 series of real limbs that the synthetic wrist is held to, were agreed before its
pictures were made: a block is freed of a parabola in both directions, then measured.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_cdt, gaussian_filter

Image = NDArray[np.float64]
LARGEST_MM, SMALLEST_MM = 8.0, 4.5
_AWAY_FROM_BORDER_MM = 1.37
_BINS = np.geomspace(0.15, 1.0, 9)


@dataclass(frozen=True, slots=True)
class Texture:
    """What was measured. cv, structure: shares of the mean, the second after a blur of 1 mm. length_mm: where the
    autocorrelation has fallen to 1/e. slope: of log power on log frequency, 0.15 to 1 per mm.
    """

    cv: float
    structure: float
    skew: float
    kurtosis: float
    length_mm: float
    slope: float


def texture(block: Image, pixel_mm: float) -> Texture:
    """The texture of one block of one tissue."""
    rest = without_parabola(block) / block.mean()
    rest -= rest.mean()
    spread = float(rest.std())
    smooth = gaussian_filter(rest, 1 / pixel_mm, mode="reflect")
    return Texture(
        spread,
        float(smooth.std()),
        float((rest**3).mean() / spread**3),
        float((rest**4).mean() / spread**4 - 3),
        _length(rest) * pixel_mm,
        _slope(rest, pixel_mm),
    )


def without_parabola(block: Image) -> Image:
    """A block less the best polynomial of second order in its rows and columns."""
    y, x = np.mgrid[-1 : 1 : block.shape[0] * 1j, -1 : 1 : block.shape[1] * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1).reshape(-1, 6)
    fitted = np.linalg.lstsq(terms, block.ravel(), rcond=None)[0]
    left: Image = block - (terms @ fitted).reshape(block.shape)
    return left


def _length(rest: Image) -> float:
    height, width = rest.shape
    padded = (2 * height, 2 * width)
    pairs = np.fft.irfft2(np.abs(np.fft.rfft2(np.ones_like(rest), padded)) ** 2, padded)
    along = np.fft.irfft2(np.abs(np.fft.rfft2(rest, padded)) ** 2, padded) / np.maximum(pairs, 1)
    lag = np.hypot(np.fft.fftfreq(2 * height)[:, None] * 2 * height, np.fft.fftfreq(2 * width)[None] * 2 * width)
    radial = np.array([along[np.abs(lag - k) <= 0.5].mean() for k in range(min(height, width) // 2)]) / along[0, 0]
    below = int(np.argmax(radial < 1 / np.e))
    if below == 0:
        return float(len(radial))
    return float(below - 1 + (radial[below - 1] - 1 / np.e) / (radial[below - 1] - radial[below]))


def _slope(rest: Image, pixel_mm: float) -> float:
    height, width = rest.shape
    power = np.abs(np.fft.fft2(rest * np.outer(np.hanning(height), np.hanning(width)))) ** 2
    frequency = np.hypot(np.fft.fftfreq(height, pixel_mm)[:, None], np.fft.fftfreq(width, pixel_mm)[None])
    found = []
    for low, high in itertools.pairwise(_BINS):
        chosen = (frequency >= low) & (frequency < high)
        if chosen.sum() >= 4:
            found.append((np.sqrt(low * high), power[chosen].mean()))
    middle, mean = np.log10(np.array(found)).T
    return float(np.polyfit(middle, mean, 1)[0])


def squares(region: NDArray[np.bool_], pixel_mm: float) -> Iterator[tuple[slice, slice]]:
    """The largest square in a region, away from its border; none where it would be too small."""
    inner = binary_erosion(region, np.ones((3, 3), bool), iterations=max(1, round(_AWAY_FROM_BORDER_MM / pixel_mm)))
    if not inner.any():
        return
    reach = distance_transform_cdt(np.pad(inner, 1), metric="chessboard")[1:-1, 1:-1]
    row, column = np.unravel_index(int(reach.argmax()), reach.shape)
    half = min(int(reach[row, column]) - 1, int(LARGEST_MM / pixel_mm / 2))
    if (2 * half + 1) * pixel_mm >= SMALLEST_MM:
        yield slice(int(row) - half, int(row) + half + 1), slice(int(column) - half, int(column) + half + 1)


def middle_of(found: list[Texture]) -> Texture:
    """The median of each measure over the blocks of a series."""
    every = np.array([(t.cv, t.structure, t.skew, t.kurtosis, t.length_mm, t.slope) for t in found])
    return Texture(*(float(value) for value in np.median(every, axis=0)))
