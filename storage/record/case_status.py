"""Status of each case: draft, signed or parked. Read from the acts, so there is no second copy of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, func, select

from scoring.values import replace
from storage.database import study_schema as tables
from storage.record.acts import Act

DRAFT: Final = "draft"
SIGNED: Final = "signed"
PARKED: Final = "parked"
KINDS: Final = ("signed", "reopened", "parked", "resolved")
_ACTS: Final = select(tables.act).where(tables.act.c.kind.in_(KINDS)).order_by(tables.act.c.seq)
_OF_CASE: Final = _ACTS.where(tables.act.c.case == bindparam("of_case"))
_OF_READER: Final = _ACTS.where(tables.act.c.reader == bindparam("of_reader"))


class CaseState(Struct, frozen=True):
    """One case. `signed_at_utc`: when it was signed last, "" if never, also after it was reopened.

    `first_signed_after`: the number of the last event before the first signature, None if never signed. `reason`: the
    code it is parked for, and `since_utc` from when on. `reopened`: how often.
    """

    status: str = DRAFT
    signed_at_utc: str = ""
    first_signed_after: int | None = None
    reason: str = ""
    since_utc: str = ""
    reopened: int = 0


def of_reader(connection: Connection, reader: str) -> dict[str, CaseState]:
    """The cases of a reader that were ever signed or parked."""
    return _states(connection, _OF_READER, {"of_reader": reader})


def of_all(connection: Connection) -> dict[str, CaseState]:
    """The same of every reader."""
    return _states(connection, _ACTS, {})


def of_case(connection: Connection, case: str) -> CaseState:
    """One case."""
    return _states(connection, _OF_CASE, {"of_case": case}).get(case, CaseState())


def amended(connection: Connection) -> frozenset[str]:
    """The cases in which an answer was changed after they had been signed."""
    event = tables.event.c
    last = select(event.case, func.max(event.seq)).group_by(event.case)
    states = of_all(connection)
    return frozenset(
        case
        for case, seq in connection.execute(last)
        if case in states and (first := states[case].first_signed_after) is not None and seq > first
    )


def _states(connection: Connection, query: Select[Any], which: Mapping[str, str]) -> dict[str, CaseState]:
    found: dict[str, CaseState] = {}
    for row in connection.execute(query, which).mappings():
        done = Act(**row)
        found[str(done.case)] = _after(found.get(str(done.case), CaseState()), done)
    return found


def _after(state: CaseState, act: Act) -> CaseState:
    match act.kind:
        case "signed":
            first = act.after_event if state.first_signed_after is None else state.first_signed_after
            return replace(state, status=SIGNED, signed_at_utc=act.at_utc, first_signed_after=first)
        case "reopened":
            return replace(state, status=DRAFT, reopened=state.reopened + 1)
        case "parked":
            return replace(state, status=PARKED, reason=act.said["reason"], since_utc=act.at_utc)
        case _:
            return replace(state, status=DRAFT, reason="", since_utc="")
