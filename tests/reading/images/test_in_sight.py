"""However much is enlarged, the site that was chosen is in its cell; what is in sight already moves nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from storage.records import CaseRecord
from tests.builders.cases import a_case
from tests.builders.sessions import after, at
from tests.builders.wrists import a_wrist_case
from tests.fakes.doors import MemoryDoor
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import match
from workstation.imaging.geometry import dot
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.answers.sightings import ReturnToSighting
from workstation.reading.command import Command
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.images.view import JumpTo, Pan, Scroll, Zoom
from workstation.reading.session.session import Session
from workstation.reading.state import SessionState
from workstation.ui.reader.images.arranging import arrange
from workstation.ui.reader.images.view import SeriesView

CELL_PX = 400


def opened(case: CaseRecord | None = None) -> SessionState:
    return Session(MemoryDoor(case or a_wrist_case()), "K7QM2").state


def off_the_middle(state: SessionState, visit: int) -> float:
    """How far the visit's cursor is from the middle of its cells, in halves of a cell: below 1 it is in sight."""
    hanging = match(layout_of(state.scheme), state.focus.feature, state.case.visits, 4)
    rows, scales = arrange(state, hanging, CELL_PX, CELL_PX)
    views = [view for row in rows for view in row if isinstance(view, SeriesView) and view.visit == visit]
    cursor = state.view.cursor_mm[visit]
    offs = [
        max(abs(dot(cursor, axis) - view.centre_mm[k]) for k, axis in enumerate((view.stack.right, view.stack.down)))
        for view in views
    ]
    return max(off / (CELL_PX / 2 * scales[view.series.plane]) for off, view in zip(offs, views, strict=True))


@pytest.mark.parametrize("zoom", [2.0, 4.0, 12.0])
@pytest.mark.parametrize("site", ["RAD", "MC1", "MC5", "PIS"])
def test_a_site_that_would_lie_outside_is_brought_in_at_both_visits(zoom: float, site: str) -> None:
    state = after(opened(), GoTo(at("ERO CAP 1")), Zoom(zoom), GoTo(at(f"ERO {site} 1")))

    assert off_the_middle(state, BASELINE) < 0.8
    assert off_the_middle(state, FOLLOW_UP) < 0.8


def test_what_is_in_sight_moves_nothing() -> None:
    start = after(opened(), GoTo(at("ERO CAP 1")), Zoom(1.5), Pan("COR", 2.0, -3.0))

    state = after(start, GoTo(at("ERO HAM 1")))

    assert state.view.camera.pan_mm == start.view.camera.pan_mm


def test_whole_images_are_never_panned() -> None:
    state = after(opened(), *(GoTo(at(f"ERO {site} 1")) for site in ("RAD", "MC1", "MC5")))

    assert state.view.camera.pan_mm == {}


def test_the_place_of_a_grade_comes_into_sight() -> None:
    there = (10.0, 31.0, 25.0)
    start = after(opened(), GoTo(at("ERO MC1 1")), JumpTo(BASELINE, there))
    graded = after(start, SetGrade(Decimal(2), "COR1"), Zoom(8.0), GoTo(at("ERO CAP 1")))

    for state in (after(graded, GoTo(at("ERO MC1 1"))), after(graded, GoTo(at("ERO MC1 1")), panned())):
        back = after(state, ReturnToSighting())
        assert back.view.cursor_mm[BASELINE] == there
        assert off_the_middle(back, BASELINE) < 0.8


def test_where_no_place_is_known_across_the_stack_a_pan_of_the_readers_stays() -> None:
    start = after(opened(a_case()), Zoom(6.0), Pan("AX", 30.0, 0.0), Pan("COR", 30.0, 0.0))
    start = after(start, Scroll(BASELINE, "K7QM210", 2), SetGrade(Decimal(1), "K7QM210"))

    state = after(start, GoTo(at("ERO CAP 1")), GoTo(at("SYN DRUJ 1")))

    assert state.view.camera.pan_mm == start.view.camera.pan_mm


@pytest.mark.parametrize("site", ["RAD", "MC1", "PIS"])
def test_the_zoom_key_has_the_site_in_focus_in_the_middle_at_both_visits(site: str) -> None:
    state = after(opened(), GoTo(at(f"ERO {site} 1")), Zoom(1.25, centred=True), Zoom(1.25, centred=True))

    # the second visit by the link, which is that of the middles of the stacks
    assert off_the_middle(state, BASELINE) < 0.01
    assert off_the_middle(state, FOLLOW_UP) < 0.01


def test_the_zoom_key_has_the_place_that_was_clicked_in_the_middle() -> None:
    clicked = after(opened(), GoTo(at("ERO CAP 1")), JumpTo(BASELINE, (12.0, 31.0, 20.0)))

    assert off_the_middle(after(clicked, Zoom(1.25, centred=True)), BASELINE) < 0.01


def test_where_no_site_is_expected_the_zoom_key_leaves_the_images_in_their_middle() -> None:
    state = after(opened(a_case()), Zoom(1.25, centred=True))

    assert state.view.camera.pan_mm == {}


def panned() -> Command:
    return Pan("COR", 60.0, 60.0)
