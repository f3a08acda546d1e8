"""Rehearsal of what comes next: slices are resampled and words drawn before a key asks for them.

That is the site that a grade of the last visit goes on to, where other slices are shown, and then the next feature.

One cell in each turn of the event loop: a key that comes meanwhile waits for one at the most. What was foreseen wrongly
is drawn when it is asked for, as it was before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct
from PySide6.QtCore import QObject, QRectF, QSize, QTimer
from PySide6.QtGui import QImage, QPainter

from scoring.values import replace
from workstation.hanging.layout import layout_of
from workstation.reading.state import SessionState
from workstation.ui.reader.cells.grid import Grid
from workstation.ui.reader.cells.laying_out import At, sizes
from workstation.ui.reader.images import overlay
from workstation.ui.reader.images.arranging import arrange, hung
from workstation.ui.reader.images.protocol import PanelSize, PixelsOf
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import to_screen
from workstation.ui.reader.images.volumes import Loaded, Pixels

# a feature has been in sight so long, nothing of its images having changed; and between two cells
QUIET_MS, BETWEEN_MS = 100, 5


# a feature, a series by its code, and a slice of it
_Which = tuple[str, str, int]


class _Foreseen(Struct, frozen=True, eq=False):
    """A cell as it is expected to be."""

    view: SeriesView
    size: QSize
    mm_per_pixel: float


class Rehearsal(QObject):
    """Asked with every state that is drawn; `take` gives what is ready of what is shown now."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._planned: tuple[object, ...] | None = None
        self._of: tuple[SessionState, PanelSize, PixelsOf] | None = None
        self._due = self._begun = False
        self._ready: dict[_Which, SliceImage] = {}
        self._cells: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def plan(self, state: SessionState, room: PanelSize, pixels_of: PixelsOf) -> None:
        """Rehearse soon what comes after this state, unless that is done or under way."""
        view = state.view
        looks = (view.cells, view.camera, view.grey, view.link, view.sites, view.cursor_mm, view.pointed)
        planned = (state.case, state.focus.feature, state.focus.site, state.reading, looks, room)
        self._of = state, room, pixels_of
        if planned != self._planned:
            self._planned, self._due = planned, True
            self._timer.start(QUIET_MS)

    def take(self, feature: str, view: SeriesView, pixels: Loaded) -> SliceImage | None:
        """What is ready of a cell, once; None where nothing is."""
        which = feature, view.series.code, view.index
        picture = self._ready.get(which)
        if picture is None or not picture.shows_slice(pixels.volume, view.index):
            return None
        del self._ready[which]
        return picture

    def stop(self) -> None:
        """Let go of everything."""
        self._timer.stop()
        self._cells, self._ready, self._of, self._due = iter(()), {}, None, False
        self._planned, self._begun = None, False

    @property
    def done(self) -> bool:
        """Whether all is ready that was planned."""
        return self._begun and not self._due and not self._timer.isActive()

    def _go_on(self) -> None:
        """Another cell, of what comes next now."""
        if self._due and self._of is not None:
            self._due = False
            self._begin(*self._of)
        for _ in self._cells:
            self._timer.start(BETWEEN_MS)
            return

    def _begin(self, state: SessionState, room: PanelSize, pixels_of: PixelsOf) -> None:
        self._begun = True
        self._cells = self._made(state, room, pixels_of)

    def _made(self, state: SessionState, room: PanelSize, pixels_of: PixelsOf) -> Iterator[None]:
        """A turn of the event loop ends at each `yield`, so that no key waits for more than one part."""
        # the images at the start don't wait for all that a reader can do
        from workstation.reading.answers.focus_moves import MoveFeature, MoveFocus  # noqa: PLC0415 - see above
        from workstation.reading.session.step import step  # noqa: PLC0415

        feature = state.focus.feature
        on_last = replace(state, focus=replace(state.focus, visit=state.case.asked[-1]))
        site = step(on_last, MoveFocus(1, -len(state.case.asked))).state
        wanted: dict[_Which, _Foreseen] = {}
        if site.focus.feature == feature:
            shown = {which for which, _ in _foreseen(state, room)}
            yield
            wanted = {which: cell for which, cell in _foreseen(site, room) if which not in shown}
            yield
        wanted |= dict(_foreseen(step(state, MoveFeature(1)).state, room))
        # what is wanted still is drawn already, if its window and its size are the same
        self._ready = {which: picture for which, picture in self._ready.items() if which in wanted}
        yield
        for which, cell in wanted.items():
            view, pixels = cell.view, pixels_of(cell.view.series)
            if not isinstance(pixels, Loaded):
                continue
            picture = self._ready.get(which) or SliceImage()
            picture.show_slice(pixels.volume, view.index, view.window, inverted=view.inverted, smooth=view.smooth)
            on_screen = to_screen(view, cell.size, cell.mm_per_pixel).mapRect(QRectF(*view.corner_mm, *view.size_mm))
            self._ready[which] = picture
            if picture.get_ready(on_screen, cell.size, room.ratio):
                _write(cell, pixels, room.ratio)
                yield


@lru_cache(maxsize=8)
def _laid(grid: Grid, visits: tuple[int, ...], size: tuple[int, int], heading_px: int) -> Mapping[At, QSize]:
    """How large the cells will be: sites of a feature ask for the same again and again."""
    return sizes(grid, visits, QSize(*size), heading_px)


def _foreseen(state: SessionState, room: PanelSize) -> Iterator[tuple[_Which, _Foreseen]]:
    """The cells of a state in a room of that size, those that show a slice of their own."""
    hanging, grid = hung(layout_of(state.scheme), state, *room.size)
    laid = _laid(grid, state.case.asked, room.size, room.heading_px)
    large = [size for (row, _), size in laid.items() if not grid.is_slim(row)]
    wide = min((size.width() for size in large), default=1)
    high = min((size.height() for size in large), default=1)
    views, scales = arrange(state, hanging, wide, high)
    for row, pair in enumerate(views):
        for view in pair:
            if isinstance(view, SeriesView) and (row, view.visit) in laid and _plain(view):
                which = state.focus.feature, view.series.code, view.index
                yield which, _Foreseen(view, laid[row, view.visit], scales[view.series.pane])


def _plain(view: SeriesView) -> bool:
    """Whether a cell shows a slice of its own and nothing over it."""
    return view.compared is None and view.source is None and not view.guest


def _write(cell: _Foreseen, pixels: Pixels, ratio: float) -> None:
    """Have the words over a cell drawn as the small pictures that are kept; where they go to is looked at by nobody."""
    nowhere = QImage(1, 1, QImage.Format.Format_RGB32)
    nowhere.setDevicePixelRatio(ratio)
    with QPainter(nowhere) as painter:
        rect = QRectF(0, 0, cell.size.width(), cell.size.height())
        overlay.draw_series(painter, rect, cell.view, pixels, to_screen(cell.view, cell.size, cell.mm_per_pixel))
