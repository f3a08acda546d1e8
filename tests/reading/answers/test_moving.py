"""Moves of the focus: arrows, features, blanks."""

from __future__ import annotations

import pytest

from scoring.values import replace
from tests.builders.sessions import a_session_state, all_answers, at, grade
from workstation.reading.answers.focus_moves import GoTo, GoToBlank, GoToFeature, MoveFeature, MoveFocus
from workstation.reading.command import Command
from workstation.reading.session.step import step


@pytest.mark.parametrize(
    ("start", "command", "end"),
    [
        ("ERO CAP 1", MoveFocus(sites=1), "ERO HAM 1"),
        ("ERO CAP 2", MoveFocus(sites=-1), "ERO TRD 2"),
        ("ERO CAP 1", MoveFocus(visits=1), "ERO CAP 2"),
        ("ERO CAP 2", MoveFocus(visits=1), "ERO CAP 2"),
        ("ERO CAP 1", MoveFocus(visits=-1), "ERO CAP 1"),
        ("SYN IC-CMC 2", MoveFocus(sites=1), "TEN E1 2"),
        ("SYN DRUJ 1", MoveFocus(sites=-1), "SYN DRUJ 1"),
        ("ERO MC5 1", MoveFocus(sites=1), "ERO MC5 1"),
    ],
)
def test_arrows_move_over_the_borders_of_features_and_stop_at_the_ends(start: str, command: Command, end: str) -> None:
    assert step(a_session_state(start), command).state.focus == at(end)


def test_the_next_feature_is_entered_at_its_first_blank_answer() -> None:
    state = a_session_state("SYN RC 2", {"TEN E1 1": grade(0)})

    assert step(state, MoveFeature(1)).state.focus == at("TEN E1 2")


def test_a_feature_is_gone_to_by_its_code_and_entered_at_its_first_blank_answer() -> None:
    state = a_session_state("SYN RC 2", {"ERO TRM 1": grade(0)})

    assert step(state, GoToFeature("ERO")).state.focus.feature == "ERO"
    assert step(state, GoToFeature("TEN")).state.focus == at("TEN E1 1")


def test_features_go_round() -> None:
    assert step(a_session_state("ERO CAP 2"), MoveFeature(1)).state.focus == at("SYN DRUJ 1")
    assert step(a_session_state("SYN RC 2"), MoveFeature(-1)).state.focus == at("ERO RAD 1")


def test_the_next_blank_is_looked_for_behind_the_focus_and_then_from_the_top() -> None:
    state = a_session_state("SYN RC 1", {"SYN RC 2": grade(1)})
    assert step(state, GoToBlank()).state.focus == at("SYN IC-CMC 1")

    at_the_end = a_session_state("ERO MC5 2", {"SYN DRUJ 1": grade(1)})
    assert step(at_the_end, GoToBlank()).state.focus == at("SYN DRUJ 2")


def test_with_nothing_blank_the_focus_stays_and_a_line_says_that_all_is_read() -> None:
    state = replace(a_session_state("ERO CAP 1"), reading=all_answers())

    now = step(state, GoToBlank()).state

    assert now.focus == at("ERO CAP 1")
    assert now.notice is not None
    assert now.notice.text.startswith("All 86 sites are read")


def test_a_site_that_the_feature_lacks_gets_no_focus() -> None:
    now = step(a_session_state("SYN RC 1"), GoTo(at("SYN CAP 1"))).state

    assert now.focus == at("SYN RC 1")
    assert now.notice is not None
    assert now.notice.refused
