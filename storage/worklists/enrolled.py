"""Enrolments of the subjects as they stand: what the plan makes of the visits that have images; who was given them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.design.enrolments import Enrolment, Visits, Wanted, by_rule, key_of, reconciled
from scoring.readings import rounds
from storage import shown_visits
from storage.database import study_schema as tables
from storage.record import case_visits, exclusions
from storage.record.case_visits import key_of_case
from storage.shown_visits import decoded
from storage.worklists.enrolment_plan import EnrolmentPlan

# the visits of a subject in time, by their numbers in the index
InTime = Callable[[str], Mapping[int, int]]
_Given = Mapping[str, tuple[Enrolment, ...]]


def of_subjects(connection: Connection, plan: EnrolmentPlan, in_time: InTime) -> Mapping[str, tuple[Enrolment, ...]]:
    """The enrolments of every subject that has visits that count or was given to a reader, visits as in the index.

    Args:
        connection: of the study.
        plan: the rule, and what is listed.
        in_time: what a rule goes by, where the index has another order; empty where it hasn't.
    """
    there, given = counting(connection), given_in(connection)
    return {
        subject: reconciled(
            given.get(subject, ()),
            wanted_of(plan, subject, there.get(subject, ()), in_time(subject)),
            listed=subject in plan.listed,
        )
        for subject in sorted({*there, *given})
    }


def counting(connection: Connection) -> Mapping[str, Visits]:
    """The visits of each subject that have images and aren't excluded."""
    return exclusions.without(connection, case_visits.with_images(connection))


def wanted_of(plan: EnrolmentPlan, subject: str, there: Visits, in_time: Mapping[int, int]) -> tuple[Wanted, ...]:
    """What the plan makes of the visits of a subject that are there."""
    if subject in plan.listed:
        found: dict[Visits, Wanted] = {}
        for item in plan.listed[subject]:
            visits = tuple(number for number in item.visits if number in there)
            if visits:
                # two that have lost a visit may be one now
                found.setdefault(visits, Wanted(visits, item.number))
        return tuple(found.values())
    in_index = {in_time.get(number, number): number for number in there}
    made = by_rule(plan.rule, in_index.keys())
    return tuple(Wanted(tuple(sorted(in_index[visit] for visit in visits))) for visits in made)


def given_in(connection: Connection) -> _Given:
    """The enrolments that readers have cases of, with what is there of the visits that these show."""
    there, case = counting(connection), tables.reading_case.c
    query = select(case.subject, case.enrolment, case.visits).where(case.round == rounds.FIRST)
    shown: dict[tuple[str, int], set[int]] = {}
    for row in connection.execute(query):
        shown.setdefault((row.subject, row.enrolment or 1), set()).update(shown_visits.decoded(row.visits))
    found: dict[str, tuple[Enrolment, ...]] = {}
    for (subject, number), visits in sorted(shown.items()):
        here = visits & set(there.get(subject, ())) or visits
        found[subject] = (*found.get(subject, ()), Enrolment(number, tuple(sorted(here))))
    return found


def readers_of(connection: Connection) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """Who was given which enrolment, by subject and number."""
    case = tables.reading_case.c
    query = select(case.subject, case.enrolment, case.reader).distinct().order_by(case.reader)
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for row in connection.execute(query):
        key = row.subject, row.enrolment or 1
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), row.reader)))
    return found


class LaterVisit(Struct, frozen=True):
    """One visit of a subject, and the case that was given without it."""

    subject: str
    visit: int
    case: str
    reader: str


def left_unread(connection: Connection, enrolments: Mapping[str, Sequence[Enrolment]]) -> tuple[LaterVisit, ...]:
    """Visits that came after a case of their enrolment was given without them, and that no case of the reader shows."""
    case, closed = tables.reading_case.c, exclusions.closed(connection)
    columns = case.code, case.subject, case.enrolment, case.reader, case.visits
    query = select(*columns).where(case.round == rounds.FIRST).order_by(case.subject, case.reader, case.position)
    given: dict[tuple[str, str], tuple[str, set[int]]] = {}
    for row in connection.execute(query):
        if row.code not in closed:
            given.setdefault((key_of_case(row), row.reader), (row.code, set()))[1].update(decoded(row.visits))
    standing = {key_of(subject, one.number): (subject, one) for subject, of in enrolments.items() for one in of}
    return tuple(
        LaterVisit(standing[key][0], visit, code, reader)
        for (key, reader), (code, shown) in given.items()
        if key in standing and standing[key][1].stands
        for visit in standing[key][1].visits
        if visit not in shown
    )
