"""Calliper: a width, from one side to the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from scoring.schemes.scheme import Feature, Scheme, Site
from workstation.imaging.measuring import PlanePoint, width_mm
from workstation.reading.tools.tool import Drag, Line, Mark, Measured, NotHere, Shape, Tool


class Width(Mark, frozen=True, forbid_unknown_fields=True):
    """A calliper from `start` to `end`."""

    kept_as: ClassVar[str] = "width"

    start: PlanePoint
    end: PlanePoint

    @property
    def mm(self) -> float:
        """How wide."""
        return width_mm(self.start, self.end)

    @property
    def points(self) -> tuple[PlanePoint, ...]:
        """Both ends."""
        return (self.start, self.end)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """A line with a tick at each end."""
        return (Line(self.start, self.end, ticks=True),)

    @classmethod
    def measured(cls, marks: Sequence[Mark]) -> Measured | None:
        """The width, to hundredths of a millimetre."""
        for mark in marks:
            if isinstance(mark, Width):
                value = round(mark.mm, 2)
                return Measured("width_mm", value, f"{value:.2f} mm")
        return None


def _drawn(drag: Drag) -> Width | None:
    start = drag.points[0]
    return Width(drag.series, drag.slice_index, start, drag.last) if drag.last != start else None


def _never(_scheme: Scheme, _feature: Feature, _site: Site) -> NotHere | None:
    return None


TOOLS = (Tool("width", Width, "Calliper: drag across the widest part. M ends it.", _drawn, _never),)
