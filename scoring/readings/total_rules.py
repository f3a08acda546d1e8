"""Totals when sites have no grade, under three rules side by side. Pure.

The strict rule is the one that papers use and the only one on screen; the other two stand beside it, never instead.
A site that is blank (not read yet) makes a total missing under every rule: the rules are about sites that were read
and can't be scored. A total over several features is the sum of its features' totals under the same rule.

STRICT   every site has a grade; one that has none makes the total missing.
COMMON   the sum over the sites that have a grade at both visits, so that both sums and their difference are of the
         same sites. Its highest possible value shrinks with the sites: compare changes, not levels, between people.
PRORATA  the mean grade times the number of sites, for each feature with at least 80 % of its sites graded.

Source: the three rules and the 80 % are this project's policy for unscorable sites (no paper on RAMRIS fixes one); the
strict rule reproduces what published tables do, where a total is missing when one of its parts is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from scoring.readings.reading import VISITS, Answer, Graded
from scoring.schemes.scheme import FeatureCode, Total, TotalCode

MINIMAL_SHARE: Final = Fraction(80, 100)
# a pro-rata total is rarely a finite decimal: it is what stands here, and a change is the difference of two such
PRORATA_STEP: Final = Decimal("0.000001")

Pair = tuple[Answer | None, Answer | None]


class TotalRule(StrEnum):
    """How a total treats sites that have no grade."""

    STRICT = "STRICT"
    COMMON = "COMMON"
    PRORATA = "PRORATA"


# an enumeration is slow to walk
_RULES: Final = tuple(TotalRule)


class Status(StrEnum):
    """Whether a number is there, and if not, whose turn it is."""

    SCORED = "SCORED"
    NOT_EVALUABLE = "NOT_EVALUABLE"
    NOT_DONE = "NOT_DONE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    EXCLUDED = "EXCLUDED"


@dataclass(frozen=True, slots=True)
class FeatureSums:
    """What the grades of one feature add up to in one reading; pairs are (baseline, follow-up).

    sites: how many the feature has; graded, blank, sums: at each visit, over its own sites.
    common: how many sites are graded at both visits; common_sums: over those alone.
    """

    sites: int
    graded: tuple[int, int]
    blank: tuple[int, int]
    sums: tuple[Decimal, Decimal]
    common: int
    common_sums: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class RuledTotal:
    """A total at one visit under one rule; `value` is None unless `status` is SCORED. `used`: sites added up."""

    code: TotalCode
    visit: int
    rule: TotalRule
    status: Status
    value: Decimal | None
    used: int
    wanted: int


@dataclass(frozen=True, slots=True)
class RuledChange:
    """Follow-up minus baseline of one total under one rule; a change needs both under the same rule."""

    code: TotalCode
    rule: TotalRule
    status: Status
    baseline: Decimal | None
    follow_up: Decimal | None
    value: Decimal | None


def ruled_totals(totals: Sequence[Total], sums: Mapping[FeatureCode, FeatureSums]) -> tuple[RuledTotal, ...]:
    """Every total of a reading from its sums: by code in the scheme's order, then visit, then rule."""
    found: list[RuledTotal] = []
    for item in totals:
        parts = [sums[code] for code in item.features]
        if all(part.common == part.sites for part in parts):
            found += _complete(item.code, parts)
        else:
            found += [_ruled(item.code, parts, visit, rule) for visit in VISITS for rule in _RULES]
    return tuple(found)


def ruled_changes(totals: Sequence[RuledTotal]) -> tuple[RuledChange, ...]:
    """The change of every total and rule that `ruled_totals` gave, in its order."""
    found = {(item.code, item.visit, item.rule): item for item in totals}
    before, after = VISITS
    return tuple(_change(item, found[item.code, after, item.rule]) for item in totals if item.visit == before)


def sums_of(pairs: Iterable[Pair]) -> FeatureSums:
    """Add up one feature: for each of its sites the answers at (baseline, follow-up)."""
    sites = before = after = blank_before = blank_after = common = 0
    sum_before = sum_after = common_before = common_after = Decimal(0)
    for first, second in pairs:
        sites += 1
        one = first.grade if isinstance(first, Graded) else None
        two = second.grade if isinstance(second, Graded) else None
        blank_before += first is None
        blank_after += second is None
        if one is not None:
            before += 1
            sum_before += one
        if two is not None:
            after += 1
            sum_after += two
        if one is not None and two is not None:
            common += 1
            common_before += one
            common_after += two
    return FeatureSums(
        sites,
        (before, after),
        (blank_before, blank_after),
        (sum_before, sum_after),
        common,
        (common_before, common_after),
    )


def status_of(answers: Iterable[Answer | None]) -> Status:
    """SCORED when all have a grade; else NOT_DONE when one is blank; else NOT_EVALUABLE."""
    found = Status.SCORED
    for answer in answers:
        if answer is None:
            return Status.NOT_DONE
        if not isinstance(answer, Graded):
            found = Status.NOT_EVALUABLE
    return found


def _complete(code: TotalCode, parts: Sequence[FeatureSums]) -> Iterable[RuledTotal]:
    """Where every site has a grade the rules say the same: `_ruled`, four times as fast."""
    wanted = sum(part.sites for part in parts)
    for visit in VISITS:
        value = sum((part.sums[visit - 1] for part in parts), Decimal(0))
        for rule in _RULES:
            yield RuledTotal(code, visit, rule, Status.SCORED, value, wanted, wanted)


def _ruled(code: TotalCode, parts: Sequence[FeatureSums], visit: int, rule: TotalRule) -> RuledTotal:
    at = visit - 1
    blank = any(sum(part.blank) if rule is TotalRule.COMMON else part.blank[at] for part in parts)
    values = [_value(part, at, rule) for part in parts]
    used = sum(part.common if rule is TotalRule.COMMON else part.graded[at] for part in parts)
    wanted = sum(part.sites for part in parts)
    given = [value for value in values if value is not None]
    if blank:
        return RuledTotal(code, visit, rule, Status.NOT_DONE, None, used, wanted)
    if len(given) < len(values):
        return RuledTotal(code, visit, rule, Status.NOT_EVALUABLE, None, used, wanted)
    return RuledTotal(code, visit, rule, Status.SCORED, sum(given, Decimal(0)), used, wanted)


def _value(part: FeatureSums, at: int, rule: TotalRule) -> Decimal | None:
    """What a feature gives to a total; None when the rule finds too few graded sites."""
    graded, total = part.graded[at], part.sums[at]
    if rule is TotalRule.COMMON:
        return part.common_sums[at] if part.common else None
    if graded == part.sites:
        return total
    if rule is TotalRule.STRICT or graded < MINIMAL_SHARE * part.sites:
        return None
    return (total * part.sites / graded).quantize(PRORATA_STEP, ROUND_HALF_EVEN)


def _change(before: RuledTotal, after: RuledTotal) -> RuledChange:
    if before.value is None or after.value is None:
        # the most of: counts no more, isn't there to be read, isn't read yet, can't be scored
        order = (Status.EXCLUDED, Status.NOT_APPLICABLE, Status.NOT_DONE, Status.NOT_EVALUABLE)
        status = next(item for item in order if item in {before.status, after.status})
        return RuledChange(before.code, before.rule, status, before.value, after.value, None)
    change = after.value - before.value
    return RuledChange(before.code, before.rule, Status.SCORED, before.value, after.value, change)
