from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord, Vector3, VisitRecord
from tests.builders.series import a_series
from tests.builders.state import a_state
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import match
from workstation.imaging.rigid import UNTURNED, Rigid
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.images.display import ToggleInverted
from workstation.reading.images.registration_link import OfferRegistration, ToggleLines
from workstation.reading.images.view import JumpTo, Scroll
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.reading.view_state import Window
from workstation.registering.proposal import Proposal
from workstation.ui.reader.images.arranging import arrange, fit_mm_per_pixel
from workstation.ui.reader.images.view import CellView, EmptyView, Mark, SeriesView


def views(state: SessionState) -> tuple[tuple[CellView, ...], ...]:
    hanging = match(layout_of(state.scheme), state.focus.feature, state.case.visits, state.view.cells.rows)
    return arrange(state, hanging, 400, 400)[0]


def at(state: SessionState, visit: int, cursor_mm: Vector3) -> SessionState:
    cursors = MappingProxyType({**state.view.cursor_mm, visit: cursor_mm})
    return replace(state, view=replace(state.view, cursor_mm=cursors))


def series_view(state: SessionState, row: int = 0, column: int = 0) -> SeriesView:
    view = views(state)[row][column]
    assert isinstance(view, SeriesView)
    return view


def with_frame(series: SeriesRecord, frame: str) -> SeriesRecord:
    return replace(series, frame=frame)


def test_each_cell_shows_the_slice_nearest_to_the_cursor_of_its_own_visit(case: CaseRecord) -> None:
    # coronal slices lie 8 mm apart around y = 0, axial ones 12 mm around z = 0 (baseline) and z = 6 (follow-up)
    state = at(at(a_state(case), 1, (0.0, 9.0, -11.0)), 2, (0.0, -16.0, 6.0))

    assert [[view.index for view in row if isinstance(view, SeriesView)] for row in views(state)] == [[3, 0], [1, 2]]


def test_the_words_name_kind_plane_slice_and_place_and_nothing_else(case: CaseRecord) -> None:
    view = series_view(at(a_state(case, "SYN"), 1, (0.0, 0.0, 12.0)))

    assert view.caption == "T1 post-Gd fat-sat, axial"
    assert view.position_text == "slice 4 of 5  |  +12.0 mm"
    assert view.accessible_name == "Baseline, axial T1 post-contrast, slice 4 of 5"


def test_the_position_is_counted_from_the_middle_slice_and_tells_no_scanner_coordinate(tmp_path: Path) -> None:
    images = tmp_path
    far = a_series(images, "S", "T1", "COR", slices=5, slice_spacing_mm=3, centre_mm=(812.0, 733.0, 641.0))
    case = CaseRecord("C1", images, (VisitRecord(1, (far,)),))

    assert series_view(a_state(case)).position_text == "slice 3 of 5  |  0.0 mm"


def test_an_end_slice_that_stands_in_for_a_place_outside_the_stack_says_so(case: CaseRecord) -> None:
    # the last of five coronal slices 8 mm apart lies at y = 16
    state = a_state(case)

    assert series_view(at(state, 1, (0.0, 30.0, 0.0))).beyond_text == "14 mm outside this stack"
    assert series_view(at(state, 1, (0.0, 19.0, 0.0))).beyond_text == ""


def test_the_window_is_that_of_the_percentiles_until_the_reader_changes_it(case: CaseRecord) -> None:
    state = a_state(case)
    series = series_view(state).series

    assert series_view(state).window == Window(series.window_low, series.window_high)
    changed = replace(
        state,
        view=replace(
            state.view, grey=replace(state.view.grey, windows=MappingProxyType({series.code: Window(100, 300)}))
        ),
    )
    assert series_view(changed).window_text == "W 200  L 200"


def test_a_series_of_non_square_pixels_keeps_its_true_size(tmp_path: Path) -> None:
    series = a_series(tmp_path, "S", "T1", "COR", rows=20, columns=40, spacing_mm=(3.0, 1.0))
    state = a_state(CaseRecord("C1", tmp_path, (VisitRecord(1, (series,)),)))

    assert series_view(state).size_mm == (40.0, 60.0)
    # 60 mm in 300 pixels of height need more than 40 mm in 300 of width
    assert fit_mm_per_pixel(views(state), 300, 300) == {"COR": pytest.approx(0.2)}


def test_the_largest_series_shown_of_a_plane_decides_its_scale_and_no_others(tmp_path: Path) -> None:
    small = a_series(tmp_path, "A", "T1", "COR", rows=50, columns=50, spacing_mm=(1.0, 1.0))
    large = a_series(tmp_path, "B", "T1", "AX", rows=50, columns=50, spacing_mm=(2.0, 2.0))
    state = a_state(CaseRecord("C1", tmp_path, (VisitRecord(1, (small, large)),)))

    assert fit_mm_per_pixel(views(state), 400, 200) == {"COR": pytest.approx(50 / 200), "AX": pytest.approx(100 / 200)}


def test_images_that_are_panned_right_and_down_show_more_of_their_left_and_top(case: CaseRecord) -> None:
    state = a_state(case)
    panned = replace(
        state, view=replace(state.view, camera=replace(state.view.camera, pan_mm=MappingProxyType({"COR": (5.0, 2.0)})))
    )

    centre, moved = series_view(state).centre_mm, series_view(panned).centre_mm
    assert moved == pytest.approx((centre[0] - 5, centre[1] - 2))
    assert series_view(panned, row=1).centre_mm == series_view(state, row=1).centre_mm


def test_the_other_planes_slice_is_a_line_where_it_cuts_this_one(case: CaseRecord) -> None:
    # the axial slice at z = 12 is 12 mm above the middle of the coronal image, that is at down = -12
    line = series_view(at(a_state(case), 1, (0.0, 0.0, 12.0))).crossings[0]

    assert sorted((line.start_mm[0], line.end_mm[0])) == pytest.approx([-48.0, 48.0])
    assert (line.start_mm[1], line.end_mm[1]) == pytest.approx((-12.0, -12.0))


def test_a_line_never_comes_from_the_other_visit_even_in_the_same_frame(tmp_path: Path) -> None:
    coronal = a_series(tmp_path, "A", "T1", "COR", frame="F")
    axial = a_series(tmp_path, "B", "T1", "AX", frame="F")
    case = CaseRecord("C1", tmp_path, (VisitRecord(1, (coronal,)), VisitRecord(2, (axial,))))

    shown = [view for row in views(a_state(case)) for view in row if isinstance(view, SeriesView)]

    assert [view.crossings for view in shown] == [(), ()]


@pytest.mark.parametrize("frames", [("F1", "F2"), ("", "")], ids=["different", "unknown"])
def test_a_line_is_never_drawn_across_frames_that_are_not_known_to_be_the_same(
    tmp_path: Path, frames: tuple[str, str]
) -> None:
    coronal = with_frame(a_series(tmp_path, "A", "T1", "COR"), frames[0])
    axial = with_frame(a_series(tmp_path, "B", "T1", "AX"), frames[1])
    case = CaseRecord("C1", tmp_path, (VisitRecord(1, (coronal, axial)),))

    assert series_view(a_state(case)).crossings == ()


def test_a_slice_that_does_not_reach_the_other_plane_leaves_no_line(tmp_path: Path) -> None:
    coronal = a_series(tmp_path, "A", "T1", "COR", rows=10, columns=10, spacing_mm=(1.0, 1.0))
    axial = a_series(tmp_path, "B", "T1", "AX", centre_mm=(0.0, 0.0, 50.0))
    case = CaseRecord("C1", tmp_path, (VisitRecord(1, (coronal, axial)),))

    assert series_view(a_state(case)).crossings == ()


def test_an_empty_cell_bears_its_reason(case: CaseRecord) -> None:
    lacking = replace(case, visits=(case.visits[0], replace(case.visits[1], series=())))

    view = views(a_state(lacking))[0][1]

    assert view == EmptyView(2, "T1, coronal", "No images at follow-up")
    assert view.accessible_name == "Follow-up, No images at follow-up"


RAISED = Proposal(Rigid(UNTURNED, (0.0, 0.0, 5.0)), 0.95, None)


def registered(state: SessionState) -> SessionState:
    return step(state, OfferRegistration(RAISED)).state


def test_by_registration_the_other_visits_planes_are_lines_marked_as_such(case: CaseRecord) -> None:
    # the follow-up's axial slice at z = 18 lies at z = 13 of baseline, that is at down = -13
    state = at(registered(a_state(case)), 2, (0.0, 0.0, 18.0))

    lines = {line.registered: line for line in series_view(state).crossings}

    assert lines[True].start_mm[1] == pytest.approx(-13.0)
    assert False in lines


def test_linked_by_hand_no_line_and_no_cursor_crosses_to_the_other_visit(case: CaseRecord) -> None:
    state = step(a_state(case), JumpTo(1, (3.0, 0.0, 2.0))).state

    assert series_view(state).cursor == Mark((3.0, -2.0), registered=False)
    assert series_view(state, column=1).cursor is None
    assert not any(line.registered for line in series_view(state, column=1).crossings)


def test_by_registration_the_cursor_is_at_both_visits_and_marked_where_it_was_not_put(case: CaseRecord) -> None:
    state = step(registered(a_state(case)), JumpTo(1, (3.0, 0.0, 2.0))).state

    assert series_view(state).cursor == Mark((3.0, -2.0), registered=False)
    assert series_view(state, column=1).cursor == Mark((3.0, -7.0), registered=True)


def test_the_cursor_is_in_every_plane_of_its_visit_and_can_be_hidden(case: CaseRecord) -> None:
    state = step(a_state(case), JumpTo(1, (3.0, 1.0, 2.0))).state

    assert series_view(state, row=1).cursor == Mark((3.0, 1.0), registered=False)
    hidden = series_view(step(state, ToggleLines()).state)
    assert (hidden.cursor, hidden.crossings) == (None, ())


def test_a_series_in_a_frame_of_its_own_scrolls_alone_and_says_so(case: CaseRecord) -> None:
    first, second = case.visits
    astray = tuple(
        with_frame(item, "F9") if item.plane == "COR" and item.kind == "T1" else item for item in first.series
    )
    state = a_state(replace(case, visits=(replace(first, series=astray), second)))
    before = state.view.cursor_mm
    code = series_view(state).series.code

    state = step(state, Scroll(1, code, 1)).state

    assert state.view.cursor_mm == before
    assert series_view(state).index == 3
    assert series_view(state).position_text.endswith("scrolls alone")
    assert series_view(at(state, 1, (0.0, -16.0, 0.0))).index == 3


def test_blinking_puts_the_follow_up_into_the_baselines_cell_with_what_belongs_together_at_one_place(
    case: CaseRecord,
) -> None:
    state = a_state(case)

    blinked = series_view(step(state, ToggleBlink()).state)

    assert (blinked.visit, blinked.guest) == (2, True)
    # the follow-up lies 6 mm to the left and higher: what was in the middle at baseline is in the middle again
    assert blinked.centre_mm == pytest.approx((6.0, -6.0))


def test_grey_values_are_inverted_by_the_reader_on_top_of_the_series_own(case: CaseRecord) -> None:
    state = a_state(case)

    assert not series_view(state).inverted
    assert series_view(step(state, ToggleInverted()).state).inverted
