"""A locked study takes no grades: what the statistics are made of stands still. Acts on the record say when and why.

The doors refuse what would change it, and an audit finds an answer that was written behind them.
"""

from __future__ import annotations

import json
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.readings.case_states import State
from scoring.schemes.scheme import Scheme
from storage.database import study_schema as tables
from storage.errors import StudyError, StudyLocked
from storage.record import acts, case_status, case_visits, designs, exclusions, taken_cases

LOCKED: Final = "locked"
UNLOCKED: Final = "unlocked"
LONGEST_REASON: Final = 500
# no case: ix_act_case finds the two kinds at once, however many acts there are
_HELD: Final = (
    select(tables.act.c.kind, tables.act.c.at_utc, tables.act.c.detail)
    .where(tables.act.c.case.is_(None), tables.act.c.kind.in_((LOCKED, UNLOCKED)))
    .order_by(tables.act.c.seq.desc())
    .limit(1)
)


class StudyLock(Struct, frozen=True):
    """The lock that holds: since when, why, and how many readings it found, incomplete and not signed."""

    at_utc: str
    why: str
    readings: int
    incomplete: int
    unsigned: int

    def as_json(self) -> dict[str, object]:
        """For the data package and for scripts."""
        return {
            "at_utc": self.at_utc,
            "why": self.why,
            "readings": self.readings,
            "incomplete": self.incomplete,
            "unsigned": self.unsigned,
        }


def held(connection: Connection) -> StudyLock | None:
    """The lock of the study; None while it is open."""
    row = connection.execute(_HELD).one_or_none()
    if row is None or row.kind == UNLOCKED:
        return None
    said = json.loads(row.detail)
    return StudyLock(row.at_utc, said["why"], said["readings"], said["incomplete"], said["unsigned"])


def refuse_when_locked(connection: Connection) -> None:
    """Raise StudyLocked while the study is locked."""
    if held(connection) is not None:
        raise StudyLocked(
            "The study is locked: no grade is given or changed, and nothing is assigned. "
            "If something must be, the coordinator unlocks it with a reason: ramris study unlock DIR --why TEXT"
        )


def lock(connection: Connection, scheme: Scheme, *, why: str = "", incomplete: bool = False) -> StudyLock:
    """Lock the study inside the caller's transaction.

    Args:
        connection: writing.
        scheme: says how many answers make a reading complete.
        why: goes on the record; needed with `incomplete`.
        incomplete: lock although readings are incomplete or not signed.

    Raises:
        StudyLocked: it is locked already.
        StudyError: readings are open and `incomplete` wasn't said, or said without a reason.
    """
    refuse_when_locked(connection)
    readings, blank, unsigned = _open_readings(connection, scheme)
    if not readings:
        raise StudyError("Nothing was assigned to a reader yet, so there is nothing to lock")
    if (blank or unsigned) and not incomplete:
        raise StudyError(
            f"{_counted(blank, readings)} lack answers, {_counted(unsigned, readings)} aren't signed: "
            "finish them, or lock the study anyway with --incomplete --why TEXT"
        )
    reason = checked_reason(why, needed=bool(blank or unsigned))
    detail = {"why": reason, "readings": readings, "incomplete": blank, "unsigned": unsigned}
    acts.append(connection, acts.Deed(LOCKED, acts.COORDINATOR, detail))
    found = held(connection)
    if found is None:
        raise StudyError("The study didn't take the lock")
    return found


def unlock(connection: Connection, why: str) -> None:
    """Open a locked study again; StudyError when it isn't locked, or without a reason."""
    if held(connection) is None:
        raise StudyError("The study isn't locked")
    acts.append(connection, acts.Deed(UNLOCKED, acts.COORDINATOR, {"why": checked_reason(why, needed=True)}))


def signed_cases(connection: Connection) -> frozenset[str]:
    """The cases whose signature stands: signed, and not reopened since."""
    return frozenset(case for case, item in case_status.of_all(connection).items() if item.by_acts is State.SIGNED)


def _open_readings(connection: Connection, scheme: Scheme) -> tuple[int, int, int]:
    """How many readings there are that count, how many lack answers, how many aren't signed."""
    uncounted = exclusions.of_cases(connection).keys() | taken_cases.standing(connection).keys()
    asked = case_visits.asked(connection, scheme)
    far = {case: item for case, item in asked.items() if case not in uncounted}
    signed = signed_cases(connection)
    # a program signs nothing: the record says which one it is, by its hash
    programs = {program.reader for program in designs.current(connection).design.programs}
    case = tables.reading_case.c
    no_hand = set(connection.execute(select(case.code).where(case.reader.in_(programs))).scalars())
    unsigned = sum(code not in signed for code in far.keys() - no_hand)
    return len(far), sum(not case.complete for case in far.values()), unsigned


def checked_reason(why: str, *, needed: bool) -> str:
    """The words as the record takes them: one line, of some length; StudyError else."""
    text = why.strip()
    if needed and not text:
        raise StudyError("Give the reason, for the record: --why TEXT")
    if len(text) > LONGEST_REASON or not text.isprintable():
        raise StudyError(f"why: one line of plain text, at most {LONGEST_REASON} characters")
    return text


def _counted(count: int, readings: int) -> str:
    return f"{count} of {readings} readings"
