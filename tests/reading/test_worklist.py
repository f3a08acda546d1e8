"""Worklist: the case that is opened, and the ones before and after it."""

from __future__ import annotations

from scoring.schemes.scheme import FeatureCode
from scoring.values import replace
from storage.records import CaseProgress
from tests.builders.sessions import a_session_state, all_answers, grade
from workstation.reading.progress import Progress, case_progress, feature_progress
from workstation.reading.worklist import end_of_list, first_case, neighbour

LIST = (CaseProgress("AA", 86, 86), CaseProgress("BB", 3, 86), CaseProgress("CC", 0, 86))


def test_the_room_opens_the_case_left_last_else_the_first_unfinished_else_the_first() -> None:
    assert first_case(LIST, "CC") == "CC"
    assert first_case(LIST, "gone") == "BB"
    assert first_case(LIST, None) == "BB"
    assert first_case(LIST[:1], None) == "AA"
    assert first_case((), "AA") is None


def test_what_is_read_and_unsigned_comes_before_what_nobody_has_begun() -> None:
    untouched, read = CaseProgress("AA", 0, 86), CaseProgress("BB", 86, 86)

    assert first_case((untouched, read), None) == "BB"
    assert first_case((untouched, read, CaseProgress("CC", 3, 86)), None) == "CC"


def test_a_case_that_takes_no_answers_is_left_for_the_next_draft() -> None:
    signed, parked = CaseProgress("AA", 86, 86, "signed"), CaseProgress("BB", 3, 86, "parked")

    assert first_case((signed, parked, CaseProgress("CC", 0, 86)), "AA") == "CC"
    assert first_case((signed, parked), "BB") == "BB"
    assert first_case((signed, parked), None) == "AA"


def test_cases_keep_the_order_of_the_worklist_and_end_there() -> None:
    assert neighbour(LIST, "BB", 1) == "CC"
    assert neighbour(LIST, "BB", -1) == "AA"
    assert neighbour(LIST, "CC", 1) is None
    assert neighbour(LIST, "AA", -1) is None


def test_the_end_of_the_list_says_how_many_cases_have_blanks_or_that_all_are_read() -> None:
    assert end_of_list(LIST, 1).startswith("This is the last case; 2 of 3 cases")
    assert end_of_list(LIST[:1], 1) == "Every case on your worklist is read."


def test_progress_is_counted_over_both_visits() -> None:
    # scoring-rules.md: 43 grades a visit; synovitis 3 sites, tenosynovitis 10, osteitis and erosion 15 each
    state = a_session_state(answers={"SYN RC 1": grade(1), "ERO CAP 2": grade(0)})

    assert case_progress(state) == Progress(2, 86)
    assert [feature_progress(state, FeatureCode(code)) for code in ("SYN", "TEN", "OST", "ERO")] == [
        Progress(1, 6),
        Progress(0, 20),
        Progress(0, 30),
        Progress(1, 30),
    ]
    assert case_progress(replace(state, reading=all_answers())).complete
