"""Panning that brings a point into sight where zoom would leave it outside of its cell. Pure.

A place that is in sight moves nothing: whoever looks at the whole carpus keeps it from site to site.
"""

from __future__ import annotations

from types import MappingProxyType

from scoring.values import replace
from storage.records import Vector3, VisitRecord
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.wrist.outline import Box, field_of, middle_of
from workstation.reading.images.filling import in_plane
from workstation.reading.images.linking import BASELINE, main_frame
from workstation.reading.state import SessionState
from workstation.reading.view_state import Filling

# of the way from a cell's middle to its edge; what lies farther out is hidden by words and letters, if not by the edge
WELL_WITHIN = 0.75


def in_sight(state: SessionState, visit: int) -> SessionState:
    """The state with each plane panned onto the visit's cursor, where the cursor isn't in sight in that plane."""
    record = next((record for record in state.case.visits if record.number == visit), None)
    camera = state.view.camera
    # all of the wrist is in sight
    fits = camera.zoom <= 1 and camera.filling is not Filling.SCORED
    if record is None or fits or visit not in state.view.cursor_mm:
        return state
    pans = dict(state.view.camera.pan_mm)
    for plane in sorted({series.pane for series in record.series}):
        pan = _pan(state, record, plane)
        if pan is not None:
            pans[plane] = pan
    return replace(state, view=replace(state.view, camera=replace(state.view.camera, pan_mm=MappingProxyType(pans))))


def centred(state: SessionState, visit: int) -> SessionState:
    """The state with each plane panned so that the visit's cursor is in the middle of its cells."""
    record = next((record for record in state.case.visits if record.number == visit), None)
    if record is None or visit not in state.view.cursor_mm:
        return state
    planes = sorted({series.pane for series in record.series})
    pans = {plane: away for plane in planes if (away := _away(state, record, plane)) is not None}
    pans = {**state.view.camera.pan_mm, **pans}
    return replace(state, view=replace(state.view, camera=replace(state.view.camera, pan_mm=MappingProxyType(pans))))


def _pan(state: SessionState, record: VisitRecord, plane: str) -> tuple[float, float] | None:
    """The pan that has the cursor in the middle of the plane's cells; None where it is in sight already."""
    away, largest = _away(state, record, plane), _largest(state, record, plane)
    if away is None or largest is None:
        return None
    now = state.view.camera.pan_mm.get(plane, (0.0, 0.0))
    # the largest box fits into its cell at zoom 1, so this much of it at least is seen each way from the middle
    reach = [size / 2 / state.view.camera.zoom * WELL_WITHIN for size in largest[1].size_mm]
    return None if all(abs(away[axis] - now[axis]) <= reach[axis] for axis in (0, 1)) else away


def _away(state: SessionState, record: VisitRecord, plane: str) -> tuple[float, float] | None:
    """From the cursor to what lies in the middle of the plane's cells before they are panned: (right, down)."""
    largest = _largest(state, record, plane)
    if largest is None:
        return None
    stack, middle, point = largest[0], _middle(state, record, plane, *largest), state.view.cursor_mm[record.number]
    return (dot(middle, stack.right) - dot(point, stack.right), dot(middle, stack.down) - dot(point, stack.down))


def _middle(state: SessionState, record: VisitRecord, plane: str, stack: Stack, box: Box) -> Vector3:
    """What lies in the middle of the plane's cells before they are panned: linked visits share the baseline's."""
    own = middle_of(box, stack)
    if record.number == BASELINE or not state.view.link.linked:
        return own
    first = next((visit for visit in state.case.visits if visit.number == BASELINE), None)
    theirs = None if first is None else _largest(state, first, plane)
    return own if theirs is None else state.view.link.relation(middle_of(theirs[1], theirs[0]))


def _largest(state: SessionState, record: VisitRecord, plane: str) -> tuple[Stack, Box] | None:
    """Of the plane's stacks that with the largest image, and what of it fills a cell."""
    frame = main_frame(record)
    found = [series for series in record.series if series.pane == plane and series.slices and series.frame == frame]
    if not found:
        return None
    largest = max(found, key=lambda series: max(field_of(Stack.of(series)).size_mm))
    return Stack.of(largest), in_plane(state, record, largest)
