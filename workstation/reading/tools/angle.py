"""Angle: drawn as one stroke, along one arm to the corner and along the other."""

from __future__ import annotations

from collections.abc import Sequence
from math import acos, degrees
from typing import ClassVar

from scoring.schemes.scheme import Feature, Scheme, Site
from workstation.imaging.measuring import PlanePoint, width_mm
from workstation.reading.tools.tool import Drag, Line, Mark, Measured, NotHere, Shape, Tool

# a shorter arm is no arm
_LEAST_MM = 1.0


class Angle(Mark, frozen=True, forbid_unknown_fields=True):
    """Between the arms from the corner to `start` and to `end`."""

    kept_as: ClassVar[str] = "angle"

    start: PlanePoint
    corner: PlanePoint
    end: PlanePoint

    @property
    def points(self) -> tuple[PlanePoint, ...]:
        """Both ends and the corner."""
        return (self.start, self.corner, self.end)

    @property
    def whole(self) -> bool:
        """Whether both arms have a length."""
        return min(width_mm(self.corner, self.start), width_mm(self.corner, self.end)) >= _LEAST_MM

    @property
    def degrees(self) -> float:
        """0 to 180."""
        one, other = ((at[0] - self.corner[0], at[1] - self.corner[1]) for at in (self.start, self.end))
        along = (one[0] * other[0] + one[1] * other[1]) / (
            width_mm(self.corner, self.start) * width_mm(self.corner, self.end)
        )
        return degrees(acos(min(max(along, -1.0), 1.0)))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Both arms, the number at the end of the second."""
        words = f"{self.degrees:.1f}\N{DEGREE SIGN}" if self.whole else ""
        return (Line(self.start, self.corner), Line(self.corner, self.end, words=words))

    @classmethod
    def measured(cls, marks: Sequence[Mark]) -> Measured | None:
        """Degrees; no scheme grades by them."""
        for mark in marks:
            if isinstance(mark, Angle):
                return Measured("", None, f"{mark.degrees:.1f} degrees")
        return None


def _drawn(drag: Drag) -> Angle | None:
    """The corner is where the stroke was farthest from the straight line between its ends."""
    start, end = drag.points[0], drag.last
    length = width_mm(start, end)

    def away(at: PlanePoint) -> float:
        if not length:
            return width_mm(start, at)
        across = (end[0] - start[0]) * (at[1] - start[1]) - (end[1] - start[1]) * (at[0] - start[0])
        return abs(across) / length

    angle = Angle(drag.series, drag.slice_index, start, max(drag.points, key=away), end)
    return angle if angle.whole else None


def _never(_scheme: Scheme, _feature: Feature, _site: Site) -> NotHere | None:
    return None


TOOLS = (Tool("angle", Angle, "Angle: one stroke along one arm, round the corner, along the other.", _drawn, _never),)
