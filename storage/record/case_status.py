"""Status of each case, read from the acts, so there is no second copy of it. What may follow: `case_states`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, Select, bindparam, func, select

from scoring.readings import case_states
from scoring.readings.case_states import Deed, State
from scoring.values import replace
from storage.database import study_schema as tables
from storage.record import exclusions
from storage.record.acts import Act

DRAFT: Final = "draft"
SIGNED: Final = "signed"
PARKED: Final = "parked"
EXCLUDED: Final = "excluded"
KINDS: Final = tuple(deed.value for deed in case_states.KINDS)
CLOSING: Final = frozenset(deed.value for deed in case_states.CLOSING)
_STATUS: Final = {
    State.DRAFT: DRAFT,
    State.REOPENED: DRAFT,
    State.SIGNED: SIGNED,
    State.PARKED: PARKED,
    State.REOPENED_PARKED: PARKED,
    State.EXCLUDED: EXCLUDED,
}
_ACTS: Final = select(tables.act).where(tables.act.c.kind.in_(KINDS)).order_by(tables.act.c.seq)
_OF_CASE: Final = _ACTS.where(tables.act.c.case == bindparam("of_case"))
_OF_READER: Final = _ACTS.where(tables.act.c.reader == bindparam("of_reader"))


class CaseState(Struct, frozen=True):
    """One case. `signed_at_utc`: when it was signed last, "" if never, also after it was reopened.

    `first_signed_after`: the number of the last event before the first signature, None if never signed. `reason`: the
    code it is parked for, and `since_utc` from when on. `reopened`: how often. `by_acts`: where its own acts led it,
    and `excluded` that it left the worklist unread.
    """

    by_acts: State = State.DRAFT
    signed_at_utc: str = ""
    first_signed_after: int | None = None
    reason: str = ""
    since_utc: str = ""
    reopened: int = 0
    excluded: bool = False

    @property
    def state(self) -> State:
        """Where it stands."""
        return case_states.shown_as(self.by_acts, excluded=self.excluded)

    @property
    def status(self) -> str:
        """As it is shown: draft, signed, parked or excluded."""
        return _STATUS[self.state]


def of_reader(connection: Connection, reader: str) -> dict[str, CaseState]:
    """The cases of a reader that were ever signed or parked, or left the worklist."""
    mine = select(tables.reading_case.c.code).where(tables.reading_case.c.reader == reader)
    excluded = exclusions.closed(connection) & set(connection.execute(mine).scalars())
    return _with_excluded(_states(connection, _OF_READER, {"of_reader": reader}), excluded)


def of_all(connection: Connection) -> dict[str, CaseState]:
    """The same of every reader."""
    return _with_excluded(_states(connection, _ACTS, {}), exclusions.closed(connection))


def of_case(connection: Connection, case: str) -> CaseState:
    """One case."""
    excluded = exclusions.closed(connection) & {case}
    return _with_excluded(_states(connection, _OF_CASE, {"of_case": case}), excluded).get(case, CaseState())


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


def _with_excluded(found: dict[str, CaseState], excluded: Iterable[str]) -> dict[str, CaseState]:
    return found | {case: replace(found.get(case, CaseState()), excluded=True) for case in excluded}


def _after(state: CaseState, act: Act) -> CaseState:
    now = replace(state, by_acts=case_states.after(state.by_acts, Deed(act.kind)))
    match Deed(act.kind):
        case Deed.SIGN:
            first = act.after_event if state.first_signed_after is None else state.first_signed_after
            return replace(now, signed_at_utc=act.at_utc, first_signed_after=first)
        case Deed.REOPEN:
            return replace(now, reopened=state.reopened + 1)
        case Deed.PARK:
            return replace(now, reason=act.said["reason"], since_utc=act.at_utc)
        case _:
            return replace(now, reason="", since_utc="")
