"""Overlay of one visit on the other by the images alone, good to a few millimetres: enough to compare tissue.

Pure NumPy. It is no registration and has no part in scrolling.
"""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from storage.records import Vector3
from workstation.imaging.light.sampling import Mask, between, indices_in, moved, points_of
from workstation.imaging.reducing import Grid
from workstation.imaging.rigid import UNTURNED, Matrix3, Rigid

MOST_POINTS, LEAST_POINTS = 1_500, 100
# steps of the search, from coarse to fine: millimetres and degrees
STEPS = ((4.0, 3.0), (2.0, 1.5), (1.0, 0.75))
_ROUNDS = 12


def overlaid(first: Grid, first_tissue: Mask, second: Grid, second_tissue: Mask) -> Rigid:
    """About how the wrist moved, by one series at both visits.

    First the shift of the middles of the tissue, then a search of shifts and turns that make the images most alike.
    """
    middle, other = middle_mm(first, first_tissue), middle_mm(second, second_tissue)
    chosen = np.flatnonzero(first_tissue)
    chosen = chosen[:: max(1, -(-chosen.size // MOST_POINTS))]
    if not chosen.size:
        return Rigid(UNTURNED, (0.0, 0.0, 0.0))
    points = points_of(first, chosen)
    values = between(first.voxels, indices_in(first, points))

    def likeness(six: tuple[float, ...]) -> float:
        seen = between(second.voxels, indices_in(second, moved(points, _rigid(six, middle, other))))
        both = np.isfinite(seen)
        # what lies beyond the other's images speaks against a try: else the best one is where only a corner overlaps
        return _correlation(values[both], seen[both]) * float(both.mean())

    best: tuple[float, ...] = (0.0,) * 6
    most = likeness(best)
    for shift, turn in STEPS:
        for _ in range(_ROUNDS):
            tries = [
                tuple(value + sign * step * (number == axis) for number, value in enumerate(best))
                for axis, step in enumerate((shift, shift, shift, turn, turn, turn))
                for sign in (-1, 1)
            ]
            found, at = max((likeness(six), six) for six in tries)
            if found <= most:
                break
            most, best = found, at
    return _rigid(best, middle, other)


def middle_mm(grid: Grid, tissue: Mask) -> Vector3:
    """The middle of the tissue, of the whole grid where there is none."""
    chosen = np.flatnonzero(tissue)
    points = points_of(grid, chosen if chosen.size else np.arange(tissue.size))
    x, y, z = (float(part) for part in points.mean(axis=0))
    return (x, y, z)


def _rigid(six: tuple[float, ...], middle: Vector3, other: Vector3) -> Rigid:
    """Shifts along and turns (degrees) about the three axes through the middle, onto the other's middle."""
    rotation = _rotation(six[3:])
    turned = np.array(rotation) @ np.array(middle)
    x, y, z = (float(other[axis] + six[axis] - turned[axis]) for axis in range(3))
    return Rigid(rotation, (x, y, z))


def _rotation(degrees: tuple[float, ...]) -> Matrix3:
    if not any(degrees):
        return UNTURNED
    (a, b), (c, d), (e, f) = ((cos(radians(angle)), sin(radians(angle))) for angle in degrees)
    about_x = np.array([[1, 0, 0], [0, a, -b], [0, b, a]])
    about_y = np.array([[c, 0, d], [0, 1, 0], [-d, 0, c]])
    about_z = np.array([[e, -f, 0], [f, e, 0], [0, 0, 1]])
    first, second, third = ((float(x), float(y), float(z)) for x, y, z in about_z @ about_y @ about_x)
    return (first, second, third)


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    if one.size < LEAST_POINTS:
        return 0.0
    first, second = one - one.mean(dtype=np.float64), other - other.mean(dtype=np.float64)
    spread = float(np.sqrt((first @ first) * (second @ second)))
    # what is all of one brightness is like nothing
    return float(first @ second) / spread if spread > 0 else 0.0
