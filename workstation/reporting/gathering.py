"""A report gathered from the record of a study: readings, repeats, what readers have in common, change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scoring.adjudication.final_cases import OneRead, final_cases
from scoring.adjudication.final_progress import standing_of
from scoring.adjudication.words import VALUES, in_words
from scoring.comparison.grades import CaseRead, grades_of
from scoring.comparison.inter_reader import inter_reader
from scoring.comparison.intra_reader import grades_of_pairs, grades_of_scans, intra_reader
from scoring.readings import rounds
from storage.audit.final_readings import watched
from storage.audit.verified_readings import OneReading, StudyReadings
from storage.errors import StudyError
from storage.study.repeats import read_by_all, repeats_of
from storage.version import VERSION
from workstation.reporting.content import (
    AcceptedOf,
    Adjudicated,
    ChangeOf,
    ExcludedOf,
    Provenance,
    ReaderRow,
    Repeated,
    Report,
    Shared,
    change_of,
)

_COMPARED: Final = (rounds.FIRST, rounds.ADJUDICATION)


def report_of(study: StudyReadings, name: str, level: float) -> Report:
    """Everything that the record of a study says, as the report shows it.

    Raises:
        StudyError: no case is read completely yet.
    """
    repeated = _repeated(study, level)
    changes = _changes(study, repeated)
    if not changes:
        raise StudyError("No case is read completely yet, so there is nothing to report")
    state = _state(study)
    provenance = Provenance(study.scheme, study.order, study.head, study.events, f"ramris {VERSION}", state)
    return Report(
        name=name,
        level=level,
        provenance=provenance,
        readers=tuple(_reader_row(study, reader) for reader in study.readers if study.of(reader, rounds.FIRST)),
        enrolled=len(study.subjects),
        open_cases=study.open_cases,
        repeated=repeated,
        shared=_shared(study, level),
        changes=changes,
        accepted=_accepted(study),
        adjudicated=_adjudicated(study),
        excluded=tuple(ExcludedOf(item.subject, item.visit, item.cases, item.why) for item in study.excluded),
    )


def _adjudicated(study: StudyReadings) -> Adjudicated | None:
    thirds = any(item.round == rounds.ADJUDICATION for item in study.readings)
    if study.design is None or not (thirds or study.design.final):
        return None
    plan = watched(study.design, study.design.further_with(study.scheme.sha256))
    found = final_cases(study.scheme, plan, (_one(item) for item in study.readings if item.round in _COMPARED))
    value = VALUES[plan.settling] if study.design.final else "not said by the design"
    return Adjudicated(in_words(plan.rule), value, standing_of(found))


def _one(item: OneReading) -> OneRead:
    third = item.round == rounds.ADJUDICATION
    return OneRead(item.key, item.reader, third, item.complete, item.reading.answers, item.visits)


def _accepted(study: StudyReadings) -> tuple[AcceptedOf, ...]:
    cases: dict[str, list[str]] = {}
    for item in study.readings:
        cases.setdefault(item.subject, []).append(item.case)
    return tuple(
        AcceptedOf(subject, tuple(sorted(cases[subject])), found)
        for subject, found in study.accepted.items()
        if subject in cases
    )


def _state(study: StudyReadings) -> str:
    if study.lock is not None:
        over = study.lock.incomplete or study.lock.unsigned
        told = f" over {study.lock.incomplete} incomplete and {study.lock.unsigned} unsigned readings" if over else ""
        return f"locked {study.lock.at_utc}{told}"
    if study.open_cases:
        return f"open; {study.open_cases} readings lack answers"
    return "all assigned readings are complete; not locked"


def _reader_row(study: StudyReadings, reader: str) -> ReaderRow:

    first, again = study.of(reader, rounds.FIRST), _again(study, reader)
    return ReaderRow(
        reader,
        given=len(first),
        read=sum(item.complete for item in first.values()),
        repeats_drawn=len(again),
        repeats_read=sum(item.complete for item in again),
        program=study.programs.get(reader, ""),
    )


def _again(study: StudyReadings, reader: str) -> list[OneReading]:
    return [item for item in study.readings if (item.reader, item.round) == (reader, rounds.REREAD)]


def _repeated(study: StudyReadings, level: float) -> tuple[Repeated, ...]:

    found = []
    for reader in study.readers:
        if not any(item.complete for item in _again(study, reader)):
            continue
        repeats = repeats_of(study, reader)
        told = intra_reader(
            study.scheme, reader, repeats.pairs, level=level, unfinished=repeats.unfinished, firsts=repeats.firsts
        )
        found.append(
            Repeated(
                told,
                grades_of_pairs(study.scheme, repeats.pairs) if told.pairs else None,
                grades_of_scans(study.scheme, repeats.pairs) if told.scans else None,
            )
        )
    return tuple(found)


def _shared(study: StudyReadings, level: float) -> Shared | None:

    if len(study.readers) < 2:  # noqa: PLR2004 - agreement is between two
        return None
    try:
        shared = read_by_all(study)
    except StudyError:
        # nothing in common yet: the report then says nothing of it
        return None
    told = inter_reader(study.scheme, shared.readers, shared.cases, level=level, left_out=shared.left_out)
    return Shared(told, grades_of(study.scheme, shared.cases))


def _changes(study: StudyReadings, repeated: Sequence[Repeated]) -> tuple[ChangeOf, ...]:

    by_reader = {item.found.reader: item for item in repeated}
    found = []
    for reader in study.readers:
        first = study.of(reader, rounds.FIRST)
        cases = tuple(CaseRead(subject, (item.reading,)) for subject, item in first.items() if item.complete)
        if cases:
            found.append(change_of(study.scheme, reader, cases, by_reader.get(reader)))
    return tuple(found)
