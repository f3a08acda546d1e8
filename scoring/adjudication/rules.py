"""Rules of what is settled: at which sites of a case two finished readings differ by more than the design allows. Pure.

Words of the design: `site:D` (single sites), `total:D` (a feature's total at a visit), `change` and `change:D` (the
change of a feature's total; beyond the SDC, or by D), `all`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from msgspec import Struct

from scoring.errors import DesignRefused
from scoring.readings.reading import VISITS, Answer, Graded, SiteKey
from scoring.schemes.scheme import Feature, FeatureCode, Scheme

Answers = Mapping[SiteKey, Answer]
Pair = tuple[Answers, Answers]


class Scope(StrEnum):
    """What is held against each other: single sites, totals of features, their changes, or nothing: every case."""

    SITE = "site"
    TOTAL = "total"
    CHANGE = "change"
    ALL = "all"


class Rule(Struct, frozen=True):
    """Scope and the least difference that is settled; None is beyond the SDC for changes, and none for ALL."""

    scope: Scope
    least: Decimal | None = None

    @property
    def text(self) -> str:
        """As it stands in the design."""
        return self.scope.value if self.least is None else f"{self.scope.value}:{self.least}"


EXPECTED: Final = "site:1, total:3, change (beyond the SDC), change:4, or all; the number is the least difference"


def rule_from(text: str) -> Rule:
    """The rule that was typed; DesignRefused for what is none."""
    word, colon, number = text.partition(":")
    least = _above_zero(number.strip()) if colon else None
    scope = next((item for item in Scope if item.value == word.strip()), None)
    lacks = least is None and (bool(colon) or scope in _NEED_NUMBER)
    if scope is None or lacks or (scope is Scope.ALL and bool(colon)):
        raise DesignRefused(f"adjudicate {text!a:.40}: {EXPECTED}")
    return Rule(scope, least)


def _above_zero(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None


_NEED_NUMBER: Final = frozenset({Scope.SITE, Scope.TOTAL})


def to_settle(
    rule: Rule, scheme: Scheme, pair: Pair, sdc: Mapping[FeatureCode, Decimal] | None = None
) -> frozenset[SiteKey]:
    """The sites of a case that are settled: none where the two are within the rule.

    By single sites only those that differ by so much. By totals and changes, and for ALL, every site at which the two
    differ, since the case is read again as a whole; for ALL also a case without a difference is read: see `is_read`.
    A site that one of them graded and the other could not is a difference under every rule.
    """
    differing = differing_sites(pair)
    if rule.scope is Scope.SITE:
        return frozenset(key for key in differing if _by(pair, key, rule.least or Decimal(0)))
    ungraded = any(_by(pair, key, None) for key in differing)
    if (
        rule.scope is Scope.ALL
        or ungraded
        or any(_beyond(rule, feature, pair, sdc or {}) for feature in scheme.features)
    ):
        return differing
    return frozenset()


def is_read(rule: Rule, settled: frozenset[SiteKey]) -> bool:
    """Whether the case goes to a third reader."""
    return rule.scope is Scope.ALL or bool(settled)


def differing_sites(pair: Pair) -> frozenset[SiteKey]:
    """Sites that both were shown and at which they don't say the same; two reasons for no grade are the same."""
    one, two = pair
    return frozenset(key for key in one.keys() & two.keys() if not _same(one[key], two[key]))


def _same(one: Answer, two: Answer) -> bool:
    return one == two or not (isinstance(one, Graded) or isinstance(two, Graded))


def _by(pair: Pair, key: SiteKey, least: Decimal | None) -> bool:
    """Whether two answers differ by so much; None is only where one of them is no grade."""
    match pair[0][key], pair[1][key]:
        case Graded(a), Graded(b):
            return least is not None and abs(a - b) >= least
    return True


def _beyond(rule: Rule, feature: Feature, pair: Pair, sdc: Mapping[FeatureCode, Decimal]) -> bool:
    one, two = pair
    if rule.scope is Scope.TOTAL:
        at_visits = [(_total(feature, one, visit), _total(feature, two, visit)) for visit in VISITS]
        return any(abs(a - b) >= (rule.least or 0) for a, b in at_visits if a is not None and b is not None)
    a, b = change_of(feature, one), change_of(feature, two)
    if a is None or b is None:
        return False
    if rule.least is not None:
        return abs(a - b) >= rule.least
    limit = sdc.get(feature.code)
    return limit is not None and abs(a - b) > limit


def _total(feature: Feature, answers: Answers, visit: int) -> Decimal | None:
    """The strict total of a feature at a visit."""
    total = Decimal(0)
    for site in feature.sites:
        answer = answers.get(SiteKey(visit, feature.code, site.code))
        if not isinstance(answer, Graded):
            return None
        total += answer.grade
    return total


def change_of(feature: Feature, answers: Answers) -> Decimal | None:
    """The change of a feature's strict total; None where one of them is missing."""
    before, after = (_total(feature, answers, visit) for visit in VISITS)
    return None if before is None or after is None else after - before
