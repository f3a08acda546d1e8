"""Zoom, pan, windows and rows stay within what makes sense, and a refusal stays in sight meanwhile."""

from __future__ import annotations

from decimal import Decimal

from tests.builders.sessions import a_session_state, after
from workstation.reading.answers.focus_moves import MoveFeature, MoveFocus
from workstation.reading.answers.grading import SetGrade
from workstation.reading.images.display import ToggleColumns
from workstation.reading.images.filling import ResetView
from workstation.reading.images.registration_link import ToggleLink
from workstation.reading.images.view import Pan, SetRows, SetWindow, Zoom
from workstation.reading.view_state import Window


def test_zoom_multiplies_and_stops_at_its_ends() -> None:
    assert after(a_session_state(), Zoom(2.0), Zoom(1.5)).view.camera.zoom == 3.0
    assert after(a_session_state(), Zoom(1e9)).view.camera.zoom == 20.0
    assert after(a_session_state(), Zoom(1e-9)).view.camera.zoom == 0.5
    assert after(a_session_state(), Zoom(0.0), Zoom(float("nan"))).view.camera.zoom == 1.0


def test_pan_adds_up_for_each_plane_apart() -> None:
    now = after(a_session_state(), Pan("AX", 3.0, -2.0), Pan("AX", 1.0, 0.5), Pan("COR", 7.0, 7.0))

    assert now.view.camera.pan_mm == {"AX": (4.0, -1.5), "COR": (7.0, 7.0)}


def test_a_window_is_kept_for_its_series_and_is_never_empty() -> None:
    now = after(a_session_state(), SetWindow("A", 10.0, 90.0), SetWindow("B", 50.0, 20.0))

    assert now.view.grey.windows["A"] == Window(10.0, 90.0)
    assert now.view.grey.windows["B"].high > now.view.grey.windows["B"].low


def test_reset_fits_and_centres_and_leaves_slices_and_link() -> None:
    start = after(a_session_state(), ToggleLink(), SetRows(3))
    state = after(start, Zoom(2.0), Pan("AX", 1.0, 1.0), SetWindow("A", 1.0, 9.0))

    now = after(state, ResetView())

    assert now.view == start.view


def test_there_are_one_to_four_rows() -> None:
    start = a_session_state()
    feature = start.focus.feature
    assert after(start, SetRows(0)).view.cells.rows_at(feature) == 1
    assert after(start, SetRows(9)).view.cells.rows_at(feature) == 4


def test_rows_and_blocks_are_remembered_for_the_feature_alone() -> None:
    start = a_session_state()
    here = start.focus.feature
    state = after(start, SetRows(4), ToggleColumns(), MoveFeature(1))

    there = state.focus.feature
    assert (state.view.cells.rows_at(there), there in state.view.cells.columns) == (2, False)
    back = after(state, MoveFeature(-1))
    assert (back.view.cells.rows_at(here), here in back.view.cells.columns) == (4, True)
    above = after(back, ToggleColumns())
    assert (here in above.view.cells.columns, here in above.view.cells.above, above.view.cells.rows_at(here)) == (
        False,
        True,
        4,
    )
    beside = after(above, ToggleColumns())
    assert not {here} & (beside.view.cells.columns | beside.view.cells.above)
    assert here in beside.view.cells.beside
    # and round: chosen by nobody, so as the images are largest
    at_first = after(beside, ToggleColumns())
    cells = at_first.view.cells
    assert not {here} & (cells.columns | cells.above | cells.beside)


def test_in_blocks_three_series_are_four_so_that_no_place_is_left_over() -> None:
    start = after(a_session_state(), ToggleColumns())
    feature = start.focus.feature

    assert [after(start, SetRows(rows)).view.cells.rows_at(feature) for rows in (1, 2, 3, 4)] == [1, 2, 4, 4]


def test_looking_at_the_images_keeps_the_line_of_a_refusal_in_sight() -> None:
    refused = after(a_session_state("SYN RC 1"), SetGrade(Decimal(9)))

    assert after(refused, Zoom(1.2)).notice == refused.notice
    assert after(refused, MoveFocus(sites=1)).notice is None
