"""Rehearsal of the feature that comes next: its slices are resampled and its words drawn before a key asks for them.

One cell in each turn of the event loop: a key that comes meanwhile waits for one at the most. What was foreseen wrongly
is drawn when it is asked for, as it was before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QObject, QRectF, QSize, QTimer
from PySide6.QtGui import QImage, QPainter

from workstation.hanging.layout import layout_of
from workstation.reading.state import SessionState
from workstation.ui.reader.cells.laying_out import sizes
from workstation.ui.reader.images import overlay
from workstation.ui.reader.images.arranging import arrange, hung
from workstation.ui.reader.images.protocol import PanelSize, PixelsOf
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.view import CellView, SeriesView
from workstation.ui.reader.images.viewport import to_screen
from workstation.ui.reader.images.volumes import Loaded, Pixels

# a feature has been in sight so long, nothing of its images having changed; and between two cells
QUIET_MS, BETWEEN_MS = 100, 5


class Rehearsal(QObject):
    """Asked with every state that is drawn; `take` gives what is ready of the feature that is shown now."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._planned: tuple[object, ...] | None = None
        self._of: tuple[SessionState, PanelSize, PixelsOf] | None = None
        self._due, self._feature = False, ""
        self._ready: dict[str, SliceImage] = {}
        self._cells: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def plan(self, state: SessionState, room: PanelSize, pixels_of: PixelsOf) -> None:
        """Rehearse soon what comes after this state, unless that is done or under way."""
        view = state.view
        planned = (state.case, state.focus.feature, view.cells, view.camera, view.grey, view.link, view.sites, room)
        self._of = state, room, pixels_of
        if planned != self._planned:
            self._planned, self._due = planned, True
            self._timer.start(QUIET_MS)

    def take(self, feature: str, view: SeriesView, pixels: Loaded) -> SliceImage | None:
        """What is ready of a cell, once; None where nothing is."""
        picture = self._ready.get(view.series.code) if feature == self._feature else None
        if picture is None or not picture.shows_slice(pixels.volume, view.index):
            return None
        del self._ready[view.series.code]
        return picture

    def stop(self) -> None:
        """Let go of everything."""
        self._timer.stop()
        self._cells, self._ready, self._of, self._due = iter(()), {}, None, False

    @property
    def done(self) -> bool:
        """Whether all is ready that was planned."""
        return bool(self._feature) and not self._due and not self._timer.isActive()

    def _go_on(self) -> None:
        """Another cell, of the feature that comes next now."""
        if self._due and self._of is not None:
            self._due = False
            self._begin(*self._of)
        for _ in self._cells:
            self._timer.start(BETWEEN_MS)
            return

    def _begin(self, state: SessionState, room: PanelSize, pixels_of: PixelsOf) -> None:
        # the images at the start don't wait for all that a reader can do
        from workstation.reading.answers.focus_moves import MoveFeature  # noqa: PLC0415 - see above
        from workstation.reading.session.step import step  # noqa: PLC0415

        following = step(state, MoveFeature(1)).state
        self._ready, self._feature = {}, following.focus.feature
        hanging, grid = hung(layout_of(state.scheme), following, *room.size)
        laid = sizes(grid, state.case.asked, QSize(*room.size), room.heading_px)
        large = [size for (row, _), size in laid.items() if not grid.is_slim(row)]
        wide = min((size.width() for size in large), default=1)
        high = min((size.height() for size in large), default=1)
        views, scales = arrange(following, hanging, wide, high)
        cells = [
            (view, laid[row, view.visit])
            for row, pair in enumerate(views)
            for view in pair
            if (row, view.visit) in laid and _plain(view)
        ]
        self._cells = self._made(cells, scales, pixels_of, room.ratio)

    def _made(
        self, cells: list[tuple[CellView, QSize]], scales: Mapping[str, float], pixels_of: PixelsOf, ratio: float
    ) -> Iterator[None]:
        for view, size in cells:
            if not isinstance(view, SeriesView):
                continue
            pixels = pixels_of(view.series)
            if isinstance(pixels, Loaded):
                picture = SliceImage()
                picture.show_slice(pixels.volume, view.index, view.window, inverted=view.inverted, smooth=view.smooth)
                laid_out = to_screen(view, size, scales[view.series.pane])
                picture.get_ready(laid_out.mapRect(QRectF(*view.corner_mm, *view.size_mm)), size, ratio)
                self._ready[view.series.code] = picture
                _write(view, pixels, size, scales[view.series.pane], ratio)
                yield


def _plain(view: CellView) -> bool:
    """Whether a cell shows a slice of its own and nothing over it."""
    return isinstance(view, SeriesView) and view.compared is None and view.source is None and not view.guest


def _write(view: SeriesView, pixels: Pixels, size: QSize, mm_per_pixel: float, ratio: float) -> None:
    """Have the words over a cell drawn as the small pictures that are kept; where they go to is looked at by nobody."""
    nowhere = QImage(1, 1, QImage.Format.Format_RGB32)
    nowhere.setDevicePixelRatio(ratio)
    with QPainter(nowhere) as painter:
        rect = QRectF(0, 0, size.width(), size.height())
        overlay.draw_series(painter, rect, view, pixels, to_screen(view, size, mm_per_pixel))
