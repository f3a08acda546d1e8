"""The images of a case: baseline left, follow-up right, a series a row, all at one scale. A scan alone fills it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from scoring.readings.reading import VISITS as VISIT_NUMBERS
from storage.records import CaseRecord, SeriesRecord
from workstation.actions.mouse import SHIPPED_MOUSE, Mouse
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import Hanging, Shown
from workstation.imaging.geometry import Stack
from workstation.imaging.light.lit import Lit
from workstation.imaging.reformatting import Cuts
from workstation.imaging.volume import Volume
from workstation.reading.command import Command
from workstation.reading.images.display import Enlarge
from workstation.reading.images.filling import Outlines, with_outlines
from workstation.reading.images.row_series import PutSeries
from workstation.reading.images.view import Pan
from workstation.reading.seen_slices import Glance
from workstation.reading.state import SessionState
from workstation.reading.view_state import Camera, Filling
from workstation.ui.reader.cells.grid import Grid
from workstation.ui.reader.cells.laying_out import new_grid, put, stretch
from workstation.ui.reader.coming.fetching import fetching
from workstation.ui.reader.images.arranging import arrange, chosen_arrangement, hung
from workstation.ui.reader.images.both_cores import BothCores
from workstation.ui.reader.images.headings import Headings
from workstation.ui.reader.images.protocol import Ahead, MenuAsked, PanelSize
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.view import CellView, SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.reader.images.volumes import Loaded, Loading, Pixels, Volumes
from workstation.ui.reader.images.watch import Watch
from workstation.ui.shared.colours import DARK

if TYPE_CHECKING:
    from workstation.fetching.while_reading import WhileReading
    from workstation.ui.reader.insets.overview import Overview

# planes cut through series that are in sight, and as many again
_CUTS = 4


class ImagesPanel(QWidget):
    """Draws the images that a state asks for. Whoever closes the window calls `shutdown`.

    wanted: a command of the reader's, to be dispatched at once.
    loaded: every series in sight has its pixels, or says why it hasn't.
    menu_asked: by the right button over a cell.
    arrived: pixels of one more series are there.
    lit: the light of both visits of this case is known, by its code. outlined: where the wrist is in a plane of it.
    """

    wanted = Signal(Command)
    loaded = Signal()
    arrived = Signal()
    menu_asked = Signal(MenuAsked)
    lit = Signal(str)
    outlined = Signal(str)

    def __init__(self, parent: QWidget | None = None, apart: WhileReading | None = None) -> None:
        super().__init__(parent)
        self._state: SessionState | None = None
        self._hanging = Hanging(())
        self._rows: list[tuple[Viewport, Viewport]] = []
        self._cells = Grid(0)
        self._alone: tuple[int, int] | None = None
        self._announced: tuple[str, ...] | None = None
        self._hung_by: tuple[tuple[object, ...], tuple[int, int]] | None = None
        self._volumes = Volumes(self, apart)
        self.fetching = fetching(self, self._volumes, self.loaded, apart=apart is not None)
        self._volumes.arrived.connect(self._draw)
        self._volumes.arrived.connect(self.arrived)
        self._volumes.lit.connect(self._tell_of_light)
        self._watch = Watch()
        self._overviews: dict[Viewport, Overview] = {}
        self._cuts = Cuts(_CUTS)
        self._cut_pixels: tuple[Loaded, ...] = ()
        self._volumes.outlined.connect(self._tell_of_outlines)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(0)
        self._redraw.timeout.connect(self._draw)
        self.setObjectName("images")
        self.setStyleSheet(f"#images {{ background: {DARK.background}; }}")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._grid = new_grid(self)
        self._rehearsal: Ahead | None = None
        self._cores = BothCores()
        self._changed: set[Viewport] = set()
        self._headings = Headings(self)
        self.mouse = SHIPPED_MOUSE

    def take_mouse(self, mouse: Mouse) -> None:
        """Have mouse and wheel do what the reader wants of them."""
        self.mouse = mouse
        for cell in self.findChildren(Viewport):
            cell.mouse = mouse

    def show_state(self, state: SessionState) -> None:
        """Draw the state. May be called twice; reads no disk; sends no command."""
        self._state = state
        self._hang(state)
        self._show_cells(state.view.cells.enlarged.get(state.focus.feature))
        self._volumes.want(state.case, self._hanging.series, state.view.camera.outlines)
        self.fetching.show_case(state.case.code)
        self._draw()

    def look_ahead(self, case: CaseRecord) -> None:
        """Have the pixels of this case at hand when it is shown; of this one alone."""
        self._volumes.look_ahead(case)

    def lights(self, case: CaseRecord) -> Mapping[str, Lit] | None:
        """What the series of a case open with, by their codes; None while that isn't known."""
        return self._volumes.lights(case)

    def outlines(self, case: CaseRecord) -> Outlines:
        """Where the wrist is in the images of a case, as far as that is known."""
        return self._volumes.outlines(case)

    def all_loaded(self) -> bool:
        """Whether every series in sight has its pixels, or says why it hasn't, and is shown as it will stay."""
        if self._state is None:
            return False
        camera = self._outlined(self._state).view.camera
        return not any(isinstance(self._pixels_of(series, camera), Loading) for series in self._hanging.series)

    def _pixels_of(self, series: SeriesRecord, camera: Camera) -> Pixels:
        """What there is to draw of a series; nothing before it is known what of its plane fills the cells."""
        if camera.filling is Filling.WRIST and series.pane not in camera.outlines:
            return Loading()
        return self._volumes.pixels(series.code)

    def _pixels_in(self, view: SeriesView, camera: Camera) -> Pixels:
        """What there is to draw of a cell: of a series, or of a plane that is cut through one."""
        if view.source is None:
            return self._pixels_of(view.series, camera)
        pixels, dark = self._pixels_of(view.source, camera), view.source.minimum
        if not isinstance(pixels, Loaded):
            return pixels
        dark = view.source.maximum if view.source.inverted else dark
        made = self._cuts.of(pixels.volume, Stack.of(view.source), view.stack, dark)
        kept = next((one for one in self._cut_pixels if one.volume is made), None) or Loaded(made)
        # the same again, so that a state that shows nothing new paints nothing
        self._cut_pixels = (kept, *(one for one in self._cut_pixels if one is not kept))[:_CUTS]
        return kept

    def _outlined(self, state: SessionState) -> SessionState:
        """The state with what the session will be told, or will be when there is one."""
        return with_outlines(state, self._volumes.outlines(state.case))

    def primary_series(self) -> tuple[int, str] | None:
        """Visit and code of the series that keys scroll, and that a grade is given on.

        Of the row of a cell that is alone, else of the row that the reader gave to the keys, else of the uppermost that
        has images of the visit in focus; of the other visit where there are none.
        """
        if self._state is None or not self._hanging.rows:
            return None
        rows = self._hanging.rows
        keyed = self._state.view.cells.keyed.get(self._state.focus.feature, 0)
        first = min(keyed if self._alone is None else self._alone[0], len(rows) - 1)
        rows = (rows[first], *rows)
        wanted = self._focus_visit
        if self._alone is not None and not self._state.view.link.linked:
            # the visit that can't be seen wouldn't take the one in sight along
            wanted = self._alone[1]
        for number in sorted(VISIT_NUMBERS, key=lambda visit: visit != wanted):
            for row in rows:
                cell = dict(zip(VISIT_NUMBERS, row.cells, strict=True))[number]
                if isinstance(cell, Shown):
                    return number, cell.series.code
        return None

    def in_sight(self) -> frozenset[str]:
        """The codes of the series that are shown, all or the one that is alone."""
        cells = (cell.view for row in self._rows for cell in row if not cell.isHidden())
        return frozenset(view.series.code for view in cells if isinstance(view, SeriesView))

    def volume(self, series: str) -> Volume | None:
        """The pixels of a series of the case; None while they aren't there, or can't be had."""
        pixels = self._volumes.pixels(series)
        return pixels.volume if isinstance(pixels, Loaded) else None

    def glances(self) -> tuple[Glance, ...]:
        """What stood on the screen since it was asked last."""
        return self._watch.glances()

    def shutdown(self) -> None:
        """Stop loading and wait for it; nothing is drawn any more."""
        self._redraw.stop()
        if self._rehearsal is not None:
            self._rehearsal.stop()
        self._volumes.shutdown()
        self._changed.clear()
        self._cores.shutdown()

    @property
    def viewports(self) -> tuple[tuple[Viewport, Viewport], ...]:
        """The cells, rows from the top."""
        return tuple(self._rows)

    @property
    def _focus_visit(self) -> int:
        return self._state.focus.visit if self._state is not None else VISIT_NUMBERS[0]

    @property
    def _asked(self) -> tuple[int, ...]:
        return VISIT_NUMBERS if self._state is None else self._state.case.asked

    def _hang(self, state: SessionState) -> None:
        """Have the series of a state hang as it wishes, or as they are largest in this room."""
        wishes, room = _wishes(state), (self.width(), self.height())
        if (wishes, room) == self._hung_by:
            return
        if self._hung_by is None or wishes != self._hung_by[0]:
            self._announced = None
        self._hanging, cells = hung(layout_of(state.scheme), state, *room)
        self._lay_out(cells)
        # only now: where one of them fails, the next draw does both again and shows no series of before
        self._hung_by = wishes, room

    def _lay_out(self, cells: Grid) -> None:
        """Have that many cells, each in its place."""
        if cells == self._cells:
            return
        while len(self._rows) < cells.series:
            self._rows.append((self._new_viewport(), self._new_viewport()))
        while len(self._rows) > cells.series:
            for cell in self._rows.pop():
                self._grid.removeWidget(cell)
                self._watch.left(cell)
                self._changed.discard(cell)
                self._overviews.pop(cell, None)
                cell.hide()
                cell.deleteLater()
        alone, self._cells, self._alone = self._alone, cells, None
        put(self._grid, cells, self._headings.labels, self._cells_at())
        self._show_cells(alone)
        self._stretch()
        self._grid.activate()

    def _stretch(self) -> None:
        """Share the room out to the cells in sight."""
        in_sight = [at for at, cell in self._cells_at() if not cell.isHidden()]
        stretch(self._grid, self._cells, in_sight, visits=len(self._asked))

    def _show_cells(self, alone: tuple[int, int] | None) -> None:
        """Have all cells in sight, or one alone; a cell that isn't there any more brings all back."""
        if alone is not None and not (alone[0] < len(self._rows) and alone[1] in self._asked):
            alone = None
        hides = {at: at[1] not in self._asked or (alone is not None and at != alone) for at, _ in self._cells_at()}
        if alone == self._alone and all(cell.isHidden() == hides[at] for at, cell in self._cells_at()):
            return
        self._alone = alone
        for at, cell in self._cells_at():
            cell.setVisible(not hides[at])
        for number, heading in self._headings.labels.items():
            heading.setVisible(number in self._asked if alone is None else alone[1] == number)
        self._stretch()
        self._grid.activate()

    def _cells_at(self) -> list[tuple[tuple[int, int], Viewport]]:
        """Each cell with its row and visit."""
        return [
            ((row, number), cell)
            for row, pair in enumerate(self._rows)
            for number, cell in zip(VISIT_NUMBERS, pair, strict=True)
        ]

    def _enlarge(self, cell: Viewport) -> None:
        at = next((where for where, there in self._cells_at() if there is cell), None)
        self.wanted.emit(Enlarge(None if self._alone is not None else at))

    def _take(self, cell: Viewport, series: str) -> None:
        row = next((where[0] for where, there in self._cells_at() if there is cell), None)
        if row is not None:
            self.wanted.emit(PutSeries(series, row))

    def _ask_for_menu(self, cell: Viewport, at: QPoint) -> None:
        which = next((where for where, there in self._cells_at() if there is cell), None)
        if which is not None:
            self.menu_asked.emit(MenuAsked(*which, at))

    def _new_viewport(self) -> Viewport:
        cell = Viewport(self)
        cell.mouse = self.mouse
        cell.menu_wanted.connect(partial(self._ask_for_menu, cell))
        cell.painting.connect(self._get_ready)
        cell.painted.connect(partial(self._watch.painted, cell))
        cell.dropped.connect(partial(self._take, cell))
        cell.enlarging.connect(partial(self._enlarge, cell))
        cell.wanted.connect(self.wanted)
        cell.resized.connect(self._redraw.start)
        return cell

    def _draw(self) -> None:
        if self._state is None:
            return
        state = self._outlined(self._state)
        # before the cells are measured: words have a height
        self._headings.render_state(state)
        self._hang(state)
        self._grid.activate()
        # cells that were resized until here are drawn below at their new size
        self._redraw.stop()
        cells = [cell for row in self._rows for cell in row]
        in_sight = [cell for at, cell in self._cells_at() if not cell.isHidden() and not self._cells.is_slim(at[0])]
        width = min((cell.width() for cell in in_sight), default=1)
        height = min((cell.height() for cell in in_sight), default=1)
        views, scales = arrange(state, self._hanging, width, height)
        for cell, view in zip(cells, (view for row in views for view in row), strict=True):
            if cell.isHidden():
                continue
            if isinstance(view, SeriesView):
                camera, over = state.view.camera, view.compared
                other = Loading() if over is None else self._pixels_of(over.other.series, camera)
                pixels, scale = self._pixels_in(view, camera), scales[view.series.pane]
                if cell.show_view(view, pixels, scale, other, self._ready(view, pixels)):
                    self._changed.add(cell)
            else:
                pixels, scale = Loading(), 1.0
                cell.show_view(view, pixels, scale)
            self._show_overview(cell, view, pixels, scale)
        here = self._focus_visit
        graded = (cell.geometry() for (_, number), cell in self._cells_at() if number == here and not cell.isHidden())
        self._headings.frame_round(graded, self._state)
        self._announce()
        self._plan(state)

    def _get_ready(self) -> None:
        """Have the pictures of all cells that have changed, before the first of them is painted.

        Only now: a step may draw two states, of which the last alone is painted.
        """
        changed, self._changed = self._changed, set()
        if len(changed) > 1:
            self._cores.do([cell.get_ready for cell in changed])

    def rehearse(self, ahead: Ahead) -> None:
        """From now on have ready what comes next, while nothing is to be done."""
        self._rehearsal = ahead
        if self._state is not None:
            self._plan(self._outlined(self._state))

    def _plan(self, state: SessionState) -> None:
        """What comes behind a state that is drawn, once its own images are there."""
        if self._rehearsal is not None and self._announced is not None and self._alone is None:
            heading = max(self._headings.labels[number].height() for number in self._asked)
            size = PanelSize((self.width(), self.height()), heading, self.devicePixelRatioF())
            self._rehearsal.plan(state, size, partial(self._pixels_of, camera=state.view.camera))

    def _ready(self, view: SeriesView, pixels: Pixels) -> SliceImage | None:
        """What draws the slice of a cell already, where it was foreseen."""
        if self._rehearsal is None or self._state is None or not isinstance(pixels, Loaded):
            return None
        return self._rehearsal.take(self._state.focus.feature, view, pixels)

    def _show_overview(self, cell: Viewport, view: CellView, pixels: Pixels, scale: float) -> None:
        """The whole of a radiograph in the corner of its cell, while that shows a part of it."""
        inset = self._overviews.get(cell)
        if not (isinstance(view, SeriesView) and view.overview and isinstance(pixels, Loaded)):
            if inset is not None:
                inset.hide()
            return
        # few images are radiographs, and the first one doesn't wait for it
        from workstation.ui.reader.insets.overview import Overview, Part  # noqa: PLC0415 - see above

        if inset is None:
            inset = self._overviews[cell] = Overview(SliceImage(), cell)
            inset.moved.connect(partial(self._pan, cell))
        new = inset.picture.show_slice(pixels.volume, view.index, view.window, inverted=view.inverted, smooth=True)
        half = (cell.width() * scale / 2, cell.height() * scale / 2)
        corner = (view.centre_mm[0] - half[0], view.centre_mm[1] - half[1])
        inset.show_part(Part((*view.corner_mm, *view.size_mm), (*corner, 2 * half[0], 2 * half[1])), changed=new)

    def _pan(self, cell: Viewport, right_mm: float, down_mm: float) -> None:
        if isinstance(cell.view, SeriesView):
            self.wanted.emit(Pan(cell.view.series.pane, right_mm, down_mm))

    def _tell_of_light(self) -> None:
        if self._state is not None:
            self.lit.emit(self._state.case.code)

    def _tell_of_outlines(self) -> None:
        self._draw()
        if self._state is not None:
            self.outlined.emit(self._state.case.code)

    def announce_again(self) -> None:
        """Say `loaded` once more to whoever has come since; what isn't loaded yet will be said then."""
        self._announced = None
        self._announce()

    def _announce(self) -> None:
        codes = tuple(series.code for series in self._hanging.series)
        if self._announced != codes and self.all_loaded():
            self._announced = codes
            self.loaded.emit()


def _wishes(state: SessionState) -> tuple[object, ...]:
    """What two states that show the same series in the same places have alike."""
    view, feature = state.view, state.focus.feature
    return (
        state.case,
        feature,
        # the rows of one side stand first while a site of it is scored
        layout_of(state.scheme).rows_for(feature, str(state.focus.site)),
        view.cells.rows_at(feature),
        chosen_arrangement(state),
        view.cells.instead_of(feature),
        view.cells.among,
        view.cells.contrast,
        None if view.cells.reformat is None else view.cells.reformat[0],
    )
