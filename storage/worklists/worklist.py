"""Worklist of a reader: the cases that may be opened, in order. The lock of first grades is here, below all windows.

A case that is to be read again is closed: its reading is evidence, and a case that came back when its repeat is done
would say which one that was. The coordinator may reopen it; until it is signed again, no case that isn't begun is
listed, the repeat among them, so that what leaves the list and comes back tells of none. A repeat that isn't due yet
is not there at all. A hidden repeat of a drift check closes nothing: a case that left the list when another came would
tell of both. `scoring.readings.case_states.listed` is the rule without SQL; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select, text

from scoring.design.draws import Entry, mixed_worklist
from storage.clock import written
from storage.database import study_schema as tables
from storage.record import progress
from storage.worklists import open_rule


class _Row(Struct, frozen=True):
    code: str
    draw: int
    drawn_at: str
    due_at: str | None
    mix: float | None


def ordered(connection: Connection, reader: str) -> tuple[str, ...]:
    """All cases of a reader in reading order, closed ones and those not due included; the coordinator's view."""
    case, draw = tables.reading_case.c, tables.draw.c
    query = (
        select(case.code, case.draw, draw.at_utc.label("drawn_at"), case.due_at_utc.label("due_at"), case.mix)
        .join(tables.draw, draw.id == case.draw)
        .where(case.reader == reader)
        .order_by(case.position)
    )
    rows = [_Row(**row) for row in connection.execute(query).mappings()]
    if all(row.mix is None for row in rows):
        return tuple(row.code for row in rows)
    drawn = _rising({row.draw: row.drawn_at for row in rows})
    entries = [Entry(row.code, max(drawn[row.draw], row.due_at or ""), row.mix) for row in rows]
    return mixed_worklist(entries, progress.begun(connection, reader))


# The condition on `reading_case` that a reader may open a case: their own, due, and not closed (see above). Goes with
# the parameters of `open_now`. Made once: to build it anew took longer than SQLite needs to answer it.
OPEN_TO_READER: Final = text(open_rule.OPEN_TO_READER)


def open_now(reader: str, now: datetime) -> dict[str, str]:
    """The parameters of OPEN_TO_READER."""
    return {"reader": reader, "moment": written(now)}


_OPEN_CODES: Final = select(tables.reading_case.c.code).where(OPEN_TO_READER)


def visible(connection: Connection, reader: str, now: datetime) -> tuple[str, ...]:
    """The cases that the reader may open at that moment, in reading order."""
    allowed = set(connection.execute(_OPEN_CODES, open_now(reader, now)).scalars())
    return tuple(code for code in ordered(connection, reader) if code in allowed)


def drawn_again(connection: Connection, code: str) -> bool:
    """Whether a case was drawn to be read again."""
    found = select(tables.reading_case.c.code).where(tables.reading_case.c.code == code, text(open_rule.READ_AGAIN))
    return connection.execute(found).first() is not None


def _rising(times: Mapping[int, str]) -> dict[int, str]:
    """The moment of each draw, but never before that of an earlier draw: a clock set back must not change the order."""
    found: dict[int, str] = {}
    latest = ""
    for draw in sorted(times):
        latest = max(latest, times[draw])
        found[draw] = latest
    return found
