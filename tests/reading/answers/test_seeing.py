"""Grades keep where they were seen, and the images go where a site is known to be."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from storage.records import Sighting
from tests.builders.cases import a_case
from tests.builders.sessions import a_session_state, after, at, grade
from tests.fakes.doors import MemoryDoor
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade, Undo
from workstation.reading.answers.sightings import ReturnToSighting
from workstation.reading.command import Command
from workstation.reading.images.display import Enlarge, NextSeries, ToggleSmooth
from workstation.reading.images.filling import ResetView
from workstation.reading.images.registration_link import ToggleLink
from workstation.reading.images.view import JumpTo, SetWindow
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.reading.session.session import Session
from workstation.reading.state import SessionState

THERE = (4.0, -12.0, 7.0)


def seen_at(place: str, point: tuple[float, float, float] = THERE, number: int = 3) -> SessionState:
    state = after(a_session_state(place), JumpTo(1, point), SetWindow("K7QM211", 100.0, 500.0))
    return after(state, SetGrade(Decimal(number), "K7QM211"))


def test_a_grade_above_0_keeps_series_slice_point_and_window() -> None:
    state = seen_at("ERO CAP 1")

    # the slice at y = -12 is the seventh
    assert state.sightings[at("ERO CAP 1").key, grade(3)] == Sighting("K7QM211", 6, THERE, 100.0, 500.0)


def test_grade_0_keeps_no_place_but_its_site_is_remembered() -> None:
    state = seen_at("OST CAP 1", number=0)

    assert state.sightings == {}
    assert state.view.sites.seen_mm[1, "CAP"] == THERE


def test_linked_visits_remember_a_site_at_both_and_visits_that_scroll_apart_at_its_own() -> None:
    def remembered(*commands: Command) -> set[tuple[int, str]]:
        state = after(a_session_state("ERO CAP 1"), *commands, SetGrade(Decimal(2), "K7QM210"))
        return {place for place in state.view.sites.seen_mm if place[1] == "CAP"}

    assert remembered() == {(1, "CAP"), (2, "CAP")}
    assert remembered(ToggleLink()) == {(1, "CAP")}


def test_the_place_goes_to_disk_with_the_grade_and_is_there_again_after_a_restart() -> None:
    door = MemoryDoor(a_case("K7QM2"))
    session = Session(door, "K7QM2")
    for command in (GoTo(at("ERO CAP 1")), JumpTo(1, THERE), SetGrade(Decimal(3), "K7QM211")):
        session.dispatch(command)

    again = Session(door, "K7QM2").state

    assert again.sightings[at("ERO CAP 1").key, grade(3)].point_mm == THERE


def test_a_key_returns_to_the_place_with_its_window() -> None:
    elsewhere = after(seen_at("ERO CAP 1"), JumpTo(1, (0.0, 0.0, 0.0)), ResetView())

    state = after(elsewhere, GoTo(at("ERO CAP 1")), JumpTo(1, (0.0, 0.0, 0.0)), ReturnToSighting())

    assert state.view.cursor_mm[1] == THERE
    assert (state.view.grey.windows["K7QM211"].low, state.view.grey.windows["K7QM211"].high) == (100.0, 500.0)


def test_without_a_place_the_key_is_refused_and_says_why() -> None:
    state = after(a_session_state("ERO CAP 1"), ReturnToSighting())

    assert state.notice is not None
    assert state.notice.refused
    assert "Only a grade above 0 keeps its slice" in state.notice.text


def test_undo_leads_back_to_the_place_of_the_grade_that_stands_again() -> None:
    state = seen_at("ERO CAP 1")
    state = after(state, GoTo(at("ERO CAP 1")), JumpTo(1, (0.0, 6.0, 0.0)), SetGrade(Decimal(5), "K7QM211"))

    state = after(state, Undo(), ReturnToSighting())

    assert state.view.cursor_mm[1] == THERE


def test_choosing_the_same_bone_in_another_feature_brings_its_place() -> None:
    state = after(seen_at("OST CAP 1"), JumpTo(1, (0.0, 0.0, 0.0)))

    state = after(state, GoTo(at("ERO CAP 1")))

    assert state.view.cursor_mm[1] == THERE


def test_a_site_that_was_never_seen_leaves_the_images_where_they_are() -> None:
    state = after(seen_at("OST CAP 1"), JumpTo(1, (1.0, 2.0, 3.0)), GoTo(at("ERO HAM 1")))

    assert state.view.cursor_mm[1] == (1.0, 2.0, 3.0)


def test_going_from_baseline_to_follow_up_of_one_site_moves_no_image() -> None:
    state = after(seen_at("OST CAP 1"), GoTo(at("OST CAP 1")), JumpTo(1, (1.0, 2.0, 3.0)))

    now = after(state, GoTo(at("OST CAP 2")))

    assert now.view.cursor_mm == state.view.cursor_mm


def test_where_sites_were_seen_is_kept_with_the_place() -> None:
    state = after(seen_at("OST CAP 1"), Enlarge((1, 2)), NextSeries(), ToggleSmooth())

    assert resumed(a_session_state(), bookmark_text(state)).view == state.view
    assert isinstance(state.view.sites.seen_mm, MappingProxyType)
