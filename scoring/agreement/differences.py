"""Bland-Altman: bias and limits of agreement of two readings, each with its interval. Pure.

The difference is the second column minus the first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring.agreement.anova import mean_squares
from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.quantiles import t_quantile

# The multiplier is the paper's round number, whatever the level of the intervals.
LIMITS = 1.96


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """Bias with its interval, SD of the differences, lower and upper limit of agreement with theirs; score units.

    The limits hold 95 % of the differences. `level` belongs to the intervals of bias and limits alone.
    """

    bias: Estimate
    sd: float | None
    lower_limit: Estimate
    upper_limit: Estimate
    level: float
    reason: Reason | None


def bland_altman(scores: Scores, level: float) -> BlandAltman:
    """Bias and limits of agreement of two columns.

    Args:
        scores: n x k, complete. With other than two columns nothing is defined (`needs_two_columns`): the limits are
            of pairs.
        level: of the intervals.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Bland and Altman 1986 (limits); 1999, section 5.2 (SE of a limit: SD sqrt(1/n + 1.96^2 / (2(n - 1)))).
    """
    checked_level(level)
    n, k = scores.shape
    if k != 2:  # noqa: PLR2004 - a pair
        return no_differences(Reason.NEEDS_TWO_COLUMNS, level)
    if n == 0:
        return no_differences(Reason.TOO_FEW, level)
    bias = float((scores[:, 1] - scores[:, 0]).mean())
    if n == 1:
        none = undefined(Reason.TOO_FEW)
        return BlandAltman(without_interval(bias, Reason.TOO_FEW), None, none, none, level, Reason.TOO_FEW)
    # twice the residual mean square is the variance of the differences, and is already free of rounding noise
    sd = math.sqrt(2.0 * mean_squares(scores).residual)
    of_bias = sd * math.sqrt(1.0 / n)
    of_limit = sd * math.sqrt(1.0 / n + LIMITS**2 / (2.0 * (n - 1)))
    return BlandAltman(
        bias=_with_interval(bias, of_bias, n, level),
        sd=sd,
        lower_limit=_with_interval(bias - LIMITS * sd, of_limit, n, level),
        upper_limit=_with_interval(bias + LIMITS * sd, of_limit, n, level),
        level=level,
        reason=None,
    )


def no_differences(reason: Reason, level: float) -> BlandAltman:
    """Nothing is defined, and why."""
    none = undefined(reason)
    return BlandAltman(none, None, none, none, level, reason)


def _with_interval(value: float, error: float, n: int, level: float) -> Estimate:
    if error == 0.0:
        return without_interval(value, Reason.STANDARD_ERROR_ZERO)
    half = t_quantile((1.0 + level) / 2.0, n - 1) * error
    return Estimate(value, value - half, value + half, None)
