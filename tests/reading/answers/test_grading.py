"""Keys that grade. Scales and sites: RAMRIS wrist with Haavardsholm, 43 grades a visit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, NotAssessable
from scoring.values import replace
from tests.builders.sessions import SCHEME, a_session_state, after, all_answers, at, grade
from workstation.reading.answers.focus_moves import MoveFeature, MoveFocus
from workstation.reading.answers.grading import (
    OUT_OF_SIGHT,
    ClearAnswer,
    CopyBaseline,
    MarkUnscorable,
    Redo,
    SetGrade,
    Undo,
)
from workstation.reading.command import Command
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.session.step import step
from workstation.reading.state import Notice


def press(number: int) -> SetGrade:
    return SetGrade(Decimal(number))


def test_a_grade_is_a_change_from_blank_and_the_focus_goes_to_the_follow_up() -> None:
    outcome = step(a_session_state("SYN RC 1"), press(2))

    assert outcome.changes == (AnswerChanged(at("SYN RC 1").key, None, grade(2)),)
    assert outcome.state.reading.answer(at("SYN RC 1").key) == grade(2)
    assert outcome.state.focus == at("SYN RC 2")


def test_after_the_follow_up_comes_the_next_site_and_after_the_last_site_the_next_feature() -> None:
    assert after(a_session_state("OST CAP 2"), press(1)).focus == at("OST HAM 1")
    assert after(a_session_state("SYN IC-CMC 2"), press(1)).focus == at("TEN E1 1")


@pytest.mark.parametrize(("place", "over"), [("SYN RC 1", 4), ("TEN E1 1", 4), ("OST CAP 1", 4), ("ERO CAP 1", 11)])
def test_a_grade_above_the_scale_is_refused_with_what_is_allowed_and_nothing_else_changes(
    place: str, over: int
) -> None:
    state = a_session_state(place)

    outcome = step(state, press(over))

    assert outcome.changes == ()
    assert replace(outcome.state, notice=None) == state
    assert outcome.state.notice is not None
    assert outcome.state.notice.refused
    assert f"(0-{over - 1}, step 1)" in outcome.state.notice.text


def test_ten_is_a_grade_of_erosion() -> None:
    outcome = step(a_session_state("ERO CAP 1"), press(10))

    assert outcome.state.reading.answer(at("ERO CAP 1").key) == grade(10)


def test_the_same_grade_again_records_nothing_and_moves_on() -> None:
    outcome = step(a_session_state("SYN RC 1", {"SYN RC 1": grade(2)}), press(2))

    assert outcome.changes == ()
    assert outcome.state.past == ()
    assert outcome.state.focus == at("SYN RC 2")


def test_a_correction_starts_from_the_answer_that_stood() -> None:
    outcome = step(a_session_state("SYN RC 1", {"SYN RC 1": grade(2)}), press(3))

    assert outcome.changes == (AnswerChanged(at("SYN RC 1").key, grade(2), grade(3)),)


def test_the_last_answer_says_that_all_86_sites_are_read_and_the_focus_stays() -> None:
    last = keys_in_reading_order(SCHEME)[-1]
    full = all_answers()
    state = replace(a_session_state("ERO MC5 2"), reading=full.applied(AnswerChanged(last, grade(0), None)))

    now = after(state, press(0))

    assert now.focus == at("ERO MC5 2")
    assert now.notice is not None
    assert now.notice.text.startswith("All 86 sites are read")


def test_the_end_of_the_list_says_how_many_are_blank() -> None:
    now = after(a_session_state("ERO MC5 2"), press(0))

    assert now.notice is not None
    assert "85 of 86 are blank" in now.notice.text


def test_copying_gives_the_follow_up_the_baseline_answer_and_moves_to_the_next_site() -> None:
    state = a_session_state("ERO CAP 1", {"ERO CAP 1": grade(4)})

    outcome = step(state, CopyBaseline())

    assert outcome.changes == (AnswerChanged(at("ERO CAP 2").key, None, grade(4)),)
    assert outcome.state.focus == at("ERO HAM 1")


def test_copying_takes_an_unscorable_code_with_its_words() -> None:
    other = NotAssessable("OT", "moved")

    now = after(a_session_state("ERO CAP 2", {"ERO CAP 1": other}), CopyBaseline())

    assert now.reading.answer(at("ERO CAP 2").key) == other


def test_a_blank_baseline_is_not_copied_and_the_line_says_so() -> None:
    outcome = step(a_session_state("ERO CAP 2", {"ERO CAP 2": grade(1)}), CopyBaseline())

    assert outcome.changes == ()
    assert outcome.state.reading.answer(at("ERO CAP 2").key) == grade(1)
    assert outcome.state.notice is not None
    assert outcome.state.notice.refused
    assert outcome.state.notice.text == "Nothing to copy: Erosion, Capitate, baseline is blank. Grade it first."


@pytest.mark.parametrize("code", ["NC", "AR", "SQ", "SX"])
def test_a_site_can_be_marked_unscorable_with_a_code_and_never_becomes_a_zero(code: str) -> None:
    now = after(a_session_state("OST CAP 1"), MarkUnscorable(code))

    assert now.reading.answer(at("OST CAP 1").key) == NotAssessable(code)
    assert now.focus == at("OST CAP 2")


def test_other_needs_words_and_blanks_are_none() -> None:
    outcome = step(a_session_state("OST CAP 1"), MarkUnscorable("OT", "   "))

    assert outcome.changes == ()
    assert outcome.state.notice is not None
    assert "OT needs the reason in words" in outcome.state.notice.text


def test_other_keeps_its_words_without_the_blanks_round_them() -> None:
    now = after(a_session_state("OST CAP 1"), MarkUnscorable("OT", " moved hand "))

    assert now.reading.answer(at("OST CAP 1").key) == NotAssessable("OT", "moved hand")


def test_a_code_that_the_scheme_lacks_is_refused_with_those_it_has() -> None:
    now = after(a_session_state("OST CAP 1"), MarkUnscorable("ZZ"))

    assert now.notice is not None
    assert "NC, AR, SQ, SX, OT" in now.notice.text


def test_clearing_makes_the_answer_blank_and_stays() -> None:
    outcome = step(a_session_state("SYN RC 1", {"SYN RC 1": grade(2)}), ClearAnswer())

    assert outcome.changes == (AnswerChanged(at("SYN RC 1").key, grade(2), None),)
    assert outcome.state.focus == at("SYN RC 1")


def test_undo_is_a_new_change_that_takes_the_last_one_back_and_returns_to_its_site() -> None:
    graded = after(a_session_state("SYN RC 1"), press(2), MoveFeature(1))

    outcome = step(graded, Undo())

    assert outcome.changes == (AnswerChanged(at("SYN RC 1").key, grade(2), None),)
    assert outcome.state.focus == at("SYN RC 1")
    assert outcome.state.reading.answer(at("SYN RC 1").key) is None


def test_undo_and_redo_walk_the_same_changes_back_and_forth() -> None:
    start = a_session_state("SYN RC 1")
    typed = after(start, press(2), press(3), MoveFocus(sites=-1), press(1))

    undone = after(typed, Undo(), Undo(), Undo())
    again = after(undone, Redo(), Redo(), Redo())

    assert undone.reading == start.reading
    assert again.reading == typed.reading
    assert again.past == typed.past


def test_a_new_grade_after_undo_leaves_nothing_to_redo() -> None:
    now = after(a_session_state("SYN RC 1"), press(2), Undo(), press(1), Redo())

    assert now.reading.answer(at("SYN RC 1").key) == grade(1)
    assert now.notice is not None
    assert now.notice.text == "Nothing to redo."


def test_undo_with_nothing_done_says_so_and_records_nothing() -> None:
    outcome = step(a_session_state(), Undo())

    assert outcome.changes == ()
    assert outcome.state.notice is not None


def test_replaying_every_change_from_blank_gives_the_reading_that_is_shown() -> None:
    commands: list[Command] = [press(1), press(3), Undo(), press(2), CopyBaseline(), ClearAnswer()]
    state = start = a_session_state()
    changes: list[AnswerChanged] = []
    for command in commands:
        outcome = step(state, command)
        state = outcome.state
        changes.extend(outcome.changes)

    replayed = start.reading
    for change in changes:
        replayed = replayed.applied(change)

    assert replayed == state.reading


def test_baseline_takes_no_answer_while_the_follow_up_stands_in_its_cells() -> None:
    state = step(a_session_state("ERO CAP 1"), ToggleBlink()).state

    for command in (SetGrade(Decimal(2)), MarkUnscorable("NC")):
        outcome = step(state, command)
        assert outcome.changes == ()
        assert outcome.state.notice == Notice(OUT_OF_SIGHT, refused=True)
        assert outcome.state.focus == at("ERO CAP 1")
    follow_up = step(step(state, MoveFocus(visits=1)).state, SetGrade(Decimal(2)))
    assert follow_up.state.reading.answer(at("ERO CAP 2").key) == grade(2)
    assert step(step(state, ToggleBlink()).state, SetGrade(Decimal(2))).changes
