"""What each cell draws, computed from the state. Pure.

Coordinates in a plane are millimetres along the row and column axes of its stack, (right, down), measured from the
origin of the patient system.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot, inf

from scoring.reading import VISITS as VISIT_NUMBERS
from storage.records import SeriesRecord
from workstation.hanging.matching import Cell, Empty, Hanging, Shown
from workstation.hanging.words import PLANES, VISITS
from workstation.imaging.geometry import Stack, dot
from workstation.reading.state import SessionState, ViewState, Window

_SPOKEN_KINDS = {
    "T1": "T1",
    "T2FS": "T2 fat-suppressed",
    "PD": "proton density",
    "T1FSGD": "T1 post-contrast",
}
# planes that are nearer to parallel than this cross too far away to mean anything (sine of 20 degrees)
_PARALLEL = 0.34

PlanePoint = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """Where another plane's slice cuts this one."""

    start_mm: PlanePoint
    end_mm: PlanePoint


@dataclass(frozen=True, slots=True)
class EmptyView:
    """A cell without a series, and why."""

    visit: int
    caption: str
    reason: str

    @property
    def accessible_name(self) -> str:
        """The cell in words."""
        return f"{VISITS[self.visit]}, {self.reason}"


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A cell with one slice of a series.

    centre_mm: what lies in the middle of the cell. beyond_mm: how far the visit's cursor is from the slice shown when
    it lies outside the stack, else 0.
    """

    visit: int
    caption: str
    note: str
    series: SeriesRecord
    stack: Stack
    index: int
    beyond_mm: float
    window: Window
    centre_mm: PlanePoint
    crossings: tuple[Segment, ...] = ()

    @property
    def corner_mm(self) -> PlanePoint:
        """The upper left corner of the first pixel of the slice shown."""
        origin = self.stack.positions_mm[self.index]
        row_mm, column_mm = self.stack.spacing_mm
        return (dot(origin, self.stack.right) - column_mm / 2, dot(origin, self.stack.down) - row_mm / 2)

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the slice, whole pixels."""
        row_mm, column_mm = self.stack.spacing_mm
        return (self.stack.columns * column_mm, self.stack.rows * row_mm)

    @property
    def position_mm(self) -> float:
        """Where the slice lies along the normal, from the middle slice of its stack."""
        middle = self.stack.positions_mm[len(self.stack.positions_mm) // 2]
        return dot(self.stack.positions_mm[self.index], self.stack.normal) - dot(middle, self.stack.normal)

    @property
    def position_text(self) -> str:
        """The line at the bottom: slice and place."""
        place = f"{self.position_mm:+.1f} mm" if round(self.position_mm, 1) else "0.0 mm"
        return f"slice {self.index + 1} of {len(self.stack.positions_mm)}  |  {place}"

    @property
    def beyond_text(self) -> str:
        """Says that an end slice stands in for a place outside the stack, or nothing."""
        return f"{self.beyond_mm:.0f} mm outside this stack" if self.beyond_mm else ""

    @property
    def window_text(self) -> str:
        """Width and level, stored values."""
        width, level = self.window.high - self.window.low, (self.window.high + self.window.low) / 2
        return f"W {width:.0f}  L {level:.0f}"

    @property
    def accessible_name(self) -> str:
        """The cell in words: visit, plane, kind, slice."""
        kind = _SPOKEN_KINDS.get(self.series.kind, "series of unknown kind")
        plane = PLANES.get(self.series.plane, "oblique")
        return f"{VISITS[self.visit]}, {plane} {kind}, slice {self.index + 1} of {len(self.stack.positions_mm)}"


CellView = SeriesView | EmptyView


def arrange(state: SessionState, hanging: Hanging) -> tuple[tuple[CellView, ...], ...]:
    """Every cell as it is to be drawn: rows from the top, each baseline then follow-up."""
    rows = [
        [_cell_view(state.view, VISIT_NUMBERS[place], row.caption, cell) for place, cell in enumerate(row.cells)]
        for row in hanging.rows
    ]
    shown = [view for row in rows for view in row if isinstance(view, SeriesView)]
    return tuple(tuple(_with_crossings(view, shown) for view in row) for row in rows)


def fit_mm_per_pixel(views: tuple[tuple[CellView, ...], ...], width: int, height: int) -> float:
    """The scale at which the largest series shown just fits into a cell of that size in pixels."""
    sizes = [view.size_mm for row in views for view in row if isinstance(view, SeriesView)]
    return max((max(wide / max(width, 1), high / max(height, 1)) for wide, high in sizes), default=1.0)


def _cell_view(view: ViewState, visit: int, caption: str, cell: Cell) -> CellView:
    match cell:
        case Empty(reason):
            return EmptyView(visit, caption, reason)
        case Shown(series, note):
            return _series_view(view, visit, caption, series, note)


def _series_view(view: ViewState, visit: int, caption: str, series: SeriesRecord, note: str) -> SeriesView:
    stack = Stack.of(series)
    cursor = view.cursor_mm.get(visit, stack.centre_mm)
    index = stack.nearest(cursor)
    # an end slice that stands in for a place outside the stack says so
    distance = abs(dot(cursor, stack.normal) - dot(stack.positions_mm[index], stack.normal))
    beyond = distance if distance > (series.slice_spacing_mm or distance) else 0.0
    pan_right, pan_down = view.pan_mm.get(series.plane, (0.0, 0.0))
    centre = stack.centre_mm
    return SeriesView(
        visit=visit,
        caption=caption,
        note=note,
        series=series,
        stack=stack,
        index=index,
        beyond_mm=beyond,
        window=_visible(view.windows.get(series.code, Window(series.window_low, series.window_high))),
        # images that are moved right show more of their left
        centre_mm=(dot(centre, stack.right) - pan_right, dot(centre, stack.down) - pan_down),
    )


def _visible(window: Window) -> Window:
    """The window, at least one value wide: the percentiles of an empty series are one and the same."""
    return window if window.high > window.low else Window(window.low, window.low + 1)


def _with_crossings(view: CellView, shown: list[SeriesView]) -> CellView:
    if isinstance(view, EmptyView):
        return view
    segments: dict[str, Segment] = {}
    for other in shown:
        # coordinates of two visits, or of two frames, have nothing to do with each other
        related = other.visit == view.visit and other.series.frame == view.series.frame and view.series.frame != ""
        # one line a plane: two axial series cut a coronal one at nearly the same place
        if related and other.series.plane != view.series.plane and other.series.plane not in segments:
            segment = crossing(view, other)
            if segment is not None:
                segments[other.series.plane] = segment
    return replace(view, crossings=tuple(segments.values()))


def crossing(view: SeriesView, other: SeriesView) -> Segment | None:
    """Where the slice shown in `other` cuts the slice shown in `view`, cut off at the image's edges; or None."""
    normal = other.stack.normal
    across, along = dot(normal, view.stack.right), dot(normal, view.stack.down)
    if hypot(across, along) < _PARALLEL:
        return None
    here = view.stack.positions_mm[view.index]
    # a point of this slice at plane coordinates (0, 0) is here's component along this slice's normal
    depth = dot(here, view.stack.normal) * dot(view.stack.normal, normal)
    level = dot(other.stack.positions_mm[other.index], normal) - depth
    # the line nearest to the origin of the plane, then how far it runs both ways inside the image
    steepness = across * across + along * along
    foot = (level * across / steepness, level * along / steepness)
    direction = (along, -across)
    first, last = -inf, inf
    for axis in (0, 1):
        low = view.corner_mm[axis] - foot[axis]
        high = low + view.size_mm[axis]
        if direction[axis]:
            bounds = sorted((low / direction[axis], high / direction[axis]))
            first, last = max(first, bounds[0]), min(last, bounds[1])
        elif not low <= 0 <= high:
            return None
    if first >= last:
        return None
    start, end = ((foot[0] + reach * direction[0], foot[1] + reach * direction[1]) for reach in (first, last))
    return Segment(start, end)
