"""Stroke of a drag with a tool in hand, until the button is let go."""

from __future__ import annotations

from workstation.imaging.measuring import PlanePoint, width_mm
from workstation.reading.marks import TOOLS
from workstation.reading.tools.tool import Drag, Mark
from workstation.ui.reader.images.view import SeriesView

# a hand can't draw finer, and a ring of a thousand points measures no better
_STEP_MM = 0.15


class Stroke:
    """One drag over one slice, in millimetres of its plane."""

    def __init__(self, view: SeriesView, start: PlanePoint) -> None:
        self._tool, self._series, self._index = TOOLS[view.tool], view.series.code, view.index
        self._points = [start]
        self._last = start

    def go_on(self, point: PlanePoint) -> None:
        """The mouse has come here."""
        self._last = point
        if width_mm(self._points[-1], point) >= _STEP_MM:
            self._points.append(point)

    @property
    def mark(self) -> Mark | None:
        """What is drawn so far; None while it is nothing yet."""
        return self._tool.draw(Drag(self._series, self._index, tuple(self._points), self._last))
