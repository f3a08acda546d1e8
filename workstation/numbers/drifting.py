"""Figure of drift: how one reader differs from another, or from before, in the order in which the cases were read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from scoring.agreement.rank import spearman
from scoring.comparison.control_chart import FIRST, ControlChart, control_chart
from scoring.readings import rounds
from workstation.numbers.choice import VISIT_WORDS, Choice
from workstation.numbers.comparing import LEVEL, pairs_of
from workstation.numbers.figure import Curve, Dots, Figure, Line, Nothing, Plot, Tint, Told
from workstation.numbers.readings import Numbers, One, known
from workstation.numbers.words import count_of, score, signed, total_of, unknown

# above it both have read in so like an order that what drifts with the one's time drifts with the other's
_ALIKE: Final = 0.5
_FEWEST_FOR_ORDER: Final = 5


def drift(numbers: Numbers, choice: Choice) -> Figure:
    """The control chart of the judged reader: differences in the order in which that reader began the cases."""
    found = pairs_of(numbers, choice)
    if isinstance(found, Nothing):
        return found
    compared, pairs, grades, at = found
    total = total_of(numbers.scheme, choice.total)
    scores = grades.of_total(total, at)
    there = known(scores)
    first, second = compared.names
    # short, so that it stands in one line: two would make the figure smaller, and paint it twice
    title = f"Drift: {total.name}, {VISIT_WORDS[at]}, {second} against {first}"
    parts = [f"n = {len(there)}"]
    if len(pairs) > len(there):
        parts.append(
            f"{count_of(len(pairs) - len(there), 'case')} left out: a site has no grade, or one visit isn't there"
        )
    if compared.left_out:
        parts.append(f"{count_of(compared.left_out, 'case')} left out: not read to the end by both")
    counts = "; ".join(parts)
    if not there:
        return Nothing(Told(title, counts), unknown(total, at))
    kept = scores[there]
    chart = control_chart(kept[:, 1] - kept[:, 0])
    mine = [pairs[row] for row in there]
    notes = [_drift_words(chart, second), *_outside_words(chart)]
    if choice.round == rounds.FIRST:
        notes += order_words(mine, compared.names)

    def words(point: int) -> str:
        of, (a, b) = mine[point][1], kept[point].tolist()
        return (
            f"{of.key} ({of.case}): number {point + 1}, {first} {score(a)}, {second} {score(b)}, "
            f"difference {signed(b - a)}"
        )

    marked = chart.outside | chart.drifting
    order = np.arange(1, chart.values.size + 1, dtype=np.float64)
    dots = Dots("difference", order, chart.values, tuple(pair[1].key for pair in mine), words, marked)
    labels = f"Cases in the order in which {choice.reader} began them", f"{second} minus {first}"
    told = Told(title, counts, tuple(notes), warns=bool(chart.drifting.any()))
    return Plot(told, *labels, (dots,), _lines(chart), _curves(chart, order), joined=True)


def _lines(chart: ControlChart) -> tuple[Line, ...]:
    lines = [Line(0.0, tint=Tint.QUIET)]
    if chart.centre is not None:
        lines.append(Line(chart.centre, f"centre {signed(chart.centre)}"))
    for name, value in zip(("lower limit", "upper limit"), chart.limits or (), strict=False):
        lines.append(Line(value, f"{name} {signed(value)}", dashed=True))
    return tuple(lines)


def _curves(chart: ControlChart, order: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[Curve, ...]:
    if not chart.moving.size or chart.centre is None:
        return ()
    later = order[chart.first :]
    return (
        Curve("moving mean", later, chart.moving, Tint.SECOND),
        Curve("its lower limit", later, chart.centre - chart.reach, Tint.SECOND, dashed=True),
        Curve("its upper limit", later, chart.centre + chart.reach, Tint.SECOND, dashed=True),
    )


def _drift_words(chart: ControlChart, who: str) -> str:
    if not chart.moving.size:
        return f"Drift can be told from case {FIRST + 1} on: the first {FIRST} say where the centre lies"
    at = np.flatnonzero(chart.drifting)
    if not at.size:
        return f"No drift of {who}: the moving mean stays within its limits"
    since = drifts_since(chart)
    where = "above" if chart.moving[-1 if since else at[-1] - chart.first] > (chart.centre or 0.0) else "below"
    if since:
        return f"Drift: from case {since} on the moving mean of {who} lies {where} its limits"
    return f"The moving mean of {who} left its limits at {count_of(int(at.size), 'case')} and came back"


def drifts_since(chart: ControlChart) -> int:
    """From which case on, counted from 1, the moving mean lies beyond to the end; 0 if it doesn't at the end."""
    inside = np.flatnonzero(~chart.drifting)
    last = int(inside[-1]) + 1 if inside.size else 0
    return last + 1 if last < chart.values.size else 0


def _outside_words(chart: ControlChart) -> Sequence[str]:
    count = int(chart.outside.sum())
    return [f"{count_of(count, 'single case')} beyond the limits of one value"] if count else []


def order_words(pairs: Sequence[tuple[One, One]], names: tuple[str, str]) -> Sequence[str]:
    """A warning where both read in a like order, so that the chart can't say which of them moved."""
    if len(pairs) < _FEWEST_FOR_ORDER:
        return []
    theirs = np.argsort(np.argsort([f"{pair[0].begun_at_utc} {pair[0].case}" for pair in pairs])).astype(np.float64)
    rho = spearman(np.column_stack([np.arange(len(pairs), dtype=np.float64), theirs]), LEVEL).estimate
    if rho is None or rho < _ALIKE:
        return []
    return [f"Both read these cases in a like order (rho {rho:.2f}): this can be a drift of {names[0]} as well"]
