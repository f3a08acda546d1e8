"""Figures of two readings: Bland-Altman, one by the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from scoring.agreement.anova import mean_squares
from scoring.agreement.differences import bland_altman
from scoring.agreement.icc import FORMS, intraclass
from scoring.comparison.grades import Array, At, Grades
from scoring.comparison.points import means_and_differences
from scoring.schemes.scheme import Total
from workstation.numbers.choice import KINDS, OWN_FIRST, VISIT_WORDS, Choice, Kind
from workstation.numbers.figure import Dots, Figure, Line, Nothing, Plot, Tint, Told
from workstation.numbers.readings import Compared, Numbers, One, known
from workstation.numbers.words import count_of, more_than_one_at, score, signed, total_of, unknown

LEVEL = 0.95
_FORM = [form.name for form in FORMS].index("ICC(2,1)")
FEWEST = 3


def pairs_of(numbers: Numbers, choice: Choice) -> tuple[Compared, Sequence[tuple[One, One]], Grades, At] | Nothing:
    """What is compared, the pairs of readings, their grades and where those stand; or why there is nothing."""
    title = KINDS[choice.kind][0]
    compared = numbers.compared.get((choice.reader, choice.against, choice.round))
    if compared is None:
        return Nothing(Told(title, ""), _alone(numbers, choice))
    scans = choice.at is At.SCAN
    grades = compared.scan_grades if scans else compared.grades
    if grades is None:
        whom = choice.against or "the first reading"
        return Nothing(
            Told(title, ""),
            f"No case has been read to its end by both {choice.reader} and {whom} yet. "
            f"{count_of(compared.left_out, 'case')} wait for one of the two; F5 looks again",
        )
    return compared, compared.scans if scans else compared.pairs, grades, choice.at


class _Scored(NamedTuple):
    """Two readings of one total. there: the pairs that have both scores; kept: these scores, (pair, reading)."""

    compared: Compared
    pairs: Sequence[tuple[One, One]]
    there: list[int]
    kept: Array
    told: Told


def _scored(numbers: Numbers, choice: Choice) -> _Scored | Nothing:
    found = pairs_of(numbers, choice)
    if isinstance(found, Nothing):
        return found
    compared, pairs, grades, at = found
    total = total_of(numbers.scheme, choice.total)
    scores = grades.of_total(total, at)
    there = known(scores)
    told = _told(choice, compared, total, len(pairs), len(there))
    if not there:
        return Nothing(told, unknown(total, at))
    return _Scored(compared, pairs, there, scores[there], told)


def differences(numbers: Numbers, choice: Choice) -> Figure:
    """Bland-Altman: second minus first against the mean, with bias and limits of agreement."""
    found = _scored(numbers, choice)
    if isinstance(found, Nothing):
        return found
    compared, pairs, there, kept, told = found
    mean, apart = means_and_differences(kept)
    limits = bland_altman(kept, LEVEL)
    lines = [Line(0.0, tint=Tint.QUIET)]
    for name, item, dashed in (
        ("bias", limits.bias, False),
        ("lower limit", limits.lower_limit, True),
        ("upper limit", limits.upper_limit, True),
    ):
        if item.estimate is not None:
            lines.append(Line(item.estimate, f"{name} {signed(item.estimate)}", dashed=dashed))
    beyond = np.zeros(len(there), dtype=np.bool_)
    if limits.lower_limit.estimate is not None and limits.upper_limit.estimate is not None:
        beyond = (apart < limits.lower_limit.estimate) | (apart > limits.upper_limit.estimate)
    notes = (
        f"{count_of(int(beyond.sum()), 'case')} beyond the limits of agreement (diamonds)",
        *more_than_one_at(mean, apart),
    )
    words = _pair_words(compared, pairs, there, kept)
    dots = Dots("difference", mean, apart, _keys(pairs, there), words, beyond)
    labels = "Mean of both", f"{compared.names[1]} minus {compared.names[0]}"
    return Plot(Told(told.title, told.counts, notes), *labels, (dots,), tuple(lines))


def scatter(numbers: Numbers, choice: Choice) -> Figure:
    """One reading by the other, with the line on which both are equal."""
    found = _scored(numbers, choice)
    if isinstance(found, Nothing):
        return found
    compared, pairs, there, kept, told = found
    notes = (_icc_words(kept), *more_than_one_at(kept[:, 0], kept[:, 1]))
    dots = Dots(
        "case",
        kept[:, 0],
        kept[:, 1],
        _keys(pairs, there),
        _pair_words(compared, pairs, there, kept),
        none_of(len(there)),
    )
    line = Line(None, "equal", tint=Tint.QUIET)
    return Plot(Told(told.title, told.counts, notes), compared.names[0], compared.names[1], (dots,), (line,))


def icc(kept: Array) -> tuple[float | None, float | None, float | None] | None:
    """ICC(2,1) with the ends of its interval; None of fewer than three cases."""
    if len(kept) < FEWEST:
        return None
    value = intraclass(mean_squares(kept), LEVEL)[_FORM].value
    return value.estimate, value.low, value.high


def _icc_words(kept: Array) -> str:
    value = icc(kept)
    if value is None or value[0] is None:
        return "No ICC: it needs three cases that aren't all the same"
    interval = "" if value[1] is None or value[2] is None else f" ({value[1]:.2f} to {value[2]:.2f})"
    return f"ICC(2,1) {value[0]:.2f}{interval}"


def _alone(numbers: Numbers, choice: Choice) -> str:
    if choice.against == OWN_FIRST and len(numbers.readers) > 1:
        return f"{choice.reader} has no reading to be held against another one. Choose another reader or round"
    return (
        "Two readings are needed, and there is one. Give the cases to a second reader (Ctrl+R in `ramris manage`), or "
        "let some be read again: `ramris reread DIR --reader ID --n 10`"
    )


def who(compared: Compared) -> str:
    """The judged reader, then the other one."""
    return f"{compared.names[1]} and {compared.names[0]}"


def _told(choice: Choice, compared: Compared, total: Total, pairs: int, there: int) -> Told:
    title = f"{KINDS[choice.kind][0]}: {total.name}, {VISIT_WORDS[choice.at]}, {who(compared)}"
    if choice.kind is Kind.SCATTER:
        title = f"{total.name}, {VISIT_WORDS[choice.at]}: {compared.names[1]} by {compared.names[0]}"
    return Told(title, counted(there, compared.left_out, pairs - there))


def counted(shown: int, left_out: int, without: int = 0) -> str:
    """How many cases are shown, and why others aren't."""
    parts = [f"n = {shown}"]
    if without:
        parts.append(f"{count_of(without, 'case')} left out: a site has no grade, or the visit isn't there")
    if left_out:
        parts.append(f"{count_of(left_out, 'case')} left out: not read to the end by both")
    return "; ".join(parts)


def _keys(pairs: Sequence[tuple[One, One]], there: Sequence[int]) -> tuple[str, ...]:
    return tuple(pairs[row][1].key for row in there)


def _pair_words(
    compared: Compared, pairs: Sequence[tuple[One, One]], there: Sequence[int], kept: Array
) -> Callable[[int], str]:
    one, two = compared.names

    def words(point: int) -> str:
        a, b = kept[point].tolist()
        return f"{_case(pairs[there[point]])}: {one} {score(a)}, {two} {score(b)}, difference {signed(b - a)}"

    return words


def _case(pair: tuple[One, One]) -> str:
    return f"{pair[1].key} ({pair[0].case}, {pair[1].case})"


def none_of(count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """None of so many points stands out."""
    return np.zeros(count, dtype=np.bool_)
