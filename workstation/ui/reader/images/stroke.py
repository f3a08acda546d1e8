"""Stroke of a drag with a tool in hand, until the button is let go."""

from __future__ import annotations

from workstation.imaging.geometry import Stack, dot
from workstation.imaging.measuring import PlanePoint, width_mm
from workstation.imaging.shown import as_stored
from workstation.reading.marks import TOOLS
from workstation.reading.tools.tool import Drag, Mark, PixelGrid
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.volumes import Loaded, Pixels

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


def with_values(mark: Mark, view: SeriesView, pixels: Pixels) -> Mark:
    """The mark with what the pixels say that it was drawn on; the same where they aren't there any more."""
    if not isinstance(pixels, Loaded) or (mark.series, mark.slice_index) != (view.series.code, view.index):
        return mark
    stored = Stack.stored(view.series)
    origin, (row_mm, column_mm) = stored.positions_mm[view.index], stored.spacing_mm
    corner = (dot(origin, stored.right) - column_mm / 2, dot(origin, stored.down) - row_mm / 2)
    shown = pixels.volume[view.index]
    return mark.valued(PixelGrid(corner, stored.spacing_mm), as_stored(shown, view.series.turn))
