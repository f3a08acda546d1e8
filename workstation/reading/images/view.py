"""View of the images: scrolling, linking, zoom, pan, windows, rows."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from types import MappingProxyType

from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord, Vector3
from workstation.reading.images import linking
from workstation.reading.outcome import Outcome
from workstation.reading.state import SessionState, ViewState, Window

ZOOM_RANGE = (0.5, 20.0)
ROWS_RANGE = (1, 4)
PAN_LIMIT_MM = 500.0
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
    """The window a series is shown with: the reader's own, or that of its percentiles."""
    return view.windows.get(series.code, Window(series.window_low, series.window_high))


def scrolled(state: SessionState, visit: int, code: str, slices: int, *, alone: bool) -> Outcome:
    """Move by slices; nothing happens where the series isn't there."""
    series = series_of(state, visit, code)
    if series is None:
        return Outcome(state)
    if has_own_coordinates(state, visit, series):
        index = linking.own_slice(state.view, series) + slices
        return _with(state, linking.own_slice_shown(state.view, series, index))
    return _with(state, linking.scrolled(state.view, visit, series, slices, alone=alone))


def slice_shown(state: SessionState, visit: int, code: str, index: int) -> Outcome:
    """Go to a slice by its index; nothing happens where the series isn't there."""
    series = series_of(state, visit, code)
    if series is None:
        return Outcome(state)
    if has_own_coordinates(state, visit, series):
        return _with(state, linking.own_slice_shown(state.view, series, index))
    return _with(state, linking.slice_shown(state.view, visit, series, index))


def jumped(state: SessionState, visit: int, position_mm: Vector3) -> Outcome:
    """Put a visit's cursor on a point; ignored unless the point is one."""
    if visit not in state.view.cursor_mm or not all(isfinite(value) for value in position_mm):
        return Outcome(state)
    return _with(state, linking.pointed(state.view, visit, position_mm))


def windowed(state: SessionState, code: str, low: float, high: float) -> Outcome:
    """Set the window of a series, never narrower than two grey values; the same series of the other visit follows.

    It follows in the space of the series' percentiles (1st and 99.5th, see the index): two scans of one wrist differ
    in gain, so that equal stored values would show unequal pictures.
    """
    if not (isfinite(low) and isfinite(high)):
        return Outcome(state)
    window = Window(low, max(high, low + NARROWEST_WINDOW))
    windows = {**state.view.windows, code: window}
    for one, other in _counterparts(state.case, code):
        windows[other.code] = _carried(window, one, other)
    return _with(state, replace(state.view, windows=MappingProxyType(windows)))


def _counterparts(case: CaseRecord, code: str) -> Iterator[tuple[SeriesRecord, SeriesRecord]]:
    """The series of that code with each of the same kind and plane at another visit."""
    for visit in case.visits:
        for one in (series for series in visit.series if series.code == code):
            for other in (series for elsewhere in case.visits if elsewhere is not visit for series in elsewhere.series):
                if (other.kind, other.plane) == (one.kind, one.plane) and one.kind != "OTHER":
                    yield one, other


def _carried(window: Window, one: SeriesRecord, other: SeriesRecord) -> Window:
    span = max(one.window_high - one.window_low, 1.0)
    gain = max(other.window_high - other.window_low, 1.0) / span
    low = other.window_low + (window.low - one.window_low) * gain
    return Window(low, max(low + (window.high - window.low) * gain, low + NARROWEST_WINDOW))


def zoomed(state: SessionState, factor: float) -> Outcome:
    """Multiply the zoom, within its range."""
    if not isfinite(factor) or factor <= 0:
        return Outcome(state)
    low, high = ZOOM_RANGE
    return _with(state, replace(state.view, zoom=min(max(state.view.zoom * factor, low), high)))


def panned(state: SessionState, plane: str, right_mm: float, down_mm: float) -> Outcome:
    """Shift the images of a plane by millimetres, within reach."""
    if not (isfinite(right_mm) and isfinite(down_mm)):
        return Outcome(state)
    old_right, old_down = state.view.pan_mm.get(plane, (0.0, 0.0))
    shift = (_held(old_right + right_mm), _held(old_down + down_mm))
    return _with(state, replace(state.view, pan_mm=MappingProxyType({**state.view.pan_mm, plane: shift})))


def view_reset(state: SessionState) -> Outcome:
    """Fit and centre, with the percentile windows. Slices, link and rows stay."""
    empty: MappingProxyType[str, tuple[float, float]] = MappingProxyType({})
    windows: MappingProxyType[str, Window] = MappingProxyType({})
    return _with(state, replace(state.view, zoom=1.0, pan_mm=empty, windows=windows))


def rows_set(state: SessionState, rows: int) -> Outcome:
    """Show this many rows of series, within what a screen can hold; remembered for the feature in focus."""
    low, high = ROWS_RANGE
    kept = {**state.view.rows_of, state.focus.feature: min(max(rows, low), high)}
    return _with(state, replace(state.view, rows_of=MappingProxyType(kept)))


def _held(shift_mm: float) -> float:
    return min(max(shift_mm, -PAN_LIMIT_MM), PAN_LIMIT_MM)


def _with(state: SessionState, view: ViewState) -> Outcome:
    # the line of a refusal stays in sight while the reader looks at the images
    return Outcome(replace(state, view=view))
