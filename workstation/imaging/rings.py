"""Rings in a plane: their area, and what a pull at their border makes of them. Pure geometry, in millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, cos, hypot, pi

from workstation.imaging.measuring import PlanePoint, Ring, width_mm

# how far a hand may be from a border that it means, how much of the border comes along, and how close its points are
NEAR_MM = 1.0
REACH_MM = 4.0
STEP_MM = 0.5


def area_mm2(ring: Ring) -> float:
    """The area inside, by the shoelace formula; a ring that crosses itself has no area that means anything."""
    twice = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], *ring[:1]), strict=True))
    return abs(twice) / 2


def distance_mm(ring: Ring, point: PlanePoint) -> float:
    """From a point to the nearest place of the border."""
    sides = zip(ring, (*ring[1:], *ring[:1]), strict=True)
    return min((_to_side(point, start, end) for start, end in sides), default=float("inf"))


def pulled(ring: Ring, start: PlanePoint, to: PlanePoint) -> tuple[PlanePoint, ...]:
    """The ring with its border pulled from one place to another; what is farther off than the reach stays."""
    right, down = to[0] - start[0], to[1] - start[1]
    return tuple((x + right * share, y + down * share) for x, y in _dense(ring) for share in (_share((x, y), start),))


def _share(point: PlanePoint, start: PlanePoint) -> float:
    away = width_mm(point, start) / REACH_MM
    return (1 + cos(pi * away)) / 2 if away < 1 else 0.0


def _dense(ring: Ring) -> Iterator[PlanePoint]:
    """With points so close that a pull bends it and breaks no corner."""
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], *ring[:1]), strict=True):
        pieces = max(ceil(hypot(x2 - x1, y2 - y1) / STEP_MM), 1)
        yield from ((x1 + (x2 - x1) * at / pieces, y1 + (y2 - y1) * at / pieces) for at in range(pieces))


def _to_side(point: PlanePoint, start: PlanePoint, end: PlanePoint) -> float:
    right, down = end[0] - start[0], end[1] - start[1]
    length = right * right + down * down
    along = 0.0 if not length else ((point[0] - start[0]) * right + (point[1] - start[1]) * down) / length
    along = min(max(along, 0.0), 1.0)
    return width_mm(point, (start[0] + along * right, start[1] + along * down))
