"""Calliper: a width, from one side to the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import count
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
        return (Line(self.start, self.end, ticks=True, words=f"{self.mm:.2f} mm"),)

    def beside(self, new: Mark) -> Mark | None:
        """Another calliper is the one that measures; this one stays to be looked at."""
        if isinstance(new, Width):
            return EarlierWidth(self.series, self.slice_index, self.start, self.end)
        return self

    @classmethod
    def measured(cls, marks: Sequence[Mark]) -> Measured | None:
        """The width, to hundredths of a millimetre."""
        for mark in marks:
            if isinstance(mark, Width):
                value = round(mark.mm, 2)
                return Measured("width_mm", value, f"{value:.2f} mm")
        return None


class EarlierWidth(Mark, frozen=True, forbid_unknown_fields=True):
    """A calliper that was drawn before the one that measures."""

    kept_as: ClassVar[str] = "widths"
    many: ClassVar[bool] = True

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
        """As a calliper, dashed."""
        return (Line(self.start, self.end, dashed=True, ticks=True, words=f"{self.mm:.2f} mm"),)

    def replaces(self, _other: Mark) -> bool:
        """It never does."""
        return False

    @classmethod
    def measured(cls, _marks: Sequence[Mark]) -> Measured | None:
        """Nothing: the last calliper does."""
        return None


def _drawn(drag: Drag) -> Width | None:
    start = drag.points[0]
    return Width(drag.series, drag.slice_index, start, drag.last) if drag.last != start else None


def _never(_scheme: Scheme, _feature: Feature, _site: Site) -> NotHere | None:
    return None


def slices_in_a_row(marks: Sequence[Mark]) -> int:
    """On how many consecutive slices of one series callipers were drawn: the longest run. One of no width is none."""
    drawn = {
        (mark.series, mark.slice_index) for mark in marks if isinstance(mark, Width | EarlierWidth) and mark.mm > 0
    }
    return max((_run(drawn, series, index) for series, index in drawn), default=0)


def _run(drawn: Collection[tuple[str, int]], series: str, index: int) -> int:
    return next(length for length in count(1) if (series, index + length) not in drawn)


TOOLS = (Tool("width", Width, "Calliper: drag across the widest part. M ends it.", _drawn, _never),)
