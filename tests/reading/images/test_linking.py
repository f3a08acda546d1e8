"""Linked scrolling in millimetres. Expected positions are worked out by hand from the stacks' first slices."""

from __future__ import annotations

import pytest

from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord, Vector3, VisitRecord
from tests.builders.cases import a_case, a_series
from tests.builders.sessions import a_session_state, after
from workstation.imaging.geometry import Stack
from workstation.reading.images.linking import initial_view
from workstation.reading.images.registration_link import ToggleLink
from workstation.reading.images.view import JumpTo, Scroll, ShowSlice
from workstation.reading.state import SessionState


def a_pair(first: SeriesRecord, second: SeriesRecord) -> CaseRecord:
    a, b = replace(first, code="A"), replace(second, code="B", frame="G")
    return replace(a_case(), visits=(VisitRecord(1, (a,)), VisitRecord(2, (b,))))


def shown(state: SessionState, visit: int) -> int:
    """Index of the slice that a visit's first series shows."""
    series = state.case.visits[visit - 1].series[0]
    return Stack.of(series).nearest(state.view.cursor_mm[visit])


def test_a_case_opens_at_the_middle_of_its_stacks_with_the_difference_of_their_centres_as_offset() -> None:
    # 20 slices from z = -30 every 3 mm end at 27: the centre is -1.5; 64 columns of 1 mm from -32 centre at -0.5
    view = initial_view(a_case(moved_mm=(2.0, -1.0, 6.0)))

    assert view.link.offset_mm == pytest.approx((2.0, -1.0, 6.0))
    expected = tuple(a + b for a, b in zip(view.cursor_mm[1], (2.0, -1.0, 6.0), strict=True))
    assert view.cursor_mm[2] == pytest.approx(expected)
    assert abs(view.cursor_mm[1][2] - -1.5) <= 3.0


@pytest.mark.parametrize("rounding_mm", [-0.004, 0.0, 0.004])
def test_stacks_of_an_even_number_open_on_the_same_slice_at_both_visits(rounding_mm: float) -> None:
    # 20 slices: the centre lies between the 10th and the 11th, and decimals of the header may push it either way
    case = a_pair(a_series(slices=20), a_series(first_mm=(-32.0, -32.0, -30.0 + rounding_mm), slices=20))

    state = a_session_state(case=case)

    assert (shown(state, 1), shown(state, 2)) == (9, 9)
    middle = state.case.visits[0].series[0].slices[9].position_mm
    assert state.view.cursor_mm[1][2] == pytest.approx(middle[2])


def test_one_follow_up_series_with_a_centre_of_its_own_does_not_move_the_offset() -> None:
    case = a_case(moved_mm=(0.0, 0.0, 6.0))
    baseline, follow_up = case.visits
    astray = replace(a_series(first_mm=(-32.0, -32.0, 200.0)), code="X")
    visits = (baseline, VisitRecord(2, (astray, *follow_up.series[1:])))

    assert initial_view(replace(case, visits=visits)).link.offset_mm == pytest.approx((0.0, 0.0, 6.0))


def test_scrolling_one_visit_moves_the_other_by_millimetres_and_not_by_slice_numbers() -> None:
    # baseline every 3 mm, follow-up every 1.5 mm over the same 57 mm: two slices there are four here
    state = a_session_state(case=a_pair(a_series(slices=20), a_series(spacing_mm=1.5, slices=39)))
    here, there = shown(state, 1), shown(state, 2)

    now = after(state, Scroll(1, "A", 2))

    assert shown(now, 1) == here + 2
    # the middle of the stack lies between two baseline slices, so the first step is half a slice longer or shorter
    assert abs(shown(now, 2) - there - 4) <= 1
    offset = now.view.cursor_mm[2][2] - now.view.cursor_mm[1][2]
    assert offset == pytest.approx(state.view.link.offset_mm[2])


def test_scrolling_the_follow_up_moves_the_baseline_back_by_the_same_offset() -> None:
    state = a_session_state(case=a_pair(a_series(), a_series(first_mm=(5.0, 0.0, 10.0))))

    now = after(state, ShowSlice(2, "B", 4))

    # slice 4 of the follow-up lies at 10 + 4 * 3 = 22, which is 12 in the baseline: slice 4
    assert now.view.cursor_mm[2][2] == pytest.approx(22.0)
    assert now.view.cursor_mm[1][2] == pytest.approx(12.0)
    assert shown(now, 1) == 4


def test_scrolling_stops_at_the_ends_of_the_stack() -> None:
    state = a_session_state(case=a_pair(a_series(slices=5), a_series(slices=5)))

    assert shown(after(state, Scroll(1, "A", 100)), 1) == 4
    assert shown(after(state, Scroll(1, "A", -100)), 1) == 0
    back = after(state, Scroll(1, "A", 100), Scroll(1, "A", -1))
    assert shown(back, 1) == 3


def test_scrolling_alone_leaves_the_other_visit_and_becomes_the_new_offset() -> None:
    state = after(a_session_state(case=a_pair(a_series(), a_series())), ShowSlice(1, "A", 10))

    now = after(state, Scroll(2, "B", 2, alone=True))

    assert now.view.cursor_mm[1] == state.view.cursor_mm[1]
    # two slices of 3 mm
    assert now.view.link.offset_mm == pytest.approx((0.0, 0.0, 6.0))
    assert shown(after(now, Scroll(1, "A", 1)), 2) == shown(now, 2) + 1


def test_unlinked_visits_scroll_apart_and_linking_here_keeps_them_as_they_stand() -> None:
    state = after(a_session_state(case=a_pair(a_series(), a_series())), ShowSlice(1, "A", 10), ToggleLink())

    apart = after(state, Scroll(2, "B", 3))
    assert apart.view.cursor_mm[1] == state.view.cursor_mm[1]
    assert apart.view.link.offset_mm == state.view.link.offset_mm

    linked = after(apart, ToggleLink())
    assert linked.view.link.linked
    assert linked.view.link.offset_mm == pytest.approx((0.0, 0.0, 9.0))
    assert linked.view.cursor_mm == apart.view.cursor_mm


@pytest.mark.parametrize("point", [(float("nan"), 0.0, 0.0), (0.0, float("inf"), 0.0)])
def test_a_point_that_is_none_moves_nothing(point: Vector3) -> None:
    state = a_session_state()

    assert after(state, JumpTo(1, point)).view == state.view


def test_a_click_puts_both_visits_on_the_same_anatomy() -> None:
    state = a_session_state(case=a_case(moved_mm=(2.0, -1.0, 6.0)))

    now = after(state, JumpTo(1, (1.0, 2.0, 3.0)))

    assert now.view.cursor_mm[1] == (1.0, 2.0, 3.0)
    assert now.view.cursor_mm[2] == pytest.approx((3.0, 1.0, 9.0))


def test_a_series_of_no_visit_is_scrolled_nowhere() -> None:
    state = a_session_state()

    assert after(state, Scroll(1, "none such", 1)) == state


def test_a_case_with_one_visit_opens() -> None:
    case = a_case()
    view = initial_view(replace(case, visits=case.visits[:1]))

    assert set(view.cursor_mm) == {1}
