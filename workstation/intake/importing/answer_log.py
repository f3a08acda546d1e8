"""Log of answers: who answers, each answer checked and put into the vault's log, and the study that follows it.

What has been read changes only where that is said with the reason for it, which then goes on the record of the study.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.files.import_lock import import_lock
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import OF_READ, UNDO, About, Choice, Deed, not_taken_back
from storage.vault.vault import SeriesIdentity
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.asked_alike import TOGETHER
from workstation.intake.importing.arrangement import settle
from workstation.intake.report import Progress

LONGEST = 500
Before = Callable[[CoordinatorStudy], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an answer. `said` is one line; `open`: something still waits for a person."""

    said: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class AnswerLog:
    """A coordinator at a study: who answers, and how far the reading of files is told.

    change_read: whether an answer may change what has been read; its reason goes on the record then. together: what
    answers have in common that are given at once, "" for one.
    """

    study: CoordinatorStudy
    who: str
    progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]
    change_read: bool = False
    together: str = ""

    def last(self, what: str) -> Choice | None:
        """The last answer to a question that still stands."""
        return next((row for row in reversed(self.current()) if row.what == what), None)

    def current(self) -> tuple[Choice, ...]:
        """The answers that stand, oldest first."""
        return not_taken_back(self.study.vault.choices.log())

    def of_series(
        self, series: str, about: About, answer: str, why: str, value: Mapping[str, Any] | None = None
    ) -> None:
        """Log an answer about a series."""
        row = Choice(about.of(series), answer, value or {}, self.who, why)
        self.of_subject(self.identity(series).subject, row)

    def of_subject(self, subject: str, row: Choice, *, first: Before | None = None) -> None:
        """Log an answer that changes what is shown of a subject; first: what must be done before."""
        value = dict(row.value)
        if self.study.readers_have(subject):
            # what shows a name is blacked out whoever has read it
            if row.about == About.TEXT and row.answer not in {Deed.BLANK, UNDO}:
                self.refuse_read(subject, row)
            if not self.change_read:
                read = self.study.has_answers(subject)
                raise IntakeRefused(_read(row, subject) if read else handed(row, subject))
            self.study.check_reason(row.why)
            value[OF_READ] = True
        self.write(Choice(row.what, row.answer, value, row.who, row.why), first=first)

    def refuse_read(self, subject: str, row: Choice) -> None:
        """What has been read neither comes in nor goes out by an answer about text."""
        if self.study.has_answers(subject):
            raise IntakeRefused(
                f"{row.what}: {subject} has been read, so a series of it can't come in or go out any more for text. "
                "Black an area out, exclude it, or import the scans into another study"
            )

    def write(self, row: Choice, *, first: Before | None = None) -> None:
        """Log an answer, and bring the study to it. Raises UsageRefused: no reason, or nobody's name."""
        self.study.check_open()
        for name, text in (("who", row.who), ("why", row.why)):
            if not text.strip() or len(text) > LONGEST or not text.isprintable():
                raise UsageRefused(f"{name}: write one line of 1 to {LONGEST} characters; it is kept in the vault")
        value = {**row.value, TOGETHER: self.together} if self.together else row.value
        with import_lock(self.study.path):
            if first is not None:
                first(self.study)
            self.study.vault.choices.add(Choice(row.what, row.answer, value, row.who.strip(), row.why.strip()))
            settle(self.study)

    def identity(self, series: str) -> SeriesIdentity:
        """The series by its code. Raises IntakeRefused: there is none."""
        found = next((item for item in self.study.vault.series() if item.code == series), None)
        if found is None:
            raise IntakeRefused(f"series {series!a}: the study has none; `ramris study check --json` names them")
        return found


CHANGE_READ = "say so with --change-read, or tick the box in the window"


def _read(row: Choice, subject: str) -> str:
    return (
        f"{row.what}: {subject} has been read, and its readers would see something else than they graded. If it must "
        f"change, {CHANGE_READ}; the reason then goes on the record"
    )


def handed(row: Choice, subject: str) -> str:
    """Why an answer is refused about a subject that was handed over."""
    return (
        f"{row.what}: {subject} was handed over, and its reader sees it as it was then. If it must change, "
        f"{CHANGE_READ}; the reason then goes on the record, and what the reader grades in the copy meanwhile comes "
        "home for a reason alone"
    )
