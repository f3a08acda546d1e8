"""final.csv and final_totals.csv: the value that stands of each site, how it came about, and totals of these. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

from scoring.adjudication.final_cases import FinalCase, OneRead, Plan, final_cases
from scoring.adjudication.final_value import FinalValue, How
from scoring.adjudication.words import VALUES, in_words
from scoring.design.enrolments import of_key
from scoring.readings import rounds
from scoring.readings.answers import format_answer
from scoring.readings.reading import VISITS, Answer, Graded, NotAssessable, SiteKey
from scoring.readings.total_rules import RuledTotal, Status, ruled_totals, sums_of
from scoring.schemes.grade_names import letter_of
from scoring.schemes.scheme import Scheme
from storage.exporting.rows.parts import chronology, scheme_columns, site_part, visit_part
from storage.exporting.rows.sheet import Sheet, grade_of, reason_of, sites
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.rows.totals import Totalled, applicable, total_part
from storage.exporting.tables.codelists import HOWS, PURPOSES, STATUSES, TAKEN_FROM, reason_codes
from storage.exporting.tables.columns import Column, Part, Table, code, integer, number, words
from storage.records import TAKEN, Viewing

FINAL: Final = "FINAL"
_TITLE: Final = "Final values: one row for each enrolment, visit, feature and site that was given to two readers"
_TOTALS: Final = "Totals of final values: one row for each enrolment, visit and total"
_LONGEST_READER: Final = 32


class Valued(NamedTuple):
    """A site of a case with its final value."""

    case: FinalCase
    key: SiteKey
    value: FinalValue


def final_tables(sheet: Sheet, plan: Plan) -> Iterator[tuple[Table, Iterator[str]]]:
    """Both files, by enrolment, visit and site; what is excluded has no rows."""
    cases = final_cases(sheet.scheme, plan, _readings(sheet))
    yield _values(sheet, plan, cases)
    yield _totals(sheet, cases)


def _values(sheet: Sheet, plan: Plan, cases: tuple[FinalCase, ...]) -> tuple[Table, Iterator[str]]:
    whose, at_visit, at_site = _case_part(sheet), visit_part(sheet), site_part(sheet)
    value, end = _value_part(sheet), _rules_part(sheet, plan)

    def lines() -> Iterator[str]:
        for case in cases:
            for visit in VISITS:
                first = f"{whose.cells(case)},{at_visit.cells(visit)}"
                for at in sites(sheet.scheme):
                    key = SiteKey(visit, at.feature.code, at.site.code)
                    if key in case.values:
                        cells = value.cells(Valued(case, key, case.values[key]))
                        yield f"{first},{at_site.cells(at)},{cells},{end.line(case)}"

    parts = (whose, at_visit, at_site, value, end)
    return Table("final", _TITLE, parts, ("subject_id", "enrolment", "visit", "feature", "site")), lines()


def _totals(sheet: Sheet, cases: tuple[FinalCase, ...]) -> tuple[Table, Iterator[str]]:
    whose, at_visit, totalled = _case_part(sheet), visit_part(sheet), total_part(sheet.scheme)
    provenance: Part[object] = Part(scheme_columns(sheet))
    declared = {total.code: total for total in sheet.scheme.totals}

    def lines() -> Iterator[str]:
        for case in cases:
            known = final_totals(sheet.scheme, case)
            for visit in VISITS:
                here = [total for total in known if total.visit == visit]
                for code_, ruled in groupby(here, key=lambda total: total.code):
                    cells = totalled.cells(Totalled(declared[code_], {total.rule: total for total in ruled}))
                    yield f"{whose.cells(case)},{at_visit.cells(visit)},{cells},{provenance.line(case)}"

    parts = (whose, at_visit, totalled, provenance)
    return Table("final_totals", _TOTALS, parts, ("subject_id", "enrolment", "visit", "total")), lines()


def final_totals(scheme: Scheme, case: FinalCase) -> tuple[RuledTotal, ...]:
    """Every total of the final values of a case, under each rule; a visit that nobody was given is not applicable."""

    def answer(visit: int, feature: str, site: str) -> Answer | None:
        found = case.values.get(SiteKey(visit, feature, site))  # type: ignore[arg-type]
        return None if found is None else found.answer

    sums = {
        feature.code: sums_of(
            (answer(1, feature.code, site.code), answer(2, feature.code, site.code)) for site in feature.sites
        )
        for feature in scheme.features
    }
    absent = set(VISITS) - {key.visit for key in case.values}
    return tuple(applicable(total, absent) for total in ruled_totals(scheme.totals, sums))


def _readings(sheet: Sheet) -> Iterator[OneRead]:
    for item in sheet.readings:
        if item.round not in {rounds.FIRST, rounds.ADJUDICATION}:
            continue
        shown = sheet.visits.shown(item.key)
        visits = tuple(at for at in VISITS if shown[at] in item.asked and not sheet.is_excluded(item, at))
        if visits:
            answers = dict(_answers(sheet, item, visits))
            complete = len(answers) == len(visits) * sheet.scheme.sites_per_visit
            yield OneRead(item.key, item.reader, item.round == rounds.ADJUDICATION, complete, answers, visits)


def _answers(sheet: Sheet, item: ReadingRecord, visits: tuple[int, ...]) -> Iterator[tuple[SiteKey, Answer]]:
    for visit in visits:
        for at, answer in zip(sites(sheet.scheme), sheet.answers(item, visit), strict=True):
            if answer is not None:
                yield SiteKey(visit, at.feature.code, at.site.code), answer


def _case_part(sheet: Sheet) -> Part[FinalCase]:
    return Part(
        (
            code("subject_id", "Code of the subject in this study", lambda case: of_key(case.key)[0], length=16),
            integer(
                "enrolment",
                "Which enrolment of the subject: 1 the first; visits are those of the enrolment",
                lambda case: of_key(case.key)[1],
                minimum=1,
            ),
            code("read_purpose", "What the values are for", lambda _: FINAL, PURPOSES, length=12),
            chronology(sheet),
        )
    )


def _ways_of_reading(sheet: Sheet) -> dict[str, dict[SiteKey, str]]:
    """By enrolment how each answer of the third reader was given, as a code of `TAKEN_FROM`."""
    found: dict[str, dict[SiteKey, str]] = {}
    for item in sheet.readings:
        if item.round == rounds.ADJUDICATION:
            for visit in VISITS:
                shown = sheet.visits.shown(item.key)[visit]
                for at in sites(sheet.scheme):
                    viewing = sheet.aids.viewed(item.case, SiteKey(shown, at.feature.code, at.site.code))
                    key = SiteKey(visit, at.feature.code, at.site.code)
                    found.setdefault(item.key, {})[key] = _way(viewing if isinstance(viewing, Viewing) else Viewing())
    return found


def _way(viewing: Viewing) -> str:
    taken = next((name for name, by in TAKEN.items() if by == viewing.by), "")
    return taken or ("OWN" if viewing.beside else "BLIND")


def _value_part(sheet: Sheet) -> Part[Valued]:
    scheme, ways = sheet.scheme, _ways_of_reading(sheet)
    scales = [feature.scale for feature in scheme.features]
    return Part(
        (
            code(
                "final_status",
                "Whether there is a final value; if not, why",
                lambda at: _status(at.value),
                STATUSES,
                length=14,
            ),
            number(
                "final",
                "The value that stands; may lie between two grades. Empty unless final_status is SCORED",
                lambda at: grade_of(at.value.answer),
                minimum=min(scale.minimum for scale in scales),
                maximum=max(scale.maximum for scale in scales),
                empty=True,
            ),
            code(
                "reason_code",
                "Why there is no grade; empty unless final_status is NOT_EVALUABLE",
                lambda at: reason_of(at.value.answer),
                reason_codes(scheme),
                length=8,
                empty=True,
            ),
            words(
                "final_letter",
                "The letter that the scheme has for the value; empty where it has none, and of a mean",
                lambda at: _letter(scheme, at),
                length=4,
                empty=True,
            ),
            code("how", "How the value came about, or why there is none", lambda at: at.value.how, HOWS, length=16),
            *_two(0),
            *_two(1),
            words(
                "adjudicator_id",
                "Who read the case as a third; empty before",
                lambda at: " ".join(at.case.adjudicators),
                length=_LONGEST_READER,
                empty=True,
            ),
            words(
                "adjudicator_answer",
                "Grade or reason of the third reader, also where it settles nothing",
                lambda at: _word(at.case.third.get(at.key)),
                length=8,
                empty=True,
            ),
            code(
                "adjudicator_took",
                "How the third reader came to it, where both readings may have stood beside; empty before",
                lambda at: ways.get(at.case.key, {}).get(at.key, "") if at.key in at.case.third else "",
                TAKEN_FROM,
                length=5,
                empty=True,
            ),
        )
    )


def _two(which: int) -> tuple[Column[Valued], ...]:
    name = f"reader_{which + 1}"
    return (
        words(
            f"{name}_id",
            "Reader of one of the two first readings, in order of names",
            lambda at: at.case.readers[which] if which < len(at.case.readers) else "",
            length=_LONGEST_READER,
            empty=True,
        ),
        words(
            f"{name}_answer",
            "Grade or reason of that reader; empty until both have read it to the end",
            lambda at: _word(at.case.pair[which].get(at.key)) if at.case.pair else "",
            length=8,
            empty=True,
        ),
    )


def _rules_part(sheet: Sheet, plan: Plan) -> Part[object]:
    settled, value = in_words(plan.rule), VALUES[plan.settling]
    return Part(
        (
            words("settled_rule", "What a third reader settles, by the design", lambda _: settled, length=100),
            words("value_rule", "What a site that is settled gets, by the design", lambda _: value, length=100),
            *scheme_columns(sheet),
        )
    )


def _letter(scheme: Scheme, at: Valued) -> str:
    """The letter of a value that a reader gave: a mean of letters may have the number of a third one by chance."""
    value, key = at.value.answer, at.key
    given = (*(answers.get(key) for answers in at.case.pair or ()), at.case.third.get(key))
    if not isinstance(value, Graded) or value.grade not in {grade_of(answer) for answer in given}:
        return ""
    return letter_of(scheme.feature(key.feature).scale, value.grade)


def _word(answer: Answer | None) -> str:
    match answer:
        case Graded():
            return format_answer(answer)
        case NotAssessable(reason, _):
            return reason
    return ""


def _status(value: FinalValue) -> Status:
    match value.answer:
        case Graded():
            return Status.SCORED
        case NotAssessable():
            return Status.NOT_EVALUABLE
    return Status.NOT_APPLICABLE if value.how is How.TOO_MANY_READERS else Status.NOT_DONE
