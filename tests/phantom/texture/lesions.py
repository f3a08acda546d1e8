"""Lesions in a picture: level and variation inside, spread of levels between lesions of a kind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from tests.phantom.texture.blocks import Image

_AWAY_FROM_BORDER_MM = 1.0
FEWEST_MM2 = 9.5


def inside(image: Image, region: NDArray[np.bool_], pixel_mm: float) -> tuple[float, float]:
    """Median signal of what lies a millimetre inside a lesion, and sd over mean there; nan where too little does."""
    inner = binary_erosion(region, np.ones((3, 3), bool), iterations=max(1, round(_AWAY_FROM_BORDER_MM / pixel_mm)))
    if inner.sum() * pixel_mm**2 < FEWEST_MM2:
        return float("nan"), float("nan")
    values = image[inner]
    return float(np.median(values)), float(values.std() / values.mean())


def spread(levels: list[float]) -> float:
    """95th over 5th percentile of the levels of lesions of one kind."""
    low, high = np.percentile(levels, (5, 95))
    return float(high / low)
