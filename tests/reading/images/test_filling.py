"""Filling of the cells: the wrist, then the whole images, then what is scored; what comes later changes nothing."""

from __future__ import annotations

import pytest

from tests.builders.sessions import after
from tests.builders.wrists import a_wrist_case
from tests.fakes.doors import MemoryDoor
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.wrist.outline import Box, Outline, field_of
from workstation.reading.images.expected_positions import expected
from workstation.reading.images.filling import ResetView, ShowOutlines, in_plane
from workstation.reading.images.view import Pan, SetWindow, Zoom
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.reading.session.session import Session
from workstation.reading.state import SessionState
from workstation.reading.view_state import Filling


def opened() -> SessionState:
    return Session(MemoryDoor(a_wrist_case()), "K7QM2").state


def outlines(state: SessionState, narrower_mm: float = 2.0) -> dict[str, dict[int, Outline]]:
    """The middle of each image but for a border on all sides."""
    found: dict[str, dict[int, Outline]] = {}
    for visit in state.case.visits:
        for series in visit.series:
            stack = Stack.of(series)
            field = field_of(stack)
            box = Box(*(edge + narrower_mm for edge in (field.left, field.top)), *(
                edge - narrower_mm for edge in (field.right, field.bottom)))  # fmt: skip
            found.setdefault(series.plane, {})[visit.number] = Outline.of(box, stack)
    return found


def outlined() -> SessionState:
    state = opened()
    return after(state, ShowOutlines(state.case.code, outlines(state)))


def shown_mm(state: SessionState, plane: str) -> tuple[float, float]:
    visit = state.case.visits[0]
    return in_plane(state, visit, next(series for series in visit.series if series.plane == plane)).size_mm


def test_the_wrist_comes_first_then_the_whole_images_then_the_scored_region_and_the_wrist_again() -> None:
    state = outlined()
    seen = [state.view.camera.filling]
    for _ in range(3):
        state = after(state, ResetView())
        seen.append(state.view.camera.filling)

    assert seen == [Filling.WRIST, Filling.FIELD, Filling.SCORED, Filling.WRIST]


@pytest.mark.parametrize("change", [Zoom(2.0), Pan("AX", 3.0, 0.0), SetWindow("A", 1.0, 90.0)])
def test_a_view_that_was_changed_is_first_put_back(change: Zoom | Pan | SetWindow) -> None:
    state = after(outlined(), ResetView(), change, ResetView())

    assert state.view.camera.filling is Filling.WRIST
    assert state.view.camera.zoom == 1
    assert not state.view.grey.windows


def test_the_scored_region_cuts_the_arm_alone() -> None:
    wrist = outlined()
    scored = after(wrist, ResetView(), ResetView())

    assert shown_mm(scored, "AX") == pytest.approx(shown_mm(wrist, "AX"))
    assert shown_mm(scored, "COR")[0] == pytest.approx(shown_mm(wrist, "COR")[0])
    assert shown_mm(scored, "COR")[1] < shown_mm(wrist, "COR")[1]


def test_every_place_that_is_scored_lies_in_the_scored_region() -> None:
    state = after(outlined(), ResetView(), ResetView())
    visit = state.case.visits[0]
    series = next(series for series in visit.series if series.plane == "COR")
    box, stack = in_plane(state, visit, series), Stack.of(series)
    for feature in state.scheme.features:
        for site in feature.sites:
            point = expected(state, 1, str(site.code))
            if point is not None:
                assert box.top <= dot(point, stack.down) <= box.bottom, site.code


def test_an_outline_that_is_known_is_never_replaced() -> None:
    state = outlined()

    again = after(state, ShowOutlines(state.case.code, outlines(state, 9.0)))

    assert again.view.camera.outlines == state.view.camera.outlines


def test_outlines_of_another_case_change_nothing() -> None:
    state = opened()

    assert after(state, ShowOutlines("B4XR9", outlines(state))).view == state.view


def test_where_no_wrist_was_found_r_shows_the_whole_images() -> None:
    state = opened()
    state = after(state, ShowOutlines(state.case.code, {"AX": {}, "COR": {}}), Zoom(2.0), ResetView())

    assert state.view.camera.filling is Filling.FIELD
    assert shown_mm(state, "AX") == field_of(Stack.of(state.case.visits[0].series[0])).size_mm


def test_a_case_reopens_with_the_wrist_as_it_was_outlined() -> None:
    state = after(outlined(), Zoom(1.3))

    assert resumed(opened(), bookmark_text(state)).view.camera == state.view.camera


def test_whole_images_that_the_reader_chose_stay_when_an_outline_comes() -> None:
    state = after(opened(), ResetView())
    assert state.view.camera.filling is Filling.FIELD

    now = after(state, ShowOutlines(state.case.code, outlines(state)))

    assert shown_mm(now, "AX") == shown_mm(state, "AX")
