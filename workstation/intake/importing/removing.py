"""Removal: a subject, a visit or a series goes as long as no reader was given it; what was given is excluded instead.

Either is a row of the vault's log, with who and why; nothing new comes into it when its scans are imported again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from scoring.values import replace
from storage.records import SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import REMOVED, About, Choice, answers
from workstation.errors import IntakeRefused
from workstation.intake.findings import Finding, Level

EXCLUDED = "excluded"
_OF_VISIT = re.compile(r"(?P<subject>[^/]+)/(?P<visit>[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to go. visit: in time, None of all; series: its code, "" of none; codes: the series that it takes along.

    cases: that show it; begun, answers: how many of these have answers, and how many stand.
    """

    subject: str
    visit: int | None
    series: str
    codes: tuple[str, ...]
    examinations: tuple[int, ...]
    given: bool
    cases: int = 0
    begun: int = 0
    answers: int = 0

    @property
    def what(self) -> str:
        """`S001`, `S001/2`, or the code of a series."""
        return self.series or (self.subject if self.visit is None else f"{self.subject}/{self.visit}")

    @property
    def answer(self) -> str:
        """What comes of it."""
        return EXCLUDED if self.given else REMOVED

    def as_text(self) -> str:
        """What would happen, in one or two lines."""
        if not self.given:
            return f"{self.what} goes: no reader was given it. Its images go from the disk, and its scans stay out"
        rest = "No answer stands on it"
        if self.answers:
            answered, readings = _counted(self.answers, "answer"), _counted(self.begun, "reading")
            rest = f"{answered} in {readings} stand on it and stay on the record"
        if self.series:
            return f"{self.what} is excluded: cases that are begun from now on don't show it. {rest}"
        unread = self.cases - self.begun
        leave = f". {_counted(unread, 'unread case')} leave{'s' if unread == 1 else ''} the worklists" if unread else ""
        return f"{self.what} is excluded, and exports say so. {rest}{leave}"

    def row(self, who: str, why: str) -> Choice:
        """The row of the log."""
        value: dict[str, Any] = {"subject": self.subject, "visit": self.visit, "one": self.series}
        value |= {"series": list(self.codes), "examinations": list(self.examinations)}
        return Choice(About.REMOVE.of(self.what), self.answer, value, who, why)


def removal_of(study: CoordinatorStudy, whose: str) -> Removal:
    """What removing it would mean.

    Args:
        study: open.
        whose: S001, S001/2 or the code of a series.

    Raises:
        IntakeRefused: the study has none of that name.
    """
    match = _OF_VISIT.fullmatch(whose)
    subject, visit = (match["subject"], int(match["visit"])) if match else (whose, None)
    mine = [
        item
        for item in study.vault.series()
        if item.code == whose or (item.subject == subject and visit in {None, item.visit})
    ]
    if not mine:
        raise IntakeRefused(f"{whose!a}: no such subject, visit or series; `ramris study check DIR --json` names them")
    series = whose if mine[0].code == whose else ""
    subject, shown = mine[0].subject, mine[0].visit if series else visit
    cases, begun, given = study.resting_on(subject, shown, series)
    return Removal(
        subject,
        visit,
        series,
        tuple(sorted(item.code for item in mine)),
        () if series else tuple(sorted({item.examination for item in mine})),
        cases > 0 or subject in study.subjects_handed(),
        cases,
        begun,
        given,
    )


def standing(log: Iterable[Choice]) -> Mapping[str, Choice]:
    """What is removed or excluded now, by its name."""
    about = About.REMOVE.of("")
    return {what.removeprefix(about): row for what, row in answers(log).items() if what.startswith(about)}


def settle_exclusions(study: CoordinatorStudy, log: Iterable[Choice]) -> tuple[str, ...]:
    """Put on the record what the log says is excluded and the record doesn't, and say what; an older copy of study.db
    lacks it, or a command was cut off.
    """
    wanted = {what: row for what, row in standing(log).items() if row.answer == EXCLUDED}
    here = {item.what for item in study.excluded()} if wanted else set()
    lacking = {what: row for what, row in wanted.items() if what not in here}
    for row in lacking.values():
        study.exclude(row.value["subject"], row.value["visit"], row.value["one"], row.why)
    return tuple(lacking)


@dataclass(frozen=True, slots=True)
class Shut:
    """What nothing new comes into: subjects, examinations (by number), series (by code)."""

    subjects: frozenset[str]
    examinations: frozenset[int]
    series: frozenset[str]


NOTHING_SHUT = Shut(frozenset(), frozenset(), frozenset())
# why files that would come into it are set aside
SHUT = "its subject, visit or series was removed or excluded"


def shut_in(log: Iterable[Choice]) -> Shut:
    """By what is removed or excluded now."""
    rows = [row.value for row in standing(log).values()]

    def whole(row: Mapping[str, Any]) -> bool:
        return row["visit"] is None and not row["one"]

    return Shut(
        frozenset(row["subject"] for row in rows if whole(row)),
        frozenset(number for row in rows if not whole(row) for number in row["examinations"]),
        frozenset(row["one"] for row in rows if row["one"]),
    )


@dataclass(frozen=True, slots=True)
class Out:
    """What is removed or excluded, as a check sees it. subjects: as a whole; visits: (subject, number).

    series: by code, with the reason.
    """

    subjects: frozenset[str]
    visits: frozenset[tuple[str, int]]
    series: Mapping[str, str]
    notes: tuple[Finding, ...]

    @classmethod
    def by(cls, log: Iterable[Choice]) -> Self:
        """Of the log."""
        every = standing(log).values()
        rows = [row for row in every if not row.value["one"]]
        series = {row.value["one"]: row.why for row in every if row.value["one"] and row.answer == EXCLUDED}
        whole = frozenset(row.value["subject"] for row in rows if row.value["visit"] is None)
        visits = frozenset((row.value["subject"], row.value["visit"]) for row in rows if row.value["visit"])
        notes = tuple(
            Finding(
                Level.NOTE,
                f"{row.answer}: {row.why}",
                row.value["subject"],
                row.value["visit"],
                code=row.answer,
                facts=(row.what,),
            )
            for row in rows
        )
        return cls(whole, visits, MappingProxyType(series), notes)

    def left(self, subject: SubjectRecord) -> SubjectRecord:
        """The subject without the series that are excluded: what a visit lacks is judged by the others."""
        visits = tuple(
            replace(visit, series=tuple(item for item in visit.series if item.code not in self.series))
            for visit in subject.visits
        )
        return replace(subject, visits=visits)

    def told(self, subjects: Iterable[SubjectRecord]) -> Iterator[Finding]:
        """A note for each series of these that is excluded."""
        for subject in subjects:
            for visit in subject.visits:
                for item in visit.series:
                    if item.code in self.series:
                        text = f"{item.kind} {item.plane} {item.code} is excluded: {self.series[item.code]}"
                        facts = (item.code,)
                        yield Finding(Level.NOTE, text, subject.code, visit.number, code=EXCLUDED, facts=facts)

    def has(self, subject: str, visit: int | None) -> bool:
        """Whether a subject, or that visit of it, is out."""
        return subject in self.subjects or (visit is not None and (subject, visit) in self.visits)

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is about nothing else."""
        subjects = set(finding.subjects)
        return bool(subjects) and (subjects <= self.subjects or (finding.subject, finding.visit) in self.visits)


def take_back(study: CoordinatorStudy, whose: str, why: str) -> Choice:
    """The row that is taken back; what is on the record of the study is taken back already.

    Raises:
        IntakeRefused: nothing of that name is removed or excluded.
        StudyError, NamesSomebody: the reason isn't one for the record.
    """
    last = standing(study.vault.choices.log()).get(whose)
    if last is None:
        raise IntakeRefused(f"{whose!a}: it isn't removed or excluded; `ramris study choices DIR` lists what is")
    if last.answer == EXCLUDED:
        study.include(last.value["subject"], last.value["visit"], last.value["one"], why)
    return last


def _counted(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
