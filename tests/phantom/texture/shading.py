"""Shading of the coil seen in fat and marrow, and landmarks of the limb's histogram."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, gaussian_filter

from tests.phantom.texture.air import body
from tests.phantom.texture.blocks import Image

_BLUR_MM = 8.0


def shading(image: Image, bright: NDArray[np.bool_], pixel_mm: float) -> tuple[float, float, float]:
    """5th, 95th percentile over the median, and 99th over 1st, of the low-pass of one bright tissue."""
    inner = binary_erosion(bright)
    weight = gaussian_filter(inner.astype(float), _BLUR_MM / pixel_mm)
    smooth = gaussian_filter(np.where(inner, image, 0.0), _BLUR_MM / pixel_mm) / np.maximum(weight, 1e-9)
    values = smooth[inner & (weight > 0.1)]
    low, below, middle, above, high = np.percentile(values, (1, 5, 50, 95, 99))
    return float(below / middle), float(above / middle), float(high / low)


def bright_tissue(image: Image, pixel_mm: float) -> NDArray[np.bool_]:
    """Fat and marrow of a T1 or PD: what is bright for where it lies."""
    mask = body(image)
    field = gaussian_filter(np.where(mask, image, 0.0), 12 / pixel_mm) / np.maximum(
        gaussian_filter(mask.astype(float), 12 / pixel_mm), 1e-3
    )
    even = image / np.maximum(field, 1e-6)
    chosen: NDArray[np.bool_] = mask & (even > 0.7 * np.percentile(even[mask], 90))
    return chosen


def landmarks(image: Image) -> dict[float, float]:
    """Percentiles of the limb over its median."""
    values = image[body(image)]
    middle = float(np.median(values))
    return {p: float(np.percentile(values, p)) / middle for p in (1, 5, 25, 75, 95, 99, 99.5)}
