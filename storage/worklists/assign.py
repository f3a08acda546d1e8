"""Assignment of subjects to a reader: a worklist in drawn order, with hidden repeats where the design asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, insert, select

from scoring.design import reader_ids
from scoring.design.draws import case_codes, draw_worklist, kept_apart
from scoring.design.drift_draws import Check, Listed, with_repeats
from scoring.design.enrolments import Enrolment
from scoring.design.read_design import TRAINED
from scoring.design.reading_units import SCAN, Part, given_as, person_of, scan_of, to_give
from scoring.design.secret_seed import SecretSeed
from scoring.readings import rounds
from scoring.values import replace
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import case_visits, designs, exclusions, taken_cases
from storage.records import Assignment
from storage.shown_visits import decoded
from storage.signing.printed_names import people
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
    enrolments = in_images_of(connection, reader, enrolments)
    unit = designs.current(connection).design.reading_unit
    mine_now = {subject: found for subject, found in enrolments.items() if subject not in leave_out}
    taking_back.outgrown(connection, reader, {} if unit == SCAN else mine_now)
    again = _to_give(connection, reader, enrolments, leave_out)
    taking_back.again(connection, reader, again, rounds.FIRST, "subjects assigned to a reader again")
    wanted = {part.name: part for part in _to_give(connection, reader, enrolments, leave_out)}
    mine = _listed(connection, reader, unit)
    before = tuple(item for item, _ in mine)
    drawn_order = draw_worklist(list(wanted), seed)
    new = kept_apart(drawn_order, person_of, [item.whose for item in before])
    if new:
        listed = _with_repeats(connection, reader, before, new, seed)
        codes = case_codes(len(listed), draws.taken_codes(connection), seed)
        drawn = draws.Draw(reader, rounds.FIRST, seed.seed, written(now()), "subjects assigned to a reader")
        # a hidden repeat shows what the first reading did
        parts = {item.whose: part for item, part in mine if not item.again} | wanted
        cases = [
            draws.NewCase(code, part.subject, _round(item), part.visits, part.enrolment)
            for code, item in zip(codes, listed, strict=True)
            for part in [parts[item.whose]]
        ]
        draws.put_down(connection, drawn, cases)
    return assignments(connection, reader)


def in_images_of(
    connection: Connection, reader: str, enrolments: Mapping[str, Sequence[Enrolment]]
) -> Mapping[str, Sequence[Enrolment]]:
    """The enrolments with those of their visits that have images of the reader's scheme; without such, none."""
    there = case_visits.to_be_read(connection)(reader)
    found: dict[str, list[Enrolment]] = {}
    for subject, mine in enrolments.items():
        for one in mine:
            # what was given keeps the visits that it was given with
            visits = tuple(number for number in one.visits if number in there.get(subject, ())) if one.stands else ()
            if visits or not one.stands:
                found.setdefault(subject, []).append(replace(one, visits=visits or one.visits))
    return found


def make_known(connection: Connection, reader: str) -> None:
    """Write a reader down who isn't yet; StudyError when the id can't be one, or the reader is retired.

    An id that is there already stays.
    """
    refuse_retired(connection, reader)
    refuse_out_of_time(connection, reader)
    if designs.current(connection).design.training == TRAINED:
        refuse_untrained(connection, reader)
    if connection.execute(select(tables.reader).where(tables.reader.c.id == reader)).one_or_none() is None:
        why = reader_ids.refusal(reader)
        if why:
            raise StudyError(f"reader {reader!a}: {why}")
        connection.execute(insert(tables.reader).values(id=reader))


def refuse_retired(connection: Connection, reader: str) -> None:
    """Give nothing to whoever is retired: StudyError."""
    if reader in designs.current(connection).design.retired:
        raise StudyError(
            f"{reader} is retired and gets no more cases; undo that first: "
            f"ramris study retire DIR --reader {reader} --undo --why TEXT"
        )


def refuse_out_of_time(connection: Connection, reader: str) -> None:
    """Give nothing to whom the list of people has for other days than this one: StudyError."""
    found = people(connection).get(reader)
    if found is not None and not found.acts_on(now().date().isoformat()):
        days = " ".join(f"{word} {day}" for word, day in (("from", found.since), ("until", found.until)) if day)
        raise StudyError(
            f"{reader} gets no cases today: the list of people has {reader} {days}. If that is wrong: "
            f"ramris study people DIR --set {reader} --from DAY --until DAY --why TEXT"
        )


def refuse_untrained(connection: Connection, reader: str) -> None:
    """Give nothing to a reader whose training isn't noted on the list of people: StudyError."""
    found = people(connection).get(reader)
    if found is None or not found.trained:
        raise StudyError(
            f"{reader} gets no cases: the design asks for a training that was passed, and none is noted. Note it: "
            f"ramris study people DIR --set {reader} --name NAME --role reader --trained DAY --why TEXT"
        )


def _round(item: Listed) -> int:
    return rounds.DRIFT if item.again else rounds.FIRST


def _listed(connection: Connection, reader: str, unit: str) -> tuple[tuple[Listed, Part], ...]:
    """What the reader has in its order, and what it shows of what has images."""
    case = tables.reading_case.c
    mine = (case.reader == reader, case.round.in_(_OF_THE_LIST))
    visits = case_visits.of_cases(connection, *mine)
    query = select(case.code, case.subject, case.enrolment, case.round).where(*mine).order_by(case.position)
    found: list[tuple[Listed, Part]] = []
    firsts: dict[str, Part] = {}
    for row in connection.execute(query):
        number, shown, again = row.enrolment or 1, visits[row.code].shown, row.round == rounds.DRIFT
        part = given_as(row.subject, number, shown, unit)
        if again:
            part = next((first for first in firsts.values() if first.shares(part)), part)
        elif part.name in firsts and len(shown) == 1:
            part = scan_of(row.subject, number, shown[0])
        firsts.setdefault(part.name, part)
        found.append((Listed(part.name, again=again), part))
    return tuple(found)


def with_more_to_give(
    connection: Connection, reader: str, enrolments: Mapping[str, Sequence[Enrolment]]
) -> frozenset[str]:
    """Subjects of whom the reader can be given something now."""
    mine = in_images_of(connection, reader, enrolments)
    return frozenset(part.subject for part in _to_give(connection, reader, mine, frozenset()))


def _to_give(
    connection: Connection, reader: str, enrolments: Mapping[str, Sequence[Enrolment]], leave_out: frozenset[str]
) -> tuple[Part, ...]:
    """All that the reader can be given now, by the unit of reading."""
    unit = designs.current(connection).design.reading_unit
    case, closed = tables.reading_case.c, exclusions.closed(connection)
    columns = case.code, case.subject, case.enrolment, case.visits
    mine = select(*columns).where(case.reader == reader, case.round.in_(_OF_THE_LIST))
    has: dict[str, dict[int, tuple[int, ...]]] = {}
    for row in connection.execute(mine):
        if row.code not in closed:
            of_subject, number = has.setdefault(row.subject, {}), row.enrolment or 1
            of_subject[number] = (*of_subject.get(number, ()), *decoded(row.visits))
    return tuple(
        part
        for subject, found in enrolments.items()
        if subject not in leave_out
        for part in to_give(subject, found, has.get(subject, {}), unit)
    )


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
    columns = case.code, case.subject, case.enrolment, case.round, case.visits
    mine, taken = select(*columns).where(case.reader == reader), taken_cases.standing(connection)
    away = [row for row in connection.execute(mine) if row.round == rounds.REREAD or row.code in taken]
    unit = designs.current(connection).design.reading_unit
    closed = {given_as(row.subject, row.enrolment or 1, decoded(row.visits), unit).name for row in away}
    gone = exclusions.subjects(connection)
    left_out = frozenset(closed | {key for key in (*(item.whose for item in before), *new) if person_of(key) in gone})
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
