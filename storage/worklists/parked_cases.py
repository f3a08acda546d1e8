"""Cases that a reader has closed, in the coordinator's hands: reopen a signed one, answer a parked one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from scoring.readings.case_states import Deed, State, allowed
from storage.database import study_schema as tables
from storage.errors import StudyError, UnknownCase
from storage.record import acts, case_status, designs, study_lock, taken_cases
from storage.worklists import worklist


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
    states, called = case_status.of_all(connection), designs.called(connection)
    case = tables.reading_case.c
    rows = connection.execute(select(case.code, case.reader, case.subject)).all()
    found = [
        ParkedCase(
            row.code,
            called.get(row.reader, row.reader),
            row.subject,
            states[row.code].reason,
            states[row.code].since_utc,
        )
        for row in rows
        if (state := states.get(row.code)) is not None and state.status == case_status.PARKED
    ]
    return tuple(sorted(found, key=lambda case: case.since_utc))


def reopen(connection: Connection, case: str, why: str) -> None:
    """Open a signed case again, for a reason; also one that wasn't signed before it was drawn to be read again."""
    _act(connection, Deed.REOPEN, case, why)


def resolve(connection: Connection, case: str, why: str) -> None:
    """Open a parked case again; `why` is what was done about it."""
    _act(connection, Deed.RESOLVE, case, why)


def _act(connection: Connection, deed: Deed, case: str, why: str) -> None:
    study_lock.refuse_when_locked(connection)
    if not why.strip():
        raise StudyError(f"Case {case}: give the reason with --why TEXT; it goes on the record")
    query = select(tables.reading_case.c.reader).where(tables.reading_case.c.code == case)
    reader = connection.execute(query).scalar_one_or_none()
    if reader is None:
        raise UnknownCase(f"Case {case!a} is on no worklist of this study")
    state = case_status.of_case(connection, case).state
    if state is State.EXCLUDED:
        if case in taken_cases.standing(connection):
            reader = designs.called(connection).get(reader, reader)
            raise StudyError(
                f"Case {case} was taken back from {reader}; nothing was changed. "
                f"Give it back first: ramris study take-back DIR --reader {reader} --undo --cases {case} --why TEXT"
            )
        raise StudyError(
            f"Case {case} left the worklists with what was excluded; nothing was changed. "
            "Take the exclusion back first: ramris study remove DIR NAME --undo --why TEXT"
        )
    if not allowed(state, deed, drawn_again=worklist.drawn_again(connection, case)):
        wanted = "signed" if deed is Deed.REOPEN else "parked"
        raise StudyError(f"Case {case} is not {wanted} ({state}); nothing was changed")
    acts.append(connection, acts.Deed(deed.value, acts.COORDINATOR, {"why": why.strip()}, reader=reader, case=case))
