"""changes.csv: follow-up minus baseline, a row for each reading and site, then for each total and rule. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from scoring.readings.total_rules import RuledChange, RuledTotal, Status, ruled_changes, status_of
from scoring.schemes.scheme import Scheme
from storage.exporting.rows.parts import OF_READING, provenance_part, reading_part
from storage.exporting.rows.sheet import Sheet, grade_of, sites
from storage.exporting.rows.totals import totals_of
from storage.exporting.tables.codelists import (
    LEVELS,
    RULES,
    SITE_ITSELF,
    STATUSES,
    feature_codes,
    measure_codes,
    site_codes,
)
from storage.exporting.tables.columns import Part, Table, code, number

_TITLE = "Follow-up minus baseline: one row for each reading and site, then one for each total and rule"


class Measure(NamedTuple):
    """What may change: a single site, or a total under a rule."""

    level: str
    name: str
    rule: str
    feature: str = ""
    site: str = ""


class Change(NamedTuple):
    """From a value to another one; nothing where there is none."""

    status: Status
    baseline: Decimal | None = None
    follow_up: Decimal | None = None
    value: Decimal | None = None


def changes(sheet: Sheet) -> tuple[Table, Iterator[str]]:
    """By subject, reader and round; the sites of a reading at once."""
    reading, measure, change, provenance = parts = (
        reading_part(sheet),
        measure_part(sheet.scheme),
        change_part(sheet.scheme),
        provenance_part(sheet),
    )

    def lines() -> Iterator[str]:
        where = [
            measure.cells(Measure("SITE", f"{feature.code}.{site.code}", SITE_ITSELF, feature.code, site.code))
            for feature, site in sites(sheet.scheme)
        ]

        @cache
        def cells_of(before: str, after: str, there: tuple[bool, bool], *, excluded: bool) -> str:
            return change.cells(Change(Status.EXCLUDED) if excluded else _of_site(sheet, before, after, there))

        for reading_ in sheet.readings:
            item = sheet.joined(reading_)
            first, last = reading.cells(item), provenance.line(item)
            there = (sheet.is_there(item, 1), sheet.is_there(item, 2))
            excluded = sheet.is_excluded(item, 1) or sheet.is_excluded(item, 2)
            yield "".join(
                [
                    f"{first},{site},{cells_of(before, after, there, excluded=excluded)},{last}"
                    for site, (before, _, _), (after, _, _) in zip(
                        where, sheet.cells(item, 1), sheet.cells(item, 2), strict=True
                    )
                ]
            )
            for total in changes_of(sheet, totals_of(sheet, item)):
                cells = change.cells(Change(total.status, total.baseline, total.follow_up, total.value))
                yield f"{first},{measure.cells(Measure('TOTAL', total.code, total.rule))},{cells},{last}"

    return Table("changes", _TITLE, parts, ("case_code", "measure", "total_rule"), (OF_READING,)), lines()


def measure_part(scheme: Scheme) -> Part[Measure]:
    """What may change."""
    return Part(
        (
            code("level", "Whether the row is about a site or a total", lambda of: of.level, LEVELS, length=5),
            code(
                "measure",
                "What the change is of: FEATURE.SITE, or a total",
                lambda of: of.name,
                measure_codes(scheme),
                length=17,
            ),
            code("total_rule", "How sites without a grade are treated", lambda of: of.rule, RULES, length=7),
            code(
                "feature",
                "Feature; empty unless level is SITE",
                lambda of: of.feature,
                feature_codes(scheme),
                length=8,
                empty=True,
            ),
            code(
                "site", "Site; empty unless level is SITE", lambda of: of.site, site_codes(scheme), length=8, empty=True
            ),
        )
    )


def change_part(scheme: Scheme) -> Part[Change]:
    """Both values and their difference."""
    spans = [total.maximum - total.minimum for total in scheme.totals]
    high = max(*spans, *(feature.scale.maximum - feature.scale.minimum for feature in scheme.features))
    return Part(
        (
            code(
                "change_status",
                "SCORED if both visits are SCORED; EXCLUDED if either is EXCLUDED, else NOT_DONE if either is NOT_DONE",
                lambda change: change.status,
                STATUSES,
                length=14,
            ),
            number("baseline", "Value at baseline", lambda change: change.baseline, empty=True),
            number("follow_up", "Value at follow-up", lambda change: change.follow_up, empty=True),
            number(
                "change",
                "follow_up minus baseline; empty unless change_status is SCORED",
                lambda change: change.value,
                minimum=-high,
                maximum=high,
                empty=True,
            ),
        )
    )


def changes_of(sheet: Sheet, totals: Sequence[RuledTotal]) -> tuple[RuledChange, ...]:
    """The changes of totals; none is applicable while the order of the visits is hidden."""
    found = ruled_changes(totals)
    if sheet.visits.ordered:
        return found
    return tuple(RuledChange(item.code, item.rule, Status.NOT_APPLICABLE, None, None, None) for item in found)


def _of_site(sheet: Sheet, before: str, after: str, there: tuple[bool, bool]) -> Change:
    """From one text of the record to another one; not applicable where a visit isn't there, or which came first."""
    answers = sheet.texts.answer(before), sheet.texts.answer(after)
    waits = all(exists or answer is not None for exists, answer in zip(there, answers, strict=True))
    if not sheet.visits.ordered or not waits:
        return Change(Status.NOT_APPLICABLE)
    first, second = (grade_of(answer) for answer in answers)
    return Change(status_of(answers), first, second, None if first is None or second is None else second - first)
