"""However much is enlarged, the site that was chosen is in its cell; what is in sight already moves nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from storage.records import CaseRecord
from tests.builders.cases import a_case
from tests.builders.sessions import after, at
from tests.builders.wrists import a_wrist_case
from tests.fakes.doors import MemoryDoor
from workstation.hanging.layout import shipped_layout
from workstation.hanging.matching import match
from workstation.imaging.geometry import dot
from workstation.reading import commands as wish
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.session import Session
from workstation.reading.state import SessionState
from workstation.ui.reader.images.arranging import arrange
from workstation.ui.reader.images.view import SeriesView

CELL_PX = 400


def opened(case: CaseRecord | None = None) -> SessionState:
    return Session(MemoryDoor(case or a_wrist_case()), "K7QM2").state


def off_the_middle(state: SessionState, visit: int) -> float:
    """How far the visit's cursor is from the middle of its cells, in halves of a cell: below 1 it is in sight."""
    hanging = match(shipped_layout("wrist"), state.focus.feature, state.case.visits, 4)
    rows, mm_per_pixel = arrange(state, hanging, CELL_PX, CELL_PX)
    views = [view for row in rows for view in row if isinstance(view, SeriesView) and view.visit == visit]
    cursor = state.view.cursor_mm[visit]
    offs = [
        max(abs(dot(cursor, axis) - view.centre_mm[k]) for k, axis in enumerate((view.stack.right, view.stack.down)))
        for view in views
    ]
    return max(offs) / (CELL_PX / 2 * mm_per_pixel)


@pytest.mark.parametrize("zoom", [2.0, 4.0, 12.0])
@pytest.mark.parametrize("site", ["RAD", "MC1", "MC5", "PIS"])
def test_a_site_that_would_lie_outside_is_brought_in_at_both_visits(zoom: float, site: str) -> None:
    state = after(opened(), wish.GoTo(at("ERO CAP 1")), wish.Zoom(zoom), wish.GoTo(at(f"ERO {site} 1")))

    assert off_the_middle(state, BASELINE) < 0.8
    assert off_the_middle(state, FOLLOW_UP) < 0.8


def test_what_is_in_sight_moves_nothing() -> None:
    start = after(opened(), wish.GoTo(at("ERO CAP 1")), wish.Zoom(1.5), wish.Pan("COR", 2.0, -3.0))

    state = after(start, wish.GoTo(at("ERO HAM 1")))

    assert state.view.pan_mm == start.view.pan_mm


def test_whole_images_are_never_panned() -> None:
    state = after(opened(), *(wish.GoTo(at(f"ERO {site} 1")) for site in ("RAD", "MC1", "MC5")))

    assert state.view.pan_mm == {}


def test_the_place_of_a_grade_comes_into_sight() -> None:
    there = (10.0, 31.0, 25.0)
    start = after(opened(), wish.GoTo(at("ERO MC1 1")), wish.JumpTo(BASELINE, there))
    graded = after(start, wish.SetGrade(Decimal(2), "COR1"), wish.Zoom(8.0), wish.GoTo(at("ERO CAP 1")))

    for state in (after(graded, wish.GoTo(at("ERO MC1 1"))), after(graded, wish.GoTo(at("ERO MC1 1")), panned())):
        back = after(state, wish.ReturnToPlace())
        assert back.view.cursor_mm[BASELINE] == there
        assert off_the_middle(back, BASELINE) < 0.8


def test_where_no_place_is_known_across_the_stack_a_pan_of_the_readers_stays() -> None:
    start = after(opened(a_case()), wish.Zoom(6.0), wish.Pan("AX", 30.0, 0.0), wish.Pan("COR", 30.0, 0.0))
    start = after(start, wish.Scroll(BASELINE, "K7QM210", 2), wish.SetGrade(Decimal(1), "K7QM210"))

    state = after(start, wish.GoTo(at("ERO CAP 1")), wish.GoTo(at("SYN DRUJ 1")))

    assert state.view.pan_mm == start.view.pan_mm


def panned() -> wish.Command:
    return wish.Pan("COR", 60.0, 60.0)
