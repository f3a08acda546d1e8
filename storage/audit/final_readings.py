"""Readings of which final values and disagreements are: first ones and adjudications, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from scoring.adjudication.final_cases import FinalCase, OneRead, Plan, final_cases
from scoring.adjudication.final_progress import Standing, joined, standing_of
from scoring.adjudication.final_value import Settling
from scoring.design.final_plan import plan_by, plan_of
from scoring.design.further_schemes import FurtherScheme
from scoring.design.read_design import ReadDesign
from scoring.readings import rounds
from scoring.schemes.scheme import Scheme
from storage.audit.verified_readings import of_pair
from storage.database import study_schema as tables
from storage.record import case_visits, designs, exclusions, grade_events, taken_cases
from storage.schemes import study_schemes

_ROUNDS = (rounds.FIRST, rounds.ADJUDICATION)


def readings_in(connection: Connection, scheme: Scheme) -> Iterator[OneRead]:
    """Every one by a scheme that was given and counts, readers as they are called; of one not finished no answers.

    Visits are as readers saw them. Scans that were read apart come apart.
    """
    case = tables.reading_case.c
    given = case.round.in_(_ROUNDS)
    visits, far = case_visits.of_cases(connection, given), case_visits.asked(connection, scheme, given)
    gone, taken = exclusions.positions_gone(connection), taken_cases.standing(connection)
    design = designs.current(connection).design
    called, further = design.called, design.further_with(scheme.sha256)
    query = select(case.code, case.subject, case.enrolment, case.reader, case.round).where(given)
    for row in connection.execute(query.order_by(case.position)).all():
        mine = visits[row.code]
        out = gone.get(row.code, frozenset())
        asked = tuple(mine.in_pair(at) for at in mine.there if at not in out)
        if row.code in taken or not asked or design.further_of(row.reader) != further:
            continue
        complete = far[row.code].complete
        answers = of_pair(grade_events.current_reading(connection, row.code), mine).answers if complete else {}
        yield OneRead(
            case_visits.key_of_case(row),
            called.get(row.reader, row.reader),
            row.round == rounds.ADJUDICATION,
            complete,
            {key: answer for key, answer in answers.items() if key.visit in asked},
            asked,
        )


def final_in(connection: Connection, scheme: Scheme, plan: Plan) -> tuple[FinalCase, ...]:
    """Every case with its final values."""
    return final_cases(scheme, plan, readings_in(connection, scheme))


def standing(connection: Connection, scheme: Scheme) -> Standing | None:
    """Where final values stand; None where the design asks for none."""
    design = designs.current(connection).design
    return watched_standing(connection, scheme) if design.final else None


def watched_standing(connection: Connection, scheme: Scheme) -> Standing:
    """The same by the design's rule alone, of all schemes of the study together; `scheme` is its own."""
    design = designs.current(connection).design
    found = []
    for one in study_schemes.of_study(connection, scheme, design).all:
        plan = watched(design, design.further_with(one.sha256))
        found.append((one.id, standing_of(final_in(connection, one, plan))))
    return joined(found)


def watched(design: ReadDesign, further: FurtherScheme | None) -> Plan:
    """The plan of a design for a scheme; without final values what a third reader gave stands for them."""
    return plan_of(design, further) or plan_by(design, Settling.ADJUDICATOR, further)
