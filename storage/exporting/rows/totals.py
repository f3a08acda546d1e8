"""totals.csv: a row for each reading, visit and total, under three rules side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby, islice
from typing import NamedTuple

from scoring.readings.reading import VISITS
from scoring.readings.total_rules import FeatureSums, RuledTotal, Status, TotalRule, ruled_totals, sums_of
from scoring.schemes.scheme import FeatureCode, Scheme, Total
from scoring.values import replace
from storage.exporting.rows.parts import OF_READING, provenance_part, reading_part, visit_part
from storage.exporting.rows.sheet import Sheet
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.tables.codelists import STATUSES, total_codes
from storage.exporting.tables.columns import Column, Part, Table, code, integer, number

_TITLE = "One row for each reading, visit and total, computed under three rules for missing grades"


class Totalled(NamedTuple):
    """A total of the scheme, and what it is at a visit under each rule."""

    total: Total
    by_rule: Mapping[TotalRule, RuledTotal]


def totals(sheet: Sheet) -> tuple[Table, Iterator[str]]:
    """By subject, visit, reader and round."""
    reading, at_visit, totalled, provenance = parts = (
        reading_part(sheet),
        visit_part(sheet),
        total_part(sheet.scheme),
        provenance_part(sheet),
    )

    def lines() -> Iterator[str]:
        declared = {total.code: total for total in sheet.scheme.totals}
        for item, visit in sheet.by_visit():
            first, last = f"{reading.cells(item)},{at_visit.cells(visit)}", provenance.line(item)
            here = (total for total in totals_of(sheet, item) if total.visit == visit)
            for code_, ruled in groupby(here, key=lambda total: total.code):
                cells = totalled.cells(Totalled(declared[code_], {total.rule: total for total in ruled}))
                yield f"{first},{cells},{last}"

    return Table("totals", _TITLE, parts, ("case_code", "visit", "total"), (OF_READING,)), lines()


def total_part(scheme: Scheme) -> Part[Totalled]:
    """A total under each rule, and its range."""
    low = min(total.minimum for total in scheme.totals)
    high = max(total.maximum for total in scheme.totals)
    return Part(
        (
            code("total", "Total", lambda of: of.total.code, total_codes(scheme), length=8),
            *_ruled(
                TotalRule.STRICT,
                (
                    "under the strict rule: only if every site has a grade",
                    "Number of sites that have a grade at this visit",
                ),
                (low, high),
            ),
            *_ruled(
                TotalRule.COMMON,
                ("of the sites that have a grade at both visits", "Number of sites that have a grade at both visits"),
                (low, high),
            ),
            *_ruled(
                TotalRule.PRORATA,
                (
                    "pro rata: mean grade times number of sites of each feature, if at least 80 % have a grade",
                    "Number of sites that have a grade at this visit",
                ),
                (low, high),
            ),
            integer(
                "sites_wanted",
                "Number of sites that the total is the sum of",
                lambda of: of.by_rule[TotalRule.STRICT].wanted,
                minimum=1,
            ),
            number("total_min", "Lowest possible value of the strict total", lambda of: of.total.minimum),
            number("total_max", "Highest possible value of the strict total", lambda of: of.total.maximum),
        )
    )


def _ruled(rule: TotalRule, meanings: tuple[str, str], extremes: tuple[Decimal, Decimal]) -> Iterator[Column[Totalled]]:
    (words, used), (low, high) = meanings, extremes
    name = rule.value.lower()
    yield code(
        f"{name}_status",
        f"Whether there is a value of the total {words}",
        lambda of: of.by_rule[rule].status,
        STATUSES,
        length=14,
    )
    yield number(
        name,
        f"Value of the total {words}; empty unless {name}_status is SCORED",
        lambda of: of.by_rule[rule].value,
        minimum=low,
        maximum=high,
        empty=True,
    )
    yield integer(f"{name}_sites", used, lambda of: of.by_rule[rule].used, minimum=0)


def totals_of(sheet: Sheet, item: ReadingRecord) -> tuple[RuledTotal, ...]:
    """Every total of a reading by code, visit and rule; what lacks a visit of the study is not applicable."""
    totals = sheet.known_totals.get((item.case, item.visits))
    if totals is None:
        totals = ruled_totals(sheet.scheme.totals, _sums(sheet, item))
        absent = {visit for visit in VISITS if not sheet.is_there(item, visit)}
        excluded = {visit for visit in VISITS if sheet.is_excluded(item, visit)}
        if absent:
            totals = tuple(applicable(total, absent) for total in totals)
        if excluded:
            totals = tuple(_excluded(total, excluded) for total in totals)
        sheet.known_totals[item.case, item.visits] = totals
    return totals


def _sums(sheet: Sheet, item: ReadingRecord) -> Mapping[FeatureCode, FeatureSums]:
    before, after = (iter(sheet.answers(item, visit)) for visit in VISITS)
    return {
        feature.code: sums_of(zip(islice(before, len(feature.sites)), islice(after, len(feature.sites)), strict=True))
        for feature in sheet.scheme.features
    }


def _excluded(total: RuledTotal, excluded: set[int]) -> RuledTotal:
    """A total of a visit that counts no more has no value."""
    visits_needed = set(VISITS) if total.rule is TotalRule.COMMON else {total.visit}
    return replace(total, status=Status.EXCLUDED, value=None) if visits_needed & excluded else total


def applicable(total: RuledTotal, absent: set[int]) -> RuledTotal:
    """A total that is not done because its visit isn't in the study is not applicable."""
    visits_needed = set(VISITS) if total.rule is TotalRule.COMMON else {total.visit}
    if total.status is Status.NOT_DONE and visits_needed & absent:
        return replace(total, status=Status.NOT_APPLICABLE)
    return total
