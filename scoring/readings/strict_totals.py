"""Totals by the strict rule: one site that has no grade makes the total missing. Pure.

A total of a part of the sites looks like a better wrist. `running_sum` is for the screen while reading alone.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from scoring.readings.order import keys_of_total
from scoring.readings.reading import Graded, Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme, SiteCode, Total, TotalCode


class TotalValue(Struct, frozen=True):
    """A total at one visit; `value` is None unless all `wanted` sites have a grade."""

    code: TotalCode
    visit: int
    value: Decimal | None
    scored: int
    wanted: int


class TotalChange(Struct, frozen=True):
    """Follow-up minus baseline; None unless both totals exist."""

    code: TotalCode
    value: Decimal | None


def total(scheme: Scheme, reading: Reading, code: TotalCode, visit: int) -> TotalValue:
    """The strict total of that code at a visit; KeyError when the scheme has none."""
    grades = _grades(scheme, reading, code, visit)
    given = [grade for grade in grades if grade is not None]
    complete = len(given) == len(grades)
    return TotalValue(code, visit, sum(given, Decimal(0)) if complete else None, len(given), len(grades))


def total_change(scheme: Scheme, reading: Reading, code: TotalCode) -> TotalChange:
    """Follow-up minus baseline of a strict total."""
    before, after = (total(scheme, reading, code, visit).value for visit in (1, 2))
    return TotalChange(code, None if before is None or after is None else after - before)


def site_change(reading: Reading, feature: FeatureCode, site: SiteCode) -> Decimal | None:
    """Follow-up minus baseline at one site; None unless both have a grade."""
    before, after = (_grade(reading, SiteKey(visit, feature, site)) for visit in (1, 2))
    return None if before is None or after is None else after - before


def running_sum(scheme: Scheme, reading: Reading, code: TotalCode, visit: int) -> Decimal:
    """The sum of the grades given so far, for the screen while a total is incomplete. It is no total."""
    return sum((grade for grade in _grades(scheme, reading, code, visit) if grade is not None), Decimal(0))


def _declared(scheme: Scheme, code: TotalCode) -> Total:
    for item in scheme.totals:
        if item.code == code:
            return item
    raise KeyError(code)


def _grades(scheme: Scheme, reading: Reading, code: TotalCode, visit: int) -> list[Decimal | None]:
    return [_grade(reading, key) for key in keys_of_total(scheme, _declared(scheme, code), visit)]


def _grade(reading: Reading, key: SiteKey) -> Decimal | None:
    answer = reading.answer(key)
    return answer.grade if isinstance(answer, Graded) else None
