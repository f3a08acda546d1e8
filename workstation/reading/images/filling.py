"""Filling of the cells: the wrist's outline, the whole images, or the region that is scored. Pure.

Each plane has a scale of its own, the same at both visits. What a case opens with is known before its images are shown;
an outline that comes later changes nothing until the reader asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scoring.schemes.modalities import XR, modality_of_plane
from scoring.schemes.regions import regions_of
from scoring.values import replace
from storage.records import SeriesRecord, VisitRecord
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.wrist.outline import Box, Outline, field_of
from workstation.reading.command import Command, handles
from workstation.reading.images.expected_positions import expected
from workstation.reading.images.hand_side import ways_at
from workstation.reading.images.linking import main_frame
from workstation.reading.outcome import Outcome, told
from workstation.reading.state import SessionState
from workstation.reading.view_state import Camera, Filling

# beyond the expected positions: half the end of the radius on one side, the metacarpals' bases on the other
BEYOND_MM = 13.0
# a direction of a plane that runs within 45 degrees of the arm is cut there; across the arm all is shown
_ALONG = 0.7

Outlines = Mapping[str, Mapping[int, Outline]]
"""By plane and visit; a plane that is there is known, a visit that isn't is shown whole."""

SAID = {
    Filling.WRIST: "The joint fills the cells. R shows the whole images.",
    Filling.FIELD: "The whole images. R shows the region that is scored.",
    Filling.SCORED: "The scored region: coronal images don't show the arm above and below it. R shows the joint.",
}


SAID_OF_RADIOGRAPHS = {
    Filling.WRIST: "The hand or foot fills the cells. R shows the site.",
    Filling.SCORED: "The site in focus, enlarged, where the layout expects it. R shows the whole images.",
    Filling.FIELD: "The whole images. R shows the hand or foot.",
}


class ShowOutlines(Command, frozen=True):
    """Know where the wrist is in the images of a case."""

    case: str
    outlines: Outlines


@handles(ShowOutlines)
def outlines_shown(state: SessionState, command: ShowOutlines) -> Outcome:
    """What is known already stays as it is."""
    return Outcome(state if command.case != state.case.code else with_outlines(state, command.outlines))


def with_outlines(state: SessionState, outlines: Outlines) -> SessionState:
    """The state with the outlines of planes of which it knew none."""
    camera = state.view.camera
    if outlines.keys() <= camera.outlines.keys():
        return state
    return _with(state, replace(camera, outlines=MappingProxyType({**outlines, **camera.outlines})))


class ResetView(Command, frozen=True):
    """Fit, centre, and go back to the windows that the series open with; fitted already, fill with what comes next."""


@handles(ResetView)
def view_reset(state: SessionState, _command: ResetView) -> Outcome:
    """The wrist first, then the whole images, then the scored region. Slices, link and rows stay."""
    camera, grey = state.view.camera, state.view.grey
    fitted = camera.zoom == 1 and not any(any(pan) for pan in camera.pan_mm.values()) and not grey.windows
    filling = _next(state, camera.filling) if fitted else _known(state, Filling.WRIST)
    # kept as it is now: a region that grew with each site that is found would move the images
    scored = scored_region(state) if filling is Filling.SCORED else MappingProxyType({})
    view = replace(
        state.view,
        camera=replace(camera, zoom=1.0, pan_mm=MappingProxyType({}), filling=filling, scored=scored),
        grey=replace(grey, windows=MappingProxyType({})),
    )
    return told(replace(state, view=view), (SAID_OF_RADIOGRAPHS if _in_radiographs(state) else SAID)[filling])


def in_plane(state: SessionState, record: VisitRecord, series: SeriesRecord) -> Box:
    """What of a series is to fill its cell, in the plane of its stack."""
    stack, camera = Stack.of(series), state.view.camera
    if camera.filling is Filling.FIELD or series.frame != main_frame(record):
        return field_of(stack)
    if modality_of_plane(series.plane) is XR:
        return _of_radiograph(state, record, series, stack)
    outlines = camera.scored if camera.filling is Filling.SCORED else camera.outlines
    outline = outlines.get(series.pane, {}).get(record.number)
    return field_of(stack) if outline is None else outline.on(stack)


def _of_radiograph(state: SessionState, record: VisitRecord, series: SeriesRecord, stack: Stack) -> Box:
    """The hand or foot, or the site in focus, where the scheme's layout expects it in what the outline holds."""
    outline = state.view.camera.outlines.get(series.pane, {}).get(record.number)
    whole = field_of(stack) if outline is None else outline.on(stack)
    regions = regions_of(state.scheme)
    at = None if regions is None else regions.at.get(str(state.focus.site))
    if (
        regions is None
        or at is None
        or state.view.camera.filling is not Filling.SCORED
        or series.kind in XR.within.values()
    ):
        return whole
    wide, high = whole.size_mm
    right, down, half = whole.left + at[0] * wide, whole.top + at[1] * high, regions.size_mm / 2
    return Box(right - half, down - half, right + half, down + half)


def _in_radiographs(state: SessionState) -> bool:
    return state.scheme.modality == XR.code


def scored_region(state: SessionState) -> Outlines:
    """Of each plane the outline, cut along the arm to where sites are expected; as it is where nothing is expected."""
    found: dict[str, dict[int, Outline]] = {}
    for record in state.case.visits:
        frame = main_frame(record)
        for series in record.series:
            if series.slices and series.frame == frame and record.number not in found.get(series.pane, {}):
                outline = state.view.camera.outlines.get(series.pane, {}).get(record.number)
                stack = Stack.of(series)
                whole = field_of(stack) if outline is None else outline.on(stack)
                found.setdefault(series.pane, {})[record.number] = Outline.of(_cut(state, record, stack, whole), stack)
    return MappingProxyType(found)


def _known(state: SessionState, filling: Filling) -> Filling:
    """That, unless there is nothing to tell it by: then the whole images."""
    outlines = state.view.camera.outlines
    if filling is Filling.WRIST and outlines and not any(outlines.values()):
        return Filling.FIELD
    if filling is Filling.SCORED and _in_radiographs(state):
        return filling if regions_of(state.scheme) is not None else _known(state, Filling.WRIST)
    if filling is Filling.SCORED and not any(ways_at(state, record) for record in state.case.visits):
        return _known(state, Filling.WRIST)
    return filling


def _next(state: SessionState, filling: Filling) -> Filling:
    order = (Filling.WRIST, Filling.FIELD, Filling.SCORED)
    if _in_radiographs(state):
        # from the hand to the site, which is wanted at each of its sites
        order = (Filling.WRIST, Filling.SCORED, Filling.FIELD)
    return _known(state, order[(order.index(filling) + 1) % len(order)])


def _cut(state: SessionState, record: VisitRecord, stack: Stack, whole: Box) -> Box:
    sites = {str(site.code) for feature in state.scheme.features for site in feature.sites}
    points = [point for site in sorted(sites) if (point := expected(state, record.number, site)) is not None]
    ways = ways_at(state, record)
    if not points or not ways:
        return whole
    left, top, right, bottom = whole.left, whole.top, whole.right, whole.bottom
    if abs(dot(stack.right, ways[0].distal)) > _ALONG:
        at = [dot(point, stack.right) for point in points]
        left, right = max(left, min(at) - BEYOND_MM), min(right, max(at) + BEYOND_MM)
    if abs(dot(stack.down, ways[0].distal)) > _ALONG:
        at = [dot(point, stack.down) for point in points]
        top, bottom = max(top, min(at) - BEYOND_MM), min(bottom, max(at) + BEYOND_MM)
    # positions that lie beside the images say nothing
    return Box(left, top, right, bottom) if right > left and bottom > top else whole


def _with(state: SessionState, camera: Camera) -> SessionState:
    return replace(state, view=replace(state.view, camera=camera))
