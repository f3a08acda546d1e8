"""Disagreements: sites where two readers' finished first readings differ. For the coordinator: it names subjects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sqlalchemy import Connection, select

from scoring.adjudication.final_cases import OneRead, Plan, final_cases
from scoring.adjudication.final_value import Settling
from scoring.adjudication.rules import Rule, Scope
from scoring.design.enrolments import key_of, of_key
from scoring.design.read_design import ReadDesign
from scoring.readings import rounds
from scoring.readings.answers import format_answer
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, SiteKey
from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import Scale, Scheme
from storage.audit import verification
from storage.audit.final_readings import readings_in
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import designs, taken_cases
from storage.record.snapshot import still_view
from storage.schemes import study_schemes


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One site. `answers`: what each of the two readers gave; `difference` is None where one of them gave no grade.

    `settled`: what a third reader gave who was asked to settle it, and who; None before. scale: that the grades are on.
    """

    subject: str
    enrolment: int
    key: SiteKey
    readers: tuple[str, str]
    answers: tuple[Answer, Answer]
    difference: Decimal | None
    scale: Scale
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
            f"{reader} {_called(self.scale, answer)}" for reader, answer in zip(self.readers, self.answers, strict=True)
        )
        settled = (
            "" if self.settled is None else f"; settled by {self.settled[0]} {_called(self.scale, self.settled[1])}"
        )
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
    """`disagreements` inside the caller's view of the file; `scheme` is the study's own."""
    least = _number(threshold)
    verification.verify(connection, scheme)
    two = _two_of(connection, readers)
    scheme = _their_scheme(connection, scheme, two)
    readings = list(readings_in(connection, scheme))
    first, second = (_finished(readings, reader) for reader in two)
    third = _settled(readings)
    return tuple(
        Disagreement(
            *of_key(whose),
            key,
            two,
            pair,
            _difference(pair),
            scheme.feature(key.feature).scale,
            third.get(whose, {}).get(key),
        )
        for whose in sorted(first.keys() & second.keys())
        for key in keys_in_reading_order(scheme)
        # where one reader was shown a visit that the other wasn't there is nothing to compare
        if key in first[whose] and key in second[whose]
        if _differ(pair := (first[whose][key], second[whose][key]), least)
    )


def _called(scale: Scale, answer: Answer) -> str:
    return grade_name(scale, answer.grade) if isinstance(answer, Graded) else format_answer(answer)


def to_third(
    connection: Connection, scheme: Scheme, readers: tuple[str, str] | None, rule: Rule
) -> tuple[tuple[str, str], dict[str, set[int]]]:
    """The two readers, and by key the enrolments that go to a third one with the visits at which they differ.

    Raises:
        RecordDamaged: the record doesn't verify.
        UnknownReader, StudyError: not two readers to compare.
    """
    verification.verify(connection, scheme)
    two = _two_of(connection, readers)
    scheme = _their_scheme(connection, scheme, two)
    # what was laid down for the adjudicator doesn't matter here
    plan = Plan(rule, Settling.ADJUDICATOR, two)
    found: dict[str, set[int]] = {}
    for case in final_cases(scheme, plan, readings_in(connection, scheme)):
        if case.is_read and case.pair is not None:
            differ = case.settled or case.pair[0].keys() & case.pair[1].keys()
            found[case.key] = {key.visit for key in differ}
    return two, found


def _two_of(connection: Connection, readers: tuple[str, str] | None) -> tuple[str, str]:
    """Both as they are called."""
    design = designs.current(connection).design
    laid_down = design.final_readers if len(design.final_readers) == 2 else None  # noqa: PLR2004 - two are compared
    asked = readers or laid_down or _the_two(connection, design)
    a, b = (designs.known(connection, reader) for reader in asked)
    return design.called.get(a, a), design.called.get(b, b)


def read_by_both(connection: Connection, scheme: Scheme, readers: tuple[str, str]) -> set[str]:
    """The enrolments, by key, that both readers, by their ids, have read to the end; StudyError of two schemes."""
    scheme = _their_scheme(connection, scheme, readers)
    called, readings = designs.called(connection), list(readings_in(connection, scheme))
    first, second = (_finished(readings, called.get(reader, reader)) for reader in readers)
    return first.keys() & second.keys()


def _their_scheme(connection: Connection, own: Scheme, two: tuple[str, str]) -> Scheme:
    """The scheme that both read by; readings by two schemes have no grade in common."""
    design = designs.current(connection).design
    schemes = study_schemes.of_study(connection, own, design)
    one, other = (schemes.of(design.id_of(reader)) for reader in two)
    if one.sha256 != other.sha256:
        raise StudyError(
            f"{two[0]} reads by {one.id} and {two[1]} by {other.id}: name two readers of one scheme, with --readers A,B"
        )
    return one


def by_sites(threshold: str) -> Rule:
    """The rule of single sites that differ by so much; StudyError for what is no difference."""
    return Rule(Scope.SITE, _number(threshold))


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or number <= 0:
        raise StudyError(f"threshold {text!r:.40}: a difference of grades above 0, such as 1 or 0.5")
    return number


def _the_two(connection: Connection, design: ReadDesign) -> tuple[str, str]:
    """The two readers of a study, or of the one scheme of it that has two."""
    case = tables.reading_case.c
    taken = taken_cases.standing(connection)
    rows = connection.execute(select(case.code, case.reader).where(case.round == rounds.FIRST))
    programs = {program.reader for program in design.programs}
    known = sorted({row.reader for row in rows if row.code not in taken} - programs)
    if design.further:
        by_scheme = [[name for name in known if design.further_of(name) == one] for one in (None, *design.further)]
        pairs = [names for names in by_scheme if len(names) > 1]
        known = pairs[0] if len(pairs) == 1 else known
    if len(known) != 2:  # noqa: PLR2004 - two are compared
        have = ", ".join(known) or "none"
        raise StudyError(f"two readers are compared, and this study has {len(known)} ({have}); say --readers A,B")
    return known[0], known[1]


def _finished(readings: Iterable[OneRead], reader: str) -> dict[str, dict[SiteKey, Answer]]:
    """The answers of each enrolment that a reader has read whole, by its key."""
    found: dict[str, dict[SiteKey, Answer]] = {}
    for item in readings:
        if item.complete and not item.third and item.reader == reader:
            # scans that were read apart are of one enrolment
            found[item.key] = found.get(item.key, {}) | dict(item.answers)
    return found


def _settled(readings: Iterable[OneRead]) -> dict[str, dict[SiteKey, tuple[str, Answer]]]:
    """What a third reader gave, where that case was read whole."""
    found: dict[str, dict[SiteKey, tuple[str, Answer]]] = {}
    for item in readings:
        if item.complete and item.third:
            mine = {key: (item.reader, answer) for key, answer in item.answers.items()}
            found[item.key] = found.get(item.key, {}) | mine
    return found


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
