"""Spearman's rank correlation of two readings with its interval. Pure."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.quantiles import normal_quantile

ROUNDING = 1e-12


def spearman(scores: Scores, level: float) -> Estimate:
    """Spearman's rho of two columns, ties by average ranks.

    The interval is on Fisher's z scale with the variance (1 + rho^2 / 2) / (n - 3); it needs n of at least 4, and there
    is none at a rho of 1 or -1, where z is infinite.

    Args:
        scores: n x k, complete. With other than two columns: `needs_two_columns`.
        level: of the interval.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Bonett and Wright 2000, Psychometrika 65:23.
    """
    checked_level(level)
    reason = _why_not(scores)
    if reason is not None:
        return undefined(reason)
    n = scores.shape[0]
    first, second = (average_ranks(column) - (n + 1) / 2.0 for column in scores.T)
    spread = math.sqrt(float(np.sum(first**2))) * math.sqrt(float(np.sum(second**2)))
    rho = float(np.sum(first * second)) / spread
    if 1.0 - abs(rho) < ROUNDING:
        return without_interval(math.copysign(1.0, rho), Reason.INTERVAL_UNDEFINED)
    if n < 4:  # noqa: PLR2004 - the variance divides by n - 3
        return without_interval(rho, Reason.TOO_FEW)
    half = normal_quantile((1.0 + level) / 2.0) * math.sqrt((1.0 + rho**2 / 2.0) / (n - 3))
    return Estimate(rho, math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half), None)


def _why_not(scores: Scores) -> Reason | None:
    n, k = scores.shape
    if k != 2:  # noqa: PLR2004 - a pair
        return Reason.NEEDS_TWO_COLUMNS
    if n < 2:  # noqa: PLR2004 - one row has no rank
        return Reason.TOO_FEW
    if np.all(scores == scores[0, 0]):
        return Reason.ZERO_TOTAL_VARIANCE
    return Reason.CONSTANT_COLUMN if np.any(np.all(scores == scores[0], axis=0)) else None


def average_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of the ranks they take up."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = (last - (counts - 1) / 2.0)[inverse]
    return ranks
