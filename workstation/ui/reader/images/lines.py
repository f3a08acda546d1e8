"""Lines of other planes and of the cursor in a slice: solid in one frame, marked where registration relates two.

Pure. Nothing crosses from one frame to another that neither identity nor a registration in use relates: an offset
that was set by hand scrolls two visits together, but is no statement about places.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, inf, sqrt

from scoring.values import replace
from storage.records import Vector3
from workstation.imaging.geometry import dot
from workstation.imaging.rigid import Rigid
from workstation.reading.answers.site_rings import RING_MM, Ring
from workstation.reading.images.linking import BASELINE, related
from workstation.reading.view_state import ViewState
from workstation.ui.reader.images.view import CellView, Circle, EmptyView, Mark, Segment, SeriesView

# planes that are nearer to parallel than this cross too far away to mean anything (sine of 20 degrees)
PARALLEL = 0.34


def with_lines(view: CellView, shown: list[SeriesView], state: ViewState) -> CellView:
    """The cell with the lines of the other slices shown, and with the cursor."""
    if isinstance(view, EmptyView) or view.own_coordinates or not view.series.frame:
        return _with_own_lines(view, shown)
    return replace(view, crossings=tuple(_crossings(view, shown, state)), cursor=_cursor(view, state))


def _with_own_lines(view: CellView, shown: list[SeriesView]) -> CellView:
    """Lines of series that share a frame which isn't the visit's main one; no cursor, which isn't a point of it."""
    if isinstance(view, EmptyView) or not view.series.frame:
        return view
    return replace(view, crossings=tuple(_same_visit(view, shown)))


def _crossings(view: SeriesView, shown: list[SeriesView], state: ViewState) -> list[Segment]:
    found = _same_visit(view, shown)
    if not (state.link.linked and state.link.by_registration):
        return found
    # to this visit's points from the other's
    movement = state.link.relation if view.visit != BASELINE else state.link.relation.inverse
    planes: set[str] = set()
    for other in shown:
        foreign = other.visit != view.visit and not other.own_coordinates and other.series.frame != ""
        if foreign and other.series.plane != view.series.plane and other.series.plane not in planes:
            segment = crossing(view, other, movement)
            if segment is not None:
                planes.add(other.series.plane)
                found.append(replace(segment, registered=True))
    return found


def _same_visit(view: SeriesView, shown: list[SeriesView]) -> list[Segment]:
    segments: dict[str, Segment] = {}
    for other in shown:
        same = other.visit == view.visit and other.series.frame == view.series.frame
        # one line a plane: two axial series cut a coronal one at nearly the same place
        if same and other.series.plane != view.series.plane and other.series.plane not in segments:
            segment = crossing(view, other)
            if segment is not None:
                segments[other.series.plane] = segment
    return list(segments.values())


def _cursor(view: SeriesView, state: ViewState) -> Mark | None:
    """Where the reader put the cursor: at this visit, or at the other one where the registration relates them."""
    if state.pointed is None or view.visit not in state.cursor_mm:
        return None
    here = state.cursor_mm[view.visit]
    if state.pointed != view.visit:
        if not (state.link.linked and state.link.by_registration and state.pointed in state.cursor_mm):
            return None
        here = related(state, state.pointed, state.cursor_mm[state.pointed])
    at = (dot(here, view.stack.right), dot(here, view.stack.down))
    left, top = view.corner_mm
    inside = left <= at[0] <= left + view.size_mm[0] and top <= at[1] <= top + view.size_mm[1]
    return Mark(at, registered=state.pointed != view.visit) if inside and not view.warns else None


def with_ring(view: CellView, rings: Mapping[int, Ring | None]) -> CellView:
    """The cell with the ring of the site in focus, where the slice cuts the ball that it stands for."""
    if isinstance(view, EmptyView) or view.own_coordinates or not view.series.frame:
        return view
    ring = rings.get(view.visit)
    if ring is None:
        return view
    away = dot(ring.middle_mm, view.stack.normal) - view.stack.heights_mm[view.index]
    if abs(away) >= RING_MM:
        return view
    at = (dot(ring.middle_mm, view.stack.right), dot(ring.middle_mm, view.stack.down))
    return replace(view, ring=Circle(at, sqrt(RING_MM**2 - away**2), ring.expected))


def crossing(view: SeriesView, other: SeriesView, movement: Rigid | None = None) -> Segment | None:
    """Where the slice shown in `other` cuts the slice shown in `view`, cut off at the image's edges; or None.

    movement: from `other`'s patient coordinates to `view`'s, None where they are the same.
    """
    normal, point = other.stack.normal, other.stack.positions_mm[other.index]
    if movement is not None:
        normal, point = movement.turned(normal), movement(point)
    return _cut(view, normal, dot(point, normal))


def _cut(view: SeriesView, normal: Vector3, distance_mm: float) -> Segment | None:
    """Where the plane of points p with normal . p = distance_mm cuts the slice."""
    across, along = dot(normal, view.stack.right), dot(normal, view.stack.down)
    if hypot(across, along) < PARALLEL:
        return None
    here = view.stack.positions_mm[view.index]
    # a point of this slice at plane coordinates (0, 0) is here's component along this slice's normal
    depth = dot(here, view.stack.normal) * dot(view.stack.normal, normal)
    level = distance_mm - depth
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
