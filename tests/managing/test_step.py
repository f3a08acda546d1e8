"""The coordinator's state follows from what happened, and from nothing else."""

from __future__ import annotations

from workstation.intake.findings import Finding, Level
from workstation.intake.report import Progress
from workstation.managing.pace import duration, pace, share
from workstation.managing.state import Managed, ManagingState, Notice, Tone, Work
from workstation.managing.step import (
    NoStudy,
    StopAsked,
    StudyChecked,
    StudySeen,
    WorkEnded,
    WorkStarted,
    WorkWentOn,
    step,
)

STUDY = Managed("trial", (), ())
FINDING = Finding(Level.WARNING, "no axial T1", "S001", 1)


def test_a_study_that_is_seen_anew_takes_the_findings_of_the_old_one_away() -> None:
    checked = step(step(ManagingState(), StudySeen(STUDY)), StudyChecked((FINDING,)))

    assert checked.findings_of("S001") == (FINDING,)
    assert checked.findings_of("S002") == ()
    assert step(checked, StudySeen(STUDY)).findings is None


def test_the_clock_of_the_pace_starts_with_each_stage() -> None:
    state = step(ManagingState(), WorkStarted("Adding scans", 100.0))
    state = step(state, WorkWentOn(Progress(10, 50, "Reading headers"), 101.0))
    state = step(state, WorkWentOn(Progress(30, 50, "Reading headers"), 103.0))
    assert state.work is not None
    assert state.work.started_s == 101.0

    state = step(state, WorkWentOn(Progress(1, 20, "Writing"), 110.0))

    assert state.work is not None
    assert (state.work.started_s, state.work.done, state.work.total) == (110.0, 1, 20)


def test_progress_that_comes_when_the_work_has_ended_changes_nothing() -> None:
    ended = step(step(ManagingState(), WorkStarted("Adding scans", 0.0)), WorkEnded(Notice("done", Tone.DONE)))

    assert step(ended, WorkWentOn(Progress(1, 2, "late"), 1.0)) == ended


def test_a_stop_that_was_asked_for_shows_until_the_work_has_ended() -> None:
    stopping = step(step(ManagingState(), WorkStarted("Adding scans", 0.0)), StopAsked())

    assert stopping.work is not None
    assert stopping.work.cancelling
    assert step(ManagingState(), StopAsked()) == ManagingState()


def test_a_folder_without_a_study_is_told_from_one_that_cannot_be_opened() -> None:
    assert step(ManagingState(), NoStudy()).absent
    told = step(ManagingState(study=STUDY), NoStudy("study.db is damaged"))
    assert not told.absent
    assert told.study is None
    assert (told.shut, told.notice) == ("study.db is damaged", Notice("study.db is damaged", Tone.FAILED))
    assert step(told, StudySeen(STUDY)).shut == ""


def test_what_a_task_said_stays_when_the_study_cannot_be_opened_after_it() -> None:
    restored = Notice("Restored the backup", Tone.DONE)

    told = step(ManagingState(study=STUDY, notice=restored), NoStudy("no passphrase was given"))

    assert (told.shut, told.notice) == ("no passphrase was given", restored)


def test_the_pace_is_said_once_it_is_known() -> None:
    # by hand: 30 of 50 in 3 s are 10 a second; the 20 that are left take 2 s
    assert pace(Work("Adding", "Reading", 30, 50, 100.0, 103.0)) == "30 of 50, 10 a second, 2 s left"
    assert pace(Work("Adding", "Reading", 3, 12, 0.0, 60.0)) == "3 of 12, 3 a minute, 3 min left"
    assert pace(Work("Adding", "Reading", 1, 4_000, 100.0, 100.2)) == "1 of 4,000"
    assert pace(Work("Adding")) == ""
    assert share(Work("Adding")) is None
    assert share(Work("Adding", done=1, total=4)) == 0.25


def test_a_duration_is_said_as_people_say_it() -> None:
    assert [duration(value) for value in (0.2, 59, 60, 119, 3_599, 5_400)] == [
        "1 s",
        "59 s",
        "1 min",
        "2 min",
        "60 min",
        "1.5 h",
    ]
