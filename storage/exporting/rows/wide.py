"""The wide file: one line a reading, one variable for each site and visit. Names are short enough for REDCap. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, TypeVar

from scoring.readings.reading import VISITS, Answer
from scoring.readings.total_rules import TotalRule
from scoring.schemes.scheme import GradeDefinition, Scheme, Total
from storage.errors import StudyError
from storage.exporting.rows.changes import changes_of
from storage.exporting.rows.parts import provenance_part, reading_part
from storage.exporting.rows.sheet import Sheet, SiteOf, grade_of, reason_of, sites
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.rows.totals import totals_of
from storage.exporting.tables.codelists import reason_codes
from storage.exporting.tables.columns import CodeList, Column, Part, Table, code, number
from storage.exporting.tables.csv_text import number_cell
from storage.exporting.tables.visits import VisitNames

# REDCap warns above 26 characters, SAS refuses above 32
LONGEST_NAME: Final = 26
BLANK: Final = "BLANK"
EXCLUDED: Final = "EXCLUDED"
_RULES: Final = {
    TotalRule.STRICT: ("", "strict"),
    TotalRule.COMMON: ("_com", "common sites"),
    TotalRule.PRORATA: ("_pro", "pro rata"),
}


_Value = TypeVar("_Value")


class Wide(NamedTuple):
    """A reading with its answers (visit by visit, in the order of `sites`), its totals and their changes.

    excluded: visits that count no more.
    """

    item: ReadingRecord
    excluded: frozenset[int]
    answers: Mapping[int, Sequence[Answer | None]]
    totals: Mapping[tuple[str, TotalRule, int], Decimal | None]
    changes: Mapping[tuple[str, TotalRule], Decimal | None]


def wide(sheet: Sheet) -> tuple[Table, Iterator[str]]:
    """The wide file: a line for each reading, in the order of the readings.

    Raises:
        StudyError: two sites or totals of the scheme would have one name, or one that is too long.
    """
    reading, values, provenance = parts = (
        reading_part(sheet).only(*_READING_NAMES),
        values_part(sheet.scheme, sheet.visits),
        provenance_part(sheet),
    )
    table = Table("wide", "One row for each reading, with a variable for each site and visit", parts, ("case_code",))
    found = table.header
    wrong = [name for name in found if len(name) > LONGEST_NAME or found.count(name) > 1]
    if wrong:
        raise StudyError(f"--wide: the variable {wrong[0]} is too long or there twice; export without --wide")
    lines = (
        f"{reading.cells(item)},{values.cells(_row(sheet, item))},{provenance.line(item)}" for item in sheet.readings
    )
    return table, lines


_READING_NAMES: Final = ("case_code", "subject_id", "enrolment", "reader_id", "round", "read_purpose", "chronology")


def values_part(scheme: Scheme, visits: VisitNames) -> Part[Wide]:
    """Every site at each visit, then every total under each rule with its change."""
    at_sites = (column for index, at in enumerate(sites(scheme)) for column in _site_columns(scheme, visits, index, at))
    of_totals = (column for total in scheme.totals for column in _total_columns(visits, total))
    return Part((*at_sites, *of_totals))


def _site_columns(scheme: Scheme, visits: VisitNames, index: int, at: SiteOf) -> Iterator[Column[Wide]]:
    feature, site = at
    why = CodeList(
        "wide_reason", ((BLANK, "Not read yet"), (EXCLUDED, "Subject or visit excluded"), *reason_codes(scheme).entries)
    )
    grades = CodeList(
        f"grade_{feature.code.lower()}",
        tuple((number_cell(item.grade), _called(item)) for item in feature.scale.grades),
    )
    for visit in VISITS:
        name = _name(feature.code, site.code, visits.code(visit))
        label = f"{feature.name}, {site.name}, {_visit_words(visits, visit)}"
        yield number(
            name,
            label,
            _at_site(visit, index, grade_of),
            codes=grades,
            minimum=feature.scale.minimum,
            maximum=feature.scale.maximum,
            empty=True,
        )
        yield code(
            f"{name}_why",
            f"Why there is no grade: {label}",
            _why_at(visit, index),
            why,
            length=8,
            empty=True,
        )


def _total_columns(visits: VisitNames, total: Total) -> Iterator[Column[Wide]]:
    span = total.maximum - total.minimum
    for rule, (suffix, words) in _RULES.items():
        for visit in VISITS:
            yield number(
                _name(f"{total.code}{suffix}", visits.code(visit)),
                f"{total.name}, {_visit_words(visits, visit)}, {words}",
                _of_total(total, rule, visit),
                minimum=total.minimum,
                maximum=total.maximum,
                empty=True,
            )
        yield number(
            _name(f"{total.code}{suffix}", "chg"),
            f"{total.name}, change, {words}",
            _of_change(total, rule),
            minimum=-span,
            maximum=span,
            empty=True,
        )


def _at_site(visit: int, index: int, says: Callable[[Answer | None], _Value]) -> Callable[[Wide], _Value]:
    return lambda row: says(row.answers[visit][index])


def _why_at(visit: int, index: int) -> Callable[[Wide], str]:
    return lambda row: EXCLUDED if visit in row.excluded else _why(row.answers[visit][index])


def _of_total(total: Total, rule: TotalRule, visit: int) -> Callable[[Wide], Decimal | None]:
    return lambda row: row.totals[total.code, rule, visit]


def _of_change(total: Total, rule: TotalRule) -> Callable[[Wide], Decimal | None]:
    return lambda row: row.changes[total.code, rule]


def _row(sheet: Sheet, item: ReadingRecord) -> Wide:
    totals, of_both = totals_of(sheet, item), totals_of(sheet, sheet.joined(item))
    return Wide(
        item,
        frozenset(visit for visit in VISITS if sheet.is_excluded(item, visit)),
        {visit: sheet.answers(item, visit) for visit in VISITS},
        {(total.code, total.rule, total.visit): total.value for total in totals},
        {(change.code, change.rule): change.value for change in changes_of(sheet, of_both)},
    )


def _why(answer: Answer | None) -> str:
    return BLANK if answer is None else reason_of(answer)


def _called(grade: GradeDefinition) -> str:
    """The words of a grade, its letter before them."""
    return f"{grade.letter}: {grade.label}" if grade.letter else grade.label


def _visit_words(visits: VisitNames, visit: int) -> str:
    return visits.codes.entries[visit - 1][1].lower()


def _name(*parts: str) -> str:
    return "_".join(parts).replace("-", "_").lower()
