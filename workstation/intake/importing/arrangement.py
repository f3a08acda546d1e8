"""Arrangement of a study: whose each examination is and at which visit, as the rules and the coordinator have it.

Made again from the vault whenever it is wanted, so an answer, or its being taken back, is all that is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from storage.files.layout import HIDDEN
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import OF_READ, About, Choice, answers
from storage.vault.vault import Person, SeriesIdentity, VisitIdentity
from workstation.intake.decisions.decision import Decision
from workstation.intake.decisions.examination import Exam, exam_of
from workstation.intake.decisions.identity import Identity
from workstation.intake.decisions.person import APART, codes_of, persons
from workstation.intake.decisions.sent_again import moved, one_person, sent_again
from workstation.intake.decisions.visit import Before, Numbers, Visits, VisitWords, visits, visits_after_reading
from workstation.intake.frames import Identity as WrittenIdentity
from workstation.intake.importing.removing import settle_exclusions
from workstation.intake.importing.sent_again import came_again, exams_without_series
from workstation.intake.protocol.study_protocol import protocol_of
from workstation.intake.writing.rearranging import MOVES
from workstation.intake.writing.reconcile import converge

ATTRIBUTES = ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """visit_of: number of an examination -> (subject, visit). refused: those that may not come in, with the reason.

    exams: all, by number. decisions: about persons, then about what came again, then about visits.
    """

    exams: Mapping[int, Exam]
    visit_of: Mapping[int, tuple[str, int]]
    subjects: Mapping[int, str]
    refused: Mapping[int, str]
    decisions: tuple[Decision[str], ...]

    def numbers_of(self, subject: str) -> Numbers:
        """The examinations of each visit of a subject, in time."""
        members: dict[int, list[int]] = defaultdict(list)
        for number, (code, visit) in sorted(self.visit_of.items()):
            if code == subject:
                members[visit].append(number)
        return tuple(tuple(members[visit]) for visit in sorted(members))

    def visits_of(self, subject: str) -> tuple[VisitIdentity, ...]:
        """The visits of a subject as the vault keeps them, in time."""
        members: dict[int, list[Exam]] = defaultdict(list)
        for number, (code, visit) in self.visit_of.items():
            if code == subject:
                members[visit].append(self.exams[number])
        return tuple(
            VisitIdentity(
                subject,
                visit,
                min((exam.day for exam in exams if exam.day), default=""),
                tuple(sorted({uid for exam in exams for uid in exam.study_uids})),
            )
            for visit, exams in sorted(members.items())
        )


def arrange(
    study: CoordinatorStudy,
    fresh: Iterable[Exam] = (),
    newcomers: Mapping[str, Identity] | None = None,
    answer: Choice | None = None,
) -> Arrangement:
    """Of a study as its vault knows it, and of examinations that are about to come in.

    Args:
        study: open.
        fresh: examinations that this import has found, also more of those that the vault has.
        newcomers: identities that the vault doesn't have yet, by code.
        answer: one that isn't in the vault yet, to see what it would do.
    """
    series = study.vault.series()
    exams = {exam.number: exam for exam in exams_in(study, series)} | {exam.number: exam for exam in fresh}
    identities = {person.subject: identity_of(person) for person in study.vault.people()} | dict(newcomers or {})
    log = answers((*study.vault.choices.log(), *([answer] if answer else [])))
    protocol = protocol_of(study.path, study.scheme)
    came = came_again([exam for exam in exams_without_series(study) if exam.number not in exams], exams)
    who = persons(
        identities,
        [exams[number] for number in sorted(exams)],
        log,
        protocol.persons.visit_endings,
        study.subjects_given(None),
        again=(moved(came, log), one_person(came, log)),
    )
    words = VisitWords(frozenset(protocol.visits.baseline_words), frozenset(protocol.visits.follow_up_words))
    before = _visits_now(series)
    handed = study.subjects_handed() - _moved_for_a_reason((*study.vault.choices.log(), *([answer] if answer else [])))
    found: list[Visits] = []
    visit_of: dict[int, tuple[str, int]] = {}
    for subject, members in sorted(_by_subject(exams, who.subjects).items()):
        if study.has_answers(subject) or subject in handed:
            had = Before(
                before.get(subject, ()),
                partial(_is_given, study, subject),
                study.order == HIDDEN,
                log.get(About.VISIT.of(subject)),
            )
            mine = visits_after_reading(subject, members, had, words)
        else:
            mine = visits(subject, members, words, log.get(About.VISIT.of(subject)))
        found.append(mine)
        for visit, numbers in enumerate(mine.numbers, start=1):
            visit_of |= dict.fromkeys(numbers, (subject, visit))
    refused = {number: why for mine in found for number, why in mine.refused.items()}
    again = sent_again(came, identities, who.subjects, log, protocol.persons.visit_endings, exams=exams)
    decisions = (*who.decisions, *again, *(mine.decision for mine in found))
    return Arrangement(exams, visit_of, who.subjects, refused, decisions)


def _is_given(study: CoordinatorStudy, subject: str, visit: int) -> bool:
    """Whether a case shows that visit."""
    return study.resting_on(subject, visit, "")[0] > 0


def _moved_for_a_reason(log: Iterable[Choice]) -> frozenset[str]:
    """Subjects whose persons or visits the coordinator decided, or undid, although a reader has a copy of them."""
    return frozenset(
        code
        for row in log
        if row.about in MOVES and row.value.get(OF_READ)
        for code in (*codes_of(row.what), *row.value.get(APART, {}).values())
    )


def settle(study: CoordinatorStudy, arrangement: Arrangement | None = None, touched: Iterable[str] = ()) -> None:
    """Bring index and images to what was decided; the arrangement is the study's own where none is given.

    touched: subjects that got series, beside those that something was decided of.
    """
    found = arrangement or arrange(study)
    subjects = {subject for subject, _ in found.visit_of.values()}
    visits_of = {subject: found.visits_of(subject) for subject in sorted(subjects)}
    settle_exclusions(study, study.vault.choices.log())
    converge(study, found.visit_of, visits_of, protocol_of(study.path, study.scheme).shown, touched)


def exams_in(study: CoordinatorStudy, series: Sequence[SeriesIdentity]) -> tuple[Exam, ...]:
    """The examinations of the vault; of those that an older program imported as much as their series still tell."""
    mine: dict[int, list[SeriesIdentity]] = defaultdict(list)
    for item in series:
        mine[item.examination].append(item)
    rows = [row for row in study.vault.examinations() if row.number in mine]
    folders = {} if all(row.facts for row in rows) else dict(study.vault.a_path_of_each_series())
    return tuple(
        exam_of(row.number, row.person, row.study_uids, row.day, row.facts or _told_by(mine[row.number], folders))
        for row in rows
    )


def identity_of(person: Person) -> Identity:
    """Who the vault says that a code is."""
    return Identity(person.subject, *(person.attributes.get(name, "") for name in ATTRIBUTES))


def _told_by(series: Iterable[SeriesIdentity], folders: Mapping[str, str]) -> dict[str, object]:
    known = list(series)
    paths = {folders[item.code].replace("\\", "/").rpartition("/")[0] for item in known if item.code in folders}
    said = {str(item.facts.get("said", "")) for item in known} - {""}
    return {"folders": sorted(paths), "said": sorted(said)}


def _visits_now(series: Iterable[SeriesIdentity]) -> Mapping[str, Numbers]:
    """The examinations of each visit of each subject, as the vault has them now."""
    found: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for item in series:
        found[item.subject][item.visit].add(item.examination)
    return {subject: tuple(tuple(sorted(here[visit])) for visit in sorted(here)) for subject, here in found.items()}


def _by_subject(exams: Mapping[int, Exam], subjects: Mapping[int, str]) -> Mapping[str, list[Exam]]:
    found: dict[str, list[Exam]] = defaultdict(list)
    for number, subject in sorted(subjects.items()):
        found[subject].append(exams[number])
    return found


def person_of(code: str, key: str, identity: WrittenIdentity) -> Person:
    """Who a file says that somebody is, for the vault."""
    values = (identity.patient_id, identity.issuer, identity.name, identity.birth_date)
    return Person(code, key, dict(zip(ATTRIBUTES, values, strict=True)))
