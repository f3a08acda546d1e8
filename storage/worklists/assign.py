"""Assignment of subjects to a reader: a worklist in drawn order, with hidden repeats where the design asks for them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, insert, select

from scoring.design import reader_ids
from scoring.design.draws import case_codes, draw_worklist
from scoring.design.drift_draws import Check, Listed, with_repeats
from scoring.design.secret_seed import SecretSeed
from scoring.readings import rounds
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import case_visits, designs, exclusions, taken_cases
from storage.records import Assignment
from storage.worklists import draws, taking_back

_OF_THE_LIST: Final = (rounds.FIRST, rounds.DRIFT)


def assign(
    connection: Connection, reader: str, seed: SecretSeed, leave_out: frozenset[str] = frozenset()
) -> tuple[Assignment, ...]:
    """Append every subject that the reader doesn't have yet, without some; the whole list then, in order, repeats too.

    A subject without images waits until it has some. What was taken back comes back under its code.

    Raises:
        StudyError: the reader's id isn't one.
    """
    make_known(connection, reader)
    before = _listed(connection, reader)
    there = exclusions.without(connection, case_visits.to_be_drawn(connection))
    wanted = {subject: visits for subject, visits in there.items() if subject not in leave_out}
    back = taking_back.again(connection, reader, wanted, rounds.FIRST, "subjects assigned to a reader again")
    known = _known(connection, reader) | leave_out | back
    new = draw_worklist([code for code in there if code not in known], seed)
    if new:
        listed = _with_repeats(connection, reader, before, new, seed)
        codes = case_codes(len(listed), draws.taken_codes(connection), seed)
        drawn = draws.Draw(reader, rounds.FIRST, seed.seed, written(now()), "subjects assigned to a reader")
        # a hidden repeat shows what the first reading did
        visits = exclusions.without(connection, {**there, **case_visits.as_first_read(connection, reader)})
        cases = [
            draws.NewCase(code, item.subject, _round(item), visits[item.subject])
            for code, item in zip(codes, listed, strict=True)
        ]
        draws.put_down(connection, drawn, cases)
    return assignments(connection, reader)


def make_known(connection: Connection, reader: str) -> None:
    """Write a reader down who isn't yet; StudyError when the id can't be one. An id that is there already stays."""
    if connection.execute(select(tables.reader).where(tables.reader.c.id == reader)).one_or_none() is None:
        why = reader_ids.refusal(reader)
        if why:
            raise StudyError(f"reader {reader!a}: {why}")
        connection.execute(insert(tables.reader).values(id=reader))


def _round(item: Listed) -> int:
    return rounds.DRIFT if item.again else rounds.FIRST


def _listed(connection: Connection, reader: str) -> tuple[Listed, ...]:
    case = tables.reading_case.c
    mine = select(case.subject, case.round).where(case.reader == reader, case.round.in_(_OF_THE_LIST))
    return tuple(
        Listed(row.subject, again=row.round == rounds.DRIFT) for row in connection.execute(mine.order_by(case.position))
    )


def _known(connection: Connection, reader: str) -> set[str]:
    """Subjects that the reader has in a case that can be read."""
    case = tables.reading_case.c
    mine = select(case.subject).where(case.reader == reader, case.round.in_(_OF_THE_LIST))
    return set(connection.execute(mine.where(case.code.not_in(list(exclusions.closed(connection))))).scalars())


def _with_repeats(
    connection: Connection, reader: str, before: tuple[Listed, ...], new: tuple[str, ...], seed: SecretSeed
) -> tuple[Listed, ...]:
    every = designs.current(connection).design.repeat_every
    if every is None:
        return tuple(Listed(subject) for subject in new)
    draw, case = tables.draw.c, tables.reading_case.c
    first_seed = select(draw.seed).where(draw.reader == reader, draw.round == rounds.FIRST).order_by(draw.id).limit(1)
    held = connection.execute(first_seed).scalar_one_or_none()
    # what is read again later is closed: its first reading is no partner for a repeat
    closed = select(case.subject).where(case.reader == reader, case.round == rounds.REREAD)
    away = select(case.subject).where(case.reader == reader, case.code.in_(taken_cases.standing(connection)))
    left_out = frozenset([*connection.execute(closed).scalars(), *connection.execute(away).scalars()])
    left_out |= exclusions.subjects(connection)
    return with_repeats(before, new, Check(every, seed if held is None else SecretSeed(held, seed.secret), left_out))


def assignments(connection: Connection, reader: str) -> tuple[Assignment, ...]:
    """The reader's first readings and the hidden repeats among them, in drawn order, without those that left."""
    case, closed = tables.reading_case.c, exclusions.closed(connection)
    query = select(case.code, case.subject, case.round).where(case.reader == reader, case.round.in_(_OF_THE_LIST))
    rows = connection.execute(query.order_by(case.position))
    return tuple(Assignment(row.code, row.subject, row.round) for row in rows if row.code not in closed)
