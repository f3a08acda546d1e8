"""Linked scrolling of two visits: one point per visit in patient millimetres, and a relation between them. Pure.

The visits share no frame of reference, so slice numbers are never equated. The relation is an offset (what is added
to a baseline point, LPS mm, to get the follow-up's) or a registration. A series whose frame of reference is none of
its visit's others scrolls alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import dist
from types import MappingProxyType

from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord, Vector3, VisitRecord
from workstation.imaging.geometry import Stack, add
from workstation.reading.view_state import FormLook, Link, ViewState

BASELINE, FOLLOW_UP = 1, 2
NOWHERE: Vector3 = (0.0, 0.0, 0.0)
# far below any slice spacing, far above what rounding of DICOM decimals moves a centre
TIE_MM = 0.05


def initial_view(case: CaseRecord) -> ViewState:
    """Both visits on the middle slices of their stacks, linked by the difference of these places."""
    visits = {visit.number: visit for visit in case.visits}
    cursors = {number: _centre(_main_series(visit)) for number, visit in visits.items()}
    if BASELINE in visits and FOLLOW_UP in visits:
        cursors[FOLLOW_UP] = add(cursors[BASELINE], _offset_between(visits[BASELINE], visits[FOLLOW_UP]))
    # a stack of an even number has its centre between two slices, and rounding would choose one at one visit
    # and its neighbour at the other
    cursors = {number: _on_slices(point, _main_series(visits[number])) for number, point in cursors.items()}
    view = ViewState(MappingProxyType(cursors), Link(NOWHERE), form=FormLook(side=_side(case)))
    return replace(view, link=replace(view.link, offset_mm=_difference(view)))


def _side(case: CaseRecord) -> str:
    """The side that the headers of all visits say; "" where one doesn't, or they say two."""
    sides = {visit.side for visit in case.visits}
    return sides.pop() if len(sides) == 1 else ""


def main_frame(visit: VisitRecord) -> str:
    """The frame of reference that most series of a visit share: the visit's cursor is a point in it."""
    return _commonest(tuple([series.frame for series in visit.series if series.slices]))


# a step of eight cells asks eighteen times
@lru_cache(maxsize=64)
def _commonest(frames: tuple[str, ...]) -> str:
    return Counter(frames).most_common(1)[0][0] if frames else ""


def scrolled(view: ViewState, visit: int, series: SeriesRecord, slices: int, *, alone: bool) -> ViewState:
    """The visit's cursor moved by `slices` along the stack's normal, held within the stack.

    The other visit follows by the relation when linked. `alone` leaves it where it is; between linked visits the
    offset takes up the difference, so that they stay linked, by hand, as they now stand.
    """
    stack = Stack.of(series)
    return _shown(view, visit, stack, stack.nearest(view.cursor_mm[visit]) + slices, alone=alone)


def slice_shown(view: ViewState, visit: int, series: SeriesRecord, index: int) -> ViewState:
    """The visit's cursor moved onto slice `index` (from 0), held within the stack; the other follows when linked."""
    return _shown(view, visit, Stack.of(series), index, alone=False)


def jumped(view: ViewState, visit: int, position_mm: Vector3) -> ViewState:
    """The visit's cursor at an LPS point in mm, the other visit following when linked."""
    cursors = {**view.cursor_mm, visit: position_mm}
    other = FOLLOW_UP if visit == BASELINE else BASELINE
    if view.link.linked and other in cursors:
        cursors[other] = related(view, visit, position_mm)
    return replace(view, cursor_mm=MappingProxyType(cursors))


def related(view: ViewState, visit: int, position_mm: Vector3) -> Vector3:
    """Where a point of one visit lies at the other, by the relation in use."""
    movement = view.link.relation if visit == BASELINE else view.link.relation.inverse
    return movement(position_mm)


def pointed(view: ViewState, visit: int, position_mm: Vector3) -> ViewState:
    """As `jumped`, and the cursor is where the reader put it: it is drawn."""
    return replace(jumped(view, visit, position_mm), pointed=visit)


def own_slice(view: ViewState, series: SeriesRecord) -> int:
    """The slice shown of a series with coordinates of its own: the middle one until the reader scrolls it."""
    last = len(series.slices) - 1
    return min(max(view.own_slices.get(series.code, last // 2), 0), last)


def own_slice_shown(view: ViewState, series: SeriesRecord, index: int) -> ViewState:
    """A series with coordinates of its own at slice `index`, held within the stack; nothing else moves."""
    held = min(max(index, 0), len(series.slices) - 1)
    return replace(view, own_slices=MappingProxyType({**view.own_slices, series.code: held}))


def link_toggled(view: ViewState) -> ViewState:
    """Unlinked, or linked here by hand: the places shown now belong together."""
    if view.link.linked:
        return replace(view, link=replace(view.link, linked=False))
    return replace(
        view, link=replace(view.link, linked=True, offset_mm=_difference(view), by_registration=False, by_hand=True)
    )


def registered(view: ViewState, *, keep: int) -> ViewState:
    """Linked by the registration. The visit `keep` stays where it is, the other goes to its place there."""
    if view.link.registration is None or keep not in view.cursor_mm:
        return view
    return jumped(replace(view, link=replace(view.link, linked=True, by_registration=True)), keep, view.cursor_mm[keep])


def linked_by_hand(view: ViewState, *, keep: int) -> ViewState:
    """Linked by the offset that stood before the registration. The visit `keep` stays where it is."""
    if keep not in view.cursor_mm:
        return view
    return jumped(
        replace(view, link=replace(view.link, linked=True, by_registration=False)), keep, view.cursor_mm[keep]
    )


def _shown(view: ViewState, visit: int, stack: Stack, index: int, *, alone: bool) -> ViewState:
    held = min(max(index, 0), len(stack.positions_mm) - 1)
    position = stack.moved_onto(view.cursor_mm[visit], held)
    return moved_to(view, visit, position, alone=alone)


def moved_to(view: ViewState, visit: int, position: Vector3, *, alone: bool) -> ViewState:
    """The visit's cursor at a point that a wheel led to. `alone` as in `scrolled`."""
    if not alone:
        return jumped(view, visit, position)
    moved = replace(view, cursor_mm=MappingProxyType({**view.cursor_mm, visit: position}))
    if not view.link.linked:
        return moved
    return replace(moved, link=replace(moved.link, offset_mm=_difference(moved), by_registration=False, by_hand=True))


def _difference(view: ViewState) -> Vector3:
    if BASELINE not in view.cursor_mm or FOLLOW_UP not in view.cursor_mm:
        return view.link.offset_mm
    return add(view.cursor_mm[FOLLOW_UP], view.cursor_mm[BASELINE], -1.0)


def _main_series(visit: VisitRecord) -> tuple[SeriesRecord, ...]:
    # two series share coordinates only where they share a frame of reference: centres are taken in the most common one
    main = main_frame(visit)
    return tuple(series for series in visit.series if series.slices and series.frame == main)


def _offset_between(baseline: VisitRecord, follow_up: VisitRecord) -> Vector3:
    before, after = _main_series(baseline), _main_series(follow_up)
    pairs = [
        add(Stack.of(then).centre_mm, Stack.of(first).centre_mm, -1.0)
        for first in before
        for then in after
        if (first.kind, first.plane) == (then.kind, then.plane)
    ]
    return _middle(pairs) if pairs else add(_centre(after), _centre(before), -1.0)


def _on_slices(point_mm: Vector3, series: Sequence[SeriesRecord]) -> Vector3:
    """The point moved onto the nearest slice of each plane, onto the lower one when between two.

    Where a plane has several stacks, the one whose centre is nearest counts: one that lies astray moves nothing.
    """
    for plane in sorted({item.plane for item in series}):
        stacks = [Stack.of(item) for item in series if item.plane == plane]
        stack = min(stacks, key=lambda candidate: dist(candidate.centre_mm, point_mm))
        lower = add(point_mm, stack.normal, -TIE_MM)
        point_mm = stack.moved_onto(point_mm, stack.nearest(lower))
    return point_mm


def _centre(series: Sequence[SeriesRecord]) -> Vector3:
    return _middle([Stack.of(item).centre_mm for item in series])


def _middle(points: Sequence[Vector3]) -> Vector3:
    # the median, so that one series with a centre of its own moves nothing
    if not points:
        return NOWHERE
    return (_median(p[0] for p in points), _median(p[1] for p in points), _median(p[2] for p in points))


def _median(values: Iterable[float]) -> float:
    # not statistics.median: to import it takes longer than to open a case
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
