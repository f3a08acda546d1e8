"""Wording for the coordinator: commands and what came of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from scoring.values import replace
from workstation.intake.importing.answer_log import Outcome
from workstation.intake.report import ImportReport
from workstation.managing import commands as c
from workstation.managing.counted import counted
from workstation.managing.state import Notice, Tone

_TITLES: Final[Mapping[type[object], str]] = {
    c.AddScans: "Adding scans",
    c.Assign: "Assigning",
    c.HandOver: "Handing over",
    c.Resolve: "Giving the case back",
    c.Repeat: "Drawing repeats",
}


def title(command: c.Command) -> str:
    """What a running command is called."""
    return command.task.title if isinstance(command, c.RunTask) else _TITLES.get(type(command), "Applying the choice")


def about_choice(outcome: Outcome) -> Notice:
    """What came of a choice."""
    return Notice(outcome.said, Tone.ATTENTION if outcome.open else Tone.DONE)


def about_giving(done: str, left_out: Iterable[str]) -> Notice:
    """What was given to readers, and who was left out."""
    subjects = sorted(left_out)
    if not subjects:
        return Notice(done, Tone.DONE)
    return Notice(f"{done}. Left out until findings are settled (Q): {', '.join(subjects)}", Tone.ATTENTION)


def about_import(report: ImportReport) -> Notice:
    """What an import did, and what of it a person should look at."""
    series = sum(len(visit.series) for subject in report.subjects for visit in subject.visits)
    counts = f"{counted(report.seen, 'file')} seen, {report.accepted:,} accepted"
    details = (
        *(f"{item.count} x {item.what} set aside: {item.why}" for item in report.set_aside),
        *(item.text for item in report.findings if not item.subject),
    )
    if report.cancelled:
        text = (
            f"Stopped. What was finished is kept: {counted(series, 'series', 'series')}. Add the folder again to go on"
        )
        return Notice(text, Tone.ATTENTION, details)
    if not report.subjects and not report.held:
        return Notice(f"Nothing found: {counts}. Choose a folder that holds DICOM", Tone.ATTENTION, details)
    subjects = counted(len(report.subjects), "subject")
    held = f", {counted(len(report.held), 'series', 'series')} held back" if report.held else ""
    text = f"{counts}: {subjects}, {counted(series, 'series', 'series')}{held}"
    return Notice(text, Tone.ATTENTION if report.has_findings else Tone.DONE, details)


def with_complaints(notice: Notice, complaints: Sequence[str]) -> Notice:
    """What was done, and under it which copies of it couldn't be made."""
    if not complaints:
        return notice
    tone = notice.tone if notice.tone is Tone.FAILED else Tone.ATTENTION
    return replace(notice, tone=tone, details=(*notice.details, *complaints))
