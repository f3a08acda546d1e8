"""Body and air of a slice: the mask of the limb, the grain of the air, the ghosts of vessels in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_fill_holes, binary_opening, gaussian_filter, label, median_filter

from tests.phantom.texture.blocks import Image

_FROM_BODY_MM = 5.0
_FRAME = 4
_LINES = 41


@dataclass(frozen=True, slots=True)
class Air:
    """zeros: share of exact zeros. spread: sd over the body's median. sigma: noise of each channel, in stored values.

    ratio: mean over sd, 1.91 for Rayleigh's distribution. skew: 0.63 for it. unevenness: 90th over 10th percentile of
    the spread in blocks of 16 x 16.
    """

    zeros: float
    spread: float
    sigma: float
    ratio: float
    skew: float
    unevenness: float


def body(image: Image) -> NDArray[np.bool_]:
    """The limb, holes filled."""
    smooth = gaussian_filter(image.astype(float), 2)
    mask = smooth > 0.15 * np.percentile(smooth[smooth > 0.1 * np.percentile(smooth, 99)], 75)
    pieces, _ = label(binary_opening(mask, iterations=2))
    largest = 1 + np.argmax(np.bincount(pieces.ravel())[1:])
    filled: NDArray[np.bool_] = binary_fill_holes(pieces == largest)
    return filled


def air_of(image: Image, pixel_mm: float, limb: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """The air, away from the limb and from the frame."""
    mask = body(image) if limb is None else limb
    away: NDArray[np.bool_] = ~binary_dilation(
        mask, np.ones((3, 3), bool), iterations=max(1, round(_FROM_BODY_MM / pixel_mm))
    )
    inside = np.zeros(image.shape, bool)
    inside[_FRAME:-_FRAME, _FRAME:-_FRAME] = True
    return away & inside


def air(image: Image, pixel_mm: float, limb: NDArray[np.bool_] | None = None) -> Air:
    """What the air of a slice is like."""
    mask = body(image) if limb is None else limb
    where = air_of(image, pixel_mm, mask)
    values = image[where].astype(float)
    spread = float(values.std())
    blocks = [
        image[r : r + 16, c : c + 16].std()
        for r in range(0, image.shape[0] - 15, 16)
        for c in range(0, image.shape[1] - 15, 16)
        if where[r : r + 16, c : c + 16].all()
    ]
    uneven = float(np.percentile(blocks, 90) / max(np.percentile(blocks, 10), 1e-9)) if len(blocks) > 4 else 1.0
    centred = values - values.mean()
    return Air(
        float((values == 0).mean()),
        spread / float(np.median(image[mask])),
        float(np.median(values)) / 1.1774,
        float(values.mean()) / max(spread, 1e-9),
        float((centred**3).mean()) / max(spread, 1e-9) ** 3,
        uneven,
    )


def ghosts(image: Image, pixel_mm: float, phase_axis: int) -> tuple[float, float]:
    """Height of ghosts along the phase axis (0 rows, 1 columns) and across it, as shares of the limb's median.

    The mean of the air on each line that runs along the axis through the limb, less what is usual over 41 lines; the
    highest percentile of the lines counts.
    """
    mask = body(image)
    where = air_of(image, pixel_mm, mask)
    middle = float(np.median(image[mask]))
    found = []
    for axis in (phase_axis, 1 - phase_axis):
        weight = where.sum(axis=axis)
        through = mask.any(axis=axis) & (weight > 20)
        lines = (image * where).sum(axis=axis) / np.maximum(weight, 1)
        usual = median_filter(lines[through], _LINES, mode="nearest")
        found.append(float(np.percentile(lines[through] - usual, 99)) / middle)
    return found[0], found[1]
