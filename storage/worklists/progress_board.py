"""Progress of each reader, for the coordinator: counts from the worklists, a pace from the times of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import Connection, select

from scoring.design.read_design import ReadDesign
from scoring.design.reader_roles import purpose_of
from scoring.readings import rounds
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.clock import written
from storage.database import study_schema as tables
from storage.record import case_status, case_visits, designs, display_checks, exclusions

# a longer pause between two answers is no reading time
LONGEST_PAUSE_S: Final = 300.0
BY_ENTER: Final = "enter"
_SECONDS_IN_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class ReaderBoard:
    """One reader's line, by what the reader is called. cases: all that were given, repeats included.

    read: every site answered. signed, parked: by the acts. open: not read, not parked, and due. not_due: repeats that
    come later. drift, drift_read: hidden repeats among first readings, and how many of them are read; `cases` counts
    them. display: the outcome of the last check of the display and its day, "" before the first one.
    hours: reading time in the room so far, pauses over five minutes left out. cases_per_hour: cases that were read in
    the room by that time, None before the first one is read; hours_left: for all cases that aren't read, at that pace.
    What came by `enter` was read elsewhere, and tells nothing of time. purpose: what first readings of this reader are
    for, PRIMARY or INTER. scheme: which of several the reader reads by, by its id; "" where there is one alone.
    program: what this reader is that is no person, "" of a person.
    """

    reader: str
    cases: int
    read: int
    signed: int
    parked: int
    open: int
    not_due: int
    hours: float
    cases_per_hour: float | None
    hours_left: float | None
    drift: int = 0
    drift_read: int = 0
    display: str = ""
    purpose: str = ""
    scheme: str = ""
    program: str = ""


def _scheme_id(design: ReadDesign, reader: str) -> str:
    """Which of several schemes a reader reads by; "" where the study has one alone."""
    if not design.further:
        return ""
    further = design.further_of(reader)
    return design.scheme_id if further is None else further.id


def board(connection: Connection, scheme: Scheme, now: datetime) -> tuple[ReaderBoard, ...]:
    """A line for each reader who has a worklist, by id; `scheme` is the study's own."""
    readers = connection.execute(select(tables.reader.c.id).order_by(tables.reader.c.id)).scalars().all()
    design = designs.current(connection).design
    lines = [_line(connection, reader, scheme, written(now)) for reader in readers]
    called = design.called
    return tuple(
        replace(
            line,
            purpose=purpose_of(design, line.reader),
            scheme=_scheme_id(design, line.reader),
            reader=called.get(line.reader, line.reader),
            program=program.words if (program := design.program_of(line.reader)) else "",
        )
        for line in lines
    )


def _line(connection: Connection, reader: str, scheme: Scheme, now: str) -> ReaderBoard:
    case = tables.reading_case.c
    query = select(case.code, case.due_at_utc, case.round).where(case.reader == reader)
    rows = connection.execute(query.where(case.code.not_in(list(exclusions.closed(connection))))).all()
    due = {row.code: row.due_at_utc is None or row.due_at_utc <= now for row in rows}
    hidden = {row.code for row in rows if row.round == rounds.DRIFT}
    far = case_visits.asked(connection, scheme, case.reader == reader)
    states = case_status.of_reader(connection, reader)
    status = {code: states[code].status if code in states else case_status.DRAFT for code in due}
    read = {code for code in due if far[code].complete}
    parked = {code for code in due if status[code] == case_status.PARKED}
    hours = reading_hours(_times(connection, reader))
    timed = read - _entered(connection, reader)
    pace = len(timed) / hours if timed and hours else None
    return ReaderBoard(
        reader=reader,
        cases=len(due),
        read=len(read),
        signed=sum(value == case_status.SIGNED for value in status.values()),
        parked=len(parked),
        open=sum(due.values()) - len({code for code in read | parked if due[code]}),
        not_due=len(due) - sum(due.values()),
        hours=hours,
        display=display_checks.last_of(connection, reader),
        cases_per_hour=pace,
        hours_left=None if pace is None else (len(due) - len(read)) / pace,
        drift=len(hidden),
        drift_read=len(hidden & read),
    )


def reading_hours(times: list[datetime]) -> float:
    """The time between answers, without pauses and without steps of the clock back."""
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    return sum(gap for gap in gaps if 0 <= gap <= LONGEST_PAUSE_S) / _SECONDS_IN_HOUR


def _times(connection: Connection, reader: str) -> list[datetime]:
    event = tables.event.c
    query = select(event.at_utc).where(event.reader == reader, event.source != BY_ENTER).order_by(event.seq)
    return [datetime.fromisoformat(text) for text in connection.execute(query).scalars()]


def _entered(connection: Connection, reader: str) -> set[str]:
    """The cases of which an answer came by `enter`."""
    event = tables.event.c
    query = select(event.case).where(event.reader == reader, event.source == BY_ENTER).distinct()
    return set(connection.execute(query).scalars())
