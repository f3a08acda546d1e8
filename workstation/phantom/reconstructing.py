"""Reconstruction of an image from water and fat on the acquired matrix: noise, k-space, twelve bits. Pure.

What the detour through k-space brings: fat shifted against water along the frequency axis (rows), the slight movement
of the hand between series, noise that is correlated as interpolation leaves it, and the interpolation itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

NOISE = 0.011
"""Standard deviation of the noise in each of the two channels, as a share of the brightest tissue."""

BRIGHTEST = 600.0
"""Stored value of the brightest tissue in the middle of the coil; leaves head room below 4095."""

FAT_SHIFT_MM = 0.3
"""How far fat appears from its place: 440 Hz at 3 T over some 450 Hz a point of 0.3 mm."""

_ROLL_OFF = 0.7
"""Share of k-space that is kept as it is; beyond, a cosine goes down to a half, which calms the ringing at edges."""


def reconstructed(
    water: NDArray[np.float32],
    fat: NDArray[np.float32],
    *,
    size: int,
    point_mm: float,
    shift_mm: tuple[float, float],
    random: np.random.Generator,
) -> NDArray[np.float32]:
    """The magnitude image, size x size, in units of the brightest tissue.

    Args:
        water: rows x columns of the acquired matrix, no larger than size; the first points coincide.
        fat: the same of the fat.
        size: rows and columns of the image.
        point_mm: distance of acquired points.
        shift_mm: how far the hand has moved along rows' and columns' axes since the first series.
        random: of the noise, which is Rician (Gudbjartsson 1995, Magn Reson Med 34:910).
    """
    n = len(water)
    frequency = fft.fftfreq(n).astype(np.float32)
    ramp_down = np.exp(-2j * np.pi * frequency * (shift_mm[0] / point_mm)).astype(np.complex64)
    ramp_right = np.exp(-2j * np.pi * frequency * (shift_mm[1] / point_mm)).astype(np.complex64)
    apart = np.exp(-2j * np.pi * frequency * (FAT_SHIFT_MM / point_mm)).astype(np.complex64)
    noise = NOISE * random.standard_normal((2, n, n), np.float32)
    space = fft.fft2(water) + fft.fft2(fat) * apart[:, None]
    space *= ramp_down[:, None] * ramp_right[None, :]
    space += fft.fft2(noise[0] + 1j * noise[1])
    falling = np.clip((2 * np.abs(frequency) - _ROLL_OFF) / (1 - _ROLL_OFF), 0, 1)
    keep = (0.75 + 0.25 * np.cos(np.pi * falling)).astype(np.float32)
    space *= keep[:, None] * keep[None, :]
    image: NDArray[np.float32] = np.abs(fft.ifft2(_filled(space, size))) * np.float32((size / n) ** 2)
    return image


def stored(image: NDArray[np.float32], body: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Stored values; 0 outside the body, as the scanner's coil correction leaves it."""
    rows = np.arange(len(image)) * len(body) // len(image)
    inside = body[rows[:, None], rows[None, :]]
    values: NDArray[np.uint16] = np.where(inside, np.clip(np.rint(image * np.float32(BRIGHTEST)), 0, 4095), 0).astype(
        np.uint16
    )
    return values


def _filled(space: NDArray[np.complex64], size: int) -> NDArray[np.complex64]:
    """K-space with zeros beyond what was acquired: interpolation by sinc."""
    n = len(space)
    if n == size:
        return space
    low = (n + 1) // 2
    whole = np.zeros((size, size), np.complex64)
    for rows, to_rows in ((slice(0, low), slice(0, low)), (slice(low, n), slice(size - (n - low), size))):
        whole[to_rows, :low] = space[rows, :low]
        whole[to_rows, size - (n - low) :] = space[rows, low:]
    return whole
