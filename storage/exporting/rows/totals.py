"""Totals and changes derived from the sites: totals under three rules, changes of sites and totals. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice

from scoring.readings.reading import VISITS, Answer, Graded
from scoring.readings.total_rules import (
    FeatureSums,
    RuledChange,
    RuledTotal,
    Status,
    TotalRule,
    ruled_changes,
    ruled_totals,
    status_of,
    sums_of,
)
from scoring.schemes.scheme import FeatureCode
from scoring.values import replace
from storage.exporting.csv_text import number_cell, text_cell, text_cells
from storage.exporting.rows.sheet import Sheet, head, sites, tail, visit_cells
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.tables import SITE_ITSELF


def totals_of(sheet: Sheet, item: ReadingRecord) -> tuple[RuledTotal, ...]:
    """Every total of a reading by code, visit and rule; what lacks a visit of the study is not applicable."""
    totals = sheet.known_totals.get(item.case)
    if totals is None:
        totals = ruled_totals(sheet.scheme.totals, _sums(sheet, item))
        absent = {visit for visit in VISITS if not sheet.is_there(item, visit)}
        if absent:
            totals = tuple(_applicable(total, absent) for total in totals)
        sheet.known_totals[item.case] = totals
    return totals


def changes_of(sheet: Sheet, totals: Sequence[RuledTotal]) -> tuple[RuledChange, ...]:
    """The changes of totals; none is applicable while the order of the visits is hidden."""
    changes = ruled_changes(totals)
    if sheet.visits.ordered:
        return changes
    return tuple(RuledChange(item.code, item.rule, Status.NOT_APPLICABLE, None, None, None) for item in changes)


def total_lines(sheet: Sheet) -> Iterator[str]:
    """One line for each reading, visit and total."""
    ranges = {item.code: f"{number_cell(item.minimum)},{number_cell(item.maximum)}" for item in sheet.scheme.totals}
    for item, visit in sheet.by_visit():
        first, last = head(sheet, item) + visit_cells(sheet, visit), tail(sheet, item)
        here = (total for total in totals_of(sheet, item) if total.visit == visit)
        for code, ruled in groupby(here, key=lambda total: total.code):
            yield f"{first},{code},{_total_cells(tuple(ruled))},{ranges[code]},{last}"


def change_lines(sheet: Sheet) -> Iterator[str]:
    """Follow-up minus baseline: a line for each reading and site, then for each total and rule."""
    where = [
        (text_cell(f"{feature.code}.{site.code}"), text_cells((feature.code, site.code)))
        for feature, site in sites(sheet.scheme)
    ]
    fronts = [f"SITE,{measure},{SITE_ITSELF},{site}," for measure, site in where]
    pieces: dict[tuple[bool, bool], _ChangePieces] = {}
    for item in sheet.readings:
        first, last = head(sheet, item), tail(sheet, item)
        there = (sheet.is_there(item, 1), sheet.is_there(item, 2))
        changed = pieces.setdefault(there, _ChangePieces(sheet, there))
        texts = zip(_texts(sheet, item, 1), _texts(sheet, item, 2), strict=True)
        yield "".join([f"{first}{front}{changed[pair]},{last}" for front, pair in zip(fronts, texts, strict=True)])
        for change in changes_of(sheet, totals_of(sheet, item)):
            yield f"{first}TOTAL,{change.code},{change.rule},,,{_change_cells(change)},{last}"


class _ChangePieces(dict[tuple[str, str], str]):
    """(text at baseline, text at follow-up) -> status, both values and their difference; made at the first asking."""

    def __init__(self, sheet: Sheet, there: tuple[bool, bool]) -> None:
        super().__init__()
        self._sheet, self._there = sheet, there

    def __missing__(self, texts: tuple[str, str]) -> str:
        before, after = (self._sheet.texts.answer(text) for text in texts)
        found = self[texts] = self._cells(before, after)
        return found

    def _cells(self, before: Answer | None, after: Answer | None) -> str:
        if not self._sheet.visits.ordered or not all(
            there or answer is not None for there, answer in zip(self._there, (before, after), strict=True)
        ):
            return f"{Status.NOT_APPLICABLE},,,"
        first, second = (answer.grade if isinstance(answer, Graded) else None for answer in (before, after))
        change = None if first is None or second is None else second - first
        return ",".join((status_of((before, after)), number_cell(first), number_cell(second), number_cell(change)))


def _texts(sheet: Sheet, item: ReadingRecord, visit: int) -> Iterator[str]:
    return (text for text, _, _ in sheet.cells(item, visit))


def _sums(sheet: Sheet, item: ReadingRecord) -> Mapping[FeatureCode, FeatureSums]:
    before, after = (iter(sheet.answers(item, visit)) for visit in VISITS)
    return {
        feature.code: sums_of(zip(islice(before, len(feature.sites)), islice(after, len(feature.sites)), strict=True))
        for feature in sheet.scheme.features
    }


def _applicable(total: RuledTotal, absent: set[int]) -> RuledTotal:
    """A total that is not done because its visit isn't in the study is not applicable."""
    needed = set(VISITS) if total.rule is TotalRule.COMMON else {total.visit}
    if total.status is Status.NOT_DONE and needed & absent:
        return replace(total, status=Status.NOT_APPLICABLE)
    return total


def _total_cells(ruled: Sequence[RuledTotal]) -> str:
    each = (f"{item.status},{number_cell(item.value)},{item.used}" for item in ruled)
    return f"{','.join(each)},{ruled[0].wanted}"


def _change_cells(change: RuledChange) -> str:
    return ",".join(
        (change.status, number_cell(change.baseline), number_cell(change.follow_up), number_cell(change.value))
    )
