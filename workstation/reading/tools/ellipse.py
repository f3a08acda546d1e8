"""Ellipse: mean and spread of the stored values in it, which say how bright a part of an image is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from scoring.schemes.scheme import Feature, Scheme, Site
from scoring.values import replace
from workstation.imaging.measuring import PlanePoint
from workstation.reading.tools.tool import Drag, Mark, Measured, NotHere, Oval, PixelGrid, Shape, Tool

_LEAST_MM = 0.3


class Ellipse(Mark, frozen=True, forbid_unknown_fields=True):
    """Along the edges of the image. mean, sd: of the stored values of the pixels whose middle lies in it; pixels: how
    many these are, 0 before they were counted. sd: as of a sample, 0 of one pixel.
    """

    kept_as: ClassVar[str] = "ellipse"

    middle: PlanePoint
    half: PlanePoint
    mean: float = 0.0
    sd: float = 0.0
    pixels: int = 0

    @property
    def points(self) -> tuple[PlanePoint, ...]:
        """Its middle, its half axes and its numbers, all of which are to be finite."""
        return (self.middle, self.half, (self.mean, self.sd))

    @property
    def whole(self) -> bool:
        """Whether it holds a pixel."""
        return self.pixels > 0

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The ellipse, its mean beside it."""
        return (Oval(self.middle, self.half, f"{self.mean:,.0f}" if self.pixels else ""),)

    def valued(self, grid: PixelGrid, values: NDArray[Any]) -> Ellipse:
        """With the numbers of what lies in it."""
        down, right = grid.centres(values.shape)
        inside = ((right - self.middle[0]) / self.half[0]) ** 2 + ((down - self.middle[1]) / self.half[1]) ** 2 <= 1
        found = values[inside].astype(np.float64)
        if not found.size:
            return replace(self, mean=0.0, sd=0.0, pixels=0)
        sd = float(found.std(ddof=1)) if found.size > 1 else 0.0
        return replace(self, mean=round(float(found.mean()), 3), sd=round(sd, 3), pixels=int(found.size))

    @classmethod
    def measured(cls, marks: Sequence[Mark]) -> Measured | None:
        """Mean, spread and number of pixels; no scheme grades by them."""
        for mark in marks:
            if isinstance(mark, Ellipse):
                return Measured("", None, f"mean {mark.mean:,.1f}, SD {mark.sd:,.1f}, {mark.pixels:,} pixels")
        return None


def _drawn(drag: Drag) -> Ellipse | None:
    (right, down), (end_right, end_down) = drag.points[0], drag.last
    half = (abs(end_right - right) / 2, abs(end_down - down) / 2)
    if min(half) < _LEAST_MM:
        return None
    return Ellipse(drag.series, drag.slice_index, ((right + end_right) / 2, (down + end_down) / 2), half)


def _never(_scheme: Scheme, _feature: Feature, _site: Site) -> NotHere | None:
    return None


TOOLS = (Tool("ellipse", Ellipse, "Ellipse: drag from corner to corner. Shift+Y ends it.", _drawn, _never),)
