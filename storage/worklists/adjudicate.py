"""A third reader for what two readers disagree on: whole cases, blind, so that nothing tells which sites differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from scoring.design.draws import case_codes, draw_worklist, kept_apart
from scoring.design.enrolments import of_key
from scoring.design.reading_units import CASE, SCAN, Part, person_of, to_read_again, whole
from scoring.design.secret_seed import SecretSeed
from scoring.readings import rounds
from storage.clock import now, written
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import case_visits
from storage.records import Assignment
from storage.shown_visits import decoded
from storage.worklists import assign, draws, taking_back


@dataclass(frozen=True, slots=True)
class Wish:
    """Who settles it (`adjudicator`), of whom (`readers`), and from which seed the order is drawn."""

    adjudicator: str
    readers: tuple[str, str]
    seed: SecretSeed


def adjudicate(connection: Connection, wish: Wish, enrolments: Mapping[str, Collection[int]]) -> tuple[Assignment, ...]:
    """Give the adjudicator what wasn't given yet of what is to be settled; all that was given, in reading order.

    Args:
        connection: in a transaction.
        wish: who settles what whom.
        enrolments: by key those on which the two differ, with the visits (1, 2) at which they do. A pair is given
            whole; of scans that were read apart only those.

    Raises:
        StudyError: nothing to settle, or the adjudicator is one of the two or has read one of them already.
    """
    if wish.adjudicator in wish.readers:
        raise StudyError(f"{wish.adjudicator} is one of the two readers; a third one settles what they disagree on")
    if not enrolments:
        raise StudyError(
            f"{' and '.join(wish.readers)} don't disagree on any case that both have read completely; no case was given"
        )
    own = _given(connection, wish.adjudicator, rounds.FIRST) & set(enrolments)
    if own:
        count = f"{len(own)} of these enrolments {'was' if len(own) == 1 else 'were'}"
        raise StudyError(
            f"{count} given to {wish.adjudicator} as first readings; name a reader who has read none of them"
        )
    assign.make_known(connection, wish.adjudicator)
    both = [case_visits.as_first_read(connection, reader) for reader in wish.readers]
    apart = case_visits.read_apart(connection, wish.readers)
    pairs = case_visits.pairs_of(connection)
    # whoever settles it sees what the two saw: scans that they read alone are alone again, where they differ
    wanted = [
        part
        for key, differ in enrolments.items()
        for part in to_read_again(whole(*of_key(key), _seen_by(key, both)), SCAN if key in apart else CASE)
        if key not in apart or pairs[key].index(part.visits[0]) + 1 in differ
    ]
    why = "disagreements to be settled by a third reader"
    taking_back.again(connection, wish.adjudicator, wanted, rounds.ADJUDICATION, why)
    given = _parts_given(connection, wish.adjudicator)
    parts = {part.name: part for part in wanted if not any(part.shares(other) for other in given)}
    new = kept_apart(draw_worklist(list(parts), wish.seed), person_of)
    if new:
        codes = case_codes(len(new), draws.taken_codes(connection), wish.seed)
        drawn = draws.Draw(wish.adjudicator, rounds.ADJUDICATION, wish.seed.seed, written(now()), why)
        cases = [
            draws.NewCase(code, parts[name].subject, rounds.ADJUDICATION, parts[name].visits, parts[name].enrolment)
            for code, name in zip(codes, new, strict=True)
        ]
        draws.put_down(connection, drawn, cases)
    return _assignments(connection, wish.adjudicator)


def _seen_by(key: str, readings: Sequence[Mapping[str, tuple[int, ...]]]) -> tuple[int, ...]:
    """The visits that both readers were shown."""
    return tuple(number for number in readings[0][key] if all(number in found[key] for found in readings))


def _parts_given(connection: Connection, adjudicator: str) -> list[Part]:
    """What the adjudicator was given to settle, taken back or not: a pair, or a scan of one."""
    case = tables.reading_case.c
    query = select(case.subject, case.enrolment, case.visits)
    rows = connection.execute(query.where(case.reader == adjudicator, case.round == rounds.ADJUDICATION))
    return [whole(row.subject, row.enrolment or 1, decoded(row.visits)) for row in rows]


def _given(connection: Connection, reader: str, round_: int) -> set[str]:
    case = tables.reading_case.c
    query = select(case.subject, case.enrolment).where(case.reader == reader, case.round == round_)
    return set(map(case_visits.key_of_case, connection.execute(query)))


def _assignments(connection: Connection, reader: str) -> tuple[Assignment, ...]:
    case = tables.reading_case.c
    mine = select(case.code, case.subject, case.round, case.enrolment).where(case.reader == reader)
    query = mine.where(case.round == rounds.ADJUDICATION).order_by(case.position)
    return tuple(
        Assignment(row.code, row.subject, row.round, enrolment=row.enrolment or 1) for row in connection.execute(query)
    )
