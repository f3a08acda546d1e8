"""Stacks of slices in patient space. Axes: volumes are (slice, row, column); points are LPS millimetres."""

from __future__ import annotations

from msgspec import Struct

from storage.records import SeriesRecord, Vector3
from workstation.imaging.turning import axes_of, directions


def dot(a: Vector3, b: Vector3) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector3, b: Vector3) -> Vector3:
    """Vector product, right-handed."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def add(a: Vector3, b: Vector3, scale: float = 1.0) -> Vector3:
    """A + scale * b."""
    return (a[0] + scale * b[0], a[1] + scale * b[1], a[2] + scale * b[2])


class Stack(Struct, frozen=True):
    """Geometry of one series as it is shown: where each slice lies and which way it faces.

    right, down: unit LPS directions of increasing column and row. normal: right x down of the stored picture; of one
    that is shown mirrored the opposite.
    positions_mm: LPS centre of the first voxel, per slice, ordered along the normal.
    heights_mm: where each slice lies along the normal, from the origin of the patient system.
    """

    right: Vector3
    down: Vector3
    normal: Vector3
    positions_mm: tuple[Vector3, ...]
    heights_mm: tuple[float, ...]
    spacing_mm: tuple[float, float]
    rows: int
    columns: int

    @classmethod
    def of(cls, series: SeriesRecord) -> Stack:
        """The geometry of a series of the index as shown; computed once for as long as the series is in use."""
        kept = _KEPT.get(id(series))
        if kept is not None and kept[0] is series:
            return kept[1]
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        stack = cls._computed(series)
        _KEPT[id(series)] = (series, stack)
        return stack

    @classmethod
    def _computed(cls, series: SeriesRecord) -> Stack:
        stored = cls.stored(series)
        a, b, c, d = axes_of(series.turn)
        if (a, d) == (1, 1):
            return stored
        right, down = directions(stored.right, stored.down, series.turn)
        # the pixel that comes into the upper left corner: the last of each stored axis that is shown backwards
        column, row = (stored.columns - 1) * (a + c < 0), (stored.rows - 1) * (b + d < 0)
        across, along = column * stored.spacing_mm[1], row * stored.spacing_mm[0]
        positions = tuple(add(add(first, stored.right, across), stored.down, along) for first in stored.positions_mm)
        (row_mm, column_mm), size = stored.spacing_mm, (stored.rows, stored.columns)
        if b:
            row_mm, column_mm, size = column_mm, row_mm, (stored.columns, stored.rows)
        return cls(right, down, stored.normal, positions, stored.heights_mm, (row_mm, column_mm), *size)

    @classmethod
    def stored(cls, series: SeriesRecord) -> Stack:
        """The geometry of the pixels as they lie in their files."""
        right: Vector3 = series.orientation[:3]
        down: Vector3 = series.orientation[3:]
        normal = cross(right, down)
        positions = tuple(item.position_mm for item in series.slices)
        heights = tuple(dot(position, normal) for position in positions)
        return cls(right, down, normal, positions, heights, series.pixel_spacing_mm, series.rows, series.columns)

    def nearest(self, point_mm: Vector3) -> int:
        """Index of the slice whose plane is nearest to the point; the end slice when it lies outside."""
        along = dot(point_mm, self.normal)
        distances = [abs(height - along) for height in self.heights_mm]
        return distances.index(min(distances))

    def moved_onto(self, point_mm: Vector3, index: int) -> Vector3:
        """The point shifted along the normal onto slice `index`."""
        distance = self.heights_mm[index] - dot(point_mm, self.normal)
        return add(point_mm, self.normal, distance)

    def pixel_to_mm(self, index: int, row: float, column: float) -> Vector3:
        """LPS position of a place in slice `index`; pixel centres have whole numbers."""
        point = add(self.positions_mm[index], self.right, column * self.spacing_mm[1])
        return add(point, self.down, row * self.spacing_mm[0])

    @property
    def centre_mm(self) -> Vector3:
        """LPS centre of the whole stack."""
        first = self.pixel_to_mm(0, (self.rows - 1) / 2, (self.columns - 1) / 2)
        last = self.pixel_to_mm(len(self.positions_mm) - 1, (self.rows - 1) / 2, (self.columns - 1) / 2)
        return ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2, (first[2] + last[2]) / 2)


# by identity, with the series itself so that no other takes its place: to hash one is slower than to compute its stack.
# Two cases of a pair fit; whoever asks for one that was forgotten gets an equal one
_MOST_KEPT = 128
_KEPT: dict[int, tuple[SeriesRecord, Stack]] = {}
