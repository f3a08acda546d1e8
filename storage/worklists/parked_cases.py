"""Cases that a reader has closed, in the coordinator's hands: reopen a signed one, answer a parked one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from scoring.readings import rounds
from storage.database import study_schema as tables
from storage.errors import StudyError, UnknownCase
from storage.record import acts, case_status, study_lock


@dataclass(frozen=True, slots=True)
class ParkedCase:
    """A parked case: whose, why (a code of the closed list), since when."""

    case: str
    reader: str
    subject: str
    reason: str
    since_utc: str


def parked_cases(connection: Connection) -> tuple[ParkedCase, ...]:
    """Every parked case, the oldest first."""
    states = case_status.of_all(connection)
    case = tables.reading_case.c
    rows = connection.execute(select(case.code, case.reader, case.subject)).all()
    found = [
        ParkedCase(row.code, row.reader, row.subject, states[row.code].reason, states[row.code].since_utc)
        for row in rows
        if row.code in states and states[row.code].status == case_status.PARKED
    ]
    return tuple(sorted(found, key=lambda case: case.since_utc))


def reopen(connection: Connection, case: str, why: str) -> None:
    """Open a signed case again, for a reason; StudyError also for a first reading that was drawn to be read again."""
    _refuse_closed_for_good(connection, case)
    _act(connection, "reopened", case, why, case_status.SIGNED)


def _refuse_closed_for_good(connection: Connection, case: str) -> None:
    table = tables.reading_case
    again = table.alias("again")
    query = (
        select(again.c.code)
        .join(table, (table.c.reader == again.c.reader) & (table.c.subject == again.c.subject))
        .where(table.c.code == case, table.c.round == rounds.FIRST, again.c.round == rounds.REREAD)
    )
    if connection.execute(query).first() is not None:
        raise StudyError(
            f"Case {case} was drawn to be read again, and its reader can't reach it any more: opened, it could "
            "never be signed again. Nothing was changed; its repeat can be reopened"
        )


def resolve(connection: Connection, case: str, why: str) -> None:
    """Open a parked case again; `why` is what was done about it."""
    _act(connection, "resolved", case, why, case_status.PARKED)


def _act(connection: Connection, kind: str, case: str, why: str, wanted: str) -> None:
    study_lock.refuse_when_locked(connection)
    if not why.strip():
        raise StudyError(f"Case {case}: give the reason with --why TEXT; it goes on the record")
    query = select(tables.reading_case.c.reader).where(tables.reading_case.c.code == case)
    reader = connection.execute(query).scalar_one_or_none()
    if reader is None:
        raise UnknownCase(f"Case {case!a} is on no worklist of this study")
    status = case_status.of_case(connection, case).status
    if status != wanted:
        raise StudyError(f"Case {case} is not {wanted} ({status}); nothing was changed")
    acts.append(connection, acts.Deed(kind, acts.COORDINATOR, {"why": why.strip()}, reader=reader, case=case))
