"""Shapes as signed distances: negative inside, millimetres, arrays of any shape in and out. Pure.

The distances are bounds rather than exact (ellipsoids, smooth unions), good to a few tenths of a millimetre near the
surface, which is where they are used. Formulas: Inigo Quilez, "Distance functions",
iquilezles.org/articles/distfunctions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Points:
    """Places in the hand's own axes, mm: x to the thumb, y to the back of the hand, z to the fingers. Equal shapes."""

    x: Field
    y: Field
    z: Field

    def crop(self, rows: slice, columns: slice) -> Points:
        """The part of a two-dimensional sheet of points."""
        return Points(self.x[rows, columns], self.y[rows, columns], self.z[rows, columns])

    def where(self, chosen: NDArray[np.bool_]) -> Points:
        """The chosen points in one row."""
        return Points(self.x[chosen], self.y[chosen], self.z[chosen])

    def within(self, box: tuple[Point, Point]) -> NDArray[np.bool_]:
        """Which of them lie in a box."""
        (x0, y0, z0), (x1, y1, z1) = box
        inside: NDArray[np.bool_] = (self.x > x0) & (self.x < x1) & (self.y > y0) & (self.y < y1)
        inside &= (self.z > z0) & (self.z < z1)
        return inside


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipsoid with half axes `radii`, turned by `turn_degrees` about the y axis (x towards z)."""

    centre: Point
    radii: Point
    turn_degrees: float = 0.0

    def distance(self, at: Points) -> Field:
        """Approximate signed distance."""
        x, y, z = _local(at, self.centre, self.turn_degrees)
        a, b, c = self.radii
        k0 = np.sqrt((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2)
        k1 = np.sqrt((x / a**2) ** 2 + (y / b**2) ** 2 + (z / c**2) ** 2)
        result: Field = k0 * (k0 - 1) / np.maximum(k1, np.float32(1e-4))
        return result

    def box(self) -> tuple[Point, Point]:
        """Corners of a box that holds the shape, lowest first."""
        return _box_around(self.centre, max(self.radii))


@dataclass(frozen=True, slots=True)
class RoundedBox:
    """A box with half sizes `half` and edges rounded by `rounding`, turned as an Ellipsoid is.

    taper: how much wider (x) it is at its upper y face than in the middle, as a share; narrower by as much below.
    tilt_degrees: how far its y axis then leans towards z.
    """

    centre: Point
    half: Point
    rounding: float
    turn_degrees: float = 0.0
    taper: float = 0.0
    tilt_degrees: float = 0.0

    def distance(self, at: Points) -> Field:
        """Signed distance."""
        x, y, z = _local(at, self.centre, self.turn_degrees)
        if self.tilt_degrees:
            y, z = _turned(y, z, self.tilt_degrees)
        if self.taper:
            x = x / (1 + np.float32(self.taper) * np.clip(y / np.float32(self.half[1]), -1, 1))
        q = [np.abs(axis) - np.float32(half - self.rounding) for axis, half in zip((x, y, z), self.half, strict=True)]
        outside = np.sqrt(sum(np.maximum(axis, 0) ** 2 for axis in q))
        inside = np.minimum(np.maximum(np.maximum(q[0], q[1]), q[2]), 0)
        result: Field = outside + inside - np.float32(self.rounding)
        return result

    def box(self) -> tuple[Point, Point]:
        """Corners of a box that holds the shape, lowest first."""
        across = float(np.hypot(self.half[0] * (1 + abs(self.taper)), self.half[2]))
        tilted = float(np.hypot(self.half[1], self.half[2])) if self.tilt_degrees else self.half[1]
        return _box_around(self.centre, max(across, tilted))


@dataclass(frozen=True, slots=True)
class Cone:
    """A rounded cone from `start` to `end`: a capsule whose radius goes evenly from one to the other."""

    start: Point
    end: Point
    start_radius: float
    end_radius: float

    def distance(self, at: Points) -> Field:
        """Approximate signed distance."""
        axis = [end - start for start, end in zip(self.start, self.end, strict=True)]
        x, y, z = (at.x - np.float32(self.start[0]), at.y - np.float32(self.start[1]), at.z - np.float32(self.start[2]))
        length2 = sum(a * a for a in axis)
        t = np.clip((x * np.float32(axis[0]) + y * np.float32(axis[1]) + z * np.float32(axis[2])) / length2, 0, 1)
        x, y, z = x - t * np.float32(axis[0]), y - t * np.float32(axis[1]), z - t * np.float32(axis[2])
        radius = np.float32(self.start_radius) + t * np.float32(self.end_radius - self.start_radius)
        result: Field = np.sqrt(x * x + y * y + z * z) - radius
        return result

    def box(self) -> tuple[Point, Point]:
        """Corners of a box that holds the shape, lowest first."""
        r = max(self.start_radius, self.end_radius)
        low = tuple(min(a, b) - r for a, b in zip(self.start, self.end, strict=True))
        high = tuple(max(a, b) + r for a, b in zip(self.start, self.end, strict=True))
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])


Shape = Ellipsoid | RoundedBox | Cone


def smooth_union(a: Field, b: Field, blend_mm: float) -> Field:
    """Union of two fields whose seam is rounded over `blend_mm`."""
    h = np.maximum(np.float32(blend_mm) - np.abs(a - b), 0)
    result: Field = np.minimum(a, b) - h * h * np.float32(0.25 / blend_mm)
    return result


def coverage(distance: Field, pixel_mm: float) -> Field:
    """Share of a pixel that a surface at `distance` covers, 0 outside to 1 inside: partial volume in the plane."""
    result: Field = np.clip(np.float32(0.5) - distance / np.float32(pixel_mm), 0, 1)
    return result


def slab_coverage(distance: Field, pixel_mm: float, slab_mm: float, smooth: Field | None = None) -> Field:
    """Share of a pixel of a slab that a surface covers, given its distance on the slab's middle sheet.

    Where the surface stands upright on the sheet the pixel alone blurs its edge; where it lies flat the whole thickness
    of the slab does. How it stands is seen from how fast the distance changes along the sheet, 1 mm a mm upright.
    smooth: a distance to look at for that, where grain has made the surface's own distance rough.
    """
    if not slab_mm or min(distance.shape) < 2:  # noqa: PLR2004 - no slope without a neighbour
        return coverage(distance, pixel_mm)
    sloping = distance if smooth is None else smooth
    down = np.diff(sloping, axis=0, append=sloping[-1:])
    across = np.diff(sloping, axis=1, append=sloping[:, -1:])
    upright = np.minimum((down * down + across * across) * np.float32(1 / pixel_mm**2), 1)
    blur = np.sqrt(upright) * np.float32(pixel_mm) + np.sqrt(1 - upright) * np.float32(slab_mm)
    result: Field = np.clip(np.float32(0.5) - distance / np.maximum(blur, np.float32(0.2 * pixel_mm)), 0, 1)
    return result


def rise(distance_mm: Field, over_mm: float) -> Field:
    """From 0 at the surface to 1 at `over_mm` inside it."""
    share: Field = np.clip(distance_mm / np.float32(over_mm), 0, 1)
    return share


def grown(box: tuple[Point, Point], by_mm: float) -> tuple[Point, Point]:
    """A box larger by so much on every side."""
    (x0, y0, z0), (x1, y1, z1) = box
    return (x0 - by_mm, y0 - by_mm, z0 - by_mm), (x1 + by_mm, y1 + by_mm, z1 + by_mm)


def only_where(chosen: NDArray[np.bool_], at: Points, field: Callable[[Points], Field]) -> Field:
    """A field on a sheet of points, worked out at the chosen ones alone; 0 elsewhere."""
    found = np.zeros(chosen.shape, np.float32)
    found[chosen] = field(at.where(chosen))
    return found


def ripple(at: Points, phases: NDArray[np.float64], wavelength_mm: float) -> Field:
    """A smooth field of about -1..1, to make surfaces and textures uneven.

    phases: 3 x 4; each row gives one wave's direction (unnormalised) and its phase in radians.
    """
    total = np.zeros(at.x.shape, np.float32)
    for direction_x, direction_y, direction_z, phase in phases:
        scale = 2 * np.pi / (wavelength_mm * float(np.sqrt(direction_x**2 + direction_y**2 + direction_z**2)))
        total += np.sin(
            at.x * np.float32(direction_x * scale)
            + at.y * np.float32(direction_y * scale)
            + at.z * np.float32(direction_z * scale)
            + np.float32(phase)
        )
    return total / np.float32(len(phases))


def _local(at: Points, centre: Point, turn_degrees: float) -> tuple[Field, Field, Field]:
    x, y, z = at.x - np.float32(centre[0]), at.y - np.float32(centre[1]), at.z - np.float32(centre[2])
    if turn_degrees == 0:
        return x, y, z
    x, z = _turned(x, z, turn_degrees)
    return x, y, z


def _turned(first: Field, second: Field, degrees: float) -> tuple[Field, Field]:
    """Both coordinates in axes of which the first is turned towards the second."""
    cosine, sine = np.float32(np.cos(np.radians(degrees))), np.float32(np.sin(np.radians(degrees)))
    return cosine * first + sine * second, cosine * second - sine * first


def _box_around(centre: Point, radius: float) -> tuple[Point, Point]:
    x, y, z = centre
    return (x - radius, y - radius, z - radius), (x + radius, y + radius, z + radius)
