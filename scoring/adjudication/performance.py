"""Performance of two readers beside a third: adjudication rate and reader disagreement index. Pure.

Source: Sharma and others 2021, "Reader disagreement index: a better measure of overall review quality monitoring in an
oncology trial compared to adjudication rate": cases in which the adjudicator disagreed with the reader, over all cases
that the reader read. A grade isn't a verdict, so "disagreed" needs a rule here: at more of the settled sites the third
reader's answer is nearer to the other reader's. Where it is as often nearer to the one as to the other it is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from scoring.adjudication.rules import Answers, Pair
from scoring.readings.reading import Answer, Graded, SiteKey

# further than any two grades: one of two answers is no grade
_FAR: Final = Decimal("Infinity")


class Compared(Struct, frozen=True):
    """A case that two have read: who, what they gave, whether it goes to a third, which sites, what the third gave."""

    readers: tuple[str, str]
    pair: Pair
    is_read: bool
    settled: frozenset[SiteKey]
    third: Answers


class Performance(Struct, frozen=True):
    """One reader. compared: cases that another has read too; to_third: of them those for a third reader.

    done: of these those that the third has read; against: where the third sided with the other one.
    """

    reader: str
    compared: int
    to_third: int
    done: int
    against: int

    @property
    def adjudication_rate(self) -> float:
        """Share of the reader's cases that go to a third."""
        return self.to_third / self.compared

    @property
    def disagreement_index(self) -> float:
        """Share of the reader's cases in which the third sided with the other."""
        return self.against / self.compared


def performances(cases: Iterable[Compared]) -> tuple[Performance, ...]:
    """A line for each reader, by name."""
    counts: dict[str, list[int]] = {}
    for case in cases:
        done = case.is_read and case.settled <= case.third.keys() and bool(case.third)
        side = _side(case.pair, case.third, case.settled) if done else 0
        for which, reader in enumerate(case.readers):
            mine = counts.setdefault(reader, [0, 0, 0, 0])
            against = side < 0 if which == 0 else side > 0
            for at, one in enumerate((True, case.is_read, done, against)):
                mine[at] += one
    return tuple(Performance(reader, *counts[reader]) for reader in sorted(counts))


def _side(pair: Pair, third: Mapping[SiteKey, Answer], settled: Iterable[SiteKey]) -> int:
    """Above 0 where the third is nearer to the first reader at more sites than to the second; below 0 the other way."""
    side = 0
    for key in settled:
        first, second = (_distance(mine[key], third[key]) for mine in pair)
        side += (first < second) - (second < first)
    return side


def _distance(one: Answer, other: Answer) -> Decimal:
    match one, other:
        case Graded(a), Graded(b):
            return abs(a - b)
    return _FAR if isinstance(one, Graded) or isinstance(other, Graded) else Decimal(0)
