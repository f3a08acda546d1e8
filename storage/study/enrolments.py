"""Enrolments in the coordinator's hands: what stands, what no reader gets, and a change of it with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from scoring.design.enrolment_checks import check_numbers, checked_rule
from scoring.design.enrolment_csv import EnrolmentsRefused, ListedEnrolment
from scoring.design.enrolments import Enrolment, Visits, Wanted, in_none, key_of, named
from scoring.errors import DesignRefused
from storage.database.engine import Store
from storage.errors import StudyError
from storage.index import index_tables
from storage.record import case_visits, designs, study_lock
from storage.vault.identity_words import refuse_names
from storage.vault.labels import Labels
from storage.vault.vault import Vault
from storage.worklists import enrolled, enrolment_plan
from storage.worklists.enrolment_plan import EnrolmentPlan

_NO_LABELS: Final[Labels] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EnrolmentLine:
    """One enrolment of a subject; visits in time. readers: who has a case of it. The rest is as in `Enrolment`."""

    subject: str
    number: int
    visits: Visits
    label: str = field(default="", repr=False)
    listed: bool = False
    stands: bool = True
    readers: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name in the study."""
        return key_of(self.subject, self.number)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """All enrolments, by subject and number. left: subject -> its visits in time that are in none.

    there: subject -> its visits in time that have images. changes: how often the plan was changed.
    """

    rule: str
    lines: tuple[EnrolmentLine, ...]
    left: Mapping[str, Visits]
    there: Mapping[str, Visits]
    changes: int = 0

    @property
    def standing(self) -> tuple[EnrolmentLine, ...]:
        """Those that cases are made of."""
        return tuple(item for item in self.lines if item.stands)

    @property
    def listed(self) -> frozenset[str]:
        """Subjects that a person lists."""
        return frozenset(item.subject for item in self.lines if item.listed)


class StudyEnrolments:
    """What a coordinator asks and changes; whoever has the study open gives its store, its vault and its order."""

    vault: Vault
    _store: Store

    def shown_as(self, subject: str) -> Mapping[int, int]:
        """Visit in time -> visit as readers see it, in the index; empty where they are the same."""
        raise NotImplementedError

    def in_time(self, subject: str) -> Mapping[int, int]:
        """The inverse: visit in the index -> visit in time."""
        return {shown_: number for number, shown_ in self.shown_as(subject).items()}

    def visits_in_time(self) -> Mapping[str, Mapping[int, int]]:
        """`in_time` of every subject."""
        with self._store.reading() as connection:
            return {subject: self.in_time(subject) for subject in index_tables.subject_codes(connection)}

    def _in_index(self, connection: Connection) -> Mapping[str, tuple[Enrolment, ...]]:
        """All of them, visits numbered as in the index."""
        return enrolled.of_subjects(connection, enrolment_plan.current(connection), self.in_time)

    def enrolments(self) -> Enrolled:
        """All of them as they stand."""
        with self._store.reading() as connection:
            return self._enrolled(connection)

    def set_enrolments(
        self, rule: str | None, rows: Sequence[ListedEnrolment] | None = None, why: str = "", who: str = ""
    ) -> Enrolled:
        """Change which visits are read together; what readers were given stays with them.

        Args:
            rule: for everybody who isn't listed; None keeps the one that holds.
            rows: the list, which takes the place of the one before; None is an empty list.
            why: the reason, which is needed once there is a grade.
            who: whoever changes it, for the vault.

        Raises:
            DesignRefused: no such rule, a number that was given to other visits, or no reason.
            EnrolmentsRefused: a person or a visit that isn't in the study, by the line of the list.
            NamesSomebody, StudyLocked: nothing was changed.
        """
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            held = enrolment_plan.current(connection)
            listed, labels = self._resolved(connection, rows or ())
            wanted = EnrolmentPlan(held.rule if rule is None else checked_rule(rule), listed)
            self._check(connection, wanted)
            kept = dict(self.vault.labels.of(held.act))
            for subject in listed:
                kept = {key: label for key, label in kept.items() if key[0] != subject}
            self._put(connection, wanted, {**kept, **labels}, (why, who))
            return self._enrolled(connection)

    def undo_enrolments(self, why: str = "", who: str = "") -> Enrolled:
        """Put back what was before the last change, labels too; that is a change of its own, and can be taken back.

        Raises:
            StudyError: nothing was changed yet.
            as `set_enrolments` does.
        """
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            plans = enrolment_plan.history(connection)
            if len(plans) == 1:
                raise StudyError("The enrolments were never changed, so there is nothing to take back")
            before = plans[-2]
            labels = self.vault.labels.of(before.act)
            self._put(connection, before, labels, (why, who))
            return self._enrolled(connection)

    def labels_of(self) -> Mapping[tuple[str, int], str]:
        """The label of each enrolment that has one, by subject and number. It is the vault's: never for a reader."""
        return {(item.subject, item.number): item.label for item in self.enrolments().lines if item.label}

    def _put(self, connection: Connection, plan: EnrolmentPlan, labels: Labels, said: tuple[str, str]) -> None:
        why, who = said
        designs.check_reason(connection, why)
        put = enrolment_plan.lay_down(connection, plan, why.strip() or "before the first grade")
        self.vault.labels.keep(put.act, labels, who, why)

    def _check(self, connection: Connection, plan: EnrolmentPlan) -> None:
        given = enrolled.given_in(connection)
        for subject, wanted in plan.listed.items():
            try:
                check_numbers(given.get(subject, ()), wanted)
            except DesignRefused as refused:
                message = f"{subject}: {refused}"
            else:
                continue
            raise DesignRefused(message)

    def _enrolled(self, connection: Connection) -> Enrolled:
        plans = enrolment_plan.history(connection)
        labels = self.vault.labels.of(plans[-1].act)
        found = enrolled.of_subjects(connection, plans[-1], self.in_time)
        readers = enrolled.readers_of(connection)
        lines, left, there = [], {}, {}
        for subject, visits in enrolled.counting(connection).items():
            time = self.in_time(subject)
            there[subject] = _timed(visits, time)
            rest = in_none(visits, (item.visits for item in found[subject] if item.stands))
            if rest:
                left[subject] = _timed(rest, time)
        for subject, items in found.items():
            time = self.in_time(subject)
            for item in items:
                timed = _timed(item.visits, time)
                who = readers.get((subject, item.number), ())
                label = labels.get((subject, timed), "")
                lines.append(EnrolmentLine(subject, item.number, timed, label, item.listed, item.stands, who))
        return Enrolled(plans[-1].rule, tuple(lines), left, there, len(plans) - 1)

    def _resolved(
        self, connection: Connection, rows: Sequence[ListedEnrolment]
    ) -> tuple[Mapping[str, tuple[Wanted, ...]], Labels]:
        """The rows by subject, visits as in the index; and their labels, visits in time."""
        codes, there = self._subjects_of(connection), enrolled.counting(connection)
        found: dict[str, list[tuple[ListedEnrolment, Wanted]]] = {}
        labels = {}
        for row in rows:
            subject = _the_subject(row, codes)
            shown_as, time = self.shown_as(subject), self.in_time(subject)
            known = _timed(there.get(subject, ()), time)
            if lacking := [visit for visit in row.visits if visit not in known]:
                have = named(known) if known else "no visit"
                raise EnrolmentsRefused(
                    f"line {row.line}: {subject} has no visit {lacking[0]} with images in the study ({have}); "
                    "list what is there, and list it anew when the scans have come"
                )
            wanted = Wanted(tuple(sorted(shown_as.get(visit, visit) for visit in row.visits)), row.number)
            _check_not_twice(row, subject, wanted, found.get(subject, ()))
            found.setdefault(subject, []).append((row, wanted))
            if row.label:
                labels[subject, row.visits] = row.label
        return {subject: tuple(wanted for _, wanted in mine) for subject, mine in sorted(found.items())}, labels

    def _subjects_of(self, connection: Connection) -> Mapping[str, frozenset[str]]:
        """What may stand for a person in a list: the code of the subject, or the patient's number -> the subjects."""
        people, exams = self.vault.people(), {item.number: item.person for item in self.vault.examinations()}
        subjects: dict[str, set[str]] = {}
        for series in self.vault.series():
            if series.examination in exams:
                # two numbers may have been found to be of one person
                subjects.setdefault(exams[series.examination], set()).add(series.subject)
        codes = set(case_visits.with_images(connection))
        found: dict[str, set[str]] = {code: {code} for code in codes}
        for person in people:
            number = str(person.attributes.get("PatientID", "")).strip()
            mine = subjects.get(person.subject, {person.subject}) & codes
            if number and number not in codes:
                found.setdefault(number, set()).update(mine)
        return {name: frozenset(mine) for name, mine in found.items() if mine}


def _timed(visits: Iterable[int], in_time: Mapping[int, int]) -> Visits:
    return tuple(sorted(in_time.get(visit, visit) for visit in visits))


def _the_subject(row: ListedEnrolment, codes: Mapping[str, frozenset[str]]) -> str:
    found = sorted(codes.get(row.person, ()))
    if not found:
        raise EnrolmentsRefused(
            f"line {row.line}, column person: nobody in the study has that code or number; give the code of the "
            "subject, such as S001, or the patient's number"
        )
    if len(found) > 1:
        raise EnrolmentsRefused(
            f"line {row.line}, column person: that number is of {' and '.join(found)}; give the code of the subject"
        )
    return found[0]


def _check_not_twice(
    row: ListedEnrolment, subject: str, wanted: Wanted, before: Iterable[tuple[ListedEnrolment, Wanted]]
) -> None:
    for other, item in before:
        if item.visits == wanted.visits or (wanted.number is not None and item.number == wanted.number):
            raise EnrolmentsRefused(
                f"line {row.line}: {subject} has this enrolment in line {other.line} already: give each one row"
            )


def by_subject(lines: Iterable[EnrolmentLine]) -> Mapping[str, tuple[EnrolmentLine, ...]]:
    """The lines of each subject; they come by subject."""
    return {subject: tuple(mine) for subject, mine in groupby(lines, key=lambda item: item.subject)}
