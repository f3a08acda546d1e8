"""Difference of two intraclass correlations of the same scans, by bootstrap. Pure, seeded.

Two readers who read the same scans have correlated ICCs, so their intervals, held beside each other, say too little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.bootstrap import figures, moments_of
from scoring.agreement.errors import TableRefused
from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.icc import FORMS
from scoring.agreement.resampling import Resampling, interval_of_draws, resampled_sums
from scoring.agreement.table import estimate_as_json

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class IccDifference:
    """One form of ICC in both tables, and the second minus the first with its percentile interval.

    `p` is twice the smaller share of draws on one side of 0 (a draw at 0 counts half on each), at most 1.
    """

    form: str
    first: float | None
    second: float | None
    difference: Estimate
    p: float | None

    def as_json(self) -> dict[str, object]:
        """Both ICCs, their difference with its interval, and p."""
        return {
            "form": self.form,
            "first": self.first,
            "second": self.second,
            "difference": estimate_as_json(self.difference),
            "p": self.p,
        }


def icc_differences(
    first: Scores, second: Scores, resampling: Resampling, *, level: float
) -> tuple[IccDifference, ...]:
    """All six forms, in the order of `FORMS`.

    Args:
        first: n x k, nan where a reading is missing; rows with one are left out of both tables.
        second: n x k of its own, the same scans in the same order.
        resampling: how often whole scans are drawn, the same for both tables.
        level: of the intervals.

    Returns:
        Undefined with `too_few` under two rows, `zero_total_variance` where a table has no such ICC; no interval where
        more than 5 % of the draws have none.

    Raises:
        TableRefused: the tables have different numbers of rows.
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13 and 15.
    """
    checked_level(level)
    if first.shape[0] != second.shape[0]:
        raise TableRefused(
            f"the tables have {first.shape[0]} and {second.shape[0]} rows of scores: give the same scans in both, "
            "in the same order"
        )
    both = np.all(np.isfinite(first), axis=1) & np.all(np.isfinite(second), axis=1)
    if np.count_nonzero(both) < 2:  # noqa: PLR2004 - a mean square needs a degree of freedom
        return tuple(IccDifference(form.name, None, None, undefined(Reason.TOO_FEW), None) for form in FORMS)
    moments = moments_of([first[both], second[both]])
    drawn = resampled_sums(np.concatenate([item.sums for item in moments], axis=1), resampling)
    split = moments[0].sums.shape[1]
    samples = [figures(item.sums.sum(axis=0, keepdims=True), item.k) for item in moments]
    draws = [figures(drawn[:, :split], moments[0].k), figures(drawn[:, split:], moments[1].k)]
    return tuple(
        _difference(
            form.name, [float(item[form.name][0]) for item in samples], draws[1][form.name] - draws[0][form.name], level
        )
        for form in FORMS
    )


def _difference(form: str, found: list[float], drawn: Vector, level: float) -> IccDifference:
    first, second = (value if np.isfinite(value) else None for value in found)
    if first is None or second is None:
        return IccDifference(form, first, second, undefined(Reason.ZERO_TOTAL_VARIANCE), None)
    limits = interval_of_draws(drawn, second - first, np.empty(0), level).percentile
    if limits is None:
        return IccDifference(form, first, second, without_interval(second - first, Reason.INTERVAL_UNDEFINED), None)
    defined = drawn[np.isfinite(drawn)]
    below = float(np.mean((defined < 0.0) + (defined == 0.0) / 2.0))
    return IccDifference(
        form, first, second, Estimate(second - first, *limits, None), min(1.0, 2.0 * min(below, 1.0 - below))
    )
