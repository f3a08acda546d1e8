"""Lin's concordance of two readings: how near the pairs lie to the line of identity. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scoring.agreement.anova import mean_squares
from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.kappa import NO_ERROR
from scoring.agreement.quantiles import normal_quantile


@dataclass(frozen=True, slots=True)
class Concordance:
    """Concordance with its interval (Fisher's z), and what takes it from 1.

    `accuracy` (C.b) is what shifts leave of it, so concordance is `accuracy` times Pearson's correlation.
    `scale_shift` is the SD of the second reading over that of the first, `location_shift` the second mean minus the
    first in units of the geometric mean of both SDs. `n` complete pairs.
    """

    value: Estimate
    accuracy: float | None
    scale_shift: float | None
    location_shift: float | None
    n: int


def concordance(scores: Scores, *, level: float) -> Concordance:
    """Concordance of two columns.

    Args:
        scores: n x k, complete. With other than two columns: `needs_two_columns`.
        level: of the interval.

    Returns:
        Undefined with `too_few` under two rows, `zero_total_variance` where all scores are equal. 0 with
        `constant_column` where one reading never varies. No interval with fewer than three rows (`too_few`) or where
        its error is 0.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Lin 1989, Biometrics 45:255, with the correction of 2000, Biometrics 56:324; variances over n.
    """
    checked_level(level)
    n, k = scores.shape
    reason = _why_not(scores)
    if reason is not None:
        return Concordance(undefined(reason), None, None, None, 0 if k != 2 else n)  # noqa: PLR2004 - a pair
    centred = scores - scores[0, 0]
    first, second = centred.T
    sds = [float(np.std(column)) for column in (first, second)]
    shift = float(second.mean() - first.mean())
    covariance = float(np.mean((first - first.mean()) * (second - second.mean())))
    value = 2.0 * covariance / (sds[0] ** 2 + sds[1] ** 2 + shift**2)
    if min(sds) == 0.0:
        return Concordance(without_interval(0.0, Reason.CONSTANT_COLUMN), None, None, None, n)
    correlation = max(-1.0, min(1.0, covariance / (sds[0] * sds[1])))
    location = shift / math.sqrt(sds[0] * sds[1])
    found = _with_interval(value, correlation, location, n, level)
    accuracy = None if correlation == 0.0 else value / correlation
    return Concordance(found, accuracy, sds[1] / sds[0], location, n)


def _why_not(scores: Scores) -> Reason | None:
    n, k = scores.shape
    if k != 2:  # noqa: PLR2004 - a pair
        return Reason.NEEDS_TWO_COLUMNS
    if n < 2:  # noqa: PLR2004 - a variance needs two
        return Reason.TOO_FEW
    return Reason.ZERO_TOTAL_VARIANCE if mean_squares(scores).total == 0.0 else None


def _with_interval(value: float, correlation: float, location: float, n: int, level: float) -> Estimate:
    if n < 3:  # noqa: PLR2004 - the variance is over n - 2
        return without_interval(value, Reason.TOO_FEW)
    if correlation == 0.0 or not -1.0 < value < 1.0:
        return without_interval(value, Reason.INTERVAL_UNDEFINED)
    r, c, u = correlation, value, location
    spread = (1.0 - r**2) * c**2 * (1.0 - c**2) / r**2 + 2.0 * c**3 * (1.0 - c) * u**2 / r - c**4 * u**4 / (2.0 * r**2)
    variance = spread / (n - 2)
    if variance <= NO_ERROR**2:
        return without_interval(value, Reason.STANDARD_ERROR_ZERO)
    half = normal_quantile((1.0 + level) / 2.0) * math.sqrt(variance) / (1.0 - c**2)
    centre = math.atanh(c)
    return Estimate(value, math.tanh(centre - half), math.tanh(centre + half), None)
