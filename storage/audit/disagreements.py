"""Disagreements: sites where two readers' finished first readings differ. For the coordinator: it names subjects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, select

from scoring.design.enrolments import key_of, of_key
from scoring.readings import rounds
from scoring.readings.answers import format_answer
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, SiteKey
from scoring.schemes.scheme import Scheme
from storage.audit import verification
from storage.audit.verified_readings import of_pair
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import case_visits, designs, exclusions, grade_events, taken_cases
from storage.record.snapshot import still_view


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One site. `answers`: what each of the two readers gave; `difference` is None where one of them gave no grade.

    `settled`: what a third reader gave who was asked to settle it, and who; None before.
    """

    subject: str
    enrolment: int
    key: SiteKey
    readers: tuple[str, str]
    answers: tuple[Answer, Answer]
    difference: Decimal | None
    settled: tuple[str, Answer] | None = None

    def as_json(self) -> dict[str, object]:
        """One entry of `ramris study disagreements --json`; difference is that of the second reader from the first."""
        given = {reader: format_answer(answer) for reader, answer in zip(self.readers, self.answers, strict=True)}
        difference = None if self.difference is None else float(self.difference)
        named = {"visit": self.key.visit, "feature": str(self.key.feature), "site": str(self.key.site)}
        settled = None if self.settled is None else {"by": self.settled[0], "answer": format_answer(self.settled[1])}
        return {
            "subject": self.subject,
            "enrolment": self.enrolment,
            **named,
            "answers": given,
            "difference": difference,
            "settled": settled,
        }

    def as_text(self) -> str:
        """One line for people."""
        given = ", ".join(
            f"{reader} {format_answer(answer)}" for reader, answer in zip(self.readers, self.answers, strict=True)
        )
        settled = "" if self.settled is None else f"; settled by {self.settled[0]} {format_answer(self.settled[1])}"
        where = f"visit {self.key.visit} {self.key.feature} {self.key.site}"
        return f"{key_of(self.subject, self.enrolment)} {where}: {given}{settled}"


def disagreements(study: Path, readers: tuple[str, str] | None, threshold: str) -> tuple[Disagreement, ...]:
    """Every site at which the grades differ by the threshold or more, or one reader found no grade, by subject.

    Only subjects of whom both readers have every site, and visits that count; the record is verified first.

    Raises:
        RecordDamaged: the record doesn't verify.
        UnknownReader, StudyError: not two readers to compare, or the threshold isn't a number above 0.
    """
    with still_view(study) as (store, row), store.reading() as connection:
        return found_in(connection, row.scheme, readers, threshold)


def found_in(
    connection: Connection, scheme: Scheme, readers: tuple[str, str] | None, threshold: str
) -> tuple[Disagreement, ...]:
    """`disagreements` inside the caller's view of the file."""
    least = _number(threshold)
    verification.verify(connection, scheme)
    design = designs.current(connection).design
    asked = readers or _the_two(connection)
    first, second = (_finished(connection, designs.known(connection, reader), scheme) for reader in asked)
    a, b = (design.called.get(design.id_of(reader), reader) for reader in asked)
    two = a, b
    third = _settled(connection, scheme)
    return tuple(
        Disagreement(*of_key(whose), key, two, pair, _difference(pair), third.get(whose, {}).get(key))
        for whose in sorted(first.keys() & second.keys())
        for key in keys_in_reading_order(scheme)
        # where one reader was shown a visit that the other wasn't there is nothing to compare
        if key in first[whose] and key in second[whose]
        if _differ(pair := (first[whose][key], second[whose][key]), least)
    )


def read_by_both(connection: Connection, scheme: Scheme, readers: tuple[str, str]) -> set[str]:
    """The enrolments, by key, that both readers, by their ids, have read to the end."""
    first, second = (_finished(connection, reader, scheme) for reader in readers)
    return first.keys() & second.keys()


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or number <= 0:
        raise StudyError(f"threshold {text!r:.40}: a difference of grades above 0, such as 1 or 0.5")
    return number


def _the_two(connection: Connection) -> tuple[str, str]:
    case = tables.reading_case.c
    taken = taken_cases.standing(connection)
    rows = connection.execute(select(case.code, case.reader).where(case.round == rounds.FIRST))
    known = sorted({row.reader for row in rows if row.code not in taken})
    if len(known) != 2:  # noqa: PLR2004 - two are compared
        have = ", ".join(known) or "none"
        raise StudyError(f"two readers are compared, and this study has {len(known)} ({have}); say --readers A,B")
    return known[0], known[1]


def _finished(connection: Connection, reader: str, scheme: Scheme) -> dict[str, dict[SiteKey, Answer]]:
    """The answers of each enrolment that a reader has read whole, by its key."""
    mine = tables.reading_case.c.reader == reader
    found: dict[str, dict[SiteKey, Answer]] = {}
    for whose, _, answers in _whole(connection, scheme, rounds.FIRST, mine):
        # scans that were read apart are of one enrolment
        found[whose] = found.get(whose, {}) | answers
    return found


def _settled(connection: Connection, scheme: Scheme) -> dict[str, dict[SiteKey, tuple[str, Answer]]]:
    """What a third reader gave, where that case was read whole."""
    found: dict[str, dict[SiteKey, tuple[str, Answer]]] = {}
    called = designs.called(connection)
    for whose, id_, answers in _whole(connection, scheme, rounds.ADJUDICATION):
        reader = called.get(id_, id_)
        found[whose] = found.get(whose, {}) | {key: (reader, answer) for key, answer in answers.items()}
    return found


def _whole(
    connection: Connection, scheme: Scheme, round_: int, *which: ColumnElement[bool]
) -> Iterator[tuple[str, str, dict[SiteKey, Answer]]]:
    """Enrolment (its key), reader and answers of each reading of a round that has every answer; those that count."""
    case = tables.reading_case.c
    visits = case_visits.of_cases(connection, case.round == round_, *which)
    columns = case.code, case.subject, case.enrolment, case.reader
    query, gone = select(*columns).where(case.round == round_, *which), exclusions.positions_gone(connection)
    for row in connection.execute(query.order_by(case.position)):
        mine = visits[row.code]
        answers = dict(of_pair(grade_events.current_reading(connection, row.code), mine).answers)
        if 0 < scheme.sites_per_visit * len(mine.there) == len(answers):
            out = {mine.in_pair(at) for at in gone.get(row.code, ())}
            counting = {key: answer for key, answer in answers.items() if key.visit not in out}
            yield case_visits.key_of_case(row), row.reader, counting


def _difference(pair: tuple[Answer, Answer]) -> Decimal | None:
    match pair:
        case Graded(first), Graded(second):
            return second - first
    return None


def _differ(pair: tuple[Answer, Answer], least: Decimal) -> bool:
    difference = _difference(pair)
    if difference is None:
        return isinstance(pair[0], Graded) or isinstance(pair[1], Graded)
    return abs(difference) >= least
