"""Axes of the hand in a visit's images: the ways it may lie, by planes and the side that the headers say. Pure.

Planes give the axes, not their ends: a hand beside the body points the other way than one above the head, and headers
don't say which it was. Of four ways each is possible; what is usual comes first.
"""

from __future__ import annotations

from math import sqrt

from msgspec import Struct

from storage.records import SeriesRecord, Vector3, VisitRecord
from workstation.imaging.geometry import Stack, add, cross, dot
from workstation.reading.images.linking import main_frame

# planes that are nearer to parallel than 60 degrees are no axial and coronal stack of one hand
_LEAST_APART = 0.5
# a direction that runs within 17 degrees of level says nothing about front and back
_LEAST_SLOPE = 0.3


class HandAxes(Struct, frozen=True):
    """One way in which the hand may lie: unit LPS directions, and the middle of the stacks in LPS mm."""

    radial: Vector3
    dorsal: Vector3
    distal: Vector3
    middle_mm: Vector3

    def turned(self, position: Vector3) -> Vector3:
        """(radial, dorsal, distal) millimetres as a movement in LPS."""
        moved = add((0.0, 0.0, 0.0), self.radial, position[0])
        return add(add(moved, self.dorsal, position[1]), self.distal, position[2])


def ways_to_lie(visit: VisitRecord) -> tuple[HandAxes, ...]:
    """The four ways, the usual one first; none where side, frame of reference or planes aren't known.

    Usual is: fingers at the top of coronal images, the palm towards the patient's front, as prone with the arm above
    the head or in the anatomical position. Which is the thumb's side then follows from the hand's side.
    """
    frame = main_frame(visit)
    if visit.side not in {"L", "R"} or not frame:
        return ()
    series = [entry for entry in visit.series if entry.slices and entry.frame == frame]
    axial, coronal = _largest(series, "AX"), _largest(series, "COR")
    found = _axes(axial, coronal)
    if found is None:
        return ()
    distal, dorsal = found
    stacks = [stack for stack in (axial, coronal) if stack is not None]
    middle = _mean([stack.centre_mm for stack in stacks])
    thumb = 1.0 if visit.side == "R" else -1.0
    ways = []
    for along in (1.0, -1.0):
        for back in (1.0, -1.0):
            up, behind = _scaled(distal, along), _scaled(dorsal, back)
            ways.append(HandAxes(_scaled(cross(behind, up), thumb), behind, up, middle))
    return tuple(ways)


def _largest(series: list[SeriesRecord], plane: str) -> Stack | None:
    stacks = [Stack.of(entry) for entry in series if entry.plane == plane]
    return max(stacks, key=lambda stack: len(stack.positions_mm), default=None)


def _axes(axial: Stack | None, coronal: Stack | None) -> tuple[Vector3, Vector3] | None:
    """Unit directions towards the fingers and the back of the hand, in the usual way to lie; None without planes."""
    if axial is None and coronal is None:
        return None
    if axial is None or coronal is None:
        return _of_coronal(coronal) if coronal is not None else _of_axial(axial)
    if abs(dot(axial.normal, coronal.normal)) > _LEAST_APART:
        return None
    top = _scaled(coronal.down, -1.0)
    return _facing(_towards(axial.normal, top), coronal.normal)


def _of_coronal(stack: Stack) -> tuple[Vector3, Vector3] | None:
    return _facing(_scaled(stack.down, -1.0), stack.normal)


def _of_axial(stack: Stack | None) -> tuple[Vector3, Vector3] | None:
    if stack is None:
        return None
    behind = max(stack.right, stack.down, key=lambda way: abs(way[1]))
    return _facing(_towards(stack.normal, (0.0, 0.0, 1.0)), behind)


def _facing(distal: Vector3, dorsal: Vector3) -> tuple[Vector3, Vector3] | None:
    """At right angles, the back of the hand towards the patient's back; None where that can't be told."""
    level = add(dorsal, distal, -dot(dorsal, distal))
    unit = _scaled(level, 1 / sqrt(dot(level, level)))
    if abs(unit[1]) < _LEAST_SLOPE:
        return None
    return distal, _towards(unit, (0.0, 1.0, 0.0))


def _towards(way: Vector3, which: Vector3) -> Vector3:
    return way if dot(way, which) >= 0 else _scaled(way, -1.0)


def _scaled(way: Vector3, by: float) -> Vector3:
    return (way[0] * by, way[1] * by, way[2] * by)


def _mean(points: list[Vector3]) -> Vector3:
    x, y, z = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    return (x, y, z)
