"""Draw of cases to be read again: which ones, under which codes, from when. Inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from scoring.design.draws import case_codes, draw_rereads
from scoring.design.read_design import LONGEST_WAIT_DAYS
from scoring.design.secret_seed import SecretSeed
from scoring.readings import rounds
from scoring.schemes.scheme import Scheme
from storage.clock import due, written
from storage.database import study_schema as tables
from storage.errors import StudyError, UnknownReader
from storage.record import case_visits, exclusions
from storage.record.case_visits import Asked
from storage.records import Assignment
from storage.worklists import draws


@dataclass(frozen=True, slots=True)
class Wish:
    """What the coordinator asks for; the scheme says what makes a reading complete."""

    reader: str
    n: int
    seed: SecretSeed
    after_days: int
    scheme: Scheme


def draw(connection: Connection, wish: Wish, now: datetime) -> tuple[Assignment, ...]:
    """Make the new cases; all of them or, with a StudyError, none."""
    _check(connection, wish)
    complete = _complete(connection, wish)
    waits = complete & _repeat_waits(connection, wish)
    complete -= exclusions.subjects(connection)
    left = complete - _read_again(connection, wish.reader) - waits
    if wish.n > len(left):
        raise StudyError(_too_many(wish, len(complete), len(left), len(waits)))
    last = _last_answers(connection, wish.reader)
    drawn = draw_rereads(left, wish.n, wish.seed)
    visits = case_visits.as_first_read(connection, wish.reader)
    found = []
    for code, item in zip(case_codes(wish.n, draws.taken_codes(connection), wish.seed), drawn, strict=True):
        # without a wait there is no date at all: a clock that was set back must not hide the case
        since = due(last[item.subject], wish.after_days) if wish.after_days else None
        found.append(draws.NewCase(code, item.subject, rounds.REREAD, visits[item.subject], since, item.mix))
    draw_ = draws.Draw(
        wish.reader, rounds.REREAD, wish.seed.seed, written(now), "cases drawn to be read again", wish.after_days
    )
    draws.put_down(connection, draw_, found)
    return tuple(Assignment(new.code, new.subject, new.round, new.due_at_utc) for new in found)


def _check(connection: Connection, wish: Wish) -> None:
    if wish.n < 1:
        raise StudyError(f"n {wish.n}: give 1 or more")
    if not 0 <= wish.after_days <= LONGEST_WAIT_DAYS:
        raise StudyError(f"after {wish.after_days} days: a whole number from 0 to {LONGEST_WAIT_DAYS}")
    query = select(tables.reader.c.id).where(tables.reader.c.id == wish.reader)
    if connection.execute(query).scalar_one_or_none() is None:
        raise UnknownReader(f"Reader {wish.reader!a} has no worklist here; `ramris study assign` makes one")


def _complete(connection: Connection, wish: Wish) -> set[str]:
    """The subjects whose first reading has every answer."""
    return {subject for subject, far in _far(connection, wish, rounds.FIRST) if far.complete}


def _read_again(connection: Connection, reader: str) -> set[str]:
    case = tables.reading_case.c
    query = select(case.subject).where(case.reader == reader, case.round == rounds.REREAD)
    return set(connection.execute(query).scalars())


def _repeat_waits(connection: Connection, wish: Wish) -> set[str]:
    """Subjects whose hidden repeat isn't read completely: it would leave the worklist with the first reading."""
    return {subject for subject, far in _far(connection, wish, rounds.DRIFT) if not far.complete}


def _far(connection: Connection, wish: Wish, round_: int) -> list[tuple[str, Asked]]:
    """How far the reader is with each subject in a round."""
    case = tables.reading_case.c
    which = (case.reader == wish.reader, case.round == round_)
    far = case_visits.asked(connection, wish.scheme, *which)
    return [(row.subject, far[row.code]) for row in connection.execute(select(case.code, case.subject).where(*which))]


def _last_answers(connection: Connection, reader: str) -> dict[str, str]:
    """For each subject the moment of its last event, a hidden repeat's included: the one of the highest number."""
    event, case = tables.event.c, tables.reading_case.c
    query = (
        select(case.subject, event.at_utc, func.max(event.seq))
        .join(tables.reading_case, case.code == event.case)
        .where(case.reader == reader, case.round.in_((rounds.FIRST, rounds.DRIFT)))
        .group_by(case.subject)
    )
    return {row.subject: row.at_utc for row in connection.execute(query)}


def _too_many(wish: Wish, complete: int, left: int, waits: int) -> str:
    if not complete:
        return f"{wish.n} re-reads: no case of {wish.reader} is read completely yet, so none can be drawn"
    read = f"{complete} case{'' if complete == 1 else 's'} of {wish.reader} {'is' if complete == 1 else 'are'} read"
    if complete == left:
        return f"{wish.n} re-reads: {read} completely; ask for 1 to {left}"
    why = "drawn already" if not waits else f"drawn already or among hidden repeats that aren't read yet ({waits})"
    drawn = f"{wish.n} re-reads: {read} completely and {complete - left} of them {why}"
    return f"{drawn}; {f'ask for 1 to {left}' if left else 'none is left'}"
