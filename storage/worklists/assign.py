"""Assignment of subjects to a reader: a worklist in drawn order, with hidden repeats where the design asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, insert, select

from scoring.design import reader_ids
from scoring.design.draws import case_codes, draw_worklist, kept_apart
from scoring.design.drift_draws import Check, Listed, with_repeats
from scoring.design.enrolments import Enrolment, key_of, of_key
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
    connection: Connection,
    reader: str,
    seed: SecretSeed,
    enrolments: Mapping[str, Sequence[Enrolment]],
    leave_out: frozenset[str] = frozenset(),
) -> tuple[Assignment, ...]:
    """Append every enrolment that the reader doesn't have yet, without some subjects; the whole list then, in order.

    Repeats are in it. Enrolments of one person stand apart, as far as the list allows. A subject without images has no
    enrolment, and waits until it has some. What was taken back comes back under its code.

    Raises:
        StudyError: the reader's id isn't one.
    """
    make_known(connection, reader)
    before = _listed(connection, reader)
    there = {
        key_of(subject, item.number): item.visits
        for subject, found in enrolments.items()
        for item in found
        if item.stands and subject not in leave_out
    }
    back = taking_back.again(connection, reader, there, rounds.FIRST, "subjects assigned to a reader again")
    known = _known(connection, reader) | back
    drawn_order = draw_worklist([key for key in there if key not in known], seed)
    new = kept_apart(drawn_order, _person, [item.whose for item in before])
    if new:
        listed = _with_repeats(connection, reader, before, new, seed)
        codes = case_codes(len(listed), draws.taken_codes(connection), seed)
        drawn = draws.Draw(reader, rounds.FIRST, seed.seed, written(now()), "subjects assigned to a reader")
        # a hidden repeat shows what the first reading did
        visits = exclusions.without(connection, {**there, **case_visits.as_first_read(connection, reader)})
        cases = [
            draws.NewCase(code, _person(item.whose), _round(item), visits[item.whose], of_key(item.whose)[1])
            for code, item in zip(codes, listed, strict=True)
        ]
        draws.put_down(connection, drawn, cases)
    return assignments(connection, reader)


def make_known(connection: Connection, reader: str) -> None:
    """Write a reader down who isn't yet; StudyError when the id can't be one, or the reader is retired.

    An id that is there already stays.
    """
    refuse_retired(connection, reader)
    if connection.execute(select(tables.reader).where(tables.reader.c.id == reader)).one_or_none() is None:
        why = reader_ids.refusal(reader)
        if why:
            raise StudyError(f"reader {reader!a}: {why}")
        connection.execute(insert(tables.reader).values(id=reader))


def _person(key: str) -> str:
    return of_key(key)[0]


def refuse_retired(connection: Connection, reader: str) -> None:
    """Give nothing to whoever is retired: StudyError."""
    if reader in designs.current(connection).design.retired:
        raise StudyError(
            f"{reader} is retired and gets no more cases; undo that first: "
            f"ramris study retire DIR --reader {reader} --undo --why TEXT"
        )


def _round(item: Listed) -> int:
    return rounds.DRIFT if item.again else rounds.FIRST


def _listed(connection: Connection, reader: str) -> tuple[Listed, ...]:
    case = tables.reading_case.c
    columns = case.subject, case.enrolment, case.round
    mine = select(*columns).where(case.reader == reader, case.round.in_(_OF_THE_LIST)).order_by(case.position)
    return tuple(
        Listed(case_visits.key_of_case(row), again=row.round == rounds.DRIFT) for row in connection.execute(mine)
    )


def _known(connection: Connection, reader: str) -> set[str]:
    """Enrolments that the reader has in a case that can be read."""
    case, closed = tables.reading_case.c, exclusions.closed(connection)
    mine = select(case.code, case.subject, case.enrolment).where(case.reader == reader, case.round.in_(_OF_THE_LIST))
    return {case_visits.key_of_case(row) for row in connection.execute(mine) if row.code not in closed}


def _with_repeats(
    connection: Connection, reader: str, before: tuple[Listed, ...], new: tuple[str, ...], seed: SecretSeed
) -> tuple[Listed, ...]:
    every = designs.current(connection).design.repeat_every
    if every is None:
        return tuple(map(Listed, new))
    draw, case = tables.draw.c, tables.reading_case.c
    first_seed = select(draw.seed).where(draw.reader == reader, draw.round == rounds.FIRST).order_by(draw.id).limit(1)
    held = connection.execute(first_seed).scalar_one_or_none()
    # what is read again later is closed: its first reading is no partner for a repeat
    columns = case.code, case.subject, case.enrolment, case.round
    mine, taken = select(*columns).where(case.reader == reader), taken_cases.standing(connection)
    closed = {
        case_visits.key_of_case(row)
        for row in connection.execute(mine)
        if row.round == rounds.REREAD or row.code in taken
    }
    gone = exclusions.subjects(connection)
    left_out = frozenset(closed | {key for key in (*(item.whose for item in before), *new) if _person(key) in gone})
    return with_repeats(before, new, Check(every, seed if held is None else SecretSeed(held, seed.secret), left_out))


def assignments(connection: Connection, reader: str) -> tuple[Assignment, ...]:
    """The reader's first readings and the hidden repeats among them, in drawn order, without those that left."""
    case, closed = tables.reading_case.c, exclusions.closed(connection)
    columns = case.code, case.subject, case.round, case.enrolment
    query = select(*columns).where(case.reader == reader, case.round.in_(_OF_THE_LIST)).order_by(case.position)
    return tuple(
        Assignment(row.code, row.subject, row.round, enrolment=row.enrolment or 1)
        for row in connection.execute(query)
        if row.code not in closed
    )
