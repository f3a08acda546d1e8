"""Stroke of a drag with a tool in hand, until the button is let go."""

from __future__ import annotations

from workstation.imaging.geometry import Stack, dot
from workstation.imaging.measuring import PlanePoint, width_mm
from workstation.imaging.shown import as_stored
from workstation.reading.answers.measuring import Draw, NothingDrawn
from workstation.reading.command import Command
from workstation.reading.marks import TOOLS
from workstation.reading.tools.tool import Drag, Mark, Picture, PixelGrid
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.volumes import Loaded, Pixels

# a hand can't draw finer, and a ring of a thousand points measures no better
_STEP_MM = 0.15
# what a hand moves while it clicks
_CLICK_PX = 3.0


class Stroke:
    """One drag over one slice, in millimetres of its plane. mm_per_pixel: of the screen."""

    def __init__(self, view: SeriesView, start: PlanePoint, mm_per_pixel: float) -> None:
        self._tool, self._series, self._index = TOOLS[view.tool], view.series.code, view.index
        self._drawn = () if view.marks is None else view.marks.drawn
        self._points = [start]
        self._last = start
        self._click_mm = _CLICK_PX * mm_per_pixel
        self._moved = False

    def go_on(self, point: PlanePoint) -> None:
        """The mouse has come here."""
        self._last = point
        self._moved = self._moved or width_mm(self._points[0], point) > self._click_mm
        if width_mm(self._points[-1], point) >= _STEP_MM:
            self._points.append(point)

    @property
    def _drag(self) -> Drag:
        return Drag(self._series, self._index, tuple(self._points), self._last)

    @property
    def mark(self) -> Mark | None:
        """What is drawn so far; None while it is nothing yet."""
        if self._tool.click is not None and not self._moved:
            return None
        changed = None if self._tool.pull is None else self._tool.pull(self._drag, self._drawn)
        return self._tool.draw(self._drag) if changed is None else changed

    def end(self, view: SeriesView, pixels: Pixels) -> Command | None:
        """What is asked for when the button is let go."""
        picture = picture_of(view, pixels)
        if (view.series.code, view.index) != (self._series, self._index):
            picture = None
        if self._tool.click is not None and not self._moved:
            found = None if picture is None else self._tool.click(self._drag, picture)
            return NothingDrawn() if found is None else Draw(found.mark, bounded=found.bounded)
        mark = self.mark
        if mark is None:
            return None
        return Draw(mark if picture is None else mark.valued(picture.grid, picture.values))


def picture_of(view: SeriesView, pixels: Pixels) -> Picture | None:
    """The slice shown as it is stored; None where its pixels aren't there any more."""
    if not isinstance(pixels, Loaded):
        return None
    stored = Stack.stored(view.series)
    origin, (row_mm, column_mm) = stored.positions_mm[view.index], stored.spacing_mm
    corner = (dot(origin, stored.right) - column_mm / 2, dot(origin, stored.down) - row_mm / 2)
    values = as_stored(pixels.volume[view.index], view.series.turn)
    return Picture(values, PixelGrid(corner, stored.spacing_mm), (view.window.low, view.window.high))
