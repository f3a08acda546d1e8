"""The place survives the way to text and back; text that is none of ours opens the case at its start."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.sessions import a_session_state, at
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.command import Command
from workstation.reading.images.display import ToggleColumns
from workstation.reading.images.registration_link import ToggleLink
from workstation.reading.images.view import Pan, Scroll, SetRows, SetWindow, Zoom
from workstation.reading.resume import place_text, placed
from workstation.reading.state import SessionState
from workstation.reading.step import step


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
    return json.dumps({**json.loads(place_text(moved())), **fields})


def test_focus_slices_offset_link_zoom_pan_windows_and_rows_come_back() -> None:
    state = moved()

    back = placed(a_session_state(), place_text(state))

    assert back.focus == state.focus
    assert back.view == state.view


@pytest.mark.parametrize("text", [None, "", "nonsense", "{}", "[]", "null", '{"version": 1}', "\ud800", "[" * 100_000])
def test_text_that_is_no_place_opens_the_case_at_its_start(text: str | None) -> None:
    start = a_session_state()

    assert placed(start, text) == start


def test_a_place_of_another_version_opens_the_case_at_its_start() -> None:
    start = a_session_state()

    assert placed(start, edited(version=2)) == start


def test_a_site_that_the_scheme_has_lost_gives_the_first_site_and_keeps_the_slices() -> None:
    back = placed(a_session_state(), edited(site="GONE"))

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
    assert placed(a_session_state(), edited(**fields)).view == a_session_state().view


def test_a_zoom_window_or_row_count_out_of_range_falls_back_by_itself() -> None:
    back = placed(a_session_state(), edited(zoom=0, rows=7, windows={"K7QM210": [9, 9], "gone": [1, 9]}))

    assert back.view.zoom == 1.0
    assert back.view.rows == 2
    feature = back.focus.feature
    assert placed(a_session_state(), edited(rows_of={feature: 7})).view.rows_at(feature) == 2
    assert back.view.windows == {}
    assert back.view.cursor_mm == moved().view.cursor_mm


@given(st.text(max_size=200))
def test_no_text_at_all_is_an_error(text: str) -> None:
    assert placed(a_session_state(), text).scheme is a_session_state().scheme


def test_the_same_answer_again_over_another_series_keeps_the_place_that_is_on_disk() -> None:
    state = step(a_session_state("ERO CAP 1"), SetGrade(Decimal(2), "K7QM210")).state
    kept = state.places

    outcome = step(step(state, GoTo(at("ERO CAP 1"))).state, SetGrade(Decimal(2), "K7QM211"))

    assert outcome.changes == ()
    assert outcome.state.places == kept
