"""Feedback on one finished case: each site beside the reference's answer, and how far it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, Graded, NotAssessable, Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme

# One whole grade, whatever the step of the scale: readers of half steps are held to the same.
NEAR: Final = Decimal(1)


class Closeness(StrEnum):
    """How an answer lies to the reference's. The values are part of the command-line contract."""

    SAME = "same"
    NEAR = "near"
    FAR = "far"
    # one of both says that the site can't be scored
    SCORABLE = "scorable"


class SiteFeedback(Struct, frozen=True):
    """One site at one visit; `difference` is the reader's grade minus the reference's, where both have one."""

    key: SiteKey
    given: Answer
    reference: Answer
    difference: Decimal | None
    closeness: Closeness


class FeatureFeedback(Struct, frozen=True):
    """How many sites of a feature, at both visits, lie how, and the sum of their differences."""

    feature: FeatureCode
    same: int
    near: int
    far: int
    scorable: int
    bias: Decimal


def feedback(scheme: Scheme, given: Reading, reference: Reading) -> tuple[SiteFeedback, ...]:
    """Every site that both have answered, in reading order."""
    found = []
    for key in keys_in_reading_order(scheme):
        mine, theirs = given.answer(key), reference.answer(key)
        if mine is not None and theirs is not None:
            found.append(_of_site(key, mine, theirs))
    return tuple(found)


def by_feature(scheme: Scheme, sites: Iterable[SiteFeedback]) -> tuple[FeatureFeedback, ...]:
    """The same counted, a line for each feature of the scheme."""
    listed = tuple(sites)
    return tuple(
        _of_feature(feature.code, tuple(item for item in listed if item.key.feature == feature.code))
        for feature in scheme.features
    )


def farthest_first(sites: Iterable[SiteFeedback]) -> tuple[SiteFeedback, ...]:
    """Those that aren't the same, the farthest first: what a learner looks at."""
    rank = {Closeness.SCORABLE: 0, Closeness.FAR: 1, Closeness.NEAR: 2}
    wrong = [item for item in sites if item.closeness in rank]
    return tuple(sorted(wrong, key=lambda item: (rank[item.closeness], -abs(item.difference or Decimal(0)))))


def _of_site(key: SiteKey, mine: Answer, theirs: Answer) -> SiteFeedback:
    match mine, theirs:
        case Graded(a), Graded(b):
            far = abs(a - b)
            closeness = Closeness.SAME if not far else Closeness.NEAR if far <= NEAR else Closeness.FAR
            return SiteFeedback(key, mine, theirs, a - b, closeness)
        case NotAssessable(), NotAssessable():
            # which code is a matter of words: neither gives a grade
            return SiteFeedback(key, mine, theirs, None, Closeness.SAME)
        case _:
            return SiteFeedback(key, mine, theirs, None, Closeness.SCORABLE)


def _of_feature(code: FeatureCode, sites: tuple[SiteFeedback, ...]) -> FeatureFeedback:
    count = {one: sum(item.closeness is one for item in sites) for one in Closeness}
    bias = sum((item.difference for item in sites if item.difference is not None), Decimal(0))
    return FeatureFeedback(
        code, count[Closeness.SAME], count[Closeness.NEAR], count[Closeness.FAR], count[Closeness.SCORABLE], bias
    )
