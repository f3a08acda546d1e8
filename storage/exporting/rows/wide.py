"""The wide file: one line a reading, one variable for each site and visit. Names are short enough for REDCap. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scoring.readings.reading import VISITS, Answer, Graded, NotAssessable
from scoring.readings.total_rules import TotalRule
from scoring.schemes.scheme import Feature, Scheme, Site, Total
from scoring.values import replace
from storage.errors import StudyError
from storage.exporting.columns import CodeList, Column, Table, code, number
from storage.exporting.csv_text import number_cell, text_cell, text_cells
from storage.exporting.rows.sheet import Sheet, purpose, sites, tail
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.rows.totals import changes_of, totals_of
from storage.exporting.tables import provenance_columns, reading_columns, reason_codes
from storage.exporting.visits import VisitNames

# REDCap warns above 26 characters, SAS refuses above 32
LONGEST_NAME: Final = 26
BLANK: Final = "BLANK"
_RULES: Final = {
    TotalRule.STRICT: ("", "strict"),
    TotalRule.COMMON: ("_com", "common sites"),
    TotalRule.PRORATA: ("_pro", "pro rata"),
}


def wide_table(scheme: Scheme, visits: VisitNames) -> Table:
    """The columns of the wide file.

    Raises:
        StudyError: two sites or totals of the scheme would have one name, or one that is too long.
    """
    by_name = {column.name: column for column in reading_columns()}
    of_reading = [by_name[name] for name in _READING_NAMES]
    columns = (
        *of_reading,
        *(column for feature, site in sites(scheme) for column in _site_columns(scheme, visits, feature, site)),
        *(column for total in scheme.totals for column in _total_columns(visits, total)),
        *provenance_columns(scheme),
    )
    found = [column.name for column in columns]
    wrong = [name for name in found if len(name) > LONGEST_NAME or found.count(name) > 1]
    if wrong:
        raise StudyError(f"--wide: the variable {wrong[0]} is too long or there twice; export without --wide")
    return Table("wide", "One row for each reading, one variable for each site and visit", columns, ("case_code",))


def wide_lines(sheet: Sheet) -> Iterator[str]:
    """One line for each reading, in the order of the readings."""
    for item in sheet.readings:
        answers = {visit: sheet.answers(item, visit) for visit in VISITS}
        pairs = zip(*answers.values(), strict=True)
        cells = [
            text_cells((item.case, item.subject, item.reader)),
            f"{item.round},{purpose(sheet, item)},{sheet.chronology}",
            *(_answer_cells(answer) for pair in pairs for answer in pair),
            *_total_cells(sheet, item),
        ]
        yield f"{','.join(cells)},{tail(sheet, item)}"


_READING_NAMES: Final = ("case_code", "subject_id", "reader_id", "round", "read_purpose", "chronology")


def _site_columns(scheme: Scheme, visits: VisitNames, feature: Feature, site: Site) -> Iterator[Column]:
    reasons = reason_codes(scheme)
    why = CodeList("wide_reason", ((BLANK, "Not read yet"), *reasons.entries))
    for visit in VISITS:
        name = _name(feature.code, site.code, visits.code(visit))
        label = f"{feature.name}, {site.name}, {visits.codes.entries[visit - 1][1].lower()}"
        scale = feature.scale
        grade = number(name, label, minimum=scale.minimum, maximum=scale.maximum, empty=True)
        grades = tuple((number_cell(item.grade), item.label) for item in scale.grades)
        yield replace(grade, codes=CodeList(f"grade_{feature.code.lower()}", grades))
        yield code(f"{name}_why", f"Why there is no grade: {label}", why, length=8, empty=True)


def _total_columns(visits: VisitNames, total: Total) -> Iterator[Column]:
    span = total.maximum - total.minimum
    for suffix, words in _RULES.values():
        for visit in VISITS:
            label = f"{total.name}, {visits.codes.entries[visit - 1][1].lower()}, {words}"
            name = _name(f"{total.code}{suffix}", visits.code(visit))
            yield number(name, label, minimum=total.minimum, maximum=total.maximum, empty=True)
        label = f"{total.name}, change, {words}"
        yield number(_name(f"{total.code}{suffix}", "chg"), label, minimum=-span, maximum=span, empty=True)


def _name(*parts: str) -> str:
    return "_".join(parts).replace("-", "_").lower()


def _answer_cells(answer: Answer | None) -> str:
    match answer:
        case Graded(grade):
            return f"{number_cell(grade)},"
        case NotAssessable(reason, _):
            return f",{text_cell(reason)}"
        case None:
            return f",{BLANK}"


def _total_cells(sheet: Sheet, item: ReadingRecord) -> Iterator[str]:
    totals = totals_of(sheet, item)
    values = {(total.code, total.rule, total.visit): total.value for total in totals}
    changes = {(change.code, change.rule): change.value for change in changes_of(sheet, totals)}
    for total in sheet.scheme.totals:
        for rule in _RULES:
            for visit in VISITS:
                yield number_cell(values[total.code, rule, visit])
            yield number_cell(changes[total.code, rule])
