"""Link of the visits under a registration, and the one key that leads back. Movements are worked out by hand."""

from __future__ import annotations

import pytest

from tests.builders.sessions import a_session_state, after, said
from workstation.imaging.rigid import Rigid
from workstation.reading.images.registration_link import OfferRegistration, ToggleLines, ToggleLink, ToggleRegistration
from workstation.reading.images.view import JumpTo, Scroll
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.registering.proposal import Declined, Proposal
from workstation.registering.register import GONE

# a quarter turn about z, then 10 mm to the left: (x, y, z) -> (-y + 10, x, z)
QUARTER = Proposal(Rigid(((0.0, -1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)), (10.0, 0.0, 0.0)), 0.95, 0.2)


def test_a_proposal_links_a_pair_whose_link_was_never_touched_and_says_its_quality() -> None:
    state = after(a_session_state(), OfferRegistration(QUARTER))

    assert state.view.link.by_registration
    assert "agree to 0.2 mm" in said(state)


def test_a_registration_that_did_not_finish_says_once_that_the_visits_stay_linked() -> None:
    state = after(a_session_state(), OfferRegistration(GONE))

    assert said(state) == "No registration: it didn't finish. The visits stay linked as they are."


def test_the_visit_in_focus_stays_where_it_was_and_the_other_goes_to_its_place() -> None:
    start = after(a_session_state(), JumpTo(1, (3.0, 4.0, 5.0)))

    state = after(start, OfferRegistration(QUARTER))

    assert state.view.cursor_mm[1] == (3.0, 4.0, 5.0)
    assert state.view.cursor_mm[2] == pytest.approx((6.0, 3.0, 5.0))


def test_a_point_at_follow_up_leads_back_to_baseline() -> None:
    state = after(a_session_state(), OfferRegistration(QUARTER), JumpTo(2, (6.0, 3.0, 5.0)))

    assert state.view.cursor_mm[1] == pytest.approx((3.0, 4.0, 5.0))


def test_a_link_by_hand_is_never_replaced_unasked() -> None:
    by_hand = after(a_session_state(), ToggleLink(), ToggleLink())

    state = after(by_hand, OfferRegistration(QUARTER))

    assert not state.view.link.by_registration
    assert state.view.cursor_mm == by_hand.view.cursor_mm
    assert "Press G to link the visits by it" in said(state)


def test_one_key_leads_back_to_the_link_by_hand_and_once_more_to_the_registration() -> None:
    start = after(a_session_state(), JumpTo(1, (3.0, 4.0, 5.0)))
    registered = after(start, OfferRegistration(QUARTER))

    by_hand = after(registered, ToggleRegistration())
    again = after(by_hand, ToggleRegistration())

    assert by_hand.view.cursor_mm == start.view.cursor_mm
    assert not by_hand.view.link.by_registration
    assert again.view.cursor_mm == registered.view.cursor_mm
    assert again.view.link.by_registration


def test_scrolling_one_visit_alone_makes_the_link_one_by_hand() -> None:
    state = after(a_session_state(), OfferRegistration(QUARTER))
    series = state.case.visits[1].series[0]

    state = after(state, Scroll(2, series.code, 1, alone=True))

    assert not state.view.link.by_registration
    assert state.view.link.by_hand


def test_without_a_registration_the_key_is_refused_and_says_what_to_do() -> None:
    state = after(a_session_state(), ToggleRegistration())

    assert state.notice is not None
    assert state.notice.refused
    assert "L links" in state.notice.text


def test_a_declined_registration_changes_nothing_and_says_why() -> None:
    start = a_session_state()

    state = after(start, OfferRegistration(Declined("the T1 images differ too much: similarity 40% (85% is needed)")))

    assert state.view == start.view
    assert "similarity 40%" in said(state)


def test_the_registration_is_kept_with_the_place() -> None:
    state = after(a_session_state(), OfferRegistration(QUARTER), ToggleLines())

    assert resumed(a_session_state(), bookmark_text(state)).view == state.view


def test_a_kept_movement_that_is_not_rigid_is_left_out() -> None:
    state = after(a_session_state(), OfferRegistration(QUARTER))
    text = bookmark_text(state).replace("[1.0,0.0,0.0]", "[2.0,0.0,0.0]", 1)

    view = resumed(a_session_state(), text).view

    assert (view.link.registration, view.link.by_registration) == (None, False)
