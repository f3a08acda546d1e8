"""Key images: kept at a site, listed with places of grades, found again after a restart, taken away on the record."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from scoring.readings.reading import SiteKey
from scoring.values import replace
from storage.audit.verification import audit
from storage.errors import CaseClosed
from storage.study.reader import ReaderStudy
from tests.builders.cases import a_case
from tests.builders.sessions import a_session_state, after, at, grade, said
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.test_monkey import a_trial
from workstation.imaging.geometry import Stack
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.answers.hide_baseline import ToggleHiding
from workstation.reading.answers.key_images import KeepImage, ShowFound, TakeImage, findings
from workstation.reading.answers.notes import ToggleUnsure
from workstation.reading.images.display import ResetWindows
from workstation.reading.images.go_to_site import as_expected
from workstation.reading.images.view import Scroll, SetWindow, series_of
from workstation.reading.session.session import Session
from workstation.reading.session.step import step


def test_the_slice_in_sight_is_kept_once_at_the_site_in_focus() -> None:
    state = after(a_session_state("ERO CAP 1"), Scroll(1, "K7QM210", 3), KeepImage("K7QM210"))

    (image,) = state.key_images
    series = series_of(state, 1, "K7QM210")
    assert series is not None
    assert (image.key, image.series) == (at("ERO CAP 1").key, "K7QM210")
    assert image.slice_index == Stack.of(series).nearest(state.view.cursor_mm[1])
    assert after(state, KeepImage("K7QM210")).key_images == state.key_images
    assert "already" in said(after(state, KeepImage("K7QM210")))


def test_the_list_has_places_of_grades_and_key_images_in_reading_order() -> None:
    state = after(
        a_session_state("ERO CAP 1"),
        KeepImage("K7QM211"),
        SetGrade(Decimal(2), "K7QM210"),
        GoTo(at("SYN RC 1")),
        SetGrade(Decimal(0), "K7QM210"),
        GoTo(at("OST RAD 2")),
        KeepImage("K7QM220"),
    )

    assert [(found.key, found.number) for found in findings(state)] == [
        (at("OST RAD 2").key, 2),
        (at("ERO CAP 1").key, 0),
        (at("ERO CAP 1").key, 1),
    ]


def test_showing_one_goes_to_its_site_slice_and_window() -> None:
    start = after(
        a_session_state("ERO CAP 1"),
        Scroll(1, "K7QM210", 4),
        SetWindow("K7QM210", 100, 300),
        KeepImage("K7QM210"),
    )
    (found,) = findings(start)
    elsewhere = after(start, GoTo(at("SYN RC 2")), Scroll(1, "K7QM210", -6), ResetWindows())

    there = after(elsewhere, ShowFound(found))

    assert there.focus == at("ERO CAP 1")
    assert there.view.cursor_mm[1] == start.view.cursor_mm[1]
    assert there.view.grey.windows["K7QM210"] == start.view.grey.windows["K7QM210"]
    # whoever kept an image had chosen the place, so a grade given there is given where the reader looked
    assert not as_expected(there.view, 1)
    graded = after(there, SetGrade(Decimal(2), "K7QM210"))
    assert not graded.sightings[at("ERO CAP 1").key, grade(2)].expected


def test_a_hidden_baseline_has_no_line_that_would_tell_of_its_grade() -> None:
    state = after(a_session_state("ERO CAP 1"), SetGrade(Decimal(2), "K7QM210"), ToggleHiding())
    assert state.focus == at("ERO CAP 2")

    assert findings(state) == ()
    assert len(findings(after(state, GoTo(at("ERO CAP 1"))))) == 1


def test_the_place_of_a_grade_cannot_be_taken_away() -> None:
    state = after(a_session_state("ERO CAP 1"), SetGrade(Decimal(2), "K7QM210"))

    outcome = step(state, TakeImage(0))

    assert outcome.image_taken == 0
    assert "stays with the grade" in said(outcome.state)


def test_without_a_series_in_sight_there_is_nothing_to_keep() -> None:
    assert "No key image kept" in said(after(a_session_state("ERO CAP 1"), KeepImage("")))


def test_on_disk_they_survive_the_session_and_taking_one_away_is_on_the_record(tmp_path: Path) -> None:
    folder = a_trial(tmp_path / "trial")
    with ReaderStudy.open(folder, "R1") as door:
        code = door.worklist()[0].case
        series = door.case(code).visits[0].series[0].code
        session = Session(door, code)
        session.dispatch(KeepImage(series))
        session.dispatch(Scroll(1, series, 1))
        session.dispatch(KeepImage(series))
        kept = session.state.key_images
        assert [image.number for image in kept] == [1, 2]

    with ReaderStudy.open(folder, "R1") as door:
        again = Session(door, code)
        assert again.state.key_images == kept
        again.dispatch(TakeImage(1))
        assert door.key_images(code) == kept[1:]
        assert again.state.key_images == kept[1:]
    audit(folder)


def test_a_closed_case_takes_none_and_shows_what_was() -> None:
    door = MemoryDoor(a_case("K7QM2"))
    session = Session(door, "K7QM2")
    door.status["K7QM2"] = "signed"

    session.dispatch(KeepImage("K7QM210"))

    assert session.state.key_images == ()
    assert "Not saved" in said(session.state)
    with pytest.raises(CaseClosed):
        door.take_image("K7QM2", 1)


def test_a_number_that_was_taken_away_last_can_come_again_and_means_the_new_image() -> None:
    door = MemoryDoor(a_case("K7QM2"))
    session, keep = Session(door, "K7QM2"), KeepImage("K7QM210")
    for command in (keep, TakeImage(1), Scroll(1, "K7QM210", 2), keep):
        session.dispatch(command)

    assert door.key_images("K7QM2") == session.state.key_images
    assert isinstance(session.state.key_images[0].key, SiteKey)
    assert replace(session.state.key_images[0], slice_index=0).number == 1


def test_what_is_said_behind_the_list_is_said_of_the_site_that_was_gone_to() -> None:
    graded = after(a_session_state("ERO CAP 1"), KeepImage("K7QM210"), GoTo(at("ERO HAM 1")), SetGrade(Decimal(2), ""))
    (image,) = [found for found in findings(graded) if found.key == at("ERO CAP 1").key]

    marked = after(graded, ShowFound(image), ToggleUnsure())

    assert [key for key, note in marked.notes.items() if note.unsure] == [at("ERO CAP 1").key]
