"""Words for visits that a reader may hear, the state that an act leads to, and how far a total is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.readings.answers import stored_answer
from scoring.readings.case_states import Deed, State, after, shown_as, unsigned_again
from scoring.readings.reading import Answer, Graded
from scoring.readings.total_rules import Status, status_of
from scoring.readings.visit_words import difference_word, worded


@pytest.mark.parametrize(
    ("text", "hidden", "alone"),
    [
        ("the grade at baseline", "the grade at visit A", "the grade"),
        ("Baseline and follow-up", "Visit A and visit B", "Scan and scan"),
        ("BASELINE", "VISIT A", "SCAN"),
        ("FOLLOW-UP", "VISIT B", "SCAN"),
        ("Follow-up is blank", "Visit B is blank", "Scan is blank"),
        ("The baseline is blank", "Visit A is blank", "The scan is blank"),
        ("see the follow-up", "see visit B", "see the scan"),
        ("capitate, baseline", "capitate, visit A", "capitate"),
        ("nothing of visits", "nothing of visits", "nothing of visits"),
        ("baselines", "baselines", "baselines"),
    ],
)
def test_visits_are_named_as_the_reader_may_hear(text: str, hidden: str, alone: str) -> None:
    assert worded(text, ordered=True) == text
    assert worded(text, ordered=False) == hidden
    # nobody is told which visit a scan alone is, whether the order is known or not
    assert worded(text, ordered=False, alone=True) == worded(text, ordered=True, alone=True) == alone


def test_a_difference_is_a_change_only_where_the_order_is_known() -> None:
    assert (difference_word(ordered=True), difference_word(ordered=False)) == ("Change", "B \u2212 A")


@pytest.mark.parametrize(
    ("state", "deed", "then"),
    [
        # what no door would take now is on the record of an older program
        (State.PARKED, Deed.SIGN, State.SIGNED),
        (State.SIGNED, Deed.SIGN, State.SIGNED),
        (State.DRAFT, Deed.REOPEN, State.REOPENED),
        (State.PARKED, Deed.REOPEN, State.REOPENED),
        (State.SIGNED, Deed.PARK, State.PARKED),
        (State.REOPENED, Deed.PARK, State.REOPENED_PARKED),
        (State.REOPENED_PARKED, Deed.PARK, State.REOPENED_PARKED),
        (State.DRAFT, Deed.RESOLVE, State.DRAFT),
        (State.REOPENED, Deed.RESOLVE, State.REOPENED),
        (State.REOPENED_PARKED, Deed.RESOLVE, State.REOPENED),
        (State.PARKED, Deed.RESOLVE, State.DRAFT),
    ],
)
def test_whatever_is_on_the_record_leads_to_a_state(state: State, deed: Deed, then: State) -> None:
    assert after(state, deed) is then


def test_a_reopened_case_is_unsigned_again_and_what_left_the_worklist_is_excluded() -> None:
    assert [state for state in State if unsigned_again(state)] == [State.REOPENED, State.REOPENED_PARKED]
    assert shown_as(State.SIGNED, excluded=True) is State.EXCLUDED
    assert shown_as(State.SIGNED, excluded=False) is State.SIGNED


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["1", "0"], Status.SCORED),
        (["1", ""], Status.NOT_DONE),
        (["AR", ""], Status.NOT_DONE),
        (["1", "AR"], Status.NOT_EVALUABLE),
        (["AR", "1"], Status.NOT_EVALUABLE),
    ],
)
def test_a_blank_site_is_not_done_and_one_without_a_grade_is_not_evaluable(words: list[str], status: Status) -> None:
    answers: list[Answer | None] = [stored_answer(word) for word in words]

    assert status_of(answers) is status
    assert answers[0] is None or words[0] != "1" or answers[0] == Graded(Decimal(1))
