"""The bookmark where a reader was, to and from text. Old, foreign or damaged text falls back to the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from types import MappingProxyType
from typing import TypeVar

import msgspec

from scoring.readings.order import keys_in_reading_order
from scoring.schemes.scheme import FeatureCode, SiteCode
from scoring.values import replace
from storage.records import Vector3
from workstation.imaging.geometry import cross, dot
from workstation.imaging.light.lit import Lit
from workstation.imaging.rigid import Rigid
from workstation.imaging.wrist.outline import Outline
from workstation.reading.found_site import FoundSite
from workstation.reading.images.reformatting import HALF_TURN
from workstation.reading.images.view import NARROWEST_WINDOW, PAN_LIMIT_MM, ROWS_RANGE, ZOOM_RANGE
from workstation.reading.seen_slices import Part, Seen, SeenSeries
from workstation.reading.session.kept_steps import KeptSteps, given, kept
from workstation.reading.state import Focus, SessionState
from workstation.reading.view_state import Camera, Cells, Filling, FormLook, Grey, Link, Sites, ViewState, Window
from workstation.registering.proposal import Proposal

VERSION = 1
# no scanner's patient coordinates reach this far
REACH_MM = 10_000.0
ROUNDING = 1e-3
_T = TypeVar("_T")


class _Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rotation: tuple[Vector3, Vector3, Vector3]
    translation: Vector3
    correlation: float
    apart: float | None


class _FoundSite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    point: Vector3
    along: Vector3 | None


class _SeenSeries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parts: tuple[tuple[Part, tuple[int, ...]], ...]
    tenths: tuple[tuple[int, int], ...]


class _Bookmark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    feature: str
    site: str
    visit: int
    cursors: dict[int, tuple[float, float, float]]
    offset: tuple[float, float, float]
    linked: bool
    zoom: float
    pan: dict[str, tuple[float, float]]
    windows: dict[str, tuple[float, float]]
    rows: int
    # since the registration; a bookmark kept before it has none of these
    registration: _Registration | None = None
    by_registration: bool = False
    by_hand: bool = False
    own_slices: dict[str, int] = {}
    lines: bool = True
    hide_baseline: bool = False
    # until the side could be unknown; it said how the wrist was drawn
    left_wrist: bool = False
    figure: bool = False
    active_s: int = 0
    pointed: int | None = None
    seen: dict[str, tuple[float, float, float]] = {}
    enlarged: dict[str, tuple[int, int]] = {}
    keyed: dict[str, int] = {}
    instead: dict[str, tuple[str, str]] = {}
    inverted: bool = False
    smooth: bool = True
    rows_of: dict[str, int] = {}
    columns: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    # since sites are expected somewhere
    arrived: dict[int, tuple[float, float, float]] | None = None
    expected: frozenset[int] = frozenset()
    expecting: bool = True
    sightings: dict[str, _FoundSite] = {}
    seen_as_expected: frozenset[str] = frozenset()
    # since both visits are shown in one light
    lights: dict[str, Lit] = {}
    equal: bool = False
    # since it is kept which slices were seen: per series [part, slices] and [slice, tenths of a second]
    slices: dict[str, _SeenSeries] = {}
    # since undo goes on in a room that is opened again
    steps: KeptSteps | None = None
    # since the wrist fills its cells; a case that was begun before shows the whole images until the reader asks
    filling: Filling = Filling.FIELD
    outlines: dict[str, dict[int, Outline]] = {}
    scored: dict[str, dict[int, Outline]] = {}
    # since the visits stand as their images are largest; a case that was begun before has them side by side
    beside: frozenset[str] | None = None
    # since the reader can say which hand it is and how it lies
    side: str | None = None
    turned_over: bool = False
    # since every row takes any series; `instead` is the first row's
    instead_below: dict[str, dict[int, tuple[str, str]]] = {}
    among: frozenset[str] = frozenset()
    # since radiographs have an overview
    overview: bool = True
    # since planes are cut through a series: the row that is cut, and at how many degrees
    reformat: tuple[int, int] | None = None


def bookmark_text(state: SessionState) -> str:
    """The focus, the view and the last steps of `state` as JSON."""
    view = state.view
    bookmark = _Bookmark(
        version=VERSION,
        feature=state.focus.feature,
        site=state.focus.site,
        visit=state.focus.visit,
        cursors=dict(view.cursor_mm),
        offset=view.link.offset_mm,
        linked=view.link.linked,
        zoom=view.camera.zoom,
        pan=dict(view.camera.pan_mm),
        windows={code: (window.low, window.high) for code, window in view.grey.windows.items()},
        rows=view.cells.rows,
        rows_of=dict(view.cells.rows_of),
        columns=view.cells.columns,
        above=view.cells.above,
        registration=_registration(view.link.registration),
        by_registration=view.link.by_registration,
        by_hand=view.link.by_hand,
        own_slices=dict(view.own_slices),
        lines=view.lines,
        overview=view.overview,
        hide_baseline=view.form.hide_baseline,
        side=view.form.side,
        turned_over=view.form.turned_over,
        figure=view.form.figure,
        # whole seconds: a bookmark that differed with each key would be written with each
        active_s=int(view.active_s),
        pointed=view.pointed,
        seen={f"{visit} {site}": point for (visit, site), point in view.sites.seen_mm.items()},
        enlarged=dict(view.cells.enlarged),
        keyed=dict(view.cells.keyed),
        instead={code: rows[0] for code, rows in view.cells.instead.items() if 0 in rows},
        instead_below={
            code: {row: one for row, one in rows.items() if row}
            for code, rows in view.cells.instead.items()
            if any(rows)
        },
        among=view.cells.among,
        reformat=view.cells.reformat,
        inverted=view.grey.inverted,
        smooth=view.grey.smooth,
        arrived=dict(view.sites.arrived_mm),
        expected=view.sites.expected,
        expecting=view.sites.expecting,
        seen_as_expected=frozenset(f"{visit} {site}" for visit, site in view.sites.seen_as_expected),
        lights=dict(view.grey.lights),
        equal=view.grey.equal,
        slices={
            code: _SeenSeries(
                tuple((part, tuple(sorted(slices))) for part, slices in seen.parts.items()),
                tuple(sorted((index, ms // 100) for index, ms in seen.ms.items())),
            )
            for code, seen in view.seen.items()
        },
        filling=view.camera.filling,
        outlines={plane: dict(visits) for plane, visits in view.camera.outlines.items()},
        beside=view.cells.beside,
        scored={plane: dict(visits) for plane, visits in view.camera.scored.items()},
        sightings={
            f"{visit} {site}": _FoundSite(seen.point_mm, seen.along)
            for (visit, site), seen in view.sites.found_sites.items()
        },
        steps=kept(state),
    )
    return msgspec.json.encode(bookmark).decode()


def resumed(start: SessionState, text: str | None) -> SessionState:
    """`start` with the focus, view and steps of `text`; what can't be used stays as in `start`. Never raises."""
    if not text:
        return start
    try:
        bookmark = msgspec.json.decode(text, type=_Bookmark)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return start
    if bookmark.version != VERSION:
        return start
    focus = Focus(FeatureCode(bookmark.feature), SiteCode(bookmark.site), bookmark.visit)
    if focus.key not in keys_in_reading_order(start.scheme, start.case.asked):
        focus = start.focus
    past, future = given(bookmark.steps, start)
    return replace(start, focus=focus, view=_view(bookmark, start), past=past, future=future)


def _view(bookmark: _Bookmark, start: SessionState) -> ViewState:
    points = [*bookmark.cursors.values(), bookmark.offset]
    if bookmark.cursors.keys() != start.view.cursor_mm.keys() or not all(_within_reach(point) for point in points):
        return start.view
    known = {series.code for visit in start.case.visits for series in visit.series}
    windows = {
        code: Window(*pair)
        for code, pair in bookmark.windows.items()
        if code in known and all(map(isfinite, pair)) and pair[1] - pair[0] >= NARROWEST_WINDOW
    }
    return ViewState(
        cursor_mm=MappingProxyType(dict(bookmark.cursors)),
        link=_link(bookmark),
        pointed=bookmark.pointed if bookmark.pointed in bookmark.cursors else None,
        own_slices=MappingProxyType({code: index for code, index in bookmark.own_slices.items() if code in known}),
        sites=_sites(bookmark),
        camera=_camera(bookmark),
        grey=Grey(
            MappingProxyType(windows),
            bookmark.inverted,
            bookmark.smooth,
            MappingProxyType(
                {code: light for code, light in bookmark.lights.items() if code in known and _shows(light)}
            ),
            equal=bookmark.equal,
        ),
        cells=_cells(bookmark, start),
        form=FormLook(bookmark.hide_baseline, _side(bookmark, start), bookmark.figure, bookmark.turned_over),
        lines=bookmark.lines,
        overview=bookmark.overview,
        active_s=max(float(bookmark.active_s), 0.0),
        seen=_seen(bookmark, known),
    )


def _side(bookmark: _Bookmark, start: SessionState) -> str:
    """The hand that it was; of an older bookmark the one that was drawn, where that said anything."""
    known = start.view.form.side
    if bookmark.side is not None:
        return bookmark.side if bookmark.side in {"L", "R"} else known
    # a right wrist was drawn also where nothing was known
    return "L" if bookmark.left_wrist else "R" if known == "L" else known


def _seen(bookmark: _Bookmark, known: set[str]) -> Seen:
    return MappingProxyType(
        {
            code: SeenSeries(
                MappingProxyType({part: frozenset(slices) for part, slices in kept.parts}),
                MappingProxyType({index: tenths * 100 for index, tenths in kept.tenths}),
            )
            for code, kept in bookmark.slices.items()
            if code in known
        }
    )


def _shows(light: Lit) -> bool:
    """Whether it is a light: its windows have a width, and its gain is one."""
    ends = (light.low, light.high, light.equal_low, light.equal_high, light.gain)
    return all(map(isfinite, ends)) and light.high > light.low and light.equal_high > light.equal_low and light.gain > 0


def _link(bookmark: _Bookmark) -> Link:
    registration = _proposal(bookmark.registration)
    by_registration = bookmark.by_registration and registration is not None
    return Link(bookmark.offset, bookmark.linked, registration, by_registration, bookmark.by_hand)


def _sites(bookmark: _Bookmark) -> Sites:
    return Sites(
        seen_mm=MappingProxyType(dict(_by_site(bookmark.seen, bookmark, lambda point: point))),
        seen_as_expected=frozenset(at for at, _ in _by_site(_chosen_by_none(bookmark), bookmark, lambda point: point)),
        found_sites=MappingProxyType(dict(_by_site(_found_sites(bookmark), bookmark, lambda seen: seen.point_mm))),
        arrived_mm=MappingProxyType(_arrived(bookmark)),
        expected=bookmark.expected & (bookmark.arrived or {}).keys(),
        expecting=bookmark.expecting,
    )


def _camera(bookmark: _Bookmark) -> Camera:
    low, high = ZOOM_RANGE
    pans = {plane: pair for plane, pair in bookmark.pan.items() if all(abs(shift) <= PAN_LIMIT_MM for shift in pair)}
    zoom = bookmark.zoom if low <= bookmark.zoom <= high else 1.0
    scored, lost = _outlines(bookmark.scored), bookmark.filling is Filling.SCORED and not bookmark.scored
    filling = Filling.WRIST if lost else bookmark.filling
    return Camera(zoom, MappingProxyType(pans), filling, _outlines(bookmark.outlines), scored)


def _outlines(kept: Mapping[str, Mapping[int, Outline]]) -> Mapping[str, Mapping[int, Outline]]:
    """Those that lie somewhere, and have a size."""
    return MappingProxyType(
        {
            plane: MappingProxyType({visit: outline for visit, outline in visits.items() if _encloses(outline)})
            for plane, visits in kept.items()
        }
    )


def _encloses(outline: Outline) -> bool:
    sides = (outline.across_mm, outline.along_mm)
    return _within_reach(outline.corner_mm) and all(_within_reach(side) and dot(side, side) > 1 for side in sides)


def _cells(bookmark: _Bookmark, at_first: SessionState) -> Cells:
    start = at_first.view.cells
    beside = {str(feature.code) for feature in at_first.scheme.features} if bookmark.beside is None else bookmark.beside
    fewest, most = ROWS_RANGE
    chosen = {code: rows for code, rows in bookmark.rows_of.items() if fewest <= rows <= most}
    return Cells(
        rows=bookmark.rows if fewest <= bookmark.rows <= most else start.rows,
        # what the reader never chose is as it is at first
        rows_of=MappingProxyType({**start.rows_of, **chosen}),
        columns=bookmark.columns,
        above=bookmark.above - bookmark.columns,
        beside=frozenset(beside - bookmark.above - bookmark.columns),
        enlarged=MappingProxyType(dict(bookmark.enlarged)),
        keyed=MappingProxyType({feature: row for feature, row in bookmark.keyed.items() if 0 <= row < most}),
        instead=_instead(bookmark),
        among=bookmark.among,
        reformat=_reformat(bookmark),
    )


def _reformat(bookmark: _Bookmark) -> tuple[int, int] | None:
    """The plane that was cut; of a row that no screen has, or turned further than half round, none."""
    if bookmark.reformat is None:
        return None
    row, degrees = bookmark.reformat
    return bookmark.reformat if 0 <= row < ROWS_RANGE[1] and 0 <= degrees < HALF_TURN else None


def _instead(bookmark: _Bookmark) -> Mapping[str, Mapping[int, tuple[str, str]]]:
    """What rows show of each feature, the first and those below; a row that no screen has is nobody's."""
    _, most = ROWS_RANGE
    found: dict[str, dict[int, tuple[str, str]]] = {code: {0: one} for code, one in bookmark.instead.items()}
    for code, rows in bookmark.instead_below.items():
        found.setdefault(code, {}).update({row: one for row, one in rows.items() if 0 < row < most})
    return MappingProxyType({code: MappingProxyType(rows) for code, rows in found.items() if rows})


def _by_site(
    named: Mapping[str, _T], bookmark: _Bookmark, point_of: Callable[[_T], Vector3]
) -> Iterator[tuple[tuple[int, str], _T]]:
    """What was kept by "visit site", without what isn't of this case or lies nowhere."""
    for name, found in named.items():
        visit, _, site = name.partition(" ")
        if visit.isdecimal() and int(visit) in bookmark.cursors and _within_reach(point_of(found)):
            yield (int(visit), site), found


def _found_sites(bookmark: _Bookmark) -> dict[str, FoundSite]:
    """Where the reader went by hand; a direction that is none makes it nothing."""
    return {
        name: FoundSite(kept.point, kept.along)
        for name, kept in bookmark.sightings.items()
        if kept.along is None or abs(dot(kept.along, kept.along) - 1) < ROUNDING
    }


def _chosen_by_none(bookmark: _Bookmark) -> dict[str, Vector3]:
    return {name: point for name, point in bookmark.seen.items() if name in bookmark.seen_as_expected}


def _arrived(bookmark: _Bookmark) -> dict[int, Vector3]:
    """Where the images had been brought; of a bookmark that doesn't say, where they are."""
    if bookmark.arrived is None:
        return dict(bookmark.cursors)
    whole = bookmark.arrived.keys() <= bookmark.cursors.keys() and all(map(_within_reach, bookmark.arrived.values()))
    return dict(bookmark.arrived if whole else bookmark.cursors)


def _registration(proposal: Proposal | None) -> _Registration | None:
    if proposal is None:
        return None
    movement = proposal.movement
    return _Registration(movement.rotation, movement.translation_mm, proposal.correlation, proposal.apart_mm)


def _proposal(kept: _Registration | None) -> Proposal | None:
    """The registration that was kept, None where it is no rigid movement."""
    if kept is None or not _within_reach(kept.translation) or not isfinite(kept.correlation):
        return None
    first, second, third = kept.rotation
    right_handed = (*cross(first, second),)
    off = max(
        *(abs(dot(row, row) - 1) for row in kept.rotation),
        *(abs(one - other) for one, other in zip(right_handed, third, strict=True)),
    )
    # NaN compares false, so it is refused too
    if not off < ROUNDING:
        return None
    return Proposal(Rigid(kept.rotation, kept.translation), kept.correlation, kept.apart)


def _within_reach(point: Vector3) -> bool:
    return all(isfinite(value) and abs(value) <= REACH_MM for value in point)
