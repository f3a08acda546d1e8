"""Stacks of slices in patient space. Axes: volumes are (slice, row, column); points are LPS millimetres."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import SeriesRecord, Vector3


def dot(a: Vector3, b: Vector3) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector3, b: Vector3) -> Vector3:
    """Vector product, right-handed."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def add(a: Vector3, b: Vector3, scale: float = 1.0) -> Vector3:
    """A + scale * b."""
    return (a[0] + scale * b[0], a[1] + scale * b[1], a[2] + scale * b[2])


@dataclass(frozen=True, slots=True)
class Stack:
    """Geometry of one series: where each slice lies and which way it faces.

    right, down: unit LPS directions of increasing column and row. normal: right x down.
    positions_mm: LPS centre of the first voxel, per slice, ordered along the normal.
    """

    right: Vector3
    down: Vector3
    normal: Vector3
    positions_mm: tuple[Vector3, ...]
    spacing_mm: tuple[float, float]
    rows: int
    columns: int

    @classmethod
    def of(cls, series: SeriesRecord) -> Stack:
        """The geometry of a series of the index."""
        right: Vector3 = series.orientation[:3]
        down: Vector3 = series.orientation[3:]
        positions = tuple(item.position_mm for item in series.slices)
        return cls(right, down, cross(right, down), positions, series.pixel_spacing_mm, series.rows, series.columns)

    def nearest(self, point_mm: Vector3) -> int:
        """Index of the slice whose plane is nearest to the point; the end slice when it lies outside."""
        along = dot(point_mm, self.normal)
        return min(range(len(self.positions_mm)), key=lambda k: abs(dot(self.positions_mm[k], self.normal) - along))

    def moved_onto(self, point_mm: Vector3, index: int) -> Vector3:
        """The point shifted along the normal onto slice `index`."""
        distance = dot(self.positions_mm[index], self.normal) - dot(point_mm, self.normal)
        return add(point_mm, self.normal, distance)

    def pixel_to_mm(self, index: int, row: float, column: float) -> Vector3:
        """LPS position of a place in slice `index`; pixel centres have whole numbers."""
        point = add(self.positions_mm[index], self.right, column * self.spacing_mm[1])
        return add(point, self.down, row * self.spacing_mm[0])

    def mm_to_pixel(self, point_mm: Vector3) -> tuple[float, float]:
        """(row, column) of the point's foot on the stack; all slices share in-plane axes.

        Uses the slice nearest to the point, so slices that are shifted in plane stay right.
        """
        origin = self.positions_mm[self.nearest(point_mm)]
        offset = add(point_mm, origin, -1.0)
        return (dot(offset, self.down) / self.spacing_mm[0], dot(offset, self.right) / self.spacing_mm[1])

    @property
    def centre_mm(self) -> Vector3:
        """LPS centre of the whole stack."""
        first = self.pixel_to_mm(0, (self.rows - 1) / 2, (self.columns - 1) / 2)
        last = self.pixel_to_mm(len(self.positions_mm) - 1, (self.rows - 1) / 2, (self.columns - 1) / 2)
        return ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2, (first[2] + last[2]) / 2)
