from __future__ import annotations

from decimal import Decimal

import pytest

from scoring.readings.reading import Answer, NotAssessable
from scoring.schemes.scheme import FeatureCode
from scoring.values import replace
from storage.records import SiteNote
from tests.builders.cases import a_case
from tests.builders.sessions import SCHEME, a_session_state, after, at, grade, said
from tests.fakes.doors import BrokenDoor, MemoryDoor
from workstation.reading.answers.focus_moves import GoTo, MoveFeature, MoveFocus
from workstation.reading.answers.grading import (
    OUT_OF_SIGHT,
    ClearAnswer,
    GradeBlanksZero,
    MarkRest,
    MarkUnscorable,
    SetGrade,
    Undo,
)
from workstation.reading.answers.notes import SetNote, ToggleUnsure
from workstation.reading.command import Command
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.images.view import Zoom
from workstation.reading.session.session import LastSave, Session
from workstation.reading.session.step import step


def test_the_first_time_it_only_asks_and_counts_what_it_means() -> None:
    state = a_session_state("OST RAD 1", {"OST RAD 1": grade(2)})

    outcome = step(state, GradeBlanksZero())

    assert outcome.changes == ()
    assert said(outcome.state) == (
        "Grade 0 for all blank sites of Osteitis: 14 at baseline and 15 at follow-up? "
        "Press Z again for yes, another key for no."
    )


def test_the_second_time_it_grades_what_is_blank_of_this_feature_and_nothing_else() -> None:
    state = a_session_state("OST RAD 1", {"OST RAD 1": grade(2)})

    outcome = step(after(state, GradeBlanksZero()), GradeBlanksZero())

    assert len(outcome.changes) == 29
    assert {change.after for change in outcome.changes} == {grade(0)}
    assert {change.key.feature for change in outcome.changes} == {"OST"}
    assert outcome.state.reading.answer(at("OST RAD 1").key) == grade(2)


@pytest.mark.parametrize("between", [MoveFocus(sites=1), Zoom(2.0), SetGrade(Decimal(1))])
def test_anything_between_takes_the_question_back(between: Command) -> None:
    state = after(a_session_state("OST RAD 1"), GradeBlanksZero(), between)

    assert state.asking is None
    assert "Z again" not in said(state)
    assert step(state, GradeBlanksZero()).changes == ()


def test_the_last_blank_site_of_a_feature_can_be_graded_or_marked_so_too() -> None:
    sites = [site.code for site in SCHEME.feature(FeatureCode("SYN")).sites]
    graded: dict[str, Answer] = {f"SYN {site} {visit}": grade(1) for site in sites for visit in (1, 2)}
    graded.pop("SYN RC 2")
    start = a_session_state("SYN RC 2", graded)

    asked = after(start, GradeBlanksZero())
    marked = after(start, MarkRest("NC"))

    assert "1 at follow-up" in said(asked)
    assert after(asked, GradeBlanksZero()).reading.answer(at("SYN RC 2").key) == grade(0)
    assert marked.reading.answer(at("SYN RC 2").key) == NotAssessable("NC")


def test_one_undo_takes_all_of_them_back() -> None:
    start = a_session_state("OST RAD 1")

    state = after(start, GradeBlanksZero(), GradeBlanksZero(), Undo())

    assert state.reading == start.reading


def test_a_pair_with_twelve_lesions_takes_fewer_than_100_keys() -> None:
    lesions = {(feature, site) for feature in ("SYN", "TEN", "OST", "ERO") for site in range(3)}
    state, keys = a_session_state(), 0
    for feature in state.scheme.features:
        for number, site in enumerate(feature.sites):
            if (feature.code, number) in lesions:
                # down to the site, a grade at either visit
                assert (state.focus.feature, state.focus.site) == (feature.code, site.code)
                state, keys = after(state, SetGrade(Decimal(1)), SetGrade(Decimal(2))), keys + 2
        if state.focus.feature == feature.code:
            state, keys = after(state, GradeBlanksZero(), GradeBlanksZero(), MoveFeature(1)), keys + 3

    assert len(state.reading.answers) == 86
    assert keys < 100


def test_a_note_is_on_disk_before_it_is_shown_and_grades_nothing() -> None:
    door = MemoryDoor(a_case("K7QM2"))
    session = Session(door, "K7QM2")
    session.dispatch(GoTo(at("ERO CAP 1")))

    session.dispatch(SetNote("  near   the vessel "))
    session.dispatch(ToggleUnsure())

    assert door.notes("K7QM2") == {at("ERO CAP 1").key: SiteNote("near the vessel", unsure=True)}
    assert (door.recorded, session.state.reading.answers) == ([], {})
    assert Session(door, "K7QM2").state.notes == session.state.notes


def test_a_note_that_is_not_saved_is_not_shown() -> None:
    session = Session(BrokenDoor(a_case("K7QM2")), "K7QM2")

    session.dispatch(SetNote("lost?"))

    assert session.state.notes == {}
    assert session.last_save is LastSave.FAILED


@pytest.mark.parametrize(("words", "why"), [("x" * 501, "501 characters"), ("a\x07b", "plain text")])
def test_words_that_cannot_be_a_note_are_refused(words: str, why: str) -> None:
    outcome = step(a_session_state(), SetNote(words))

    assert outcome.note is None
    assert why in said(outcome.state)


def test_after_a_grade_unsure_note_half_and_clear_mean_the_grade_just_given_and_say_which() -> None:
    state = after(a_session_state("OST CAP 1"), SetGrade(Decimal(2)))
    assert state.focus == at("OST CAP 2")

    marked = after(state, ToggleUnsure())
    noted = after(marked, SetNote("a vessel"))

    assert said(marked) == "Unsure: Osteitis, Capitate, baseline."
    assert said(noted) == "Noted: Osteitis, Capitate, baseline."
    assert noted.notes == {at("OST CAP 1").key: SiteNote("a vessel", unsure=True)}
    assert said(after(noted, ToggleUnsure())) == "Sure again: Osteitis, Capitate, baseline."
    cleared = after(noted, ClearAnswer())
    assert said(cleared) == "Cleared: Osteitis, Capitate, baseline."
    assert (cleared.focus, cleared.reading.answers) == (at("OST CAP 1"), {})


def test_once_the_reader_has_moved_the_same_keys_mean_the_site_in_focus() -> None:
    state = after(a_session_state("OST CAP 1"), SetGrade(Decimal(2)), GoTo(at("OST HAM 1")), ToggleUnsure())

    assert state.notes == {at("OST HAM 1").key: SiteNote(unsure=True)}
    assert said(after(state, ClearAnswer())) == "Osteitis, Hamate, baseline is blank already."


def test_where_the_series_is_missing_one_key_for_the_rest_is_offered_and_marks_that_visit_alone() -> None:
    whole = a_case("K7QM2")
    visits = tuple(
        replace(visit, series=tuple(one for one in visit.series if visit.number == 1 or one.kind != "T2FS"))
        for visit in whole.visits
    )
    without = replace(whole, visits=visits)
    state = after(a_session_state("OST RAD 2", case=without), MarkUnscorable("SQ"))
    assert said(state) == "Shift+Q marks the other 14 blank sites SQ: Osteitis, follow-up."

    marked = after(state, MarkRest("SQ"))

    assert {key.visit for key in marked.reading.answers} == {2}
    assert len(marked.reading.answers) == 15
    assert said(marked) == "14 sites marked SQ: Osteitis, follow-up. Ctrl+Z undoes all of them."
    assert len(after(marked, Undo()).reading.answers) == 1


def test_where_the_series_is_there_nothing_is_offered() -> None:
    assert said(after(a_session_state("OST RAD 1"), MarkUnscorable("SQ"))) == ""


def test_marking_the_rest_goes_behind_the_last_site_that_it_marked() -> None:
    marked = after(a_session_state("OST RAD 1", {"OST MC5 1": grade(1)}), MarkRest("SQ"))

    # the last blank one at baseline is the base of the fourth metacarpal; by rows, its follow-up comes next
    assert marked.focus == at("OST MC4 2")


def test_a_baseline_whose_cells_show_something_else_isnt_marked_and_the_follow_up_is() -> None:
    blinking = [after(a_session_state(f"OST RAD {visit}"), ToggleBlink()) for visit in (1, 2)]

    assert [len(after(state, MarkRest("SQ")).reading.answers) for state in blinking] == [0, 15]
    assert said(after(blinking[0], MarkRest("SQ"))) == OUT_OF_SIGHT


def test_after_the_rest_was_marked_the_keys_mean_the_site_in_focus() -> None:
    graded = after(a_session_state("ERO RAD 1"), SetGrade(Decimal(2)), GoTo(at("OST RAD 1")))

    marked = after(graded, MarkRest("SQ"), ToggleUnsure())

    assert [key for key, note in marked.notes.items() if note.unsure] == [marked.focus.key]
