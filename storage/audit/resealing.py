"""Resealing: rows of one record put behind another's, with new number, link and seal; what they say stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.database import study_schema as tables
from storage.record import chain

Fields = Mapping[str, Any]

# made once: building a statement for each row would take longer than writing it
_EVENT, _SIGHTING, _ACT = insert(tables.event), insert(tables.grade_place), insert(tables.act)


def append_event(connection: Connection, fields: Fields, sighting: Fields | None) -> int:
    """Put an answer behind the last one, with where it was seen; its number here."""
    link = chain.last(connection, tables.event)
    moved = {
        **fields,
        "seq": link.seq + 1,
        "clock_back_ms": chain.clock_back_ms(link.at_utc, fields["at_utc"]),
        "previous_hash": link.hash,
    }
    connection.execute(_EVENT, moved | {"hash": chain.seal(moved)})
    if sighting is not None:
        connection.execute(_SIGHTING, {**sighting, "seq": moved["seq"]})
    return link.seq + 1


def append_act(connection: Connection, fields: Fields) -> int:
    """Put an act behind the last one, and behind the last answer; its number here."""
    link, event = (chain.last(connection, table) for table in (tables.act, tables.event))
    moved = {
        **fields,
        "seq": link.seq + 1,
        "clock_back_ms": chain.clock_back_ms(link.at_utc, fields["at_utc"]),
        "previous_hash": link.hash,
        "after_event": event.seq,
        "event_hash": event.hash,
    }
    connection.execute(_ACT, moved | {"hash": chain.seal(moved)})
    return link.seq + 1


def rows_in_order(connection: Connection) -> list[tuple[str, dict[str, Any]]]:
    """Every answer and every act as they happened: ("event" or "act", its columns)."""
    waiting = [dict(row) for row in connection.execute(select(tables.act).order_by(tables.act.c.seq)).mappings()][::-1]
    found: list[tuple[str, dict[str, Any]]] = []
    for row in connection.execute(select(tables.event).order_by(tables.event.c.seq)).mappings():
        while waiting and waiting[-1]["after_event"] < row["seq"]:
            found.append(("act", waiting.pop()))
        found.append(("event", dict(row)))
    return found + [("act", act) for act in reversed(waiting)]
