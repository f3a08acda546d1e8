"""Step of the coordinator's window: the state that follows what happened. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.values import replace
from workstation.intake.findings import Finding
from workstation.intake.importing.check_report import CheckReport
from workstation.intake.report import Progress
from workstation.managing.state import Managed, ManagingState, Notice, Tone, Work


@dataclass(frozen=True, slots=True)
class NoStudy:
    """None is open: the folder holds none yet, or why what it holds couldn't be opened."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class StudySeen:
    """The study was read."""

    study: Managed


@dataclass(frozen=True, slots=True)
class StudyChecked:
    """The protocol check ended."""

    findings: tuple[Finding, ...]
    checked: CheckReport | None = None


@dataclass(frozen=True, slots=True)
class WorkStarted:
    """Something long began. now_s: by a monotonic clock, as in all of these."""

    title: str
    now_s: float


@dataclass(frozen=True, slots=True)
class WorkWentOn:
    """It got so far."""

    progress: Progress
    now_s: float


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The coordinator wants it to end."""


@dataclass(frozen=True, slots=True)
class WorkEnded:
    """It ended, with this to say."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class WindowAlone:
    """Whether this is the only window of a coordinator on the study, or the first one."""

    alone: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Something is to be told, and nothing else changed."""

    notice: Notice


Happened = NoStudy | StudySeen | StudyChecked | WorkStarted | WorkWentOn | StopAsked | WorkEnded | WindowAlone | Said


def step(state: ManagingState, happened: Happened) -> ManagingState:
    """The state afterwards."""
    match happened:
        case NoStudy(why):
            after = _without_study(state, why)
        case StudySeen(study):
            # what was found before belongs to the study as it was
            after = replace(state, study=study, absent=False, shut="", findings=None, checked=None)
        case StudyChecked(findings, checked):
            after = replace(state, findings=findings, checked=checked)
        case WorkStarted(title, now_s):
            after = replace(state, work=Work(title, started_s=now_s, now_s=now_s), notice=None)
        case WorkWentOn(progress, now_s):
            after = replace(state, work=_went_on(state.work, progress, now_s))
        case StopAsked():
            after = replace(state, work=replace(state.work, cancelling=True) if state.work else None)
        case WorkEnded(notice):
            after = replace(state, work=None, notice=notice)
        case WindowAlone(alone):
            after = replace(state, reads_only=not alone)
        case Said(notice):
            after = replace(state, notice=notice)
    return after


def _without_study(state: ManagingState, why: str) -> ManagingState:
    # what a task said that ended just now stays
    silent = why and not (state.notice and state.notice.text)
    told = Notice(why, Tone.FAILED) if silent else state.notice
    return replace(state, absent=not why, shut=why, study=None, findings=None, checked=None, notice=told)


def _went_on(work: Work | None, progress: Progress, now_s: float) -> Work | None:
    if work is None:
        # it came late, the work has ended
        return None
    started_s = work.started_s if work.stage == progress.stage else now_s
    return replace(
        work, stage=progress.stage, done=progress.done, total=progress.total, started_s=started_s, now_s=now_s
    )
