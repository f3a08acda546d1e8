"""A draw on disk: its row, its cases, and the act by which an audit finds a changed one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, insert, select

from storage import shown_visits
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import acts, designs, progress

_SEEDS: Final = 2**31


@dataclass(frozen=True, slots=True)
class Draw:
    """Cases drawn for a reader at once. `why` is what the design's change of seeds is put down to."""

    reader: str
    round: int
    seed: int
    at_utc: str
    why: str
    after_days: int | None = None


@dataclass(frozen=True, slots=True)
class NewCase:
    """One case that was drawn. `round` is its own: a drift check draws repeats among first readings.

    visits: those of the subject's that it shows, by position. enrolment: its number within the subject.
    """

    code: str
    subject: str
    round: int
    visits: tuple[int, ...]
    enrolment: int = 1
    due_at_utc: str | None = None
    mix: float | None = None


def checked_seed(given: int | None) -> int:
    """The seed that was asked for, or one that is drawn now; StudyError when it is out of range."""
    if given is None:
        return secrets.randbelow(_SEEDS)
    if not 0 <= given < _SEEDS:
        raise StudyError(f"seed {given}: a whole number from 0 to {_SEEDS - 1}")
    return given


def taken_codes(connection: Connection) -> set[str]:
    """Every case code of the study."""
    return set(connection.execute(select(tables.reading_case.c.code)).scalars())


def put_down(connection: Connection, draw: Draw, cases: Sequence[NewCase]) -> None:
    """Write the draw and its cases behind those that the reader has, in the order given."""
    case, table = tables.reading_case, tables.draw
    designs.lay_down(connection, designs.current(connection).design.drawn(draw.reader, draw.round, draw.seed), draw.why)
    number: int = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one() + 1
    row = {
        "id": number,
        "reader": draw.reader,
        "round": draw.round,
        "seed": draw.seed,
        "at_utc": draw.at_utc,
        "after_days": draw.after_days,
    }
    connection.execute(insert(table).values(**row))
    last = select(func.coalesce(func.max(case.c.position), 0)).where(case.c.reader == draw.reader)
    start: int = connection.execute(last).scalar_one() + 1
    rows = [
        {
            "code": new.code,
            "reader": draw.reader,
            "subject": new.subject,
            "round": new.round,
            "position": position,
            "draw": number,
            "due_at_utc": new.due_at_utc,
            "mix": new.mix,
            "visits": shown_visits.written(new.visits),
            "enrolment": new.enrolment,
        }
        for position, new in enumerate(cases, start)
    ]
    connection.execute(insert(case), rows)
    progress.begin(connection, [new.code for new in cases])
    said = ("code", "subject", "round", "position", "due_at_utc", "mix", "visits", "enrolment")
    listed = [[row_[name] for name in said] for row_ in rows]
    acts.append(connection, acts.Deed("assigned", acts.COORDINATOR, {"draw": row, "cases": listed}, reader=draw.reader))
