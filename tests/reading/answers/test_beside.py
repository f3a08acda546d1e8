"""Two readings beside the reader's own: taken by a key, gone to by another, hidden with baseline, and on the record."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

import pytest

from scoring.readings.reading import Graded, NotAssessable
from scoring.values import replace
from storage.records import BesideAnswer, Viewing
from tests.builders.sessions import a_session_state, after, at, grade, said
from workstation.reading.answers.grading import AddHalf, Redo, SetGrade, Undo
from workstation.reading.answers.hide_baseline import ToggleHiding
from workstation.reading.answers.other_readings import (
    NONE_HERE,
    GoToBeside,
    TakeBeside,
    beside_words,
    names_at,
    short_words,
)
from workstation.reading.answers.review import review, summary
from workstation.reading.session.step import step
from workstation.reading.state import SessionState

CAP, HAM, TRD = at("ERO CAP 1").key, at("ERO HAM 2").key, at("ERO TRD 1").key


def _state(focus: str = "ERO CAP 1") -> SessionState:
    start = a_session_state(focus)
    here = start.case.visits[0].series[0]
    two = {
        CAP: (BesideAnswer(grade(2)), BesideAnswer(grade(5), here.code, 1, (1.0, 2.0, 3.0))),
        HAM: (BesideAnswer(NotAssessable("AR")), BesideAnswer(grade(0))),
        TRD: (BesideAnswer(NotAssessable("OT")), BesideAnswer(grade(1))),
    }
    return replace(start, beside=MappingProxyType(two))


def _by(state: SessionState, command: TakeBeside | SetGrade) -> Viewing | None:
    (viewing,) = step(state, command).viewings
    return viewing


@pytest.mark.parametrize(("which", "taken"), [("A", 2), ("B", 5)])
def test_a_key_takes_the_grade_of_one_of_them_and_the_record_has_which(which: str, taken: int) -> None:
    outcome = step(_state(), TakeBeside(which))

    assert outcome.state.reading.answer(CAP) == grade(taken)
    assert outcome.state.focus != _state().focus
    (viewing,) = outcome.viewings
    assert viewing is not None
    assert (viewing.by, viewing.beside) == (f"TAKEN_{which}", True)


def test_a_code_is_taken_as_it_is_and_one_that_wants_words_is_refused_with_the_schemes_words() -> None:
    assert after(_state("ERO HAM 2"), TakeBeside("A")).reading.answer(HAM) == NotAssessable("AR")
    refused = after(_state("ERO TRD 1"), TakeBeside("A"))
    assert refused.reading.answer(TRD) is None
    assert refused.notice is not None
    assert refused.notice.refused


def test_an_own_grade_says_that_both_were_in_sight_and_elsewhere_that_they_were_not() -> None:
    own, elsewhere = _by(_state(), SetGrade(Decimal(2))), _by(_state("ERO CAP 2"), SetGrade(Decimal(2)))

    assert own is not None
    assert (own.by, own.beside) == ("", True)
    assert elsewhere is not None
    assert (elsewhere.by, elsewhere.beside) == ("", False)


def test_half_a_grade_more_than_was_taken_is_the_readers_own() -> None:
    state = _state("SYN IC-CMC 1")
    scheme = state.scheme
    features = tuple(
        replace(one, scale=replace(one.scale, step=Decimal("0.5"))) if one.code == "ERO" else one
        for one in scheme.features
    )
    state = replace(_state(), scheme=replace(scheme, features=features))
    outcome = step(after(state, TakeBeside("A")), AddHalf())

    assert outcome.state.reading.answer(CAP) == Graded(Decimal("2.5"))
    (viewing,) = outcome.viewings
    assert viewing is not None
    assert (viewing.by, viewing.beside) == ("", True)


def test_undo_and_redo_bring_the_same_answer_with_the_same_word_of_where_it_came_from() -> None:
    state = after(_state(), TakeBeside("B"), Undo())
    assert state.reading.answer(CAP) is None
    redone = step(state, Redo())
    (viewing,) = redone.viewings
    assert redone.state.reading.answer(CAP) == grade(5)
    assert viewing is not None
    assert viewing.by == "TAKEN_B"


def test_where_no_reading_is_shown_nothing_is_taken_and_the_line_says_so() -> None:
    state = _state("ERO CAP 2")

    for command in (TakeBeside("A"), GoToBeside("B")):
        assert said(after(state, command)) == NONE_HERE
        assert step(state, command).changes == ()
    assert (short_words(state, state.focus.key), beside_words(state, state.focus.key)) == ("", "")


def test_the_images_go_where_a_reading_gave_its_grade_and_no_answer_comes_of_it() -> None:
    outcome = step(_state(), GoToBeside("B"))

    assert outcome.state.view.cursor_mm[1] == pytest.approx((1.0, 2.0, 3.0))
    assert said(outcome.state) == "Erosion, Capitate, baseline: reading B gave 5 here."
    assert outcome.changes == ()
    assert "keeps no slice" in said(after(_state(), GoToBeside("A")))


def test_what_they_say_is_told_in_a_few_letters_and_at_the_grades_that_they_gave() -> None:
    state = _state()

    assert (short_words(state, CAP), short_words(state, HAM)) == ("2|5", "AR|0")
    assert beside_words(state, CAP) == "Reading A 2, B 5"
    assert [names_at(state, CAP, Decimal(number)) for number in (1, 2, 5)] == ["", "A", "B"]


def test_where_baseline_is_hidden_theirs_is_hidden_too_before_and_after_an_own_grade() -> None:
    state = after(_state("ERO CAP 2"), ToggleHiding())

    assert short_words(state, CAP) == ""
    assert short_words(state, HAM) == "AR|0"
    at_baseline = replace(state, focus=at("ERO CAP 1"))
    assert short_words(at_baseline, CAP) == "2|5"


def test_the_page_before_signing_says_what_was_taken() -> None:
    state = after(_state(), TakeBeside("A"))

    assert "baseline: taken from reading A" in [line.text for line in review(state) if line.remark]
    assert "1 answer taken from reading A." in summary(state)


def test_where_no_reading_is_shown_none_has_a_grade() -> None:
    assert names_at(a_session_state("ERO CAP 1"), CAP, Decimal(2)) == ""
