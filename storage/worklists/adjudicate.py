"""A third reader for what two readers disagree on: whole cases, blind, so that nothing tells which sites differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from scoring.design.draws import case_codes, draw_worklist
from scoring.design.secret_seed import SecretSeed
from scoring.readings import rounds
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import case_visits
from storage.records import Assignment
from storage.worklists import assign, draws, taking_back


@dataclass(frozen=True, slots=True)
class Wish:
    """Who settles it (`adjudicator`), of whom (`readers`), and from which seed the order is drawn."""

    adjudicator: str
    readers: tuple[str, str]
    seed: SecretSeed


def adjudicate(connection: Connection, wish: Wish, subjects: Collection[str]) -> tuple[Assignment, ...]:
    """Give the adjudicator a case for each of the subjects that hasn't been given yet; all of them, in reading order.

    Raises:
        StudyError: nothing to settle, or the adjudicator is one of the two or has read one of the subjects already.
    """
    if wish.adjudicator in wish.readers:
        raise StudyError(f"{wish.adjudicator} is one of the two readers; a third one settles what they disagree on")
    if not subjects:
        raise StudyError(
            f"{' and '.join(wish.readers)} don't disagree on any case that both have read completely; no case was given"
        )
    own = _subjects(connection, wish.adjudicator, rounds.FIRST) & set(subjects)
    if own:
        count = f"{len(own)} of these subjects {'was' if len(own) == 1 else 'were'}"
        raise StudyError(
            f"{count} given to {wish.adjudicator} as first readings; name a reader who has read none of them"
        )
    assign.make_known(connection, wish.adjudicator)
    both = [case_visits.as_first_read(connection, reader) for reader in wish.readers]
    seen = {subject: _seen_by(subject, both) for subject in subjects}
    why = "disagreements to be settled by a third reader"
    taking_back.again(connection, wish.adjudicator, seen, rounds.ADJUDICATION, why)
    given = _subjects(connection, wish.adjudicator, rounds.ADJUDICATION)
    new = draw_worklist([subject for subject in subjects if subject not in given], wish.seed)
    if new:
        codes = case_codes(len(new), draws.taken_codes(connection), wish.seed)
        drawn = draws.Draw(wish.adjudicator, rounds.ADJUDICATION, wish.seed.seed, written(now()), why)
        cases = [
            draws.NewCase(code, subject, rounds.ADJUDICATION, seen[subject])
            for code, subject in zip(codes, new, strict=True)
        ]
        draws.put_down(connection, drawn, cases)
    return _assignments(connection, wish.adjudicator)


def _seen_by(subject: str, readings: Sequence[Mapping[str, tuple[int, ...]]]) -> tuple[int, ...]:
    """The visits that both readers were shown."""
    return tuple(number for number in readings[0][subject] if all(number in found[subject] for found in readings))


def _subjects(connection: Connection, reader: str, round_: int) -> set[str]:
    case = tables.reading_case.c
    query = select(case.subject).where(case.reader == reader, case.round == round_)
    return set(connection.execute(query).scalars())


def _assignments(connection: Connection, reader: str) -> tuple[Assignment, ...]:
    case = tables.reading_case.c
    query = select(case.code, case.subject, case.round).where(case.reader == reader, case.round == rounds.ADJUDICATION)
    return tuple(
        Assignment(row.code, row.subject, row.round) for row in connection.execute(query.order_by(case.position))
    )
