"""Figures of how readers read: time by case, time by feature, and how often each grade was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from scoring.comparison.grades import At
from scoring.schemes.scheme import grades_on
from workstation.numbers.choice import KINDS, ROUND_WORDS, VISIT_WORDS, Choice
from workstation.numbers.figure import Bars, Dots, Figure, Line, Nothing, Plot, Tint, Told
from workstation.numbers.readings import Numbers, OfReader, One
from workstation.numbers.words import count_of, score, total_of

_MINUTE_S: Final = 60.0
_NO_GRADE: Final = "no grade"
_PAUSES: Final = "From one answer to the next; pauses over five minutes don't count"
_ELSEWHERE: Final = (
    "No time is known: these readings came in by lines of text, or nothing is read to the end yet. Cases that are read "
    "in the reading room have times"
)


def time_by_case(numbers: Numbers, choice: Choice) -> Figure:
    """Minutes for each case of a reader, in the order in which they were begun."""
    mine = numbers.of.get((choice.reader, choice.round))
    title = f"{KINDS[choice.kind][0]}: {choice.reader}, {ROUND_WORDS[choice.round]}"
    timed = _timed(mine)
    told = Told(title, _counts(mine, timed), (_PAUSES,))
    if not timed:
        return Nothing(told, _ELSEWHERE)
    minutes = np.array([sum(one.seconds.values()) for one in timed]) / _MINUTE_S
    middle = float(np.median(minutes))

    def words(point: int) -> str:
        one = timed[point]
        return f"{one.key} ({one.case}): {float(minutes[point]):.1f} min, " + _by_feature(numbers, one)

    order = np.arange(1, minutes.size + 1, dtype=np.float64)
    none = np.zeros(minutes.size, dtype=np.bool_)
    dots = Dots("minutes", order, minutes, tuple(one.key for one in timed), words, none)
    line = Line(middle, f"median {middle:.1f} min")
    labels = f"Cases in the order in which {choice.reader} began them", "Minutes"
    return Plot(told, *labels, (dots,), (line, Line(0.0, tint=Tint.QUIET)), joined=True)


def time_by_feature(numbers: Numbers, choice: Choice) -> Figure:
    """Median minutes that each reader takes for a feature of a case."""
    title = f"{KINDS[choice.kind][0]}: {ROUND_WORDS[choice.round]}, all readers"
    names, rows, counts, others = [], [], [], 0
    for reader in numbers.readers:
        mine = numbers.of.get((reader, choice.round))
        timed = _timed(mine)
        others += 0 if mine is None else len(mine.readings) - len(timed)
        if timed:
            names.append(reader)
            counts.append(len(timed))
            rows.append(
                [
                    float(np.median([one.seconds.get(str(feature.code), 0.0) for one in timed])) / _MINUTE_S
                    for feature in numbers.scheme.features
                ]
            )
    told = Told(
        title, _shown(names, counts) + (f"; {count_of(others, 'case')} without times" if others else ""), (_PAUSES,)
    )
    if not names:
        return Nothing(Told(title, ""), _ELSEWHERE)
    groups = tuple(feature.name for feature in numbers.scheme.features)
    return Bars(told, "Feature", "Minutes of a case, median", groups, tuple(names), np.array(rows), tuple(counts))


def grades_by_reader(numbers: Numbers, choice: Choice) -> Figure:
    """Percent of the answers that are each grade, for each reader side by side, on the cases that all have read."""
    total = total_of(numbers.scheme, choice.total)
    title = f"{KINDS[choice.kind][0]}: {total.name}, {VISIT_WORDS[choice.at]}, {ROUND_WORDS[choice.round]}"
    tally = numbers.tallies.get(choice.round)
    if tally is None:
        return Nothing(Told(title, ""), "No case has been read to its end yet. F5 looks again")
    by_reader, shared = list(tally.counts), tally.shared
    steps = sorted({grade for code in total.features for grade in grades_on(numbers.scheme.feature(code).scale)})
    groups = (*(score(float(step)) for step in steps), _NO_GRADE)
    rows, counts = [], []
    visit = 2 if choice.at is At.FOLLOW_UP else 1
    for given in tally.counts.values():
        found = Counter[str]()
        for feature in total.features:
            for grade, times in given.get((str(feature), visit), {}).items():
                found[_NO_GRADE if grade is None else score(float(grade))] += times
        answers = sum(found.values())
        counts.append(answers)
        rows.append([100.0 * found[group] / answers if answers else np.nan for group in groups])
    if not any(counts):
        return Nothing(Told(title, ""), f"No answer was given at {VISIT_WORDS[choice.at]}. Choose the other visit (V)")
    left = sum(len(numbers.of[reader, choice.round].readings) - len(shared) for reader in by_reader) if shared else 0
    notes = ("Only cases that all of them have read, so that readers can be compared",)
    if len(by_reader) == 1:
        notes = ("One reader alone: nobody to be compared with",)
    elif not shared:
        notes = ("They have no case in common: what differs can lie in the cases",)
    parts = [_shown(by_reader, counts, "answers")]
    if left:
        parts.append(f"{count_of(left, 'reading')} left out: not read by all")
    return Bars(
        Told(title, "; ".join(parts), notes),
        "Grade",
        "Percent of answers",
        groups,
        tuple(by_reader),
        np.array(rows),
        tuple(counts),
    )


def _timed(mine: OfReader | None) -> list[One]:
    return [] if mine is None else [one for one in mine.readings if sum(one.seconds.values()) > 0]


def _counts(mine: OfReader | None, timed: Sequence[One]) -> str:
    if mine is None:
        return ""
    parts = [f"n = {len(timed)}"]
    if len(mine.readings) > len(timed):
        parts.append(f"{count_of(len(mine.readings) - len(timed), 'case')} without times")
    if mine.incomplete:
        parts.append(f"{count_of(mine.incomplete, 'case')} not read to the end")
    return "; ".join(parts)


def _shown(names: Sequence[str], counts: Sequence[int], what: str = "") -> str:
    unit = f" {what}" if what else ""
    return ", ".join(f"{name} n = {count}{unit}" for name, count in zip(names, counts, strict=True))


def _by_feature(numbers: Numbers, one: One) -> str:
    return ", ".join(
        f"{feature.code} {one.seconds.get(str(feature.code), 0.0) / _MINUTE_S:.1f}"
        for feature in numbers.scheme.features
    )
