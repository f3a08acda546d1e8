"""A rigid movement from one visit's patient coordinates to the other's. Pure; LPS millimetres."""

from __future__ import annotations

from math import acos, degrees, dist

from msgspec import Struct

from storage.records import Vector3

Matrix3 = tuple[Vector3, Vector3, Vector3]
UNTURNED: Matrix3 = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


class Rigid(Struct, frozen=True):
    """p -> rotation @ p + translation_mm. rotation: rows of a right-handed orthonormal matrix."""

    rotation: Matrix3
    translation_mm: Vector3

    def __call__(self, point_mm: Vector3) -> Vector3:
        """The point moved."""
        x, y, z = (sum(a * b for a, b in zip(row, point_mm, strict=True)) for row in self.rotation)
        return (x + self.translation_mm[0], y + self.translation_mm[1], z + self.translation_mm[2])

    def turned(self, direction: Vector3) -> Vector3:
        """The direction turned."""
        x, y, z = (sum(a * b for a, b in zip(row, direction, strict=True)) for row in self.rotation)
        return (x, y, z)

    @property
    def inverse(self) -> Rigid:
        """The movement back."""
        first, second, third = zip(*self.rotation, strict=True)
        back = Rigid((first, second, third), (0.0, 0.0, 0.0))
        x, y, z = back(self.translation_mm)
        return Rigid(back.rotation, (-x, -y, -z))

    @property
    def degrees(self) -> float:
        """How far it turns, 0 to 180."""
        trace = sum(self.rotation[axis][axis] for axis in range(3))
        return degrees(acos(min(max((trace - 1) / 2, -1.0), 1.0)))

    def distance_mm(self, point_mm: Vector3) -> float:
        """How far it moves a point."""
        return dist(self(point_mm), point_mm)

    def apart_mm(self, other: Rigid, around_mm: Vector3, reach_mm: float) -> float:
        """How far two movements disagree: the mean over the corners of a cube of half-width `reach_mm`."""
        corners = [
            (around_mm[0] + a, around_mm[1] + b, around_mm[2] + c)
            for a in (-reach_mm, reach_mm)
            for b in (-reach_mm, reach_mm)
            for c in (-reach_mm, reach_mm)
        ]
        return sum(dist(self(corner), other(corner)) for corner in corners) / len(corners)
