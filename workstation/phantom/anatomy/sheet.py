"""Sheet of points through the hand, on which materials are put, and rectangles of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Field, Point, Points, slab_coverage
from workstation.phantom.anatomy.tissues import Material

Colours = Mapping[Material, NDArray[np.float32]]
"""Signal of each material, one number per contrast."""

_EVERY = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """Points of a sheet (rows x columns), its pixel in mm, and the picture so far (contrast x rows x columns).

    slab_mm: how thick a slab the sheet stands for. low, high: corners of a box that holds all of it.
    """

    at: Points
    pixel_mm: float
    slab_mm: float
    picture: NDArray[np.float32]
    colours: Colours
    low: Point
    high: Point

    @classmethod
    def over(
        cls,
        at: Points,
        pixel_mm: float,
        slab_mm: float,
        picture: NDArray[np.float32],
        colours: Colours,
        *,
        bent: bool = False,
    ) -> Sheet:
        """A sheet over points that lie in a plane, so that its corners bound it, or in a bent one."""
        corners = [[float(axis[row, column]) for row in (0, -1) for column in (0, -1)] for axis in (at.x, at.y, at.z)]
        if bent:
            corners = [[float(axis.min()), float(axis.max())] for axis in (at.x, at.y, at.z)]
        low, high = ([edge(values) for values in corners] for edge in (min, max))
        return cls(at, pixel_mm, slab_mm, picture, colours, (low[0], low[1], low[2]), (high[0], high[1], high[2]))

    def put(self, material: Material, share: Field, part: tuple[slice, slice] = (slice(None), slice(None))) -> None:
        """Cover `share` of each pixel of a part with a material."""
        target = self.picture[:, part[0], part[1]]
        target += share * (self.colours[material][:, None, None] - target)

    def cover(self, distance: Field, smooth: Field | None = None) -> Field:
        """Share of each pixel that a shape covers. smooth: its distance without grain, where it has some."""
        return slab_coverage(distance, self.pixel_mm, self.slab_mm, smooth)

    def part(self, box: tuple[Point, Point] | None) -> tuple[slice, slice] | None:
        """A rectangle with all points in a box, at most some pixels too large; None when there is none."""
        if box is None:
            return None
        # Every fourth point each way decides, for a box larger by as much as such a point can lie off.
        slack = _EVERY * self.pixel_mm
        low, high = box
        if any(a > b or c < d for a, b, c, d in zip(low, self.high, high, self.low, strict=True)):
            return None
        larger = ((low[0] - slack, low[1] - slack, low[2] - slack), (high[0] + slack, high[1] + slack, high[2] + slack))
        inside = self.at.crop(slice(None, None, _EVERY), slice(None, None, _EVERY)).within(larger)
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        if not len(rows):
            return None
        return (
            slice(max(0, int(rows[0] - 1) * _EVERY), int(rows[-1] + 1) * _EVERY),
            slice(max(0, int(columns[0] - 1) * _EVERY), int(columns[-1] + 1) * _EVERY),
        )


def around(chosen: NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """The smallest rectangle with all that is chosen; None when nothing is."""
    rows, columns = np.flatnonzero(chosen.any(axis=1)), np.flatnonzero(chosen.any(axis=0))
    if not len(rows):
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def within(part: tuple[slice, slice], of_it: tuple[slice, slice]) -> tuple[slice, slice]:
    """A part of a part, in the rows and columns of the whole."""
    rows, columns = (slice(a.start + b.start, a.start + b.stop) for a, b in zip(part, of_it, strict=True))
    return rows, columns
