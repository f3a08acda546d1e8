"""Bias of two readings: its test, and whether bias and spread grow with what is measured. Pure.

The difference is the second column minus the first; what is measured is the mean of both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.anova import NOISE
from scoring.agreement.differences import LIMITS
from scoring.agreement.estimates import Reason, Scores, checked_level
from scoring.agreement.quantiles import t_quantile, t_two_sided

Vector = NDArray[np.float64]

# The mean of an absolute normal deviate is its SD times sqrt(2/pi).
FROM_ABSOLUTE = math.sqrt(math.pi / 2.0)


@dataclass(frozen=True, slots=True)
class BiasTest:
    """The paired t test of no bias."""

    t: float | None
    df: int | None
    p: float | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Line:
    """intercept + slope x mean, in score units; limits of the slope (t on n - 2) and p of no slope.

    All three are None where every point lies on the line.
    """

    intercept: float
    slope: float
    low: float | None
    high: float | None
    p: float | None

    def at(self, mean: float) -> float:
        """Its height at a mean of both readings."""
        return self.intercept + self.slope * mean


@dataclass(frozen=True, slots=True)
class ProportionalBias:
    """Limits of agreement that follow the size of what is measured.

    `bias` is the line of the differences on the means, `spread` the line of the absolute residuals of it. Limits at a
    mean are bias -+ 1.96 sqrt(pi/2) x spread.
    """

    bias: Line
    spread: Line

    def limits(self, mean: float) -> tuple[float, float]:
        """Lower and upper limit at a mean of both readings; equal where the line of the spread falls below 0."""
        centre, half = self.bias.at(mean), LIMITS * FROM_ABSOLUTE * max(0.0, self.spread.at(mean))
        return centre - half, centre + half


def bias_test(scores: Scores) -> BiasTest:
    """The paired t test of two columns, n x k complete; not with other than two (`needs_two_columns`).

    `too_few` under two rows, `zero_change_variance` where every difference is the same.
    """
    n, k = scores.shape
    if k != 2 or n < 2:  # noqa: PLR2004 - a pair; a variance needs two
        return BiasTest(None, None, None, Reason.NEEDS_TWO_COLUMNS if k != 2 else Reason.TOO_FEW)  # noqa: PLR2004
    apart = scores[:, 1] - scores[:, 0]
    error = math.sqrt(float(np.var(apart, ddof=1)) / n)
    if error**2 <= NOISE:
        return BiasTest(None, n - 1, None, Reason.ZERO_CHANGE_VARIANCE)
    t = float(apart.mean()) / error
    return BiasTest(t, n - 1, t_two_sided(t, n - 1), None)


def proportional_bias(scores: Scores, *, level: float) -> ProportionalBias | Reason:
    """Regression-based limits of two columns.

    Args:
        scores: n x k, complete.
        level: of the intervals of both slopes.

    Returns:
        The reason in place of limits: `needs_two_columns`, `too_few` under four rows, `constant_column` where every
        mean is the same.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Bland and Altman 1999, Stat Methods Med Res 8:135, section 3.2.
    """
    checked_level(level)
    n, k = scores.shape
    if k != 2:  # noqa: PLR2004 - a pair
        return Reason.NEEDS_TWO_COLUMNS
    if n < 4:  # noqa: PLR2004 - two lines through three points would claim to know
        return Reason.TOO_FEW
    means, apart = scores.mean(axis=1), scores[:, 1] - scores[:, 0]
    if float(np.var(means)) <= NOISE:
        return Reason.CONSTANT_COLUMN
    bias = _line(means, apart, level)
    residuals = np.abs(apart - np.array([bias.at(float(mean)) for mean in means]))
    return ProportionalBias(bias, _line(means, residuals, level))


def _line(means: Vector, values: Vector, level: float) -> Line:
    """Least squares."""
    n = means.size
    centred = means - means.mean()
    square = float(centred @ centred)
    slope = float(centred @ values) / square
    intercept = float(values.mean()) - slope * float(means.mean())
    residual = float(np.sum((values - intercept - slope * means) ** 2)) / (n - 2)
    error = math.sqrt(residual / square)
    if residual <= NOISE:
        return Line(intercept, slope, None, None, None)
    half = t_quantile((1.0 + level) / 2.0, n - 2) * error
    return Line(intercept, slope, slope - half, slope + half, t_two_sided(slope / error, n - 2))
