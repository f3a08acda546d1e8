"""Shapes with facets: a solid bounded by plane, convex and hollow faces whose edges are rounded. Pure.

Joint surfaces of short bones are faces like these: nearly flat ones, parts of spheres, and a saddle. Signed distances
as in `fields`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workstation.phantom.anatomy.fields import Cone, Ellipsoid, Field, Point, Points, RoundedBox


@dataclass(frozen=True, slots=True)
class Face:
    """One face: the solid ends `reach` mm from its centre in the direction of `normal` (any length).

    radius: of the sphere that the face is a part of, greater than 0 where it bulges, less where it is hollow, 0 where
    it is plane.
    """

    normal: Point
    reach: float
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Faceted:
    """A solid round `centre` within all of its faces; its edges are rounded over `rounding` mm.

    most: half sizes of a box that holds it.
    """

    centre: Point
    faces: tuple[Face, ...]
    most: Point
    rounding: float = 2.0

    def distance(self, at: Points) -> Field:
        """Signed distance, exact in the middle of a face."""
        local = [axis - np.float32(middle) for axis, middle in zip((at.x, at.y, at.z), self.centre, strict=True)]
        result = _from_face(self.faces[0], local)
        for face in self.faces[1:]:
            result = smooth_cut(result, _from_face(face, local), self.rounding)
        return result

    def box(self) -> tuple[Point, Point]:
        """Corners of a box that holds the shape, lowest first."""
        low, high = ([c + sign * m for c, m in zip(self.centre, self.most, strict=True)] for sign in (-1, 1))
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])


@dataclass(frozen=True, slots=True)
class Chain:
    """Rounded cones end to end: a place, and the radius there, after the other. No thicker where two of them meet."""

    links: tuple[tuple[Point, float], ...]

    def cones(self) -> tuple[Cone, ...]:
        """What it is made of."""
        return tuple(Cone(a, b, ra, rb) for (a, ra), (b, rb) in zip(self.links, self.links[1:], strict=False))

    def distance(self, at: Points) -> Field:
        """Signed distance."""
        first, *others = self.cones()
        result = first.distance(at)
        for cone in others:
            result = np.minimum(result, cone.distance(at))
        return result

    def box(self) -> tuple[Point, Point]:
        """Corners of a box that holds the shape, lowest first."""
        boxes = [cone.box() for cone in self.cones()]
        low, high = ([f(box[k][axis] for box in boxes) for axis in range(3)] for k, f in ((0, min), (1, max)))
        return (low[0], low[1], low[2]), (high[0], high[1], high[2])


@dataclass(frozen=True, slots=True)
class Saddle:
    """What lies beyond a saddle: hollow along `hollow` and bulging across it, both of `radius` mm.

    A bone that is cut by it ends in a saddle at `top`; `normal` points out of that bone. Vectors of length 1, at right
    angles.
    """

    top: Point
    normal: Point
    hollow: Point
    radius: float

    def distance(self, at: Points) -> Field:
        """Signed distance, negative beyond the surface; right near the top."""
        x, y, z = (axis - np.float32(middle) for axis, middle in zip((at.x, at.y, at.z), self.top, strict=True))
        across = np.cross(self.normal, self.hollow)
        out, along, beside = (
            x * np.float32(v[0]) + y * np.float32(v[1]) + z * np.float32(v[2])
            for v in (self.normal, self.hollow, across)
        )
        bent = (np.clip(along, -8, 8) ** 2 - np.clip(beside, -8, 8) ** 2) * np.float32(0.5 / self.radius)
        result: Field = bent - out
        return result

    def box(self) -> tuple[Point, Point]:
        """Corners of a box round the part that matters."""
        x, y, z = self.top
        return (x - 9.0, y - 9.0, z - 9.0), (x + 9.0, y + 9.0, z + 9.0)


Solid = Ellipsoid | RoundedBox | Cone | Faceted | Chain | Saddle
"""All shapes that a bone is made of."""


def smooth_cut(a: Field, b: Field, rounding_mm: float) -> Field:
    """Intersection of two fields whose edge is rounded over `rounding_mm`."""
    h = np.maximum(np.float32(rounding_mm) - np.abs(a - b), 0)
    result: Field = np.maximum(a, b) + h * h * np.float32(0.25 / rounding_mm)
    return result


def _from_face(face: Face, local: list[Field]) -> Field:
    x, y, z = local
    length = float(np.sqrt(sum(part * part for part in face.normal)))
    nx, ny, nz = (part / length for part in face.normal)
    if face.radius == 0:
        plane: Field = x * np.float32(nx) + y * np.float32(ny) + z * np.float32(nz) - np.float32(face.reach)
        return plane
    # centre of the sphere, on the near side of a bulging face and beyond a hollow one
    away = face.reach - face.radius
    from_middle: Field = np.sqrt(
        (x - np.float32(nx * away)) ** 2 + (y - np.float32(ny * away)) ** 2 + (z - np.float32(nz * away)) ** 2
    )
    if face.radius > 0:
        return from_middle - np.float32(face.radius)
    return np.float32(-face.radius) - from_middle
