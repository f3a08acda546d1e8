"""A coordinator's session without a window: commands go in, states come out, and stopping is quick and safe."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scoring.schemes.folder import DEFAULT
from storage.acting import acting_as
from storage.errors import VaultLocked
from storage.files.import_lock import import_lock
from storage.record.acts import who_acted
from storage.study.coordinator import CoordinatorStudy
from storage.study.staffing import Change
from storage.vault import vault_passphrase
from tests.builders.burned_text import a_named_series
from tests.builders.dicom_files import a_series, a_visit
from workstation.app.studies import create_study
from workstation.app.window_tasks import TASKS
from workstation.intake.writing import images_folder
from workstation.managing import commands as c
from workstation.managing.questions import question_lines
from workstation.managing.session import ManagingSession
from workstation.managing.state import ManagingState, SeriesStatus, Tone

if TYPE_CHECKING:
    from tests.builders.servers.postgresql import PostgreSQL


class Desk:
    """A session whose thread is the test's: what it posts is run by `until`."""

    def __init__(self, folder: Path) -> None:
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.states: list[ManagingState] = []
        self.session = ManagingSession(
            folder,
            lambda: CoordinatorStudy.open(folder),
            lambda new: create_study(folder, DEFAULT, new.order, new.passphrase or None),
            self._posted.put,
            tasks=TASKS,
        )
        self.session.listen(lambda _before, now: self.states.append(now))

    @property
    def state(self) -> ManagingState:
        return self.session.state

    def until(self, condition: Callable[[ManagingState], bool], seconds: float = 60) -> ManagingState:
        end = time.monotonic() + seconds
        while not condition(self.state):
            assert time.monotonic() < end, self.state
            try:
                self._posted.get(timeout=0.5)()
            except queue.Empty:
                continue
        return self.state

    def done(self, command: c.Command) -> ManagingState:
        """The state when the command has ended, and the study was read and checked again."""
        before = self.state.study
        self.session.dispatch(command)
        self.until(lambda state: state.work is None and state.study is not before)
        return self.until(lambda state: state.findings is not None)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    CoordinatorStudy.create(tmp_path / "trial").close()
    desk = Desk(tmp_path / "trial")
    desk.session.start()
    desk.until(lambda state: state.findings is not None)
    yield desk
    desk.session.shutdown()


def test_a_study_is_made_where_there_was_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "new")
    desk.session.start()
    assert desk.state.absent
    assert not (tmp_path / "new").exists()

    desk.session.dispatch(c.CreateStudy("known"))

    state = desk.until(lambda state: state.study is not None)
    assert not state.absent
    desk.session.shutdown()


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """What a person will type who is asked for the passphrase: each once, "" leaves the question."""
    typed: list[str] = []

    def answer() -> str:
        given = typed.pop(0)
        if not given:
            raise VaultLocked("vault.db has a passphrase, and none was given")
        return given

    before = vault_passphrase.ask.set(answer)
    yield typed
    vault_passphrase.ask.reset(before)


def test_a_study_made_under_a_passphrase_goes_on_without_asking_for_it(tmp_path: Path, asked: list[str]) -> None:
    desk = Desk(tmp_path / "new")
    desk.session.start()

    desk.session.dispatch(c.CreateStudy("known", "correct horse battery"))

    desk.until(lambda state: state.findings is not None)
    assert desk.session.study is not None
    assert desk.session.study.vault.sealed
    desk.session.shutdown()
    # whoever opens it another time is asked
    asked.append("")
    again = Desk(tmp_path / "new")
    again.session.start()
    assert again.state.shut == "vault.db has a passphrase, and none was given"
    again.session.shutdown()


def test_a_study_that_was_restored_and_not_opened_again_says_so_and_opens_with_the_key_that_it_names(
    tmp_path: Path, asked: list[str]
) -> None:
    create_study(tmp_path / "trial", DEFAULT, "known", "correct horse battery")
    asked += ["correct horse battery", "", "correct horse battery"]
    desk = Desk(tmp_path / "trial")
    desk.session.start()
    desk.until(lambda state: state.findings is not None)
    tasks = {task.id: task for task in TASKS}
    desk.done(c.RunTask(tasks["study.backup"], {}))

    desk.session.dispatch(c.RunTask(tasks["study.restore"], {"why": "the file was overwritten"}))
    shut = desk.until(lambda state: state.shut != "")
    desk.session.dispatch(c.Assign("ES"))

    assert shut.study is None
    assert shut.notice is not None
    assert shut.notice.text.startswith("Restored study-")
    assert desk.state.notice is not None
    assert desk.state.notice.text.startswith("The study isn't open. F5 tries again")
    desk.session.dispatch(c.LookAgain())
    desk.until(lambda state: state.findings is not None)
    assert asked == []
    desk.session.shutdown()


def test_scans_are_added_with_progress_and_then_seen_and_checked(desk: Desk, tmp_path: Path) -> None:
    a_visit(tmp_path / "in")

    state = desk.done(c.AddScans((tmp_path / "in",)))

    assert state.study is not None
    assert len(state.study.subjects[0].series) == 7
    assert any("1 visit of 2" in item.text for item in state.findings_of("S001"))
    assert state.notice is not None
    assert state.notice.text == "21 files seen, 21 accepted: 1 subject, 7 series"
    told = {item.work.stage for item in desk.states if item.work}
    assert {"Reading headers", "Writing de-identified images"} <= told


def test_what_the_check_found_sends_nobody_to_a_terminal(desk: Desk, tmp_path: Path) -> None:
    for visit, day in enumerate(("20240105", "20250105", "20260105"), start=1):
        a_visit(tmp_path / "in" / str(visit), f"1.2.{visit}", PatientID="P1", StudyDate=day)

    state = desk.done(c.AddScans((tmp_path / "in",)))

    assert state.checked is not None
    lines = [line for item in question_lines(state.checked, {}, "S001") for line in (item.line, *item.told)]
    assert "S001: visit 3 is in no enrolment, so no reader gets it" in lines
    assert [line for line in lines if "ramris" in line or "--" in line] == []


def test_a_folder_without_images_is_said_to_hold_nothing(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("no image", encoding="utf-8")

    state = desk.done(c.AddScans((tmp_path / "in",)))

    assert state.notice is not None
    assert state.notice.text.startswith("Nothing found: 1 file seen")
    assert "1 x file that is not DICOM set aside: not DICOM" in state.notice.details


def test_while_something_runs_another_command_is_refused_and_a_stop_is_quick_and_leaves_the_study_whole(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_visit(tmp_path / "in", count=6)
    fill = images_folder.fill

    def slow(file: str, content: Sequence[bytes | memoryview]) -> int:
        time.sleep(0.02)
        return fill(file, content)

    monkeypatch.setattr(images_folder, "fill", slow)
    desk.session.dispatch(c.AddScans((tmp_path / "in",)))
    desk.until(lambda state: state.work is not None and state.work.stage.startswith("Writing"))

    desk.session.dispatch(c.Assign("ES"))
    assert desk.state.notice is not None
    assert desk.state.notice.text.startswith("Adding scans is running")
    asked = time.monotonic()
    desk.session.dispatch(c.Stop())
    assert desk.state.work is not None
    assert desk.state.work.cancelling
    state = desk.until(lambda state: state.work is None)
    # the issue asks for 200 ms; ten times that here, since a loaded machine must not fail a test
    assert time.monotonic() - asked < 2

    assert state.notice is not None
    assert state.notice.text.startswith("Stopped. What was finished is kept")
    again = desk.done(c.AddScans((tmp_path / "in",)))
    assert again.study is not None
    assert {item.slices for item in again.study.subjects[0].series} == {6}


def test_ending_the_session_while_scans_are_added_leaves_the_study_whole(desk: Desk, tmp_path: Path) -> None:
    a_visit(tmp_path / "in", count=6)
    desk.session.dispatch(c.AddScans((tmp_path / "in",)))
    desk.until(lambda state: state.work is not None and state.work.stage.startswith("Writing"))

    desk.session.shutdown()

    with CoordinatorStudy.open(tmp_path / "trial") as study:
        found = [len(item.slices) for subject in study.subjects() for v in subject.visits for item in v.series]
        assert set(found) <= {6}


def test_choices_are_carried_out_and_seen(desk: Desk, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    a_named_series(tmp_path / "in")
    state = desk.done(c.AddScans((tmp_path / "in",)))
    assert state.study is not None
    lines = {item.status: item for item in state.study.subjects[0].series}

    desk.done(c.Decide(f"kind:{lines[SeriesStatus.IN].code}", "PD", "the form says so", "J. Smit"))
    state = desk.done(c.Decide(f"text:{lines[SeriesStatus.WAITS].code}", "release", "a scale", "J. Smit"))

    assert state.study is not None
    assert state.study.who == "J. Smit"
    assert {item.kind for item in state.study.subjects[0].series} == {"PD", "T1"}
    assert {item.status for item in state.study.subjects[0].series} == {SeriesStatus.IN}
    assert state.notice is not None
    assert state.notice.tone is Tone.DONE


def test_a_refusal_is_told_in_one_line_and_changes_nothing(desk: Desk) -> None:
    before = desk.state.study

    state = desk.done(c.Decide("kind:NONESUCH", "PD", "why", "who"))

    assert state.notice is not None
    assert state.notice.tone is Tone.FAILED
    assert "the study has none" in state.notice.text
    assert state.study == before


def test_another_import_into_the_study_is_told(desk: Desk, tmp_path: Path) -> None:
    a_series(tmp_path / "in")

    with import_lock(tmp_path / "trial"):
        state = desk.done(c.AddScans((tmp_path / "in",)))

    assert state.notice is not None
    assert "another import into this study is running" in state.notice.text


def test_a_full_disk_is_told_with_what_to_do(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_series(tmp_path / "in")

    def full(_file: str, _content: Sequence[bytes | memoryview]) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(images_folder, "fill", full)
    state = desk.done(c.AddScans((tmp_path / "in",)))

    assert state.notice is not None
    assert state.notice.tone is Tone.FAILED
    assert state.notice.text.startswith("Stopped: No space left on device. What was finished is kept; free some space")


def test_copies_are_kept_after_each_piece_of_work_and_at_the_end_and_one_that_fails_is_told(tmp_path: Path) -> None:
    CoordinatorStudy.create(tmp_path / "trial").close()
    desk, kept = Desk(tmp_path / "trial"), []

    def keep(study: CoordinatorStudy) -> tuple[str, ...]:
        kept.append(study.subject_codes())
        return ("No backup was made: the disk is full",) if len(kept) == 1 else ()

    desk.session._keep = keep
    desk.session.start()
    desk.until(lambda state: state.findings is not None)
    a_series(tmp_path / "in")

    state = desk.done(c.AddScans((tmp_path / "in",)))

    assert kept == [("S001",)]
    assert state.notice is not None
    assert state.notice.tone is Tone.ATTENTION
    assert state.notice.details[-1] == "No backup was made: the disk is full"
    desk.session.shutdown()
    assert kept == [("S001",), ("S001",)]


def test_subjects_are_assigned_and_the_readers_copy_is_written(desk: Desk, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    desk.done(c.AddScans((tmp_path / "in",)))

    assigned = desk.done(c.Assign("ES"))
    refused = desk.done(c.HandOver(tmp_path / "copy"))
    assert refused.notice is not None
    assert "nobody has looked at the borders of 1 series" in refused.notice.text
    assert assigned.study is not None
    assert desk.session.see_borders(tuple(assigned.study.unseen), "") != ""
    assert desk.session.see_borders(tuple(assigned.study.unseen), "J. Smit") == ""
    handed = desk.done(c.HandOver(tmp_path / "copy"))

    assert assigned.study.readers[0].reader == "ES"
    assert handed.notice is not None
    assert "3 images, no vault" in handed.notice.text
    assert {item.name for item in (tmp_path / "copy").iterdir()} == {"README.txt", "study.db", "images"}


def test_a_folder_that_holds_something_else_is_not_taken_for_a_study(tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / "study.db").write_bytes(b"something else")
    desk = Desk(tmp_path / "trial")

    desk.session.start()

    assert desk.state.notice is not None
    assert desk.state.notice.tone is Tone.FAILED
    assert "not a file of ramris" in desk.state.notice.text
    desk.session.shutdown()


def test_what_the_window_does_says_who_acts(desk: Desk) -> None:
    study = desk.session.study
    assert study is not None
    study.put_person("JH", Change(name="Jens Holm", role="coordinator"), "log")
    task = next(item for item in TASKS if item.id == "study.people")
    acting = acting_as.set("JH")
    try:
        desk.done(c.RunTask(task, {"person": "KB", "name": "Karin Berg", "role": "monitor", "why": "log"}))
    finally:
        acting_as.reset(acting)

    with study._store.reading() as connection:
        assert who_acted(connection) == "JH"


def test_a_window_on_a_record_whose_server_hangs_says_so_and_goes_on_when_it_does(
    postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.builders.servers.postgresql import PASSWORD  # noqa: PLC0415 - where there is a server
    from tests.builders.servers.records import address_of  # noqa: PLC0415 - as above

    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with postgresql.database() as name:
        CoordinatorStudy.create(tmp_path / "trial", record=address_of(postgresql, name)).close()
        desk = Desk(tmp_path / "trial")
        desk.session.start()
        before = desk.until(lambda state: state.findings is not None)

        with postgresql.hung():
            desk.session.dispatch(c.LookAgain())
            said = desk.until(lambda state: state.work is None and state.notice is not before.notice).notice
        after = desk.done(c.LookAgain())
        desk.session.shutdown()

    assert said is not None
    assert "the server doesn't answer" in said.text
    assert after.study is not None
