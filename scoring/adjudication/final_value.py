"""Final value of a site: what stands after two readers and, where they differ, a third one, and how it came. Pure.

The design names one rule for sites that are settled. Everywhere else the two agree, or differ by less than is settled.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct

from scoring.readings.reading import Answer, Graded

_TWO: Final = Decimal(2)


class Settling(StrEnum):
    """Rule of the value of a site that is settled, as it stands in the design.

    MEDIAN: of the three. ADJUDICATOR: the third reader's. NEAREST: of the two that of the reader nearest to the third;
    the third's own, half way between. MEAN_OF_NEAREST: mean of the two of three that are nearest to each other; the
    middle one where both gaps are the same.
    """

    MEDIAN = "median"
    ADJUDICATOR = "adjudicator"
    NEAREST = "nearest"
    MEAN_OF_NEAREST = "mean-of-nearest"


class How(StrEnum):
    """How a final value came about, or why there is none yet. Codes of exports; they never get another meaning."""

    AGREED = "AGREED"
    MEAN_OF_TWO = "MEAN_OF_TWO"
    MEDIAN = "MEDIAN"
    ADJUDICATOR = "ADJUDICATOR"
    NEAREST = "NEAREST"
    MEAN_OF_NEAREST = "MEAN_OF_NEAREST"
    TWO_GRADES = "TWO_GRADES"
    NO_GRADE = "NO_GRADE"
    TO_BE_SETTLED = "TO_BE_SETTLED"
    NOT_READ_BY_TWO = "NOT_READ_BY_TWO"
    TOO_MANY_READERS = "TOO_MANY_READERS"


class FinalValue(Struct, frozen=True):
    """The answer that stands, None where there is none yet, and how it came about."""

    answer: Answer | None
    how: How


def final_value(rule: Settling, two: tuple[Answer, Answer], third: Answer | None, *, settled: bool) -> FinalValue:
    """The final value of a site that two have read.

    Args:
        rule: for a site that is settled.
        two: what the two gave.
        third: what the third reader gave; None before.
        settled: whether this site is to be settled.

    Two of three who gave a grade make their mean, whatever the rule but ADJUDICATOR; one grade of three makes none.
    """
    graded = [answer.grade for answer in two if isinstance(answer, Graded)]
    if not graded or (len(graded) == len(two) and graded[0] == graded[1]):
        return FinalValue(two[0], How.AGREED)
    if not settled and len(graded) == len(two):
        return FinalValue(Graded(_mean(graded[0], graded[1])), How.MEAN_OF_TWO)
    if third is None:
        return FinalValue(None, How.TO_BE_SETTLED)
    if rule is Settling.ADJUDICATOR:
        return FinalValue(third, How.ADJUDICATOR)
    return _of_three(rule, two, third)


def _of_three(rule: Settling, two: tuple[Answer, Answer], third: Answer) -> FinalValue:
    answers = (*two, third)
    graded = [answer.grade for answer in answers if isinstance(answer, Graded)]
    if len(graded) < len(answers) - 1:
        return FinalValue(next(answer for answer in answers if not isinstance(answer, Graded)), How.NO_GRADE)
    if len(graded) < len(answers):
        return FinalValue(Graded(_mean(graded[0], graded[1])), How.TWO_GRADES)
    a, b, c = graded
    low, middle, high = sorted(graded)
    match rule:
        case Settling.NEAREST:
            nearest = a if abs(a - c) < abs(b - c) else b if abs(b - c) < abs(a - c) else c
            return FinalValue(Graded(nearest), How.NEAREST)
        case Settling.MEAN_OF_NEAREST:
            below, above = middle - low, high - middle
            mean = _mean(low, middle) if below < above else _mean(middle, high) if above < below else middle
            return FinalValue(Graded(mean), How.MEAN_OF_NEAREST)
    return FinalValue(Graded(middle), How.MEDIAN)


def _mean(a: Decimal, b: Decimal) -> Decimal:
    """Exact: half of a sum of grades is a finite decimal. 2 stays 2, not 2.0."""
    total = a + b
    return total / _TWO
