"""Figure of agreement: ICC of each total with its interval, one under the other. What is read badly stands apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from scoring.comparison.compare import complete
from scoring.comparison.grades import At, Grades
from scoring.readings import rounds
from scoring.schemes.scheme import Scheme, TotalCode
from workstation.numbers.choice import KINDS, OWN_FIRST, ROUND_WORDS, VISIT_WORDS, Choice
from workstation.numbers.comparing import FEWEST, counted, icc, pairs_of, who
from workstation.numbers.figure import Curve, Dots, Figure, Line, Nothing, Plot, Tint, Told
from workstation.numbers.readings import Compared, Numbers


class Icc(NamedTuple):
    """ICC(2,1) of a total with its 95 % interval, each None where there is none, of n cases."""

    estimate: float | None
    low: float | None
    high: float | None
    n: int


def iccs(scheme: Scheme, grades: Grades, at: At) -> dict[TotalCode, Icc]:
    """Of each total."""
    found = {}
    for total in scheme.totals:
        kept = complete(grades.of_total(total, at))
        estimate, low, high = icc(kept) or (None, None, None)
        found[total.code] = Icc(estimate, low, high, len(kept))
    return found


def apart(found: Mapping[TotalCode, Icc]) -> frozenset[TotalCode]:
    """The totals whose whole interval lies below the middle one of the other totals' estimates."""
    low = set()
    for code, item in found.items():
        others = [other.estimate for key, other in found.items() if key != code and other.estimate is not None]
        if item.high is not None and others and item.high < float(np.median(others)):
            low.add(code)
    return frozenset(low)


def agreement(numbers: Numbers, choice: Choice) -> Figure:
    """ICC(2,1) of each total with its interval; those that stand apart are diamonds and named below."""
    found = pairs_of(numbers, choice)
    if isinstance(found, Nothing):
        return found
    compared, pairs, grades, at = found
    by_total = iccs(numbers.scheme, grades, at)
    low = apart(by_total)
    names, x, y, words, spans, marked = [], [], [], [], [], []
    for row, total in enumerate(reversed(numbers.scheme.totals)):
        item = by_total[total.code]
        names.append(f"{total.code} (n = {item.n})")
        if item.estimate is None:
            continue
        x.append(item.estimate)
        y.append(float(row))
        marked.append(total.code in low)
        interval = "" if item.low is None or item.high is None else f" ({item.low:.2f} to {item.high:.2f})"
        words.append(f"{total.name}: ICC(2,1) {item.estimate:.2f}{interval}, n = {item.n}")
        if item.low is not None and item.high is not None:
            ends = np.array([item.low, item.high])
            tint = Tint.LIMIT if total.code in low else Tint.FIRST
            spans.append(Curve(f"{total.code}, 95 % interval", ends, np.full(2, float(row)), tint))
    notes = (
        *_apart_words(numbers, compared, low, at),
        f"{_same_words(numbers.scheme, grades, at)}. A case isn't in the n of a total where a site has no grade",
    )
    title = f"{KINDS[choice.kind][0]}: {who(compared)}, {VISIT_WORDS[at]}"
    told = Told(title, counted(len(pairs), compared.left_out), notes, warns=bool(low))
    if not x:
        return Nothing(told, f"Agreement needs {FEWEST} cases with all grades, and not all the same. F5 looks again")
    dots = Dots("ICC(2,1)", np.array(x), np.array(y), ("",) * len(x), words.__getitem__, np.array(marked))
    lines = (Line(1.0, upright=True, tint=Tint.QUIET), Line(0.0, upright=True, tint=Tint.QUIET))
    return Plot(told, "ICC(2,1) with its 95 % interval", "", (dots,), lines, tuple(spans), tuple(names))


def _apart_words(numbers: Numbers, compared: Compared, low: Collection[TotalCode], at: At) -> tuple[str, ...]:
    """Which totals stand apart, and how each of the two agrees with itself there: that tells which of them it is."""
    words = []
    for total in numbers.scheme.totals:
        if total.code in low:
            own = [_own(numbers, reader, total.code, at) for reader in compared.names if reader in numbers.readers]
            alone = f". With itself: {', '.join(own)}" if own else ""
            words.append(f"{total.name} stands apart: its interval lies below the others' middle ICC{alone}")
    return tuple(words)


def _own(numbers: Numbers, reader: str, code: TotalCode, at: At) -> str:
    for round_ in (rounds.REREAD, rounds.DRIFT):
        compared = numbers.compared.get((reader, OWN_FIRST, round_))
        if compared is not None and compared.grades is not None:
            item = iccs(numbers.scheme, compared.grades, at)[code]
            if item.estimate is not None:
                return f"{reader} ICC {item.estimate:.2f} ({item.n} {ROUND_WORDS[round_]})"
    return f"{reader} has too few re-reads"


def _same_words(scheme: Scheme, grades: Grades, at: At) -> str:
    """How often both gave the same at a single site, by feature."""
    parts = []
    for feature in scheme.features:
        sites = grades.of_feature(feature.code, at).transpose(0, 2, 1).reshape(-1, grades.readings)
        kept = complete(sites)
        share = f"{100 * float((kept[:, 0] == kept[:, 1]).mean()):.0f} %" if len(kept) else "no grade"
        parts.append(f"{feature.name.lower()} {share} of {len(kept)}")
    return f"The same at single sites: {', '.join(parts)}"
