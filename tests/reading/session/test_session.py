"""Step, save, and only then show."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from scoring.readings.reading import AnswerChanged
from storage.records import DisplayCheck, Sighting, Viewing
from tests.builders.cases import a_case
from tests.builders.sessions import at, grade
from tests.fakes.doors import BrokenDoor, MemoryDoor
from workstation.reading.answers.focus_moves import GoTo, MoveFocus
from workstation.reading.answers.grading import SetGrade, Undo
from workstation.reading.images.view import Scroll
from workstation.reading.session.resume import bookmark_text
from workstation.reading.session.session import LastSave, Session
from workstation.reading.state import SessionState

Seen = list[tuple[SessionState, SessionState]]


class SelfSavingDoor(MemoryDoor):
    """Counts the sightings that come on their own, each a commit of its own on a real disk."""

    places_saved_alone = 0
    _recording = False

    def record(
        self,
        case: str,
        changes: Sequence[AnswerChanged],
        source: str,
        sightings: Sequence[Sighting | None] = (),
        resume_at: str | None = None,
        *,
        viewings: Sequence[Viewing | None] = (),
        display: DisplayCheck | None = None,
    ) -> None:
        self._recording = True
        super().record(case, changes, source, sightings, resume_at, viewings=viewings, display=display)
        self._recording = False

    def save_bookmark(self, case: str, text: str) -> None:
        self.places_saved_alone += not self._recording
        super().save_bookmark(case, text)


def listening(session: Session) -> Seen:
    seen: Seen = []
    session.listen(lambda before, now: seen.append((before, now)))
    return seen


def test_a_grade_is_committed_before_it_is_shown() -> None:
    door = MemoryDoor(a_case())
    session = Session(door, "K7QM2")
    on_disk_when_shown: list[int] = []
    session.listen(lambda _before, _now: on_disk_when_shown.append(len(door.recorded)))

    session.dispatch(SetGrade(Decimal(2)))

    assert on_disk_when_shown == [1]
    assert session.last_save is LastSave.SAVED
    assert door.recorded == [("K7QM2", AnswerChanged(at("SYN DRUJ 1").key, None, grade(2)), "room")]


def test_when_saving_fails_nothing_is_shown_but_the_line_that_says_so() -> None:
    session = Session(BrokenDoor(a_case()), "K7QM2")
    before = session.state
    seen = listening(session)

    session.dispatch(SetGrade(Decimal(2)))

    ((_, now),) = seen
    assert now.reading == before.reading
    assert now.focus == before.focus
    assert now.past == ()
    assert now.notice is not None
    assert now.notice.refused
    assert now.notice.text.startswith("Not saved: the disk is full.")
    assert session.last_save is LastSave.FAILED


def test_after_a_failed_save_the_same_key_goes_through() -> None:
    door = BrokenDoor(a_case())
    session = Session(door, "K7QM2")
    session.dispatch(SetGrade(Decimal(2)))

    door.broken = False
    session.dispatch(SetGrade(Decimal(2)))

    assert session.state.reading.answer(at("SYN DRUJ 1").key) == grade(2)
    assert session.state.notice is None
    assert session.last_save is LastSave.SAVED


def test_when_the_undo_cannot_be_saved_the_grade_stays_and_can_still_be_undone() -> None:
    door = BrokenDoor(a_case())
    door.broken = False
    session = Session(door, "K7QM2")
    session.dispatch(SetGrade(Decimal(2)))

    door.broken = True
    session.dispatch(Undo())
    assert session.state.reading.answer(at("SYN DRUJ 1").key) == grade(2)

    door.broken = False
    session.dispatch(Undo())
    assert session.state.reading.answer(at("SYN DRUJ 1").key) is None


def test_an_answer_of_another_window_is_shown_and_never_overwritten() -> None:
    door = MemoryDoor(a_case())
    session = Session(door, "K7QM2")
    door.record("K7QM2", [AnswerChanged(at("SYN DRUJ 1").key, None, grade(3))], "room")

    session.dispatch(SetGrade(Decimal(1)))

    assert door.reading("K7QM2").answer(at("SYN DRUJ 1").key) == grade(3)
    assert session.state.reading.answer(at("SYN DRUJ 1").key) == grade(3)
    assert session.state.notice is not None
    assert "another window" in session.state.notice.text


def test_a_refused_grade_reaches_no_disk() -> None:
    door = MemoryDoor(a_case())
    session = Session(door, "K7QM2")

    session.dispatch(SetGrade(Decimal(9)))

    assert door.recorded == []
    assert session.last_save is LastSave.NONE_YET


def test_the_focus_is_kept_at_once_so_that_a_kill_reopens_there() -> None:
    door = MemoryDoor(a_case())
    session = Session(door, "K7QM2")
    session.dispatch(GoTo(at("ERO CAP 2")))
    session.dispatch(SetGrade(Decimal(10)))

    again = Session(door, "K7QM2")

    assert again.state.focus == at("ERO HAM 1")
    assert again.state.reading.answer(at("ERO CAP 2").key) == grade(10)


def test_the_slice_is_due_after_a_scroll_and_kept_when_asked() -> None:
    door = MemoryDoor(a_case())
    session = Session(door, "K7QM2")
    session.save_bookmark()
    assert not session.bookmark_is_due

    session.dispatch(Scroll(1, "K7QM210", 3))
    assert session.bookmark_is_due
    session.save_bookmark()

    assert Session(door, "K7QM2").state.view == session.state.view


def test_the_next_question_is_on_disk_in_the_commit_of_the_answer() -> None:
    door = SelfSavingDoor(a_case())
    session = Session(door, "K7QM2")

    session.dispatch(SetGrade(Decimal(2)))

    assert door.places_saved_alone == 0
    assert Session(door, "K7QM2").state.focus == session.state.focus != at("SYN DRUJ 1")


def test_a_bookmark_that_cannot_be_saved_costs_no_grade() -> None:
    door = BrokenDoor(a_case())
    session = Session(door, "K7QM2")

    session.dispatch(MoveFocus(sites=1))

    assert session.state.focus == at("SYN RC 1")
    assert session.state.notice is not None
    assert "where you were is not" in session.state.notice.text


def test_the_bookmark_of_a_state_is_written_once_however_often_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[SessionState] = []

    def counted(state: SessionState) -> str:
        written.append(state)
        return bookmark_text(state)

    monkeypatch.setattr("workstation.reading.session.session.bookmark_text", counted)
    session = Session(MemoryDoor(a_case()), "K7QM2")

    session.dispatch(SetGrade(Decimal(2)))

    assert not session.bookmark_is_due
    assert len(written) == 1
