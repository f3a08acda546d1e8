"""Borders: profiles across the edge of a region; how much cortex is seen, how black it is, how wide an edge is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes, binary_opening, gaussian_filter, label, map_coordinates

from tests.phantom.texture.blocks import Image

STEP_MM = 0.05
_LEAK_MM2 = 7000.0


@dataclass(frozen=True, slots=True)
class Cortex:
    """What was measured along the border.

    visible: share with a dark line. minimum: median of the darkest, over the marrow; least and most: its 5th and 95th
    percentile. black, grey: share below 0.1 and above 0.5 of marrow.
    """

    visible: float
    minimum: float
    least: float
    most: float
    black: float
    grey: float
    width_mm: float


def profiles(
    image: Image, pixel_mm: float, region: NDArray[np.bool_], low_mm: float = -4.0, high_mm: float = 5.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places along outward normals (mm, 0 at the border) and the image there, one profile a millimetre of border."""
    smooth = gaussian_filter(region.astype(float), 0.7 / pixel_mm)
    down, right = np.gradient(-smooth)
    places = np.arange(low_mm, high_mm + 1e-9, STEP_MM)
    found = []
    for line in contour_generator(z=smooth).lines(0.5):
        points = np.asarray(line)[:, ::-1]
        length = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))] * pixel_mm
        for at in np.arange(0, length[-1], 1.0):
            point = np.array([np.interp(at, length, points[:, 0]), np.interp(at, length, points[:, 1])])
            normal = np.array([map_coordinates(g, point[:, None], order=1)[0] for g in (down, right)])
            if (size := np.hypot(*normal)) > 1e-9:
                path = point[:, None] + normal[:, None] / size * places / pixel_mm
                if (path > 0).all() and (path < np.array(image.shape)[:, None] - 1).all():
                    found.append(map_coordinates(image, path, order=1))
    return places, np.array(found).reshape(-1, len(places))


def marrow_region(image: Image, pixel_mm: float, seed: tuple[slice, slice]) -> NDArray[np.bool_] | None:
    """The marrow that is connected with a seed box; None where it leaks."""
    mask = gaussian_filter(image, 0.4 / pixel_mm) > 0.65 * np.median(image[seed])
    radius = max(1, round(1 / pixel_mm))
    yy, xx = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    pieces, n = label(binary_opening(mask, yy**2 + xx**2 <= radius * radius + 0.5))
    count = np.bincount(pieces[seed].ravel(), minlength=n + 1)
    count[0] = 0
    filled: NDArray[np.bool_] = binary_fill_holes(pieces == count.argmax())
    return None if not count.any() or filled.sum() * pixel_mm**2 > _LEAK_MM2 else filled


def measured(image: Image, pixel_mm: float, seed: tuple[slice, slice]) -> NDArray[np.float64]:
    """For each profile of the bone with that seed: minimum over marrow, whether it is seen (1), its width or nan."""
    region = marrow_region(image, pixel_mm, seed)
    if region is None:
        return np.zeros((0, 3))
    places, found = profiles(image, pixel_mm, region)
    middle = float(np.median(image[seed]))
    rows = []
    for profile in found:
        marrow = float(np.median(profile[(places >= -3.0) & (places <= -1.2)]))
        if not 0.6 * middle <= marrow <= 1.6 * middle:
            continue
        near = (places >= -0.8) & (places <= 2.5)
        darkest = int(np.flatnonzero(near)[profile[near].argmin()])
        least = float(profile[darkest])
        beyond = float(np.percentile(profile[darkest : darkest + round(3 / STEP_MM)], 90))
        shoulder = min(marrow, beyond)
        seen = least < 0.5 * marrow and shoulder - least > 0.15 * marrow
        rows.append((least / marrow, float(seen), _width(profile, darkest, (least + shoulder) / 2) if seen else np.nan))
    return np.array(rows).reshape(-1, 3)


def cortex(rows: NDArray[np.float64]) -> Cortex:
    """The cortex of a series from the profiles of its bones."""
    darkest = rows[:, 0]
    least, middle, most = np.percentile(darkest, (5, 50, 95))
    return Cortex(
        float(rows[:, 1].mean()),
        float(middle),
        float(least),
        float(most),
        float((darkest < 0.1).mean()),
        float((darkest > 0.5).mean()),
        float(np.nanmedian(rows[:, 2])),
    )


def _width(profile: NDArray[np.float64], at: int, half: float) -> float:
    left = at
    while left > 0 and profile[left] < half:
        left -= 1
    right = at
    while right < len(profile) - 1 and profile[right] < half:
        right += 1
    return (right - left - 1) * STEP_MM


def edge_widths(image: Image, pixel_mm: float, region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """10 to 90 % widths of the edges of a bright region, from the most inside to the least outside."""
    places, found = profiles(image, pixel_mm, region, -5.0, 5.0)
    inside = places <= 0
    widths = []
    for raw in found:
        profile = gaussian_filter(raw, 0.3 / STEP_MM)
        top = int(profile[inside].argmax())
        rest = profile[top:]
        bottom = top + int(rest.argmin())
        step = profile[top] - profile[bottom]
        if step < 0.25 * profile[top]:
            continue
        falling = profile[top : bottom + 1]
        high = int(np.argmax(falling <= profile[bottom] + 0.9 * step))
        low = int(np.argmax(falling <= profile[bottom] + 0.1 * step))
        widths.append((low - high) * STEP_MM)
    return np.array(widths)
