"""Widths and shares of volume from what a reader drew. Pure geometry, millimetres in the plane of a slice.

A point is (right, down) in millimetres; a ring is a closed line of points, the last joined to the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray

PlanePoint = tuple[float, float]
Ring = Sequence[PlanePoint]

DEPTH_MM = 10.0
"""Long bones are assessed to 1 cm from the articular surface (Østergaard 2003 J Rheumatol 30:1385)."""

# a share of a carpal bone changes by less than 0.1 points when this is halved
RASTER_MM = 0.1
LEAST_POINTS = 3


def width_mm(start: PlanePoint, end: PlanePoint) -> float:
    """The distance of two points of a plane."""
    return hypot(end[0] - start[0], end[1] - start[1])


def depth_line(surface: PlanePoint, towards: PlanePoint, half_mm: float = 12.0) -> tuple[PlanePoint, PlanePoint] | None:
    """The line 1 cm from the articular surface, across the direction from `surface` `towards` the shaft.

    None while the direction isn't clear: less than a millimetre was drawn.
    """
    along = width_mm(surface, towards)
    if along < 1.0:
        return None
    right, down = ((towards[axis] - surface[axis]) / along for axis in (0, 1))
    middle = (surface[0] + right * DEPTH_MM, surface[1] + down * DEPTH_MM)
    return (
        (middle[0] - down * half_mm, middle[1] + right * half_mm),
        (middle[0] + down * half_mm, middle[1] - right * half_mm),
    )


def overlap(one: Ring, other: Ring) -> bool:
    """Whether two rings share ground: a corner of either lies inside the other."""
    return any(_inside(point, other) for point in one) or any(_inside(point, one) for point in other)


def _inside(point: PlanePoint, ring: Ring) -> bool:
    """Whether a ray to the right crosses the ring an odd number of times."""
    x, y = point
    crossings = (
        x1 + (y - y1) / (y2 - y1) * (x2 - x1) > x
        for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True)
        if (y1 > y) != (y2 > y)
    )
    return sum(crossings) % 2 == 1


def share_percent(
    bone: Mapping[int, Sequence[Ring]], lesion: Mapping[int, Sequence[Ring]], raster_mm: float = RASTER_MM
) -> float | None:
    """The share of a bone's volume that a lesion takes up, from rings per slice; None while no bone is outlined.

    Slices of a stack are equally thick, so areas stand for volumes. What of the lesion lies outside the bone's ring
    doesn't count; a slice with a lesion and no bone is left out, since its bone isn't known.
    """
    whole = part = 0.0
    for index, rings in bone.items():
        well, ill = _filled(rings, lesion.get(index, ()), raster_mm)
        whole += float(well.sum())
        part += float((well & ill).sum())
    return 100.0 * part / whole if whole else None


def _filled(
    bone: Sequence[Ring], lesion: Sequence[Ring], raster_mm: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Both as masks on one raster that just holds the bone."""
    points = [point for ring in bone for point in ring]
    if len(points) < LEAST_POINTS:
        empty = np.zeros((0, 0), np.bool_)
        return empty, empty
    left, top = (floor(min(point[axis] for point in points) / raster_mm) for axis in (0, 1))
    right, bottom = (ceil(max(point[axis] for point in points) / raster_mm) for axis in (0, 1))
    across = (np.arange(left, right) + 0.5) * raster_mm
    along = (np.arange(top, bottom) + 0.5) * raster_mm
    return inside(bone, across, along), inside(lesion, across, along)


def inside(
    rings: Iterable[Ring], across: NDArray[np.floating[Any]], along: NDArray[np.floating[Any]]
) -> NDArray[np.bool_]:
    """Which raster points lie inside an odd number of times (rows are `along`): a ring inside a ring is a hole."""
    found = np.zeros((len(along), len(across)), np.bool_)
    for ring in rings:
        if len(ring) < LEAST_POINTS:
            continue
        for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if y1 == y2:
                continue
            crossed = (along >= min(y1, y2)) & (along < max(y1, y2))
            at = x1 + (along[crossed] - y1) / (y2 - y1) * (x2 - x1)
            found[crossed] ^= across[np.newaxis, :] > at[:, np.newaxis]
    return found
