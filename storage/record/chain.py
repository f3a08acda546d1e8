"""Hash chain of the record: each row holds the hash of the one before and is hashed with it.

A chain shows what was changed inside the file. Whoever owns the file could rewrite all of it with new hashes: the
record is tamper-evident, not tamper-proof, and only a head hash kept elsewhere proves the whole of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, Table, select

from storage.database import study_schema as tables
from storage.errors import MENDING_FOREIGN, RecordDamaged
from storage.files.layout import STUDY_FILE

_LINKS: Final = frozenset({"previous_hash", "hash"})
_LAST: Final = {
    table.name: select(table.c.seq, table.c.at_utc, table.c.hash).order_by(table.c.seq.desc()).limit(1)
    for table in (tables.event, tables.act)
}
_END: Final = {table.name: select(table).order_by(table.c.seq.desc()).limit(1) for table in (tables.event, tables.act)}


class Link(Struct, frozen=True):
    """The last row of a chain: its number (0 before the first), its moment ("" before it) and its hash."""

    seq: int
    at_utc: str
    hash: str


class Head(Struct, frozen=True):
    """Where the whole record stands: how many events and acts, and one hash over both chains."""

    events: int
    acts: int
    hash: str


def last(connection: Connection, table: Table) -> Link:
    """The end of the chain in `table`, which is `event` or `act`."""
    row = connection.execute(_LAST[table.name]).one_or_none()
    return Link(0, "", genesis(connection, table)) if row is None else Link(*row)


def check_stands(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """See that a row which was just added is the last one of its chain, word for word, in the caller's transaction.

    SQLite reports success where a trigger that isn't ours swallowed the row (RAISE(IGNORE)), changed it or put another
    one behind it: https://www.sqlite.org/lang_createtrigger.html#the_raise_function.

    Raises:
        RecordDamaged: it isn't; the caller's transaction rolls back, so nothing is acknowledged.
    """
    stands = connection.execute(_END[table.name]).mappings().one_or_none()
    if stands is None or any(stands[name] != value for name, value in row.items()):
        raise RecordDamaged(
            f"Not saved: row {row['seq']} of the record isn't on disk as it was written: something that isn't this "
            f"program's works in {STUDY_FILE}. Stop here; {MENDING_FOREIGN}"
        )


def get_ready(connection: Connection, table: Table) -> None:
    """Look at the end of a chain as a commit will."""
    last(connection, table)
    connection.execute(_END[table.name]).all()


def genesis(connection: Connection, table: Table) -> str:
    """What the first row holds as its previous hash: bound to this study by its random token."""
    token: str = connection.execute(select(tables.study.c.token)).scalar_one()
    return first_hash(token, table.name)


def first_hash(token: str, table: str) -> str:
    """The hash that the chain of a table starts from, for the study of that token."""
    # the words for events are those of schema 1, whose rows must go on to verify
    words = "record" if table == "event" else "acts"
    return sha256(f"ramris {words} of study {token}".encode()).hexdigest()


def canonical(value: object) -> str:
    """JSON with sorted keys, no blanks, ASCII: one text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def seal(fields: Mapping[str, Any]) -> str:
    """SHA-256 of the previous hash, a line feed, and the canonical JSON of all other fields that aren't NULL."""
    rest = {name: value for name, value in fields.items() if name not in _LINKS and value is not None}
    return sha256(f"{fields['previous_hash']}\n{canonical(rest)}".encode()).hexdigest()


def head(connection: Connection) -> Head:
    """Where the record stands now."""
    events, acts = last(connection, tables.event), last(connection, tables.act)
    return Head(events.seq, acts.seq, joined(events.hash, acts.hash))


def joined(event_hash: str, act_hash: str) -> str:
    """The one hash that stands for the ends of both chains."""
    return sha256(f"ramris head\n{event_hash}\n{act_hash}".encode()).hexdigest()


def went_through(connection: Connection, events: int, beginning: str) -> bool:
    """Whether the record once stood at a head with so many events and a hash that begins so."""
    event, act = tables.event.c, tables.act.c
    event_hash = genesis(connection, tables.event)
    if events:
        found = connection.execute(select(event.hash).where(event.seq == events)).scalar_one_or_none()
        if found is None:
            return False
        event_hash = found
    # the acts that were last while that event was: each of those behind it, and the one before them
    before = select(act.hash).where(act.after_event < events).order_by(act.seq.desc()).limit(1)
    last = connection.execute(before).scalar_one_or_none() or genesis(connection, tables.act)
    behind = connection.execute(select(act.hash).where(act.after_event == events)).scalars()
    return any(joined(event_hash, act_hash).startswith(beginning) for act_hash in (last, *behind))


def clock_back_ms(before: str, now: str) -> int | None:
    """By how much the clock had gone back between two moments as written; None when it hadn't."""
    if now >= before:
        return None
    return round((datetime.fromisoformat(before) - datetime.fromisoformat(now)).total_seconds() * 1000)
