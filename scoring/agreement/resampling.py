"""Bootstrap draws of whole scans, and what the scans of each draw add up to. Pure, seeded.

A draw of n scans is a count for each scan, so the sums of a draw are the counts times the sums of the scans: ten
thousand draws of any number of tables are a few products of matrices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Reason
from scoring.agreement.quantiles import normal_cumulative, normal_quantile

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

# Drawn at a time, to keep the draws of a thousand scans within some tens of megabytes.
BLOCK = 2000
# With more replicates without a value than this share the percentiles would be of a chosen part.
MOST_UNDEFINED = 0.05
# Enough for any interval that is printed; more would only take memory.
MOST_REPLICATES = 1_000_000


@dataclass(frozen=True, slots=True)
class Resampling:
    """How often and from which seed the scans are drawn."""

    replicates: int
    seed: int


@dataclass(frozen=True, slots=True)
class ResampledInterval:
    """Limits by percentiles and by BCa (bias-corrected, accelerated); None where they can't be had, and why."""

    percentile: tuple[float, float] | None
    bca: tuple[float, float] | None
    reason: Reason | None


def resampled_sums(sums: Matrix, resampling: Resampling) -> Matrix:
    """What each of the draws adds up to.

    Args:
        sums: scans x columns; what each scan contributes.
        resampling: how many draws of as many scans, with replacement; the same seed gives the same draws for the same
            number of scans.

    Returns:
        replicates x columns.
    """
    random, scans = np.random.default_rng(resampling.seed), sums.shape[0]
    found = [np.empty((0, sums.shape[1]))]
    for start in range(0, resampling.replicates if scans else 0, BLOCK):
        rows = min(BLOCK, resampling.replicates - start)
        draws = random.integers(0, scans, (rows, scans)) + scans * np.arange(rows)[:, np.newaxis]
        counts = np.bincount(draws.ravel(), minlength=rows * scans).reshape(rows, scans).astype(np.float64)
        found.append(counts @ sums)
    return np.concatenate(found)


def interval_of_draws(drawn: Vector, estimate: float | None, left_out: Vector, level: float) -> ResampledInterval:
    """Both intervals of one figure.

    Args:
        drawn: the figure of each draw, nan where it is undefined there.
        estimate: the figure of the sample itself.
        left_out: the figure without each scan in turn (jackknife), nan where undefined; for the acceleration.
        level: of the interval.

    Returns:
        `interval_undefined` where more than 5 % of the draws, or the sample itself, have no such figure. No BCa where
        every draw lies on one side of the estimate, or the jackknife has a gap.

    Source: Efron 1987, J Am Stat Assoc 82:171 (BCa); Efron and Tibshirani 1993, chapter 14. Ties count half.
    """
    defined = np.sort(drawn[np.isfinite(drawn)])
    if estimate is None or defined.size == 0 or defined.size < (1.0 - MOST_UNDEFINED) * drawn.size:
        return ResampledInterval(None, None, Reason.INTERVAL_UNDEFINED)
    tails = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
    low, high = (_quantile(defined, tail) for tail in tails)
    corrected = _bias_corrected(defined, estimate, left_out, tails)
    if corrected is None:
        return ResampledInterval((low, high), None, Reason.INTERVAL_UNDEFINED)
    return ResampledInterval((low, high), (_quantile(defined, corrected[0]), _quantile(defined, corrected[1])), None)


def _bias_corrected(
    defined: Vector, estimate: float, left_out: Vector, tails: tuple[float, float]
) -> tuple[float, float] | None:
    """The tails at which BCa reads the draws."""
    # rounding must not put a draw that equals the sample on one side of it
    near = 1e-12 * max(1.0, abs(estimate))
    below = np.searchsorted(defined, estimate - near, side="left")
    not_above = np.searchsorted(defined, estimate + near, side="right")
    share = (below + not_above) / (2.0 * defined.size)
    if not 0.0 < share < 1.0 or left_out.size == 0 or not np.all(np.isfinite(left_out)):
        return None
    away = left_out.mean() - left_out
    spread = float(np.sum(away**2))
    acceleration = 0.0 if spread == 0.0 else float(np.sum(away**3)) / (6.0 * spread**1.5)
    bias = normal_quantile(float(share))
    shifted = [bias + normal_quantile(tail) for tail in tails]
    if any(1.0 - acceleration * shift <= 0.0 for shift in shifted):
        return None
    low, high = (normal_cumulative(bias + shift / (1.0 - acceleration * shift)) for shift in shifted)
    return low, high


def _quantile(ordered: Vector, share: float) -> float:
    """Linear between neighbours (type 7 of Hyndman and Fan, what R and NumPy take)."""
    rank = share * (ordered.size - 1)
    below = min(math.floor(rank), ordered.size - 1)
    above = min(below + 1, ordered.size - 1)
    return float(ordered[below] + (rank - below) * (ordered[above] - ordered[below]))
