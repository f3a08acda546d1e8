"""A plane cut through a stack: a picture between its slices, with the stack's own resolution. Pure NumPy.

The plane holds the stack's normal, so that each slice gives one line of it; what lies between two slices is between
their lines. Nothing is made finer than it was imaged: a line is as thick as its slice.
"""

from __future__ import annotations

import weakref
from math import ceil, cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.records import SeriesRecord, Vector3
from workstation.imaging.gaps import gaps
from workstation.imaging.geometry import Stack, add, cross, dot
from workstation.imaging.orientation import plane_of

LEAST_SLICES = 4
# right and down of a plane as it is usually shown: from the front, from the left, from the feet
_USUAL: dict[str, tuple[Vector3, Vector3]] = {
    "AX": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "COR": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    "SAG": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}
# how far a plane may be turned and still be called by its name: cosine of 15 degrees, and a little
_STRAIGHT = 0.965
# another stack lies nearly as a plane does: within 30 degrees
_ALIKE = 0.86


def why_not(series: SeriesRecord) -> str:
    """Why no plane can be cut through a series; empty where one can."""
    if len(series.slices) < LEAST_SLICES or not series.slice_spacing_mm:
        return f"it has fewer than {LEAST_SLICES} slices"
    if gaps(Stack.of(series).heights_mm, series.slice_spacing_mm):
        return "slices of it are missing"
    return ""


def cut_through(stack: Stack, point_mm: Vector3, degrees: float, like: tuple[Stack, ...] = ()) -> Stack:
    """The one slice through a point that holds the stack's normal, as a stack of its own.

    Args:
        stack: of a series that `why_not` has nothing against.
        point_mm: LPS, somewhere in it.
        degrees: between the stack's rows and the plane: at 0 the plane runs along them, at 90 along its columns.
        like: stacks of the same patient; the plane is shown the way round as one of them that lies nearly as it does.
    """
    angle = radians(degrees)
    along = add(_times(stack.right, cos(angle)), stack.down, sin(angle))
    across = add(_times(stack.right, -sin(angle)), stack.down, cos(angle))
    middle = add(stack.centre_mm, across, dot(point_mm, across) - dot(stack.centre_mm, across))
    (row_mm, column_mm), thick = stack.spacing_mm, _slice_mm(stack)
    fine = min(row_mm, column_mm)
    wide = abs(cos(angle)) * stack.columns * column_mm + abs(sin(angle)) * stack.rows * row_mm
    count = max(ceil(wide / fine - 1e-6), 1)
    right, down = _shown_as(along, stack.normal, across, like)
    if abs(dot(right, along)) > abs(dot(right, stack.normal)):
        rows, columns, spacing = len(stack.positions_mm), count, (thick, fine)
    else:
        rows, columns, spacing = count, len(stack.positions_mm), (fine, thick)
    corner = add(add(middle, right, -(columns - 1) / 2 * spacing[1]), down, -(rows - 1) / 2 * spacing[0])
    normal = cross(right, down)
    return Stack(right, down, normal, (corner,), (dot(corner, normal),), spacing, rows, columns)


def plane_name(plane: Stack) -> str:
    """AX, COR or SAG; empty where it is oblique to all of them."""
    steep = max(map(abs, plane.normal))
    return plane_of(plane.normal) if steep > _STRAIGHT else ""


def sampled(volume: NDArray[Any], stack: Stack, plane: Stack, outside: float) -> NDArray[Any]:
    """The pixels of a plane that `cut_through` made: (1, row, column), in the type of the volume.

    Args:
        volume: (slice, row, column) of the stack.
        stack: where that lies.
        plane: a cut through it.
        outside: the value where the plane leaves the images.
    """
    upright = abs(dot(plane.down, stack.normal)) > abs(dot(plane.right, stack.normal))
    line, each, count = (
        (plane.right, plane.spacing_mm[1], plane.columns) if upright else (plane.down, plane.spacing_mm[0], plane.rows)
    )
    rises = dot(plane.down if upright else plane.right, stack.normal) > 0
    at = np.arange(count) * each
    row_mm, column_mm = stack.spacing_mm
    made = np.empty((len(volume), count), volume.dtype)
    for index, (pixels, first) in enumerate(zip(volume, stack.positions_mm, strict=True)):
        start = add(plane.positions_mm[0], first, -1.0)
        rows = (dot(start, stack.down) + at * dot(line, stack.down)) / row_mm
        columns = (dot(start, stack.right) + at * dot(line, stack.right)) / column_mm
        made[index if rises else len(volume) - 1 - index] = _between(pixels, rows, columns, outside)
    picture = made if upright else made.T
    return np.ascontiguousarray(picture)[np.newaxis]


class Cuts:
    """Planes as they were made last: what is shown again isn't made again, and is the same array."""

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._made: dict[tuple[int, Stack], tuple[weakref.ref[NDArray[Any]], NDArray[Any]]] = {}

    def of(self, volume: NDArray[Any], stack: Stack, plane: Stack, outside: float) -> NDArray[Any]:
        """As `sampled`."""
        kept = self._made.get((id(volume), plane))
        if kept is not None and kept[0]() is volume:
            return kept[1]
        while len(self._made) >= self._most:
            del self._made[next(iter(self._made))]
        made = sampled(volume, stack, plane, outside)
        self._made[id(volume), plane] = (weakref.ref(volume), made)
        return made


def _between(pixels: NDArray[Any], rows: NDArray[Any], columns: NDArray[Any], outside: float) -> NDArray[Any]:
    """Values at places of one slice, linear between its pixels; centres of pixels have whole numbers."""
    high, wide = pixels.shape
    inside = (np.abs(rows + 0.5 - high / 2) <= high / 2) & (np.abs(columns + 0.5 - wide / 2) <= wide / 2)
    row, column = np.clip(rows, 0, high - 1), np.clip(columns, 0, wide - 1)
    top, left = np.minimum(row.astype(np.intp), max(high - 2, 0)), np.minimum(column.astype(np.intp), max(wide - 2, 0))
    below, beside = np.minimum(top + 1, high - 1), np.minimum(left + 1, wide - 1)
    down, right = row - top, column - left
    value = (1 - down) * ((1 - right) * pixels[top, left] + right * pixels[top, beside])
    value += down * ((1 - right) * pixels[below, left] + right * pixels[below, beside])
    return np.where(inside, np.rint(value), outside).astype(pixels.dtype)


def _shown_as(along: Vector3, normal: Vector3, across: Vector3, like: tuple[Stack, ...]) -> tuple[Vector3, Vector3]:
    """Right and down of the picture: as another stack's that lies nearly as it does, else as is usual."""
    usual = _USUAL[plane_of(across)]
    for other in like:
        if abs(dot(other.normal, across)) > _ALIKE:
            usual = other.right, other.down
            break
    if abs(dot(along, usual[0])) + abs(dot(normal, usual[1])) >= abs(dot(normal, usual[0])) + abs(dot(along, usual[1])):
        right, down = along, normal
    else:
        right, down = normal, along
    return _same_way(right, usual[0]), _same_way(down, usual[1])


def _same_way(axis: Vector3, wanted: Vector3) -> Vector3:
    return axis if dot(axis, wanted) >= 0 else _times(axis, -1.0)


def _times(vector: Vector3, by: float) -> Vector3:
    return (vector[0] * by, vector[1] * by, vector[2] * by)


def _slice_mm(stack: Stack) -> float:
    return (stack.heights_mm[-1] - stack.heights_mm[0]) / (len(stack.heights_mm) - 1)
