"""The place survives the way to text and back; text that is none of ours opens the case at its start."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.sessions import a_session_state, at
from workstation.imaging.rigid import UNTURNED, Rigid
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.command import Command
from workstation.reading.found_site import FoundSite
from workstation.reading.images.display import ToggleColumns
from workstation.reading.images.reformatting import Reformat, Tilt
from workstation.reading.images.registration_link import ToggleLink
from workstation.reading.images.view import Pan, Scroll, SetRows, SetWindow, Zoom
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.reading.view_state import Filling, FormLook, Link, Window
from workstation.registering.proposal import Proposal


def moved() -> SessionState:
    state = a_session_state()
    commands: list[Command] = [
        GoTo(at("ERO CAP 2")),
        Scroll(1, "K7QM210", 3),
        Scroll(2, "K7QM220", 1, alone=True),
        ToggleLink(),
        Zoom(1.7),
        Pan("COR", 3.5, -2.0),
        SetWindow("K7QM210", 12.0, 340.0),
        SetRows(3),
        ToggleColumns(),
    ]
    for command in commands:
        state = step(state, command).state
    return state


def edited(**fields: Any) -> str:  # noqa: ANN401 - JSON of any kind is the point
    return json.dumps({**json.loads(bookmark_text(moved())), **fields})


def test_focus_slices_offset_link_zoom_pan_windows_and_rows_come_back() -> None:
    state = moved()

    back = resumed(a_session_state(), bookmark_text(state))

    assert back.focus == state.focus
    assert back.view == state.view


@pytest.mark.parametrize("text", [None, "", "nonsense", "{}", "[]", "null", '{"version": 1}', "\ud800", "[" * 100_000])
def test_text_that_is_no_place_opens_the_case_at_its_start(text: str | None) -> None:
    start = a_session_state()

    assert resumed(start, text) == start


def test_a_place_of_another_version_opens_the_case_at_its_start() -> None:
    start = a_session_state()

    assert resumed(start, edited(version=2)) == start


def test_a_site_that_the_scheme_has_lost_gives_the_first_site_and_keeps_the_slices() -> None:
    back = resumed(a_session_state(), edited(site="GONE"))

    assert back.focus == a_session_state().focus
    assert back.view == moved().view


@pytest.mark.parametrize(
    "fields",
    [
        {"cursors": {"1": [1e9, 0, 0], "2": [0, 0, 0]}},
        {"cursors": {"1": [0, 0, 0]}},
        {"offset": [0, 0, 1e300]},
    ],
)
def test_slices_that_can_not_be_are_not_shown(fields: dict[str, object]) -> None:
    assert resumed(a_session_state(), edited(**fields)).view == a_session_state().view


def test_a_zoom_window_or_row_count_out_of_range_falls_back_by_itself() -> None:
    back = resumed(a_session_state(), edited(zoom=0, rows=7, windows={"K7QM210": [9, 9], "gone": [1, 9]}))

    assert back.view.camera.zoom == 1.0
    assert back.view.cells.rows == 2
    feature = back.focus.feature
    assert resumed(a_session_state(), edited(rows_of={feature: 7})).view.cells.rows_at(feature) == 2
    assert back.view.grey.windows == {}
    assert back.view.cursor_mm == moved().view.cursor_mm


def test_a_cut_plane_comes_back_as_it_was_turned() -> None:
    state = step(a_session_state("ERO CAP 1"), Reformat(1, "K7QM210")).state
    state = step(state, Tilt(-15)).state

    back = resumed(a_session_state(), bookmark_text(state))

    assert back.view.cells.reformat == (0, 165)


@pytest.mark.parametrize("plane", [[-1, 0], [9, 0], [0, 180], [0, -15]])
def test_a_cut_plane_that_there_can_not_be_is_none(plane: list[int]) -> None:
    back = resumed(a_session_state(), edited(reformat=plane))

    assert back.view.cells.reformat is None
    assert back.view.camera == moved().view.camera


@given(st.text(max_size=200))
def test_no_text_at_all_is_an_error(text: str) -> None:
    assert resumed(a_session_state(), text).scheme is a_session_state().scheme


def test_the_same_answer_again_over_another_series_keeps_the_place_that_is_on_disk() -> None:
    state = step(a_session_state("ERO CAP 1"), SetGrade(Decimal(2), "K7QM210")).state
    kept = state.sightings

    outcome = step(step(state, GoTo(at("ERO CAP 1"))).state, SetGrade(Decimal(2), "K7QM211"))

    assert outcome.changes == ()
    assert outcome.state.sightings == kept


# as the program of November 2026 kept it, when the view was one flat value
KEPT = (
    '{"version":1,"feature":"SYN","site":"RC","visit":1,"cursors":{"1":[2.5,-5.25,9.0],"2":[3.5,-3.25,12.0]},'
    '"offset":[2.0,-1.0,9.0],"linked":true,"zoom":1.7,"pan":{"COR":[3.5,-2.0]},"windows":{"K7QM210":[12.0,340.0],'
    '"K7QM220":[12.0,340.0]},"rows":2,"registration":{"rotation":[[1.0,0.0,0.0],[0.0,1.0,0.0],[0.0,0.0,1.0]],'
    '"translation":[1.0,2.0,3.0],"correlation":0.93,"apart":1.25},"by_registration":true,"by_hand":true,'
    '"own_slices":{"K7QM211":4},"lines":false,"hide_baseline":true,"left_wrist":false,"figure":true,"active_s":61,'
    '"pointed":1,"seen":{"1 CAP":[-0.5,-3.0,9.0],"2 HAM":[3.5,-3.25,12.0]},"enlarged":{"SYN":[0,2]},"keyed":{"SYN":1},'
    '"instead":{"SYN":["PD","COR"]},"inverted":true,"smooth":false,"rows_of":{"ERO":3},"columns":["ERO"],'
    '"above":["SYN"],"arrived":{"1":[2.5,-5.25,9.0],"2":[3.5,-3.25,10.0]},"expected":[2],"expecting":false,'
    '"sightings":{"1 CAP":{"point":[-0.5,-3.0,9.0],"along":[0.0,0.0,1.0]},"1 HAM":{"point":[2.5,-5.25,9.0],'
    '"along":null}},"seen_as_expected":["2 HAM"],'
    '"lights":{"K7QM220":{"low":0.0,"high":551.65,"gain":1.36,"equal_low":0.0,"equal_high":405.5,"voxels":12458,'
    '"why_not":""}},"equal":true,'
    '"slices":{"K7QM220":{"parts":[[[0,0,1000,1000],[2,3]]],"tenths":[[2,4],[3,12]]}},"steps":null,'
    '"filling":"scored",'
    '"outlines":{"AX":{"1":{"corner_mm":[1.0,2.0,3.0],"across_mm":[40.0,0.0,0.0],"along_mm":[0.0,30.0,0.0]}},"COR":{}},'
    '"scored":{"AX":{"1":{"corner_mm":[1.0,2.0,3.0],"across_mm":[40.0,0.0,0.0],"along_mm":[0.0,20.0,0.0]}}},"beside":["TEN"],"side":"L","turned_over":true,"instead_below":{"SYN":{"2":["T1","AX"]}},"among":["K7QM210"],"overview":false,"reformat":[1,165]}'
)
# and one from before the registration
OLDEST = (
    '{"version":1,"feature":"ERO","site":"CAP","visit":2,"cursors":{"1":[0.0,0.0,9.0],"2":[2.0,-1.0,18.0]},'
    '"offset":[2.0,-1.0,9.0],"linked":false,"zoom":1.5,"pan":{},"windows":{},"rows":3}'
)


def test_a_place_kept_when_the_view_was_flat_is_read_whole() -> None:
    state = resumed(a_session_state(), KEPT)
    view = state.view

    assert state.focus == at("SYN RC 1")
    assert view.cursor_mm == {1: (2.5, -5.25, 9.0), 2: (3.5, -3.25, 12.0)}
    assert (view.pointed, view.own_slices, view.lines, view.active_s) == (1, {"K7QM211": 4}, False, 61.0)
    moved_by = Rigid(UNTURNED, (1.0, 2.0, 3.0))
    assert view.link == Link((2.0, -1.0, 9.0), True, Proposal(moved_by, 0.93, 1.25), True, True)
    assert (view.camera.zoom, view.camera.pan_mm) == (1.7, {"COR": (3.5, -2.0)})
    assert view.grey.windows == {"K7QM210": Window(12.0, 340.0), "K7QM220": Window(12.0, 340.0)}
    assert (view.grey.inverted, view.grey.smooth) == (True, False)
    assert (view.cells.rows, view.cells.rows_of) == (2, {"ERO": 3})
    assert (view.cells.columns, view.cells.above) == (frozenset({"ERO"}), frozenset({"SYN"}))
    assert (view.cells.enlarged, view.cells.keyed) == ({"SYN": (0, 2)}, {"SYN": 1})
    assert view.cells.instead == {"SYN": {0: ("PD", "COR"), 2: ("T1", "AX")}}
    assert view.cells.among == {"K7QM210"}
    assert view.overview is False
    assert resumed(a_session_state(), OLDEST).view.overview is True
    assert view.form == FormLook(hide_baseline=True, side="L", figure=True, turned_over=True)
    assert view.sites.seen_mm == {(1, "CAP"): (-0.5, -3.0, 9.0), (2, "HAM"): (3.5, -3.25, 12.0)}
    assert view.sites.seen_as_expected == {(2, "HAM")}
    assert view.sites.found_sites == {
        (1, "CAP"): FoundSite((-0.5, -3.0, 9.0), (0.0, 0.0, 1.0)),
        (1, "HAM"): FoundSite((2.5, -5.25, 9.0)),
    }
    assert view.sites.arrived_mm == {1: (2.5, -5.25, 9.0), 2: (3.5, -3.25, 10.0)}
    assert (view.sites.expected, view.sites.expecting) == (frozenset({2}), False)


def test_a_place_is_written_as_it_always_was() -> None:
    assert bookmark_text(resumed(a_session_state(), KEPT)) == KEPT


def test_a_case_begun_before_the_wrist_was_outlined_shows_the_whole_images_as_it_did() -> None:
    assert resumed(a_session_state(), OLDEST).view.camera.filling is Filling.FIELD
    assert a_session_state().view.camera.filling is Filling.WRIST


def test_a_case_begun_before_the_room_chose_the_arrangement_has_the_visits_side_by_side_as_it_had() -> None:
    assert resumed(a_session_state(), OLDEST).view.cells.beside == {"SYN", "TEN", "OST", "ERO"}
    assert a_session_state().view.cells.beside == frozenset()


@pytest.mark.parametrize("side", [[0.0, 0.0, 0.0], [1e9, 0.0, 0.0]])
def test_an_outline_that_has_no_size_or_lies_nowhere_is_none(side: list[float]) -> None:
    outline = {"corner_mm": [1.0, 2.0, 3.0], "across_mm": side, "along_mm": [0.0, 30.0, 0.0]}

    camera = resumed(a_session_state(), edited(filling="wrist", outlines={"AX": {"1": outline}})).view.camera

    assert camera.filling is Filling.WRIST
    assert camera.outlines == {"AX": {}}


def test_a_place_from_before_the_registration_is_read() -> None:
    state = resumed(a_session_state(), OLDEST)

    assert state.focus == at("ERO CAP 2")
    assert state.view.cursor_mm == {1: (0.0, 0.0, 9.0), 2: (2.0, -1.0, 18.0)}
    assert state.view.link == Link((2.0, -1.0, 9.0), linked=False)
    assert (state.view.camera.zoom, state.view.cells.rows) == (1.5, 3)
