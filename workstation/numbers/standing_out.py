"""Findings that stand out in a study: who drifts, on which feature two agree far less; each with the figure of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from scoring.comparison.control_chart import control_chart
from scoring.comparison.grades import At
from scoring.readings import rounds
from scoring.schemes.scheme import Total
from workstation.numbers.agreeing import apart, iccs
from workstation.numbers.choice import Choice, Kind
from workstation.numbers.drifting import drifts_since, order_words
from workstation.numbers.readings import Compared, Numbers, known
from workstation.numbers.words import single_totals

# at one visit alone the moving mean has to lie so many times as far from the centre as its limit: of 66 cases without
# drift one of sixteen charts lies beyond its limits at the end too often to be told at the first glance
_CLEAR: Final = 1.5
_VISITS: Final = (At.BASELINE, At.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands out, in a few words, and the choice whose figure shows it."""

    words: str
    choice: Choice


class _Drift(NamedTuple):
    """Of a reader, at a total: against whom it is clearest, at which visit, and how far beyond its limit."""

    against: str
    at: At
    beyond: float
    round: int
    whose: str


def standing_out(numbers: Numbers) -> tuple[Finding, ...]:
    """Drifts, the clearest first, then features that two readers agree on far less than on the others."""
    return (*_drifts(numbers), *_least(numbers))


def _drifts(numbers: Numbers) -> Iterator[Finding]:
    found: dict[tuple[str, str], list[_Drift]] = defaultdict(list)
    against: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for (reader, other, round_), compared in numbers.compared.items():
        if round_ in {rounds.FIRST, rounds.DRIFT} and compared.grades is not None:
            against[reader].add((other, round_))
            for total in single_totals(numbers.scheme):
                found[reader, str(total.code)] += _seen(compared, total, (reader, other, round_))
    clearest = []
    for (reader, code), drifts in found.items():
        partners = {(item.against, item.round) for item in drifts}
        # against one of several others it can be that other one
        if drifts and 2 * len(partners) > len(against[reader]):
            clearest.append((max(drifts, key=lambda item: item.beyond), reader, code))
    names = _names(numbers)
    for item, reader, code in sorted(clearest, key=lambda row: (-row[0].beyond, row[1:])):
        choice = Choice(Kind.DRIFT, reader, item.round, item.against, code, item.at)
        yield Finding(f"{item.whose} drifts: {names[code]}", choice)


def _seen(compared: Compared, total: Total, key: tuple[str, str, int]) -> list[_Drift]:
    """A drift that lasts to the last case, at both visits, or far beyond its limits at one."""
    assert compared.grades is not None, "asked for before"  # noqa: S101 - for the type checker
    reader, other, round_ = key
    found = []
    for at in _VISITS:
        scores = compared.grades.of_total(total, at)
        there = known(scores)
        chart = control_chart(scores[there][:, 1] - scores[there][:, 0])
        if chart.moving.size and chart.centre is not None and drifts_since(chart):
            reach = float(chart.reach[-1])
            beyond = abs(float(chart.moving[-1]) - chart.centre) / reach if reach else np.inf
            alike = round_ == rounds.FIRST and order_words([compared.pairs[row] for row in there], compared.names)
            found.append(_Drift(other, at, beyond, round_, f"{reader} or {other}" if alike else reader))
    return found if len(found) == len(_VISITS) or any(item.beyond >= _CLEAR for item in found) else []


class _Low(NamedTuple):
    """Two readers agree far less on a total than on the others, at a visit."""

    estimate: float
    reader: str
    other: str
    at: At


def _least(numbers: Numbers) -> Iterator[Finding]:
    names = _names(numbers)
    found: dict[str, list[_Low]] = defaultdict(list)
    for (reader, other, round_), compared in numbers.compared.items():
        if round_ == rounds.FIRST and reader < other and compared.grades is not None:
            for at in _VISITS:
                by_total = iccs(numbers.scheme, compared.grades, at)
                for code in apart(by_total):
                    estimate = by_total[code].estimate
                    if estimate is not None and str(code) in names:
                        found[str(code)].append(_Low(estimate, reader, other, at))
    for name_of, rows in sorted(found.items(), key=lambda item: min(item[1])):
        worst = min(rows)
        times = Counter(name for row in rows for name in (row.reader, row.other))
        (name, most), *rest = times.most_common()
        # of three and more readers the one who differs from each other one
        alone = all(most > count for _, count in rest)
        two = (worst.reader, worst.other) if not alone or name == worst.reader else (worst.other, worst.reader)
        who = f"{name} agrees with others" if alone else f"{two[0]} and {two[1]} agree"
        choice = Choice(Kind.AGREEMENT, two[0], rounds.FIRST, two[1], name_of, worst.at)
        yield Finding(f"{who} least: {names[name_of]}, ICC {worst.estimate:.2f}", choice)


def _names(numbers: Numbers) -> dict[str, str]:
    """A word for each such total: its feature's name."""
    return {
        str(total.code): numbers.scheme.feature(total.features[0]).name.lower()
        if len(total.features) == 1
        else total.name
        for total in single_totals(numbers.scheme)
    }
