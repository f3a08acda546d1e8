"""Arrangement of cells: what each draws, computed from the state and the hanging. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf

from scoring.readings.reading import VISITS as VISIT_NUMBERS
from scoring.schemes.modalities import KIND_WORDS, PLANE_WORDS, XR, modality_of_plane
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord, VisitRecord
from workstation.diagram.outlines import part_drawn
from workstation.hanging.layout import Layout
from workstation.hanging.matching import Cell, Choice, Empty, Hanging, Shown, match
from workstation.imaging.gaps import lacks_slice
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.reformatting import cut_through, plane_name
from workstation.imaging.wrist.outline import Box, field_of
from workstation.reading.answers.measuring import marks_at, words
from workstation.reading.answers.site_rings import ring_at
from workstation.reading.images.comparing import covered
from workstation.reading.images.filling import in_plane
from workstation.reading.images.go_to_site import as_expected
from workstation.reading.images.linking import main_frame, own_slice
from workstation.reading.images.reformatting import reason_against
from workstation.reading.images.view import window_of
from workstation.reading.marks import Marks
from workstation.reading.state import SessionState
from workstation.reading.view_state import ViewState, Window
from workstation.reading.wording import as_known
from workstation.ui.reader.cells.grid import Arrangement, Grid, largest
from workstation.ui.reader.images.aligning import aligned, middle_mm
from workstation.ui.reader.images.headings import blinks
from workstation.ui.reader.images.lines import with_lines, with_ring
from workstation.ui.reader.images.view import REFORMATTED, CellView, Compared, EmptyView, SeriesView

# outlines of synthetic wrists are 90 to 97 mm by 51 to 59 mm across the arm; along it they leave the image
_OF_AN_ARM = ("wrist", "hand")
USUAL_MM = {"AX": (90.0, 55.0), "COR": (90.0, inf), "SAG": (55.0, inf)}

NOT_ONE_KIND = "No difference: the series are not of one kind"
UNMATCHED = "No difference: the series are not matched"


def arrange(
    state: SessionState, hanging: Hanging, width: int, height: int
) -> tuple[tuple[tuple[CellView, ...], ...], Mapping[str, float]]:
    """Every cell as it is to be drawn, and by plane the millimetres that a pixel shows, at both visits.

    Rows from the top, each baseline then follow-up. width, height: of the smallest cell, in pixels.
    """
    rows = _rows(state, hanging)
    # before any visit stands in the other's cells, so that the scale stays while they change places
    fit, zoom = fit_mm_per_pixel(rows, width, height), state.view.camera.zoom
    scales = {plane: scale / zoom for plane, scale in fit.items()}
    rows = aligned(rows, state.view, {plane: (width * scale, height * scale) for plane, scale in scales.items()})
    if blinks(state):
        rows = [[_instead_of(first, second, state.view), second] for first, second in rows]
    elif covered(state):
        rows = [[_over(first, second, state), second] for first, second in rows]
    return tuple(tuple(row) for row in rows), scales


def chosen_arrangement(state: SessionState) -> Arrangement | None:
    """How the reader wants the visits of the feature in focus to stand; None: as their images are largest."""
    cells, feature = state.view.cells, state.focus.feature
    if feature in cells.columns:
        return Arrangement.BLOCKS
    if feature in cells.above:
        return Arrangement.ABOVE
    return Arrangement.BESIDE if feature in cells.beside else None


def hung(layout: Layout, state: SessionState, width: int, height: int) -> tuple[Hanging, Grid]:
    """The series that hang for the feature in focus, and how they stand in a room of that size in pixels."""
    cells, feature = state.view.cells, state.focus.feature
    rows, choice = cells.rows_at(feature), Choice(cells.instead_of(feature), cells.contrast, cells.among)
    site = str(state.focus.site)
    hanging = match(layout, feature, state.case.visits, rows, choice, site=site)
    sized = hanging if cells.reformat is None else hanging.with_reformatted(cells.reformat[0])
    sizes = _row_sizes(sized, arm=_is_of_an_arm(state.scheme))
    how = chosen_arrangement(state) or largest(sizes, width, height, len(state.case.asked), len(sized.without_images))
    if how is Arrangement.BLOCKS:
        # an odd one of several would leave a place empty
        more = rows + (rows + (cells.reformat is not None)) % 2 if rows > 1 else rows
        hanging = match(layout, feature, state.case.visits, more, choice, site=site)
    if cells.reformat is not None:
        hanging = hanging.with_reformatted(cells.reformat[0])
    hanging = hanging.paired() if how is Arrangement.BLOCKS else hanging
    return hanging, Grid(len(hanging.rows), how, hanging.without_images)


def _is_of_an_arm(scheme: Scheme) -> bool:
    """Whether wrists or hands are read; so it is where no drawing says what is."""
    drawn = part_drawn(scheme)
    return not drawn or any(part in drawn for part in _OF_AN_ARM)


def _row_sizes(hanging: Hanging, *, arm: bool) -> list[tuple[float, float]]:
    """Width and height in mm of what usually fills the cells of each row with images; the larger of both visits.

    By the headers alone, not by the outlines: cases of one protocol stand alike, also before their pixels are there.
    arm: what is read is as wide and thick as one; else it is taken to fill its field.
    """
    found: list[tuple[float, float]] = []
    for row in hanging.rows:
        sizes = [_usual_mm(cell.series, arm=arm) for cell in row.cells if isinstance(cell, Shown)]
        if sizes:
            found.append((max(wide for wide, _ in sizes), max(high for _, high in sizes)))
    return found


def _usual_mm(series: SeriesRecord, *, arm: bool) -> tuple[float, float]:
    """A wrist's width with the thumb's base, its thickness and the margin, as far as the image shows them."""
    wide, high = field_of(Stack.of(series)).size_mm
    across, down = USUAL_MM.get(series.plane, (wide, high)) if arm else (wide, high)
    return (min(wide, across), min(high, down))


def _rows(state: SessionState, hanging: Hanging) -> list[list[CellView]]:
    records = {visit.number: visit for visit in state.case.visits}
    keyed = min(state.view.cells.keyed.get(state.focus.feature, 0), len(hanging.rows) - 1)
    rows: list[list[CellView]] = [
        [
            _reformatted(state, shown, records) if row.reformatted else shown
            for index, cell in enumerate(row.cells)
            for shown in (_cell_view(state, VISIT_NUMBERS[index], _marked(row.caption, number, keyed), cell, records),)
        ]
        for number, row in enumerate(hanging.rows)
    ]
    shown = [view for row in rows for view in row if isinstance(view, SeriesView)]
    if state.view.lines:
        rows = [[with_lines(view, shown, state.view) for view in row] for row in rows]
    rings = {visit: ring_at(state, visit) for visit in state.case.asked}
    rows = [[with_ring(_with_marks(view, state), rings) for view in row] for row in rows]
    if not state.case.ordered or state.case.alone:
        rows = [[_as_known(view, state.case) for view in row] for row in rows]
    return rows


def _marked(caption: str, row: int, keyed: int) -> str:
    """A sign at the row that keys act on, where that isn't the first, as everybody expects."""
    return f"\N{BLACK RIGHT-POINTING TRIANGLE} {caption}" if keyed and row == keyed else caption


def _as_known(view: CellView, case: CaseRecord) -> CellView:
    """The same cell in words that don't say which visit it is where the reader isn't to know."""
    if isinstance(view, EmptyView):
        return replace(view, reason=as_known(case, view.reason), ordered=case.ordered, alone=case.alone)
    # a scan alone has no other to be matched with
    light = "" if case.alone else view.light
    return replace(view, note=as_known(case, view.note), light=light, ordered=case.ordered, alone=case.alone)


def _with_marks(view: CellView, state: SessionState) -> CellView:
    """What was drawn at the site in focus, in the cells of its visit; and the tool in hand."""
    if isinstance(view, EmptyView):
        return view
    if view.visit != state.focus.visit or view.source is not None:
        return replace(view, idle_tool=bool(state.view.tool))
    marks = marks_at(state, state.focus.key)
    measured = words(state, state.focus.key) if marks.drawn and not marks.said.aside else ""
    return replace(view, marks=None if marks == Marks() else marks, measured=measured, tool=state.view.tool)


def _instead_of(first: CellView, second: CellView, view: ViewState) -> CellView:
    """The follow-up's cell in the baseline's, what belongs together lying at one place on the screen.

    By the link in use: shifted in whole, never turned, since nothing that is scored is resampled for it.
    """
    if isinstance(second, EmptyView) or isinstance(first, EmptyView):
        return second
    middle = view.link.relation(middle_mm(first, view))
    pan_right, pan_down = view.camera.pan_mm.get(second.series.pane, (0.0, 0.0))
    centre = (dot(middle, second.stack.right) - pan_right, dot(middle, second.stack.down) - pan_down)
    return replace(second, centre_mm=centre, guest=True)


def _over(first: CellView, second: CellView, state: SessionState) -> CellView:
    """The baseline's cell with the follow-up over it, or what differs; as it is where one of them isn't there."""
    other = _instead_of(first, second, state.view)
    if isinstance(first, EmptyView) or isinstance(other, EmptyView) or first.source is not None:
        return first
    return _compared(first, other, state)


def _compared(first: SeriesView, other: SeriesView, state: SessionState) -> SeriesView:
    """A baseline's cell with the follow-up over it, or what differs.

    other: the follow-up's, laid so that what belongs together is at one place of the screen. A difference is of one
    kind and plane, and of matched series, alone.
    """
    view, registration = state.view, state.view.link.registration
    if registration is None or not view.link.by_registration or first.own_coordinates or other.own_coordinates:
        return first
    if not view.cells.difference:
        return replace(first, compared=Compared(other, view.cells.fade / 100))
    one, two = ((cell.series.kind, cell.series.plane) for cell in (first, other))
    if one != two or first.series.kind == "OTHER":
        return replace(first, note=NOT_ONE_KIND)
    here, there = (view.grey.lights.get(one.series.code) for one in (first, other))
    if here is None or there is None or here.why_not or there.why_not:
        return replace(first, note=UNMATCHED)
    return replace(first, compared=Compared(other, movement=registration.movement, gain=there.gain / here.gain))


def fit_mm_per_pixel(views: Sequence[Sequence[CellView]], width: int, height: int) -> dict[str, float]:
    """By plane the scale at which the largest box shown just fits into a cell of that size in pixels."""
    found: dict[str, float] = {}
    for view in (view for row in views for view in row if isinstance(view, SeriesView)):
        wide, high = view.box.size_mm
        scale = max(wide / max(width, 1), high / max(height, 1))
        found[view.series.pane] = max(found.get(view.series.pane, 0.0), scale)
    return found


def _cell_view(
    state: SessionState, visit: int, caption: str, cell: Cell, records: Mapping[int, VisitRecord]
) -> CellView:
    match cell:
        case Empty(reason):
            return EmptyView(visit, caption, reason)
        case Shown(series, note):
            box = in_plane(state, records[visit], series)
            shown = replace(_series_view(state.view, visit, series, box), caption=caption, note=note)
            return shown if series.frame == main_frame(records[visit]) else _alone(state.view, shown)


def _reformatted(state: SessionState, view: CellView, records: Mapping[int, VisitRecord]) -> CellView:
    """A plane cut through the series of a cell, where the visit's cursor is; or why not."""
    if isinstance(view, EmptyView) or state.view.cells.reformat is None:
        return view
    why = reason_against(state, view.visit, view.series)
    if why:
        return EmptyView(view.visit, view.caption, f"Not reformatted: {why}")
    cursor = state.view.cursor_mm.get(view.visit, view.stack.centre_mm)
    like = [one for one in records[view.visit].series if one.slices and one.frame == view.series.frame]
    others = tuple(Stack.of(one) for one in like if one.plane != view.series.plane)
    plane = cut_through(view.stack, cursor, state.view.cells.reformat[1], others)
    kind = KIND_WORDS.get(view.series.kind, "series of unknown kind")
    name = f"{kind}, {PLANE_WORDS.get(plane_name(plane), 'oblique')}"
    series = replace(view.series, plane=REFORMATTED, turn="", rows=plane.rows, columns=plane.columns)
    box = field_of(plane)
    right, down = box.middle
    pan_right, pan_down = state.view.camera.pan_mm.get(series.pane, (0.0, 0.0))
    return replace(
        view,
        caption=f"{name}, reformatted",
        series=series,
        source=view.series,
        stack=plane,
        index=0,
        beyond_mm=0.0,
        missing_mm=0.0,
        expected=False,
        box=box,
        centre_mm=(right - pan_right, down - pan_down),
    )


def _alone(view: ViewState, shown: SeriesView) -> SeriesView:
    """The same cell for a series whose coordinates are its own: the visit's cursor means nothing there."""
    index = own_slice(view, shown.series)
    return replace(shown, index=index, beyond_mm=0.0, missing_mm=0.0, own_coordinates=True, expected=False)


def _series_view(view: ViewState, visit: int, series: SeriesRecord, box: Box) -> SeriesView:
    stack = Stack.of(series)
    cursor = view.cursor_mm.get(visit, stack.centre_mm)
    index = stack.nearest(cursor)
    # an end slice that stands in for a place outside the stack says so
    height = dot(cursor, stack.normal)
    distance = abs(height - stack.heights_mm[index])
    lacking = lacks_slice(stack.heights_mm, series.slice_spacing_mm, height, distance)
    beyond = distance if distance > (series.slice_spacing_mm or distance) and not lacking else 0.0
    pan_right, pan_down = view.camera.pan_mm.get(series.pane, (0.0, 0.0))
    right, down = box.middle
    return SeriesView(
        visit=visit,
        caption="",
        note="",
        series=series,
        stack=stack,
        index=index,
        beyond_mm=beyond,
        missing_mm=distance if lacking else 0.0,
        window=_visible(window_of(view, series)),
        inverted=series.inverted != view.grey.inverted,
        expected=as_expected(view, visit),
        smooth=view.grey.smooth,
        light=_light_text(view, visit, series),
        overview=view.overview and modality_of_plane(series.plane) is XR,
        # images that are moved right show more of their left
        box=box,
        centre_mm=(right - pan_right, down - pan_down),
    )


def _light_text(view: ViewState, visit: int, series: SeriesRecord) -> str:
    """How the series is matched with the other visit's, or why not; nothing before they were compared."""
    light = view.grey.lights.get(series.code)
    if light is None:
        return ""
    if light.why_not:
        return f"not matched: {light.why_not}"
    # the gain is told once, where the values differ from the first visit's
    second = visit != VISIT_NUMBERS[0]
    if view.grey.equal:
        return f"same numbers (tissue x{light.gain:.2f})" if second else "same numbers"
    if modality_of_plane(series.plane) is XR:
        # no pixel lies on one of the other: by how the greys of the limb are spread
        return f"greys matched x{light.gain:.2f} on {light.voxels:,} pixels" if second else "greys matched"
    return f"matched x{light.gain:.2f} on {light.voxels:,} voxels" if second else "matched"


def _visible(window: Window) -> Window:
    """The window, at least one value wide: the percentiles of an empty series are one and the same."""
    return window if window.high > window.low else Window(window.low, window.low + 1)
