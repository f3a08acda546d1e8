"""Examinations brought to the subject and the visit that they are decided to be of, in vault and index. No pixel moves.

The vault goes first and tells where everything belongs; whatever stopped the rest, doing it again finishes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scoring.values import replace
from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import OF_READ, About, Choice, answers
from storage.vault.vault import SeriesIdentity, VisitIdentity
from workstation.intake.writing.indexing import subject_record

MOVES = (About.PERSON, About.VISIT, About.AGAIN)
VisitOf = Mapping[int, tuple[str, int]]


def rearrange(
    study: CoordinatorStudy,
    visit_of: VisitOf,
    visits: Mapping[str, Sequence[VisitIdentity]],
    log: Sequence[Choice],
) -> None:
    """Bring vault and index to the arrangement; does nothing where they are there.

    Args:
        study: open; the import lock is held.
        visit_of: number of an examination -> its subject and visit.
        visits: of every subject that has some, in time.
        log: what the coordinator decided. The reason to move what a reader has a copy of goes on the record.
    """
    before = {item.code: item for item in study.vault.series()}
    after = {code: _decided(item, visit_of) for code, item in before.items()}
    shown = {item.code: (item.subject, item.visit) for item in study.overview().series}
    astray = {code for code, visit in shown.items() if code in after and visit != _visit(after[code])}
    moved = {code for code, item in after.items() if item != before[code]}
    known = _by_subject(study.vault.all_visits())
    touched = {item.subject for code in (astray | moved) for item in (before[code], after[code])}
    touched |= {shown[code][0] for code in astray}
    touched |= {subject for subject, mine in known.items() if mine != tuple(visits.get(subject, ())) and mine}
    if not touched:
        return
    records = _records(study, touched)
    ordered = sorted(touched)
    whole = [
        subject_record(
            subject, len(visits[subject]), _of(subject, records, after), after, answers(log).get(About.SIDE.of(subject))
        )
        for subject in ordered
        if visits.get(subject) and (_of(subject, records, after) or subject in study.subject_codes())
    ]
    gone = sorted(set(ordered) - {item.code for item in whole})
    study.refuse_to_lose(gone)
    study.vault.rearrange(
        ordered,
        [visit for subject in ordered for visit in visits.get(subject, ())],
        [after[code] for code in sorted(moved)],
    )
    why = next((row.why for row in reversed(log) if row.about in MOVES and row.value.get(OF_READ)), "")
    handed = study.subjects_handed()
    study.replace_subjects(whole, gone, why=why if handed & set(ordered) else "")


def _decided(item: SeriesIdentity, visit_of: VisitOf) -> SeriesIdentity:
    subject, visit = visit_of.get(item.examination, (item.subject, item.visit))
    return replace(item, subject=subject, visit=visit)


def _visit(item: SeriesIdentity) -> tuple[str, int]:
    return item.subject, item.visit


def _by_subject(visits: Iterable[VisitIdentity]) -> Mapping[str, tuple[VisitIdentity, ...]]:
    found: dict[str, tuple[VisitIdentity, ...]] = {}
    for item in visits:
        found[item.subject] = (*found.get(item.subject, ()), item)
    return found


def _records(study: CoordinatorStudy, subjects: Iterable[str]) -> Mapping[str, SeriesRecord]:
    """Every series that the index has of these subjects, by code."""
    found = (study.subject(code) for code in sorted(subjects))
    return {item.code: item for subject in found if subject for visit in subject.visits for item in visit.series}


def _of(
    subject: str, records: Mapping[str, SeriesRecord], identities: Mapping[str, SeriesIdentity]
) -> dict[str, SeriesRecord]:
    return {code: item for code, item in records.items() if code in identities and identities[code].subject == subject}
