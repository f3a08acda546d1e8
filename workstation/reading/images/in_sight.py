"""Panning that brings a point into sight where zoom would leave it outside of its cell. Pure.

A place that is in sight moves nothing: whoever looks at the whole carpus keeps it from site to site.
"""

from __future__ import annotations

from types import MappingProxyType

from scoring.values import replace
from storage.records import VisitRecord
from workstation.imaging.geometry import Stack, dot
from workstation.reading.images.linking import BASELINE, main_frame
from workstation.reading.state import SessionState

# of the way from a cell's middle to its edge; what lies farther out is hidden by words and letters, if not by the edge
WELL_WITHIN = 0.75


def in_sight(state: SessionState, visit: int) -> SessionState:
    """The state with each plane panned onto the visit's cursor, where the cursor isn't in sight in that plane."""
    record = next((record for record in state.case.visits if record.number == visit), None)
    if record is None or state.view.camera.zoom <= 1 or visit not in state.view.cursor_mm:
        return state
    pans = dict(state.view.camera.pan_mm)
    for plane in sorted({series.plane for series in record.series}):
        pan = _pan(state, record, plane)
        if pan is not None:
            pans[plane] = pan
    return replace(state, view=replace(state.view, camera=replace(state.view.camera, pan_mm=MappingProxyType(pans))))


def _pan(state: SessionState, record: VisitRecord, plane: str) -> tuple[float, float] | None:
    """The pan that has the cursor in the middle of the plane's cells; None where it is in sight already."""
    stack = _largest(record, plane)
    if stack is None:
        return None
    middle = _middle(state, record, plane, stack)
    point = state.view.cursor_mm[record.number]
    away = (dot(middle, stack.right) - dot(point, stack.right), dot(middle, stack.down) - dot(point, stack.down))
    now = state.view.camera.pan_mm.get(plane, (0.0, 0.0))
    # the largest image fits into its cell at zoom 1, so this much of it at least is seen each way from the middle
    reach = [size / 2 / state.view.camera.zoom * WELL_WITHIN for size in _size_mm(stack)]
    return None if all(abs(away[axis] - now[axis]) <= reach[axis] for axis in (0, 1)) else away


def _middle(state: SessionState, record: VisitRecord, plane: str, stack: Stack) -> tuple[float, float, float]:
    """What lies in the middle of the plane's cells before they are panned: linked visits share the baseline's."""
    if record.number == BASELINE or not state.view.link.linked:
        return stack.centre_mm
    first = next((visit for visit in state.case.visits if visit.number == BASELINE), None)
    theirs = None if first is None else _largest(first, plane)
    return stack.centre_mm if theirs is None else state.view.link.relation(theirs.centre_mm)


def _largest(record: VisitRecord, plane: str) -> Stack | None:
    frame = main_frame(record)
    stacks = [Stack.of(series) for series in record.series if series.plane == plane and series.slices
              and series.frame == frame]  # fmt: skip
    return max(stacks, key=lambda found: max(_size_mm(found)), default=None)


def _size_mm(stack: Stack) -> tuple[float, float]:
    """Width and height of an image."""
    return (stack.columns * stack.spacing_mm[1], stack.rows * stack.spacing_mm[0])
