"""Limits of agreement where people are measured more than once, such as at two visits. Pure.

Taking the visits of a person for different people makes the limits too sure of themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.agreement.differences import LIMITS
from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.quantiles import chi_square_quantile, normal_quantile


@dataclass(frozen=True, slots=True)
class RepeatedLimits:
    """Bias and limits of agreement of one pair of readings of any scan of any person; score units.

    `sd` is of the differences between and within people together. `people` and `pairs` were counted.
    """

    bias: float | None
    sd: float | None
    lower_limit: Estimate
    upper_limit: Estimate
    people: int
    pairs: int


def repeated_limits(scores: Scores, people: Sequence[str], *, level: float) -> RepeatedLimits:
    """Limits of agreement of two columns in which a person has several rows, and their true value may change.

    Args:
        scores: n x 2, nan where a reading is missing; such rows are left out.
        people: who each row is of, n long.
        level: of the intervals of the limits (MOVER), which take the limits as one-sided at both ends.

    Returns:
        Undefined with `needs_two_columns`, with `too_few` under two people or where nobody has two rows: limits of
        single pairs are `bland_altman`.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Bland and Altman 2007, J Biopharm Stat 17:571, section 3; intervals by Zou 2013,
    Stat Methods Med Res 22:630.
    """
    checked_level(level)
    if scores.shape[1] != 2:  # noqa: PLR2004 - a pair
        return _nothing(Reason.NEEDS_TWO_COLUMNS, 0, 0)
    whose: dict[str, list[float]] = {}
    for person, (first, second) in zip(people, scores, strict=True):
        if math.isfinite(first) and math.isfinite(second):
            whose.setdefault(person, []).append(float(second - first))
    counts = np.array([len(apart) for apart in whose.values()], dtype=np.float64)
    persons, pairs = counts.size, int(counts.sum())
    if persons < 2 or pairs == persons:  # noqa: PLR2004 - a variance between people, and one within
        return _nothing(Reason.TOO_FEW, persons, pairs)
    means = np.array([np.mean(apart) for apart in whose.values()])
    within = sum(float(np.sum((np.array(apart) - np.mean(apart)) ** 2)) for apart in whose.values())
    within /= pairs - persons
    between = float(np.var(means, ddof=1))
    harmonic = persons / float(np.sum(1.0 / counts))
    of_within = (1.0 - 1.0 / harmonic) * within
    variance, bias = between + of_within, float(means.mean())
    half = LIMITS * math.sqrt(variance)
    if variance == 0.0:
        none = without_interval(bias, Reason.STANDARD_ERROR_ZERO)
        return RepeatedLimits(bias, 0.0, none, none, persons, pairs)
    # each variance has its own chi-square interval, and MOVER puts them together
    tail = (1.0 - level) / 2.0
    limit = [_mover(between, persons - 1, of_within, pairs - persons, share) for share in (1.0 - tail, tail)]
    shortest, longest = variance - limit[0], variance + limit[1]
    of_bias = normal_quantile(1.0 - tail) * math.sqrt(between / persons)
    out = math.hypot(of_bias, LIMITS * (math.sqrt(longest) - math.sqrt(variance)))
    back = math.hypot(of_bias, LIMITS * (math.sqrt(variance) - math.sqrt(max(0.0, shortest))))
    return RepeatedLimits(
        bias=bias,
        sd=math.sqrt(variance),
        lower_limit=Estimate(bias - half, bias - half - out, bias - half + back, None),
        upper_limit=Estimate(bias + half, bias + half - back, bias + half + out, None),
        people=persons,
        pairs=pairs,
    )


def _mover(between: float, df_between: int, within: float, df_within: int, share: float) -> float:
    """How far the limit of the sum of two variances lies from it, at a share of the chi-square distribution."""
    apart = [
        variance * (df / chi_square_quantile(share, df) - 1.0)
        for variance, df in ((between, df_between), (within, df_within))
    ]
    return math.hypot(*apart)


def _nothing(reason: Reason, people: int, pairs: int) -> RepeatedLimits:
    return RepeatedLimits(None, None, undefined(reason), undefined(reason), people, pairs)
