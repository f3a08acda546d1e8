"""Final cases: each enrolment with its two readings, what a third one settles, and the value of each site. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from msgspec import Struct

from scoring.adjudication.final_value import FinalValue, How, Settling, final_value
from scoring.adjudication.performance import Compared
from scoring.adjudication.rules import Answers, Pair, Rule, Scope, is_read, to_settle
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme

_TWO: Final = 2


class _Mine(NamedTuple):
    """Readings of one enrolment: first ones by reader, in parts where scans were read apart, and those of a third."""

    key: str
    firsts: Mapping[str, Sequence[OneRead]]
    thirds: Sequence[OneRead]


class Plan(Struct, frozen=True):
    """What the design says: which cases are settled, by which rule a site gets its value, and whose readings count.

    readers: nobody is everybody who is a person. programs: readers that are programs, which count where they are named.
    """

    rule: Rule
    settling: Settling
    readers: tuple[str, ...] = ()
    programs: frozenset[str] = frozenset()

    def counts(self, reader: str) -> bool:
        """Whether first readings of a reader are one of the two."""
        return reader in self.readers if self.readers else reader not in self.programs


class OneRead(Struct, frozen=True):
    """A reading, or a scan of one. third: it is an adjudication; visits: those of the enrolment that it asks for."""

    key: str
    reader: str
    third: bool
    complete: bool
    answers: Answers
    visits: tuple[int, ...]


class FinalCase(Struct, frozen=True):
    """An enrolment. readers: of the first readings that count, finished or not; pair: where two have finished.

    adjudicators: who has read it as a third. values: of every site of every visit that was given to be read.
    """

    key: str
    readers: tuple[str, ...]
    pair: Pair | None
    is_read: bool
    settled: frozenset[SiteKey]
    adjudicators: tuple[str, ...]
    third: Answers
    values: Mapping[SiteKey, FinalValue]

    @property
    def is_final(self) -> bool:
        """Whether every site has its value."""
        return bool(self.values) and all(value.answer is not None for value in self.values.values())

    @property
    def waits(self) -> bool:
        """Whether a third reader's answers are needed for it."""
        return any(value.how is How.TO_BE_SETTLED for value in self.values.values())

    @property
    def compared(self) -> Compared | None:
        """The same for what is counted by reader; None where two haven't finished."""
        if self.pair is None or len(self.readers) != _TWO:
            return None
        two = self.readers[0], self.readers[1]
        return Compared(two, self.pair, self.is_read, self.settled, self.third)


def final_cases(scheme: Scheme, plan: Plan, readings: Iterable[OneRead]) -> tuple[FinalCase, ...]:
    """Every enrolment of which a first reading that counts was given, by key."""
    firsts: dict[str, dict[str, list[OneRead]]] = {}
    thirds: dict[str, list[OneRead]] = {}
    for item in readings:
        if item.third:
            thirds.setdefault(item.key, []).append(item)
        elif plan.counts(item.reader):
            firsts.setdefault(item.key, {}).setdefault(item.reader, []).append(item)
    pairs = {key: found for key, mine in firsts.items() if (found := _pair(mine)) is not None}
    sdc = _sdc(scheme, plan.rule, pairs.values())
    return tuple(
        _case(scheme, plan, pairs.get(key), _Mine(key, firsts[key], thirds.get(key, [])), sdc) for key in sorted(firsts)
    )


def _pair(mine: Mapping[str, Sequence[OneRead]]) -> Pair | None:
    """The finished answers of the two; None of more or fewer than two, or of two who share no finished visit."""
    if len(mine) != _TWO:
        return None
    one, two = (_finished(mine[reader]) for reader in sorted(mine))
    return (one, two) if one.keys() & two.keys() else None


def _finished(parts: Iterable[OneRead]) -> Answers:
    """The answers of a reading; of scans that were read apart, of those that were read to the end."""
    return {key: answer for item in parts if item.complete for key, answer in item.answers.items()}


def _sdc(scheme: Scheme, rule: Rule, pairs: Iterable[Pair]) -> Mapping[FeatureCode, Decimal]:
    if rule.scope is not Scope.CHANGE or rule.least is not None:
        return {}
    # numpy and SciPy: no reader's program needs them
    from scoring.adjudication.detectable import sdc_by_feature  # noqa: PLC0415

    return sdc_by_feature(scheme, pairs)


def _case(scheme: Scheme, plan: Plan, pair: Pair | None, mine: _Mine, sdc: Mapping[FeatureCode, Decimal]) -> FinalCase:
    settled = frozenset[SiteKey]() if pair is None else to_settle(plan.rule, scheme, pair, sdc)
    third = _finished(mine.thirds)
    visits = {visit for parts in mine.firsts.values() for item in parts for visit in item.visits}
    if pair is None:
        why = How.TOO_MANY_READERS if len(mine.firsts) > _TWO else How.NOT_READ_BY_TWO
        values = {key: FinalValue(None, why) for key in keys_in_reading_order(scheme) if key.visit in visits}
    else:
        values = {
            key: _value(plan.settling, pair, third, key, settled=key in settled)
            for key in keys_in_reading_order(scheme)
            if key.visit in visits
        }
    adjudicators = tuple(sorted({item.reader for item in mine.thirds if item.complete}))
    read = pair is not None and is_read(plan.rule, settled)
    return FinalCase(mine.key, tuple(sorted(mine.firsts)), pair, read, settled, adjudicators, third, values)


def _value(rule: Settling, pair: Pair, third: Answers, key: SiteKey, *, settled: bool) -> FinalValue:
    one, two = (mine.get(key) for mine in pair)
    if one is None or two is None:
        return FinalValue(None, How.NOT_READ_BY_TWO)
    return final_value(rule, (one, two), third.get(key), settled=settled)
