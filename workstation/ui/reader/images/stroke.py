"""Stroke: what a drag with a tool in hand draws, until the button is let go."""

from __future__ import annotations

from workstation.imaging.measuring import LEAST_POINTS, PlanePoint, width_mm
from workstation.reading.marks import Depth, Outline, Width
from workstation.ui.reader.images.view import SeriesView

# a hand can't draw finer, and a ring of a thousand points measures no better
_STEP_MM = 0.15


class Stroke:
    """One drag over one slice, in millimetres of its plane."""

    def __init__(self, view: SeriesView, start: PlanePoint) -> None:
        self._tool, self._series, self._index = view.tool, view.series.code, view.index
        self._points = [start]
        self._last = start

    def go_on(self, point: PlanePoint) -> None:
        """The mouse has come here."""
        self._last = point
        if width_mm(self._points[-1], point) >= _STEP_MM:
            self._points.append(point)

    @property
    def mark(self) -> Width | Depth | Outline | None:
        """What is drawn so far; None while it is nothing yet."""
        first = self._points[0]
        match self._tool:
            case "width":
                return Width(self._series, self._index, first, self._last) if self._last != first else None
            case "depth":
                return Depth(self._series, self._index, first, self._last)
            case _:
                if len(self._points) < LEAST_POINTS:
                    return None
                return Outline(self._series, self._index, self._tool, tuple(self._points))
