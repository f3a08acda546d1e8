"""Display checks on the record: what readers could tell apart on their screens, or that the check was skipped."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from storage.clock import written
from storage.database import study_schema as tables
from storage.record import acts
from storage.record.acts import Act, Deed
from storage.records import DisplayCheck

KIND: Final = "display"
# the moments of the record are text of one form: those of one day begin alike
_DAY: Final = len("2026-11-23")


def append(connection: Connection, reader: str, check: DisplayCheck) -> None:
    """Put a check, or that it was skipped, on the record."""
    detail = {"screen": check.screen, "outcome": check.outcome, "missed": list(check.missed)}
    acts.append(connection, Deed(KIND, acts.READER, detail, reader=reader))


def known_on(connection: Connection, reader: str, screen: str, day: datetime) -> bool:
    """Whether a check or a skip on that screen is on the record for that day (UTC)."""
    today = written(day)[:_DAY]
    return any(act.at_utc[:_DAY] == today and act.said["screen"] == screen for act in _of(connection, reader))


def last_of(connection: Connection, reader: str) -> str:
    """The outcome of a reader's last check and its day, such as "passed 2026-11-23"; empty before the first one."""
    done = _of(connection, reader)
    return f"{done[-1].said['outcome']} {done[-1].at_utc[:_DAY]}" if done else ""


def _of(connection: Connection, reader: str) -> list[Act]:
    table = tables.act
    query = select(table).where(table.c.kind == KIND, table.c.reader == reader).order_by(table.c.seq)
    return [Act(**row) for row in connection.execute(query).mappings()]
