"""Opening of a case: at its first site, or with the images as the reader left them."""

from __future__ import annotations

import pytest

from scoring.readings.reading import Reading
from tests.builders.sessions import a_session_state, after, at
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.images.view import Scroll
from workstation.reading.session.initial_state import beginning, images_as_left
from workstation.reading.session.resume import bookmark_text

STATE = a_session_state()


def test_a_case_begins_at_the_first_site_of_the_baseline_with_both_visits_in_the_middle_of_their_stacks() -> None:
    start = beginning(STATE.scheme, STATE.case, Reading())

    first = STATE.scheme.features[0]
    assert (start.focus.feature, start.focus.site, start.focus.visit) == (first.code, first.sites[0].code, 1)
    assert start.view == STATE.view


@pytest.mark.parametrize("bookmark", [None, "", "nonsense"])
def test_a_case_that_was_never_begun_has_no_images_as_they_were_left(bookmark: str | None) -> None:
    assert images_as_left(STATE.scheme, STATE.case, bookmark) is None


def test_a_case_that_was_begun_has_its_images_as_they_were_left() -> None:
    moved = after(STATE, GoTo(at("ERO CAP 2")), Scroll(1, "K7QM210", 3))

    left = images_as_left(STATE.scheme, STATE.case, bookmark_text(moved))

    assert left is not None
    assert (left.focus, left.view) == (moved.focus, moved.view)
    assert left.view != STATE.view
