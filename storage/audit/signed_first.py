"""Signed first: what a repeat is compared with, where the first reading was reopened later.

Whoever corrects a first reading after the repeat was begun has seen the same images in between, so the two would agree
for another reason than that the reader repeats well. What was signed before counts for agreement, what stands for all
else.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from scoring.readings import rounds
from scoring.readings.reading import Reading
from storage.database import study_schema as tables
from storage.record import grade_events


def signed_before(connection: Connection) -> Mapping[str, Mapping[str, Reading]]:
    """For each first reading that was reopened, and each repeat of its enrolment: what was signed before that began.

    Where nothing was signed before, what was signed first. "Before" is by number and by clock: of a repeat that was
    begun in a reader's copy the numbers are those of the merge.
    """
    first, again = tables.reading_case.alias("first"), tables.reading_case.alias("again")
    event = tables.event.c
    firsts = select(func.min(event.seq)).group_by(event.case)
    begun = select(event.case, event.at_utc, event.seq).where(event.seq.in_(firsts)).subquery()
    reopened = select(tables.act.c.case).where(tables.act.c.kind == "reopened")
    query = (
        select(first.c.code.label("first"), again.c.code.label("again"), begun.c.seq, begun.c.at_utc)
        .join(again, (again.c.reader == first.c.reader) & (again.c.subject == first.c.subject))
        .join(begun, begun.c.case == again.c.code)
        .where(func.coalesce(first.c.enrolment, 1) == func.coalesce(again.c.enrolment, 1))
        .where(first.c.round == rounds.FIRST, again.c.round.in_((rounds.REREAD, rounds.DRIFT)))
        .where(first.c.code.in_(reopened))
    )
    found: dict[str, dict[str, Reading]] = {}
    for row in connection.execute(query).all():
        signed = _signed_after(connection, row.first)
        if signed:
            before = [item for item in signed if item[0] < row.seq and item[1] <= row.at_utc]
            seq, _ = (before or signed[:1])[-1]
            found.setdefault(row.first, {})[row.again] = grade_events.reading_as_of(connection, row.first, seq)
    return found


def _signed_after(connection: Connection, case: str) -> list[tuple[int, str]]:
    """The number of the last answer before each signature of a case, and when it was signed, in order."""
    act = tables.act.c
    query = select(act.after_event, act.at_utc).where(act.case == case, act.kind == "signed").order_by(act.seq)
    return [(row.after_event, row.at_utc) for row in connection.execute(query)]
