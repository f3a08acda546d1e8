"""View of the images: scrolling, linking, zoom, pan, windows, rows."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from types import MappingProxyType

from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord
from workstation.reading.command import Command, handles
from workstation.reading.images import linking
from workstation.reading.images.go_to_site import cursor_is_meant
from workstation.reading.images.in_sight import centred
from workstation.reading.outcome import Outcome
from workstation.reading.state import SessionState
from workstation.reading.view_state import Cursors, ViewState, Window

ZOOM_RANGE = (0.5, 20.0)
ROWS_RANGE = (1, 4)
PAN_LIMIT_MM = 500.0
# what one step makes a window wider
WINDOW_FACTOR = 1.15
# stored values are whole numbers: a narrower window shows black and white alone
NARROWEST_WINDOW = 2.0


def series_of(state: SessionState, visit: int, code: str) -> SeriesRecord | None:
    """The series of a visit by its code; None when the visit has none such, or none with slices."""
    for record in state.case.visits:
        if record.number == visit:
            return next((series for series in record.series if series.code == code and series.slices), None)
    return None


def has_own_coordinates(state: SessionState, visit: int, series: SeriesRecord) -> bool:
    """Whether a series lies in another frame of reference than the visit's cursor, so that it scrolls alone."""
    return any(record.number == visit and series.frame != linking.main_frame(record) for record in state.case.visits)


def window_of(view: ViewState, series: SeriesRecord) -> Window:
    """The window a series is shown with: the reader's own, or the one that it opens with."""
    return view.grey.windows.get(series.code) or opening_window(view, series)


def opening_window(view: ViewState, series: SeriesRecord) -> Window:
    """By the light of both visits; before they were compared, and of what is no volume, that of its percentiles."""
    light = view.grey.lights.get(series.code)
    if light is None:
        return Window(series.window_low, series.window_high)
    return Window(light.equal_low, light.equal_high) if view.grey.equal else Window(light.low, light.high)


class Scroll(Command, frozen=True):
    """Move by slices of the stack shown in a cell. `alone` moves one visit and keeps the new offset between visits."""

    visit: int
    series: str
    slices: int
    alone: bool = False


@handles(Scroll)
def scrolled(state: SessionState, command: Scroll) -> Outcome:
    """Move by slices; nothing happens where the series isn't there."""
    series = series_of(state, command.visit, command.series)
    if series is None:
        return Outcome(state)
    if has_own_coordinates(state, command.visit, series):
        index = linking.own_slice(state.view, series) + command.slices
        return _with(state, linking.own_slice_shown(state.view, series, index))
    return _with(state, linking.scrolled(state.view, command.visit, series, command.slices, alone=command.alone))


class ShowSlice(Command, frozen=True):
    """Show slice number `index` (from 0) of a series."""

    visit: int
    series: str
    index: int


@handles(ShowSlice)
def slice_shown(state: SessionState, command: ShowSlice) -> Outcome:
    """Go to a slice by its index; nothing happens where the series isn't there."""
    series = series_of(state, command.visit, command.series)
    if series is None:
        return Outcome(state)
    if has_own_coordinates(state, command.visit, series):
        return _with(state, linking.own_slice_shown(state.view, series, command.index))
    return _with(state, linking.slice_shown(state.view, command.visit, series, command.index))


class JumpTo(Command, frozen=True):
    """Put a visit's cursor on an LPS point (a click in an image), the other visit following when linked."""

    visit: int
    position_mm: tuple[float, float, float]


@handles(JumpTo)
def jumped(state: SessionState, command: JumpTo) -> Outcome:
    """Put a visit's cursor on a point; ignored unless the point is one."""
    if command.visit not in state.view.cursor_mm or not all(isfinite(value) for value in command.position_mm):
        return Outcome(state)
    view = linking.pointed(state.view, command.visit, command.position_mm)
    before = Cursors(state.view.cursor_mm, state.view.pointed)
    return Outcome(replace(state, view=view, before_jump=before))


class JumpBack(Command, frozen=True):
    """Take back the last jump: its click was the first of a double click, and meant no place."""


@handles(JumpBack)
def jumped_back(state: SessionState, _command: JumpBack) -> Outcome:
    """The cursors as they were before the last jump; nothing where there was none."""
    before = state.before_jump
    if before is None:
        return Outcome(state)
    view = replace(state.view, cursor_mm=before.cursor_mm, pointed=before.pointed)
    return Outcome(replace(state, view=view, before_jump=None))


class SetWindow(Command, frozen=True):
    """Show a series from `low` (black) to `high` (white), stored values."""

    series: str
    low: float
    high: float


@handles(SetWindow)
def windowed(state: SessionState, command: SetWindow) -> Outcome:
    """Set the window of a series, never narrower than two grey values; the same series of the other visit follows.

    It follows in proportion to the windows that both open with, so that the same tissue keeps the same grey.
    """
    if not (isfinite(command.low) and isfinite(command.high)):
        return Outcome(state)
    window = Window(command.low, max(command.high, command.low + NARROWEST_WINDOW))
    return _with(state, with_window(state, command.series, window))


def with_window(state: SessionState, code: str, window: Window) -> ViewState:
    """The view with a series shown so, and the same series of the other visit alike."""
    windows = {**state.view.grey.windows, code: window}
    for one, other in counterparts(state.case, code):
        windows[other.code] = _carried(state.view, window, one, other)
    return replace(state.view, grey=replace(state.view.grey, windows=MappingProxyType(windows)))


class ScaleWindow(Command, frozen=True):
    """Widen a series' window by steps, or narrow it where they are below 0. What is black stays black."""

    visit: int
    series: str
    steps: int


@handles(ScaleWindow)
def window_scaled(state: SessionState, command: ScaleWindow) -> Outcome:
    """A wider or narrower window from the same dark end; nothing happens where the series isn't there.

    About its middle a narrower one would make dark tissue black, such as marrow where fat is suppressed.
    """
    series = series_of(state, command.visit, command.series)
    if series is None:
        return Outcome(state)
    old = window_of(state.view, series)
    width = (old.high - old.low) * WINDOW_FACTOR**command.steps
    low, high = (old.high - width, old.high) if series.inverted else (old.low, old.low + width)
    return windowed(state, SetWindow(series.code, low, high))


def counterparts(case: CaseRecord, code: str) -> Iterator[tuple[SeriesRecord, SeriesRecord]]:
    """The series of that code with each of the same kind and plane at another visit."""
    for visit in case.visits:
        for one in (series for series in visit.series if series.code == code):
            for other in (series for elsewhere in case.visits if elsewhere is not visit for series in elsewhere.series):
                if (other.kind, other.plane) == (one.kind, one.plane) and one.kind != "OTHER":
                    yield one, other


def _carried(view: ViewState, window: Window, one: SeriesRecord, other: SeriesRecord) -> Window:
    here, there = opening_window(view, one), opening_window(view, other)
    gain = max(there.high - there.low, 1.0) / max(here.high - here.low, 1.0)
    low, wide = there.low + (window.low - here.low) * gain, (window.high - window.low) * gain
    if one.inverted != other.inverted:
        # what is dark at the one lies at the other's high end
        low = there.high - (window.low - here.low) * gain - wide
    return Window(low, low + max(wide, NARROWEST_WINDOW))


class Zoom(Command, frozen=True):
    """Multiply the zoom of all cells. centred: about the site in focus, where the images are at one."""

    factor: float
    centred: bool = False


@handles(Zoom)
def zoomed(state: SessionState, command: Zoom) -> Outcome:
    """Multiply the zoom, within its range."""
    if not isfinite(command.factor) or command.factor <= 0:
        return Outcome(state)
    low, high = ZOOM_RANGE
    camera = replace(state.view.camera, zoom=min(max(state.view.camera.zoom * command.factor, low), high))
    now = replace(state, view=replace(state.view, camera=camera))
    visit = state.focus.visit
    return Outcome(centred(now, visit) if command.centred and cursor_is_meant(now, visit) else now)


class Pan(Command, frozen=True):
    """Shift the images of a plane by millimetres on screen: right, down."""

    plane: str
    right_mm: float
    down_mm: float


@handles(Pan)
def panned(state: SessionState, command: Pan) -> Outcome:
    """Shift the images of a plane by millimetres, within reach."""
    if not (isfinite(command.right_mm) and isfinite(command.down_mm)):
        return Outcome(state)
    old_right, old_down = state.view.camera.pan_mm.get(command.plane, (0.0, 0.0))
    shift = (_held(old_right + command.right_mm), _held(old_down + command.down_mm))
    return _with(
        state,
        replace(
            state.view,
            camera=replace(
                state.view.camera, pan_mm=MappingProxyType({**state.view.camera.pan_mm, command.plane: shift})
            ),
        ),
    )


class SetRows(Command, frozen=True):
    """Show this many rows of series, for the feature in focus; None: one more than now, and after the most one."""

    rows: int | None = None


@handles(SetRows)
def rows_set(state: SessionState, command: SetRows) -> Outcome:
    """Show this many rows of series, within what a screen can hold; remembered for the feature in focus."""
    low, high = ROWS_RANGE
    rows = command.rows
    if rows is None:
        shown = state.view.cells.rows_at(state.focus.feature)
        rows = shown + 1 if shown < high else low
    kept = {**state.view.cells.rows_of, state.focus.feature: min(max(rows, low), high)}
    return _with(state, replace(state.view, cells=replace(state.view.cells, rows_of=MappingProxyType(kept))))


def _held(shift_mm: float) -> float:
    return min(max(shift_mm, -PAN_LIMIT_MM), PAN_LIMIT_MM)


def _with(state: SessionState, view: ViewState) -> Outcome:
    # the line of a refusal stays in sight while the reader looks at the images
    return Outcome(replace(state, view=view))
