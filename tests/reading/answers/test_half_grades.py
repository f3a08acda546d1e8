"""Half a grade by its own key: only where the scheme's scale has half steps, and always the grade that was meant."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.readings.reading import Answer, Graded
from scoring.values import replace
from tests.builders.sessions import SCHEME, a_session_state, after, at, grade
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import AddHalf, SetGrade, Undo
from workstation.reading.session.step import step
from workstation.reading.state import SessionState

HALF_STEPS = replace(
    SCHEME,
    features=tuple(
        replace(feature, scale=replace(feature.scale, step=Decimal("0.5"))) if feature.code == "SYN" else feature
        for feature in SCHEME.features
    ),
)


def a_state(focus: str, answers: dict[str, Answer] | None = None) -> SessionState:
    return replace(a_session_state(focus, answers), scheme=HALF_STEPS)


def test_behind_a_grade_the_half_goes_to_the_grade_just_given() -> None:
    # the site that the focus has moved on to has a grade too, from an earlier look
    state = after(a_state("SYN RC 1", {"SYN RC 2": grade(1)}), SetGrade(Decimal(2)))

    outcome = step(state, AddHalf())

    assert [(change.key, change.after) for change in outcome.changes] == [(at("SYN RC 1").key, Graded(Decimal("2.5")))]
    assert outcome.state.focus == at("SYN RC 2")
    assert outcome.state.notice is not None
    assert outcome.state.notice.text == "Synovitis, Radiocarpal joint, baseline: 2.5."


def test_after_a_move_the_half_goes_to_the_site_in_focus() -> None:
    state = after(a_state("SYN RC 1", {"SYN RC 2": grade(1)}), SetGrade(Decimal(2)), GoTo(at("SYN RC 2")))

    assert after(state, AddHalf()).reading.answer(at("SYN RC 2").key) == Graded(Decimal("1.5"))


def test_the_same_key_takes_the_half_away_and_undo_brings_it_back() -> None:
    state = after(a_state("SYN RC 1"), SetGrade(Decimal(2)), AddHalf(), AddHalf())
    assert state.reading.answer(at("SYN RC 1").key) == grade(2)

    assert after(state, Undo()).reading.answer(at("SYN RC 1").key) == Graded(Decimal("2.5"))


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (a_session_state("SYN RC 1", {"SYN RC 1": grade(2)}), "2.5 is not on the synovitis scale (0-3, step 1)"),
        (a_state("SYN RC 1", {"SYN RC 1": grade(3)}), "3.5 is not on the synovitis scale (0-3, step 0.5)"),
        (a_state("SYN RC 1"), "Synovitis, Radiocarpal joint, baseline has no grade yet. Grade it first."),
    ],
)
def test_where_it_is_not_allowed_the_line_says_why_and_nothing_changes(state: SessionState, why: str) -> None:
    outcome = step(state, AddHalf())

    assert outcome.changes == ()
    assert outcome.state.notice is not None
    assert why in outcome.state.notice.text
    assert outcome.state.notice.refused


def test_a_half_grade_keeps_the_place_of_the_grade() -> None:
    state = after(a_state("SYN RC 1"), SetGrade(Decimal(2), "K7QM210"))

    outcome = step(state, AddHalf())

    assert outcome.sightings[0] is not None
    assert outcome.sightings[0].series == "K7QM210"
