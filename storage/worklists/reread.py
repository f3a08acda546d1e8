"""Draw of cases to be read again: which ones, under which codes, from when. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from scoring.design.draws import case_codes, draw_rereads
from scoring.design.enrolments import of_key
from scoring.design.read_design import LONGEST_WAIT_DAYS
from scoring.design.reading_units import CASE, Part, checked_reread_unit, to_read_again
from scoring.design.secret_seed import SecretSeed
from scoring.readings import rounds
from scoring.schemes.scheme import Scheme
from storage.clock import due, written
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import case_visits, exclusions
from storage.record.case_visits import key_of_case
from storage.records import Assignment
from storage.worklists import assign, draws


@dataclass(frozen=True, slots=True)
class Wish:
    """What the coordinator asks for; the scheme says what makes a reading complete. unit: what is drawn."""

    reader: str
    n: int
    seed: SecretSeed
    after_days: int
    scheme: Scheme
    unit: str = CASE


@dataclass(frozen=True, slots=True)
class _Case:
    """A case of the reader's: its round, what it shows, whether it is read completely, its last event and when."""

    round: int
    part: Part
    complete: bool
    last: tuple[int, str]


def draw(connection: Connection, wish: Wish, now: datetime) -> tuple[Assignment, ...]:
    """Make the new cases; all of them or, with a StudyError, none."""
    _check(connection, wish)
    cases = _cases(connection, wish)
    firsts = [case for case in cases if case.round == rounds.FIRST and case.complete]
    # a scan that two enrolments show is read again as that of the first one
    parts = {part.name: part for case in reversed(firsts) for part in to_read_again(case.part, wish.unit)}
    again = [case.part for case in cases if case.round == rounds.REREAD]
    # a hidden repeat that isn't read completely would leave the worklist with the first reading, and so would the first
    # reading of another enrolment that shows the scan
    waiting = [case.part for case in cases if case.round in {rounds.FIRST, rounds.DRIFT} and not case.complete]
    waits = _sharing(parts, waiting)
    gone = {name for name, part in parts.items() if part.subject in exclusions.subjects(connection)}
    complete = parts.keys() - gone
    left = complete - _sharing(parts, again) - waits
    if wish.n > len(left):
        raise StudyError(_too_many(wish, len(complete), len(left), len(waits)))
    found = []
    drawn = draw_rereads(left, wish.n, wish.seed)
    for code, item in zip(case_codes(wish.n, draws.taken_codes(connection), wish.seed), drawn, strict=True):
        part = parts[item.subject]
        # without a wait there is no date at all: a clock that was set back must not hide the case
        since = due(_last_answer(cases, part), wish.after_days) if wish.after_days else None
        whose = part.subject, rounds.REREAD, part.visits, part.enrolment
        found.append(draws.NewCase(code, *whose, since, item.mix))
    draw_ = draws.Draw(
        wish.reader, rounds.REREAD, wish.seed.seed, written(now), "cases drawn to be read again", wish.after_days
    )
    draws.put_down(connection, draw_, found)
    return tuple(
        Assignment(new.code, new.subject, new.round, new.due_at_utc, new.visits, new.enrolment) for new in found
    )


def _check(connection: Connection, wish: Wish) -> None:
    checked_reread_unit(wish.unit)
    if wish.n < 1:
        raise StudyError(f"n {wish.n}: give 1 or more")
    if not 0 <= wish.after_days <= LONGEST_WAIT_DAYS:
        raise StudyError(f"after {wish.after_days} days: a whole number from 0 to {LONGEST_WAIT_DAYS}")
    assign.refuse_retired(connection, wish.reader)


def _cases(connection: Connection, wish: Wish) -> list[_Case]:
    """All cases of the reader, in the order in which they were given."""
    case, mine = tables.reading_case.c, tables.reading_case.c.reader == wish.reader
    far = case_visits.asked(connection, wish.scheme, mine)
    visits = case_visits.of_cases(connection, mine)
    last = _last_events(connection, wish.reader)
    columns = case.code, case.subject, case.enrolment, case.round
    rows = connection.execute(select(*columns).where(mine).order_by(case.position)).all()
    keys = [key_of_case(row) for row in rows if row.round == rounds.FIRST]
    return [
        _Case(row.round, _part(key_of_case(row), visits[row.code].shown, keys), far[row.code].complete, last[row.code])
        for row in rows
    ]


def _part(key: str, visits: tuple[int, ...], keys: list[str]) -> Part:
    """What a case shows; an enrolment's one case has the enrolment's name, as draws always had it."""
    return Part(key if keys.count(key) <= 1 else f"{key}:{visits[0]}", *of_key(key), visits)


def _sharing(parts: Mapping[str, Part], others: Iterable[Part]) -> set[str]:
    """The names of the parts that show a visit which one of the others shows, too."""
    return {part.name for other in others for part in parts.values() if part.shares(other)}


def _last_events(connection: Connection, reader: str) -> dict[str, tuple[int, str]]:
    """For each case the number and the moment of its last event."""
    event, case = tables.event.c, tables.reading_case.c
    latest = select(func.max(event.seq)).group_by(event.case)
    query = (
        select(case.code, event.at_utc, event.seq)
        .join(tables.event, (case.code == event.case) & event.seq.in_(latest), isouter=True)
        .where(case.reader == reader)
    )
    return {code: (number or 0, moment or "") for code, moment, number in connection.execute(query)}


def _last_answer(cases: Iterable[_Case], part: Part) -> str:
    """When the visits were read last, in a hidden repeat too: the event of the highest number."""
    rounds_ = (rounds.FIRST, rounds.DRIFT)
    mine = (case for case in cases if case.round in rounds_ and part.shares(case.part))
    return max(case.last for case in mine)[1]


def _too_many(wish: Wish, complete: int, left: int, waits: int) -> str:
    one = wish.unit
    if not complete:
        return f"{wish.n} re-reads: no {one} of {wish.reader} is read completely yet, so none can be drawn"
    read = f"{complete} {one}{'' if complete == 1 else 's'} of {wish.reader} {'is' if complete == 1 else 'are'} read"
    if complete == left:
        return f"{wish.n} re-reads: {read} completely; ask for 1 to {left}"
    why = "drawn already" if not waits else f"drawn already or shown by cases that aren't read yet ({waits})"
    drawn = f"{wish.n} re-reads: {read} completely and {complete - left} of them {why}"
    return f"{drawn}; {f'ask for 1 to {left}' if left else 'none is left'}"
