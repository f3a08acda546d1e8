"""Images when the focus comes to a site, and that a proposal is never taken for the reader's own."""

from __future__ import annotations

from decimal import Decimal
from math import dist

import pytest

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case
from tests.builders.sessions import a_session_state, after, at
from tests.builders.wrists import a_wrist, a_wrist_case
from tests.fakes.doors import MemoryDoor
from workstation.imaging.geometry import Stack, add, dot
from workstation.imaging.rigid import UNTURNED, Rigid
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.answers.hide_baseline import ToggleHiding
from workstation.reading.answers.key_images import ShowFound, findings
from workstation.reading.answers.sightings import ReturnToSighting
from workstation.reading.command import Command
from workstation.reading.images.go_to_site import ToggleExpecting, as_expected
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.images.registration_link import OfferRegistration, ToggleLink
from workstation.reading.images.view import JumpTo, Scroll
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.reading.session.session import Session
from workstation.reading.state import SessionState
from workstation.registering.proposal import Proposal

THERE = (4.0, 12.0, 7.0)


def opened(case: CaseRecord | None = None) -> SessionState:
    return Session(MemoryDoor(case or a_wrist_case()), "K7QM2").state


def grade_0() -> SetGrade:
    return SetGrade(Decimal(0), "COR1")


def to(place: str) -> GoTo:
    return GoTo(at(place))


def shown(state: SessionState, visit: int, code: str) -> int:
    series = next(series for record in state.case.visits for series in record.series if series.code == code)
    return Stack.of(series).nearest(state.view.cursor_mm[visit])


def test_a_site_never_looked_at_brings_both_visits_to_where_it_is_expected() -> None:
    state = after(opened(), to("ERO CAP 1"))

    truth = a_wrist(1).truth["CAP"]
    assert dist(state.view.cursor_mm[BASELINE], truth) < 5
    # the follow-up lies moved by that much
    assert dist(state.view.cursor_mm[FOLLOW_UP], add(truth, (2.0, -1.0, 6.0))) < 5
    assert all(as_expected(state.view, visit) for visit in (BASELINE, FOLLOW_UP))


def test_a_case_that_was_never_open_begins_at_its_first_site() -> None:
    state = opened()

    assert (str(state.focus.feature), str(state.focus.site)) == ("SYN", "DRUJ")
    normal = Stack.of(state.case.visits[0].series[0]).normal
    assert abs(dot(add(state.view.cursor_mm[BASELINE], a_wrist(1).truth["DRUJ"], -1.0), normal)) < 4


def test_where_the_side_is_not_known_nothing_moves() -> None:
    start = opened(a_case())

    state = after(start, to("ERO MC5 1"))

    assert state.view.cursor_mm == start.view.cursor_mm
    assert not state.view.sites.expected


def test_unlinked_visits_go_each_to_their_own_place() -> None:
    state = after(opened(), ToggleLink(), JumpTo(FOLLOW_UP, THERE), to("ERO MC3 1"))

    apart = add(state.view.cursor_mm[FOLLOW_UP], state.view.cursor_mm[BASELINE], -1.0)
    assert dist(apart, (2.0, -1.0, 6.0)) < 4


def test_a_slice_that_the_reader_scrolled_to_is_there_again_without_a_grade() -> None:
    state = after(opened(), to("ERO CAP 1"), Scroll(BASELINE, "COR1", 3))
    kept = state.view.cursor_mm

    state = after(state, to("ERO MC1 1"), to("ERO CAP 1"))

    assert state.view.cursor_mm == kept
    assert not as_expected(state.view, BASELINE)


def test_a_proposal_that_was_only_looked_at_is_made_anew_from_what_is_known_by_then() -> None:
    start = after(opened(), to("ERO HAM 1"))
    first = start.view.cursor_mm[BASELINE]
    x, y, z = a_wrist(1).truth["CAP"]

    looked = (to("ERO CAP 1"), JumpTo(BASELINE, (x, y, z + 12.0)))

    only_looked, answered = after(start, *looked, to("ERO HAM 1")), after(start, *looked, grade_0(), to("ERO HAM 1"))

    # who looks through a stack leaves it anywhere
    assert only_looked.view.cursor_mm[BASELINE] == first
    assert answered.view.cursor_mm[BASELINE][2] > first[2] + 4
    assert as_expected(answered.view, BASELINE)


def test_the_place_of_a_site_at_the_other_visit_comes_before_what_is_expected() -> None:
    start = after(opened(), ToggleLink(), to("ERO CAP 1"), JumpTo(BASELINE, THERE), to("SYN RC 1"))
    state = replace(
        start, view=replace(start.view, link=replace(start.view.link, linked=True, offset_mm=(2.0, -1.0, 6.0)))
    )

    state = after(state, to("ERO CAP 2"))

    assert state.view.cursor_mm[FOLLOW_UP] == add(THERE, (2.0, -1.0, 6.0))
    assert not state.view.sites.expected


def test_a_grade_given_where_its_site_is_expected_says_that_no_point_was_chosen() -> None:
    state = after(opened(), to("ERO CAP 1"), SetGrade(Decimal(3), "COR1"))
    (place,) = state.sightings.values()

    # series and slice are what was in sight, and that is a fact
    assert (place.series, place.slice_index) == ("COR1", shown(state, BASELINE, "COR1"))
    assert place.expected


@pytest.mark.parametrize("move", [Scroll(BASELINE, "COR1", 2), JumpTo(BASELINE, THERE)])
def test_a_grade_given_where_the_reader_moved_to_is_the_readers_place(move: Command) -> None:
    state = after(opened(), to("ERO CAP 1"), move, SetGrade(Decimal(3), "COR1"))
    (place,) = state.sightings.values()

    assert not place.expected
    assert not place.marks


def test_a_site_that_was_answered_as_expected_is_no_choice_of_the_readers_when_it_comes_again() -> None:
    # 0 for osteitis, nothing moved; then the same bone for erosion, and nothing moved either
    state = after(opened(), to("OST CAP 1"), grade_0(), to("ERO MC1 1"), to("ERO CAP 1"))
    at_other_visit = after(state, to("ERO MC1 2"), to("ERO CAP 2"))

    graded = after(state, SetGrade(Decimal(3), "COR1"))

    assert as_expected(state.view, BASELINE)
    assert as_expected(at_other_visit.view, FOLLOW_UP)
    assert all(place.expected for place in graded.sightings.values())
    moved = after(state, Scroll(BASELINE, "COR1", 1), SetGrade(Decimal(3), "COR1"), to("ERO MC1 1"))
    assert not as_expected(after(moved, to("OST CAP 1")).view, BASELINE)


def test_going_back_to_such_a_grade_draws_no_cross_and_says_so() -> None:
    graded = after(opened(), to("ERO CAP 1"), SetGrade(Decimal(3), "COR1"), to("ERO MC1 1"))
    graded = after(graded, JumpTo(BASELINE, THERE), to("ERO CAP 1"))

    state = after(graded, JumpTo(BASELINE, THERE), ReturnToSighting())

    for back in (graded, state, after(graded, to("ERO MC1 1"), ShowFound(findings(graded)[0]))):
        assert back.view.cursor_mm[BASELINE] == next(iter(graded.sightings.values())).point_mm
        assert back.view.pointed is None
        assert as_expected(back.view, BASELINE)
    assert state.notice is not None
    assert state.notice.text == "Erosion, Capitate, baseline: graded here, at its expected position."


def test_grading_again_after_moving_makes_the_place_the_readers() -> None:
    graded = after(opened(), to("ERO CAP 1"), SetGrade(Decimal(3), "COR1"), to("ERO MC1 1"), to("ERO CAP 1"))

    state = after(graded, Scroll(BASELINE, "COR1", 1), SetGrade(Decimal(4), "COR1"))

    place = state.sightings[at("ERO CAP 1").key, state.reading.answer(at("ERO CAP 1").key)]  # type: ignore[index]
    assert not place.expected


def test_no_cross_stands_where_a_site_is_expected() -> None:
    state = after(opened(), to("ERO CAP 1"), JumpTo(BASELINE, THERE), to("ERO MC5 1"))

    assert state.view.pointed is None


def test_a_registration_moves_a_proposal_and_does_not_make_it_the_readers() -> None:
    proposal = Proposal(Rigid(UNTURNED, (3.0, 0.0, 9.0)), 0.9, 0.4)

    state = after(opened(), to("ERO CAP 1"), OfferRegistration(proposal))

    assert dist(state.view.cursor_mm[FOLLOW_UP], add(state.view.cursor_mm[BASELINE], (3.0, 0.0, 9.0))) < 1e-9
    assert all(as_expected(state.view, visit) for visit in (BASELINE, FOLLOW_UP))


def test_a_key_turns_it_off_and_the_images_stay() -> None:
    start = after(opened(), ToggleExpecting())

    state = after(start, to("ERO MC5 1"))

    assert state.view.cursor_mm == start.view.cursor_mm
    assert after(state, ToggleExpecting(), to("ERO CAP 1")).view.sites.expected


def test_hidden_baseline_places_say_nothing_at_follow_up() -> None:
    # of a grade alone, as in a case that was read on another machine: where it was given is known, and nothing else
    graded = after(opened(), to("ERO CAP 1"), JumpTo(BASELINE, THERE), SetGrade(Decimal(3), "COR1"))
    bare = replace(opened(), reading=graded.reading, sightings=graded.sightings)
    hidden = after(bare, ToggleHiding())

    seen, unseen = (after(state, to("ERO CAP 2")).view for state in (bare, hidden))
    with_none = after(replace(hidden, reading=opened().reading), to("ERO CAP 2")).view

    assert not seen.sites.expected
    assert unseen.sites.expected
    assert unseen.cursor_mm == with_none.cursor_mm


def test_what_was_brought_and_where_the_reader_went_is_kept_with_the_place() -> None:
    state = after(opened(), to("ERO CAP 1"), Scroll(BASELINE, "COR1", 2), grade_0(), to("ERO MC5 1"))
    state = after(state, grade_0(), to("ERO MC4 1"))
    start = a_session_state(case=a_wrist_case())

    assert resumed(start, bookmark_text(state)).view == state.view
    assert state.view.sites.found_sites
    assert state.view.sites.seen_as_expected


def test_a_case_that_was_left_before_this_was_kept_opens_where_it_was_left() -> None:
    door = MemoryDoor(a_wrist_case())
    left = after(opened(), JumpTo(BASELINE, THERE))
    old = replace(left, view=replace(left.view, sites=replace(left.view.sites, arrived_mm={})))
    door.save_bookmark("K7QM2", bookmark_text(old).replace('"arrived":{}', '"arrived":null'))

    state = Session(door, "K7QM2").state

    assert state.view.cursor_mm == left.view.cursor_mm
    assert not state.view.sites.expected
