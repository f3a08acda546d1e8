"""Readings beside a third reader's cases: which ones a draw puts there, by what the design says then."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct
from sqlalchemy import Connection, func, select

from scoring.adjudication.adjudicating import Adjudicating, sites_to_show
from scoring.adjudication.final_cases import FinalCase, Plan, final_cases
from scoring.adjudication.final_value import Settling
from scoring.adjudication.rules import Rule
from scoring.design.enrolments import key_of
from scoring.design.secret_seed import SecretSeed
from scoring.readings import rounds
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, SiteKey
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.adjudicating import other_readings
from storage.audit import reader_copies
from storage.audit.final_readings import readings_in
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import case_visits, designs, side_records
from storage.records import Assignment, BesideAnswer, Sighting
from storage.schemes import study_schemes
from storage.shown_visits import CaseVisits

_Seen = Mapping[tuple[SiteKey, Answer], Sighting]


class Two(Struct, frozen=True):
    """Whose readings, by their ids, by which rule a third one settles them, and what decides which one is A."""

    readers: tuple[str, str]
    rule: Rule
    seed: SecretSeed


def refuse_programs(connection: Connection, readers: tuple[str, str]) -> None:
    """Refuse to show a program's reading; StudyError says which, and what can be done."""
    design = designs.current(connection).design
    if design.adjudicating == Adjudicating.BLIND:
        return
    for reader in readers:
        if design.program_of(reader) is not None:
            raise StudyError(
                f"{design.called.get(reader, reader)} is a program, whose readings are shown to nobody: have these "
                "cases read blind (`ramris study design DIR --set adjudicating=blind`), or name two people"
            )


def put_beside(connection: Connection, own: Scheme, two: Two, given: Collection[Assignment]) -> None:
    """Put both readings beside those of the cases given that were neither begun nor handed over, by the design.

    Args:
        connection: in a transaction.
        own: the study's own scheme; the two may read by a further one.
        two: whose readings.
        given: cases of the third reader.
    """
    design = designs.current(connection).design
    how = Adjudicating(design.adjudicating)
    untouched = _untouched(connection, given)
    before = {item.case: other_readings.of_case(connection, item.case) for item in untouched}
    if how is Adjudicating.BLIND and not any(before.values()):
        return
    scheme = study_schemes.of_study(connection, own, design).of(two.readers[0])
    names = sorted((design.called.get(reader, reader), reader) for reader in two.readers)
    plan = Plan(two.rule, Settling.ADJUDICATOR, tuple(name for name, _ in names))
    compared = {case.key: case for case in final_cases(scheme, plan, readings_in(connection, scheme))}
    visits = case_visits.of_cases(connection)
    for item in untouched:
        key = key_of(item.subject, item.enrolment)
        case = compared.get(key)
        if case is None or case.pair is None:
            continue
        seen = [_sightings(connection, reader, item, visits) for _, reader in names]
        found = _beside(scheme, how, case, visits[item.case], seen)
        # by ids, which stay whatever the two are called
        if two.seed.coin(f"beside {item.case}") is (names[0][1] < names[1][1]):
            found = {at: (b, a) for at, (a, b) in found.items()}
        if found != before[item.case]:
            other_readings.put_down(connection, item.case, found)


def _untouched(connection: Connection, given: Collection[Assignment]) -> list[Assignment]:
    """The cases that nobody can have seen yet."""
    progress = tables.case_progress.c
    begun = set(connection.execute(select(progress.case).where(progress.begun_at_utc.is_not(None))).scalars())
    out = {case for edition in reader_copies.editions(connection) for case in edition.shown}
    return [item for item in given if item.case not in begun | out]


def _beside(
    scheme: Scheme, how: Adjudicating, case: FinalCase, visits: CaseVisits, seen: list[_Seen]
) -> dict[SiteKey, tuple[BesideAnswer, BesideAnswer]]:
    """Both readings at the sites that are shown, at the visits as the third reader's case has them."""
    if case.pair is None:
        return {}
    wanted = sites_to_show(how, case.pair, case.settled)
    found: dict[SiteKey, tuple[BesideAnswer, BesideAnswer]] = {}
    for at in visits.there:
        for key in keys_in_reading_order(scheme, (visits.in_pair(at),)):
            if key in wanted:
                both = zip(case.pair, seen, strict=True)
                one, two = (_answer(mine[key], sighted.get((key, mine[key]))) for mine, sighted in both)
                found[SiteKey(at, key.feature, key.site)] = (one, two)
    return found


def _answer(answer: Answer, sighting: Sighting | None) -> BesideAnswer:
    """An answer and the sighting that its reader chose; where the site was only expected nobody chose any."""
    told = other_readings.without_words(answer)
    if sighting is None or sighting.expected:
        return BesideAnswer(told)
    return BesideAnswer(told, sighting.series, sighting.slice_index, sighting.point_mm)


def _sightings(connection: Connection, reader: str, of: Assignment, visits: Mapping[str, CaseVisits]) -> _Seen:
    """Where a reader gave the first answers of an enrolment, at its visits."""
    case = tables.reading_case.c
    query = select(case.code).where(
        case.reader == reader,
        case.subject == of.subject,
        func.coalesce(case.enrolment, 1) == of.enrolment,
        case.round == rounds.FIRST,
    )
    found: dict[tuple[SiteKey, Answer], Sighting] = {}
    for code in connection.execute(query).scalars().all():
        mine = visits[code]
        for (key, answer), sighting in side_records.sightings_of(connection, code).items():
            if key.visit in mine.there:
                found[replace(key, visit=mine.in_pair(key.visit)), answer] = sighting
    return found
