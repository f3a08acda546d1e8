"""Acts around the answers, as a chain of its own beside the events: who, when, to which case, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from storage.acting import acting_as
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.record import chain

READER: Final = "reader"
COORDINATOR: Final = "coordinator"
# somebody was put on the list of people; from here on that one acts for the coordinator ("" is nobody by name)
STAFFED: Final = "staffed"
ACTING: Final = "acting"
# two readings stand beside a third reader's own in a case from here on, or do no more
BESIDE: Final = "beside"
# grades of a program came by structured reports: their SHA-256, and that of the mapping of codes
REPORTED: Final = "reported"
FEEDBACK: Final = "feedback"
CALIBRATED: Final = "calibrated"
# somebody who acts for the coordinator has this passphrase from here on, by whoever acts
STAFF_PASSPHRASE: Final = "staff_passphrase"  # noqa: S105 - a kind of act
# in place of the hash of a subject's index: the subject was found to be another one, and no reader had it
GONE: Final = ""

# kind -> who may do it. A kind that isn't here can't be recorded and doesn't verify.
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "designed": frozenset({COORDINATOR}),
    STAFFED: frozenset({COORDINATOR}),
    ACTING: frozenset({COORDINATOR}),
    STAFF_PASSPHRASE: frozenset({COORDINATOR}),
    "indexed": frozenset({COORDINATOR}),
    # which subjects a reader was to get, of a share or an overlap too; "assigned" says which cases came of it
    "allotted": frozenset({COORDINATOR}),
    "assigned": frozenset({COORDINATOR}),
    # unread cases left a worklist, or are back on it
    "taken_back": frozenset({COORDINATOR}),
    "given_back": frozenset({COORDINATOR}),
    BESIDE: frozenset({COORDINATOR}),
    REPORTED: frozenset({COORDINATOR}),
    # which visits of a person are read together was changed
    "enrolled": frozenset({COORDINATOR}),
    "passphrase": frozenset({READER, COORDINATOR}),
    "signed": frozenset({READER}),
    "reopened": frozenset({COORDINATOR}),
    "parked": frozenset({READER}),
    "resolved": frozenset({READER, COORDINATOR}),
    "key_image": frozenset({READER}),
    "key_image_taken": frozenset({READER}),
    "display": frozenset({READER}),
    "noted": frozenset({READER}),
    "mistyped": frozenset({READER}),
    # a reader who learns was shown the reference of a signed case; reached every gate of the calibration
    FEEDBACK: frozenset({READER}),
    CALIBRATED: frozenset({READER}),
    # what was found about images stays as it is: of whom, and which sort of finding
    "accepted": frozenset({COORDINATOR}),
    # a subject, a visit or a series that readers have counts no more, or counts again
    "excluded": frozenset({COORDINATOR}),
    "included": frozenset({COORDINATOR}),
    "identified": frozenset({COORDINATOR}),
    # an export gave visits in time where readers see them as A and B
    "order_told": frozenset({COORDINATOR}),
    # figures of grades were looked at while cases were still being read
    "figures_seen": frozenset({COORDINATOR}),
    # where the vault's own chain stood; that its rows were taken as they were; that a copy took its place
    "vault_changed": frozenset({COORDINATOR}),
    "vault_adopted": frozenset({COORDINATOR}),
    "vault_restored": frozenset({COORDINATOR}),
    "locked": frozenset({COORDINATOR}),
    "unlocked": frozenset({COORDINATOR}),
    "restored": frozenset({COORDINATOR}),
    "salvaged": frozenset({COORDINATOR}),
    "merged": frozenset({COORDINATOR}),
    # a copy for a reader was made of this study; this file is such a copy
    "handed": frozenset({COORDINATOR}),
    "received": frozenset({COORDINATOR}),
}


# no case: ix_act_case finds it at once, however many acts there are
_LAST_ACTING: Final = (
    select(tables.act.c.detail)
    .where(tables.act.c.case.is_(None), tables.act.c.kind == ACTING)
    .order_by(tables.act.c.seq.desc())
    .limit(1)
)


class Act(Struct, frozen=True):
    """One row. `reader` and `case`: whom and what it concerns, if anybody; `detail` is canonical JSON."""

    seq: int
    at_utc: str
    kind: str
    role: str
    reader: str | None
    case: str | None
    detail: str
    design: int | None
    clock_back_ms: int | None
    after_event: int
    event_hash: str
    previous_hash: str
    hash: str

    @property
    def said(self) -> dict[str, Any]:
        """The detail as values."""
        found: dict[str, Any] = json.loads(self.detail)
        return found


class Deed(Struct, frozen=True):
    """What is to be recorded as an act."""

    kind: str
    role: str
    detail: Mapping[str, Any]
    reader: str | None = None
    case: str | None = None


def append(connection: Connection, deed: Deed) -> chain.Head:
    """Add an act inside the caller's transaction; where the record stands with it.

    Raises:
        KeyError, ValueError: a kind that isn't listed, or a role that may not do it: a mistake of this program.
    """
    if deed.role not in KINDS[deed.kind]:
        message = f"{deed.kind} is not for the {deed.role}"
        raise ValueError(message)
    if deed.role == COORDINATOR and deed.kind != ACTING:
        _say_who_acts(connection)
    link, event = chain.last(connection, tables.act), chain.last(connection, tables.event)
    at = written(now())
    fields = {
        "seq": link.seq + 1,
        "at_utc": at,
        "kind": deed.kind,
        "role": deed.role,
        "reader": deed.reader,
        "case": deed.case,
        "detail": chain.canonical(deed.detail),
        "design": _design(connection),
        "clock_back_ms": chain.clock_back_ms(link.at_utc, at),
        "after_event": event.seq,
        "event_hash": event.hash,
        "previous_hash": link.hash,
    }
    sealed = chain.seal(fields)
    row = fields | {"hash": sealed}
    connection.execute(insert(tables.act), row)
    chain.check_stands(connection, tables.act, row)
    return chain.Head(event.seq, link.seq + 1, chain.joined(event.hash, sealed))


def who_acted(connection: Connection) -> str:
    """The id of whoever was named last as acting for the coordinator; "" where nobody was."""
    row = connection.execute(_LAST_ACTING).one_or_none()
    return "" if row is None else str(json.loads(row.detail)["by"])


def _say_who_acts(connection: Connection) -> None:
    """Put on the record who acts from here on, if that is another one than before and is on the list."""
    who = acting_as.get()
    if who == who_acted(connection):
        return
    if not who or any(act.said["person"]["id"] == who for act in of_kind(connection, STAFFED)):
        append(connection, Deed(ACTING, COORDINATOR, {"by": who}))


def append_once(connection: Connection, deed: Deed) -> None:
    """Add an act unless the record ends with the same one: doing it again then tells nothing new."""
    act = tables.act.c
    query = select(act.kind, act.detail, act.after_event).order_by(act.seq.desc()).limit(1)
    last = connection.execute(query).one_or_none()
    if last is None or tuple(last) != (
        deed.kind,
        chain.canonical(deed.detail),
        chain.last(connection, tables.event).seq,
    ):
        append(connection, deed)


def of_kind(connection: Connection, kind: str) -> list[Act]:
    """All acts of one kind, in order."""
    table = tables.act
    query = select(table).where(table.c.kind == kind).order_by(table.c.seq)
    return [Act(**row) for row in connection.execute(query).mappings()]


def _design(connection: Connection) -> int | None:
    number: int | None = connection.execute(select(func.max(tables.design.c.id))).scalar_one()
    return number
