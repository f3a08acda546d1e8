"""Reconstruction of an image from water and fat on the acquired matrix: noise, k-space, twelve bits. Pure.

What the detour through k-space brings: fat shifted against water along the frequency axis (rows), the slight movement
of the hand between series, noise that is correlated as interpolation leaves it, and the interpolation itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from workstation.phantom.realism.manner import Manner

NOISE = 0.011
"""Standard deviation of the noise in each of the two channels, as a share of the brightest tissue."""

BRIGHTEST = 600.0
"""Stored value of the brightest tissue in the middle of the coil; leaves head room below 4095."""

FAT_SHIFT_MM = 0.3
"""How far fat appears from its place: 440 Hz at 3 T over some 450 Hz a point of 0.3 mm."""

_IRREGULAR = (0.05, 0.11)
"""By what share of its distance the first copy of a vessel is smeared: a pulse at rest varies by some percent."""

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


@dataclass(frozen=True, slots=True)
class Raw:
    """What one slice of a series gives the scanner.

    water, fat: rows x columns of the acquired matrix, in units of the brightest tissue. even: what the console divides
    the picture by, the same size; None for nothing. flow: share of each pixel that is an artery's. marrow: its signal.
    """

    water: NDArray[np.float32]
    fat: NDArray[np.float32]
    even: NDArray[np.float32] | None
    flow: NDArray[np.float32] | None
    marrow: float


def scanned(
    raw: Raw,
    manner: Manner,
    *,
    size: int,
    point_mm: float,
    shift_mm: tuple[float, float],
    random: np.random.Generator,
) -> NDArray[np.float32]:
    """The magnitude image as `reconstructed` gives it, by a scanner of that manner.

    Fat is shifted along the frequency axis; along the other one fewer lines were acquired, which rings at edges, and a
    hand that moves, or a pulse, leaves ghosts.
    """
    n = len(raw.water)
    frequency = fft.fftfreq(n).astype(np.float32)
    along_frequency, along_phase = ((slice(None), None), (None, slice(None)))[:: -1 if manner.frequency_axis else 1]
    shift = FAT_SHIFT_MM / point_mm if manner.shift_points is None else manner.shift_points
    apart = np.exp(-2j * np.pi * frequency * shift).astype(np.complex64)
    water = raw.water if raw.flow is None else raw.water + _ghosts(raw.flow, manner, random)
    water, fat = _folded(water, manner), _folded(raw.fat, manner)
    space = fft.fft2(water) + fft.fft2(fat) * apart[along_frequency]
    for axis, moved in zip(((slice(None), None), (None, slice(None))), shift_mm, strict=True):
        space *= np.exp(-2j * np.pi * frequency * (moved / point_mm)).astype(np.complex64)[axis]
    if manner.jerk_mm:
        space *= _moved(frequency, manner.jerk_mm / point_mm, random)[along_phase]
    keep = _kept(frequency, manner)
    filtered = keep[along_frequency] * _lines(frequency, manner)[along_phase]
    level = NOISE if manner.noise is None else manner.noise * raw.marrow / float(np.sqrt((filtered**2).mean()))
    noise = np.float32(level) * random.standard_normal((2, n, n), np.float32)
    space += fft.fft2(noise[0] + 1j * noise[1] + _zipper(n, manner, level, random))
    image = np.abs(fft.ifft2(_filled(space * filtered, size))) * np.float32((size / n) ** 2)
    if raw.even is not None:
        image = image / (raw.even if size == n else ndimage.zoom(raw.even, size / n, order=1))
    result: NDArray[np.float32] = image.astype(np.float32)
    return result


def _folded(signal: NDArray[np.float32], manner: Manner) -> NDArray[np.float32]:
    """With a share of it folded over along the phase axis, as what lies beyond the field is."""
    share, apart = manner.wrap
    if not share:
        return signal
    return signal + np.float32(share) * np.roll(signal, int(apart * len(signal)), 1 - manner.frequency_axis)


def _zipper(n: int, manner: Manner, level: float, random: np.random.Generator) -> NDArray[np.complex64] | float:
    """A line across the phase axis where foreign radio of one frequency comes in, dotted: its phase runs."""
    height, where = manner.zipper
    if not height:
        return 0.0
    line = np.zeros((n, n), np.complex64)
    values = height * level * (random.standard_normal(n) + 1j * random.standard_normal(n))
    line[(int(where * n), slice(None)) if manner.frequency_axis == 0 else (slice(None), int(where * n))] = values
    return line


def _kept(frequency: NDArray[np.float32], manner: Manner) -> NDArray[np.float32]:
    """The filter along the frequency axis."""
    begins = _ROLL_OFF if manner.roll_off is None else manner.roll_off
    falling = np.clip((2 * np.abs(frequency) - begins) / (1 - begins), 0, 1)
    kept: NDArray[np.float32] = (0.75 + 0.25 * np.cos(np.pi * falling)).astype(np.float32)
    return kept


def _lines(frequency: NDArray[np.float32], manner: Manner) -> NDArray[np.float32]:
    """Which phase lines were acquired: all, filtered, or as many as the manner says, cut off sharply."""
    if manner.kept == 1:
        return _kept(frequency, manner)
    # a tenth of them is tapered, as consoles do, which leaves most of the ringing
    lines: NDArray[np.float32] = np.clip((manner.kept - 2 * np.abs(frequency)) * 20 + 1, 0, 1).astype(np.float32)
    return lines


def _ghosts(flow: NDArray[np.float32], manner: Manner, random: np.random.Generator) -> NDArray[np.float32]:
    """Copies of the arteries along the phase axis, fainter and more smeared the farther; their sign alternates.

    A pulse is never quite regular, so that a copy is smeared along the phase axis, by more the farther it lies; its
    distance follows from the pulse and the repetition, and differs from slice to slice.
    """
    axis, points = 1 - manner.frequency_axis, len(flow)
    apart = points / random.uniform(6.5, 11.5)
    irregular = random.uniform(*_IRREGULAR)
    space = fft.rfft(flow, axis=axis)
    wave = np.arange(space.shape[axis]) / points
    weight = np.zeros(len(wave))
    for k in range(1, 6):
        height = manner.ghost * 0.8 ** (k - 1) * random.uniform(0.6, 1.4) * (-1) ** k
        smear = np.exp(-2 * (np.pi * wave * irregular * apart * k) ** 2)
        weight += 2 * height * np.cos(2 * np.pi * wave * apart * k) * smear
    shape = (-1, 1) if axis == 0 else (1, -1)
    copied: NDArray[np.float32] = fft.irfft(space * weight.reshape(shape), points, axis=axis).astype(np.float32)
    return copied


def _moved(frequency: NDArray[np.float32], points: float, random: np.random.Generator) -> NDArray[np.complex64]:
    """Phase of each line when the hand was elsewhere for some of them."""
    order = np.argsort(np.argsort(frequency))
    offset = np.where((order // max(1, len(order) // 12)) % 3 == 0, random.normal(0, points), 0.0)
    phase: NDArray[np.complex64] = np.exp(-2j * np.pi * frequency * offset).astype(np.complex64)
    return phase


def stored(image: NDArray[np.float32], body: NDArray[np.bool_] | None) -> NDArray[np.uint16]:
    """Stored values; 0 outside the body, as the scanner's coil correction leaves it; with no body all of them."""
    if body is None:
        kept: NDArray[np.uint16] = np.clip(np.rint(image * np.float32(BRIGHTEST)), 0, 4095).astype(np.uint16)
        return kept
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
