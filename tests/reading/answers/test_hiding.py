from __future__ import annotations

from tests.builders.sessions import a_session_state, at, grade
from workstation.reading.answers.grading import CopyBaseline
from workstation.reading.answers.hide_baseline import ToggleHiding, hides, hides_baseline
from workstation.reading.session.step import step
from workstation.reading.state import SessionState


def hiding(focus: str) -> SessionState:
    return step(a_session_state(focus, {"ERO CAP 1": grade(3)}), ToggleHiding()).state


def test_baseline_is_hidden_while_the_follow_up_is_graded_and_back_at_baseline() -> None:
    assert hides(hiding("ERO CAP 2"), at("ERO CAP 1").key)
    assert not hides(hiding("ERO CAP 1"), at("ERO CAP 1").key)


def test_a_blank_is_not_hidden_for_it_says_nothing() -> None:
    state = hiding("ERO CAP 2")

    assert not hides(state, at("ERO HAM 1").key)
    assert hides_baseline(state)


def test_what_is_hidden_cannot_be_copied() -> None:
    outcome = step(hiding("ERO CAP 2"), CopyBaseline())

    assert outcome.changes == ()
    assert outcome.state.notice is not None
    assert outcome.state.notice.refused
