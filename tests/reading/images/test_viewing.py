"""Zoom, pan, windows and rows stay within what makes sense, and a refusal stays in sight meanwhile."""

from __future__ import annotations

from decimal import Decimal

from tests.builders.sessions import a_session_state, after
from workstation.reading import commands as wish
from workstation.reading.state import Window


def test_zoom_multiplies_and_stops_at_its_ends() -> None:
    assert after(a_session_state(), wish.Zoom(2.0), wish.Zoom(1.5)).view.zoom == 3.0
    assert after(a_session_state(), wish.Zoom(1e9)).view.zoom == 20.0
    assert after(a_session_state(), wish.Zoom(1e-9)).view.zoom == 0.5
    assert after(a_session_state(), wish.Zoom(0.0), wish.Zoom(float("nan"))).view.zoom == 1.0


def test_pan_adds_up_for_each_plane_apart() -> None:
    now = after(a_session_state(), wish.Pan("AX", 3.0, -2.0), wish.Pan("AX", 1.0, 0.5), wish.Pan("COR", 7.0, 7.0))

    assert now.view.pan_mm == {"AX": (4.0, -1.5), "COR": (7.0, 7.0)}


def test_a_window_is_kept_for_its_series_and_is_never_empty() -> None:
    now = after(a_session_state(), wish.SetWindow("A", 10.0, 90.0), wish.SetWindow("B", 50.0, 20.0))

    assert now.view.windows["A"] == Window(10.0, 90.0)
    assert now.view.windows["B"].high > now.view.windows["B"].low


def test_reset_fits_and_centres_and_leaves_slices_and_link() -> None:
    start = after(a_session_state(), wish.ToggleLink(), wish.SetRows(3))
    state = after(start, wish.Zoom(2.0), wish.Pan("AX", 1.0, 1.0), wish.SetWindow("A", 1.0, 9.0))

    now = after(state, wish.ResetView())

    assert now.view == start.view


def test_there_are_one_to_four_rows() -> None:
    start = a_session_state()
    feature = start.focus.feature
    assert after(start, wish.SetRows(0)).view.rows_at(feature) == 1
    assert after(start, wish.SetRows(9)).view.rows_at(feature) == 4


def test_rows_and_blocks_are_remembered_for_the_feature_alone() -> None:
    start = a_session_state()
    here = start.focus.feature
    state = after(start, wish.SetRows(4), wish.ToggleColumns(), wish.MoveFeature(1))

    there = state.focus.feature
    assert (state.view.rows_at(there), there in state.view.columns) == (2, False)
    back = after(state, wish.MoveFeature(-1))
    assert (back.view.rows_at(here), here in back.view.columns) == (4, True)
    above = after(back, wish.ToggleColumns())
    assert (here in above.view.columns, here in above.view.above, above.view.rows_at(here)) == (False, True, 4)
    beside = after(above, wish.ToggleColumns())
    assert not {here} & (beside.view.columns | beside.view.above)


def test_in_blocks_three_series_are_four_so_that_no_place_is_left_over() -> None:
    start = after(a_session_state(), wish.ToggleColumns())
    feature = start.focus.feature

    assert [after(start, wish.SetRows(rows)).view.rows_at(feature) for rows in (1, 2, 3, 4)] == [1, 2, 4, 4]


def test_looking_at_the_images_keeps_the_line_of_a_refusal_in_sight() -> None:
    refused = after(a_session_state("SYN RC 1"), wish.SetGrade(Decimal(9)))

    assert after(refused, wish.Zoom(1.2)).notice == refused.notice
    assert after(refused, wish.MoveFocus(sites=1)).notice is None
