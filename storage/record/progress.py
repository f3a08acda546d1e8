"""Progress of each case, kept by every commit so that a worklist costs one row a case and not one an event."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from scoring.readings.reading import AnswerChanged
from storage.database import study_schema as tables

_table = tables.case_progress
_NOTE: Final = (
    update(_table)
    .where(_table.c.case == bindparam("of_case"))
    .values(
        answered=_table.c.answered + bindparam("more"),
        begun_at_utc=func.coalesce(_table.c.begun_at_utc, bindparam("moment")),
    )
)


def begin(connection: Connection, cases: Collection[str]) -> None:
    """Rows for new cases: nothing answered."""
    if cases:
        connection.execute(insert(_table), [{"case": case, "answered": 0, "begun_at_utc": None} for case in cases])


def note(connection: Connection, case: str, changes: Sequence[AnswerChanged], at_utc: str) -> None:
    """What changes to a case that are being recorded make of its row; `at_utc` is the moment of the first."""
    more = sum((change.before is None) - (change.after is None) for change in changes)
    connection.execute(_NOTE, {"of_case": case, "more": more, "moment": at_utc})


def begun(connection: Connection, reader: str) -> dict[str, str]:
    """When the first answer of each case of a reader was given."""
    case = tables.reading_case.c
    query = (
        select(_table.c.case, _table.c.begun_at_utc)
        .join(tables.reading_case, case.code == _table.c.case)
        .where(case.reader == reader, _table.c.begun_at_utc.is_not(None))
    )
    return {row.case: row.begun_at_utc for row in connection.execute(query)}


def from_events(connection: Connection) -> dict[str, tuple[int, str | None]]:
    """What every row must say, worked out from the events alone: (answered, begun_at_utc) by case."""
    event = tables.event.c
    found: dict[str, tuple[int, str | None]] = dict.fromkeys(
        connection.execute(select(tables.reading_case.c.code)).scalars(), (0, None)
    )
    latest = select(func.max(event.seq)).group_by(event.case, event.visit, event.feature, event.site)
    current = select(event.case, func.count()).where(event.seq.in_(latest), event.after != "").group_by(event.case)
    counts = {row[0]: row[1] for row in connection.execute(current)}
    first = select(func.min(event.seq)).group_by(event.case)
    for row in connection.execute(select(event.case, event.at_utc).where(event.seq.in_(first))):
        found[row.case] = (counts.get(row.case, 0), row.at_utc)
    return found


def rebuild(connection: Connection) -> None:
    """Write every row anew from the events, after rows came in another way than by `journal.append`."""
    connection.execute(delete(_table))
    rows = [
        {"case": case, "answered": count, "begun_at_utc": at} for case, (count, at) in from_events(connection).items()
    ]
    if rows:
        connection.execute(insert(_table), rows)
