"""Ring round the site in focus, and the way from a point of the images to a site."""

from __future__ import annotations

from decimal import Decimal
from math import dist

import pytest

from scoring.values import replace
from storage.records import CaseRecord, Vector3
from tests.builders.cases import a_case
from tests.builders.sessions import a_session_state, after, at
from workstation.imaging.geometry import add
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.answers.hide_baseline import ToggleHiding
from workstation.reading.answers.site_rings import NONE_NEAR, GoToSiteAt, Ring, ring_at
from workstation.reading.images.expected_positions import expected
from workstation.reading.images.registration_link import ToggleLines, ToggleLink
from workstation.reading.images.view import JumpTo
from workstation.reading.state import SessionState


def known_side() -> CaseRecord:
    """A pair of a right wrist, so that its sites are expected somewhere."""
    case = a_case()
    return replace(case, visits=tuple(replace(visit, side="R") for visit in case.visits))


def opened(*commands: object) -> SessionState:
    return after(a_session_state("ERO RAD 1", case=known_side()), GoTo(at("ERO CAP 1")), *commands)  # type: ignore[arg-type]


def expected_at(state: SessionState, site: str, visit: int = 1) -> Vector3:
    found = expected(state, visit, site)
    assert found is not None
    return found


def test_a_site_that_nobody_looked_at_is_ringed_where_it_is_expected() -> None:
    state = opened()

    assert ring_at(state, 1) == Ring(expected_at(state, "CAP"), expected=True)


def test_a_graded_site_is_ringed_where_the_grade_was_given() -> None:
    state = opened()
    there = add(expected_at(state, "CAP"), (1.0, 0.0, 0.0), 4.0)
    state = after(state, JumpTo(1, there), SetGrade(Decimal(2), "K7QM210"), GoTo(at("ERO CAP 1")))

    assert ring_at(state, 1) == Ring(there, expected=False)


def test_a_hidden_grade_is_not_told_by_a_ring() -> None:
    state = opened()
    there = add(expected_at(state, "CAP"), (1.0, 0.0, 0.0), 4.0)
    graded = after(state, JumpTo(1, there), SetGrade(Decimal(2), "K7QM210"), ToggleHiding(), GoTo(at("ERO CAP 2")))
    blank = after(state, JumpTo(1, there), ToggleHiding(), GoTo(at("ERO CAP 2")))

    assert (ring_at(graded, 1) or Ring(there, expected=True)).expected
    assert ring_at(graded, 1) == ring_at(blank, 1) or ring_at(graded, 1) is None


def test_where_the_side_is_unknown_there_is_no_ring_and_the_key_for_lines_hides_it() -> None:
    unknown = replace(known_side(), visits=tuple(replace(visit, side="") for visit in known_side().visits))
    assert ring_at(after(a_session_state("ERO RAD 1", case=unknown), GoTo(at("ERO CAP 1"))), 1) is None

    assert ring_at(opened(ToggleLines()), 1) is None
    assert ring_at(opened(ToggleLines(), ToggleLines()), 1) is not None


def test_a_point_goes_to_the_site_that_lies_nearest_at_its_own_visit() -> None:
    state = opened(ToggleLink())
    for site in ("HAM", "SCA", "MC5", "ULN"):
        point = add(expected_at(state, site, 2), (0.0, 0.0, 1.0), 2.0)
        assert after(state, GoToSiteAt(2, point)).focus == at(f"ERO {site} 2")


def test_far_from_all_sites_a_point_is_refused_in_words() -> None:
    state = opened()
    far = add(expected_at(state, "CAP"), (0.0, 1.0, 0.0), 200.0)

    now = after(state, GoToSiteAt(1, far))

    assert now.focus == state.focus
    assert now.notice is not None
    assert (now.notice.refused, now.notice.text) == (True, NONE_NEAR)


@pytest.mark.parametrize(("mm", "reached"), [(24.9, True), (25.1, False)])
def test_a_point_means_a_site_within_25_mm_of_it(mm: float, reached: bool) -> None:
    state = opened()
    # towards the elbow no other bone is nearer than the radius
    away = add(expected_at(state, "RAD"), (0.0, 0.0, 1.0), -mm)
    others = [dist(expected_at(state, str(site.code)), away) for site in state.feature.sites]
    assert min(others) == pytest.approx(mm, abs=0.05)

    now = after(state, GoToSiteAt(1, away))

    assert (now.focus == at("ERO RAD 1"), now.notice is not None and now.notice.refused) == (reached, not reached)


def test_where_no_site_is_known_at_all_a_point_means_none() -> None:
    unknown = replace(known_side(), visits=tuple(replace(visit, side="") for visit in known_side().visits))
    state = after(a_session_state("ERO RAD 1", case=unknown), GoTo(at("ERO CAP 1")))

    now = after(state, GoToSiteAt(1, (0.0, 0.0, 0.0)))

    assert now.focus == state.focus
    assert now.notice is not None
    assert (now.notice.refused, now.notice.text) == (True, NONE_NEAR)


def test_a_click_goes_to_the_site_whose_grade_was_given_there_not_where_it_is_expected() -> None:
    state = opened()
    # where the ulna is expected, all but 2 mm
    there = add(expected_at(state, "ULN"), (0.0, 0.0, 1.0), 2.0)
    state = after(state, JumpTo(1, there), SetGrade(Decimal(2), "K7QM210"), GoTo(at("ERO RAD 1")))

    state = after(state, GoToSiteAt(1, there))

    assert state.focus == at("ERO CAP 1")


def test_a_click_reaches_a_site_that_was_graded_0_for_such_a_grade_keeps_no_place() -> None:
    state = after(opened(), SetGrade(Decimal(0), "K7QM210"), GoTo(at("ERO RAD 1")))

    assert after(state, GoToSiteAt(1, expected_at(state, "CAP"))).focus == at("ERO CAP 1")
