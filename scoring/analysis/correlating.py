"""Spearman's rank correlation with its test, and the sample that a correlation needs. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Estimate
from scoring.agreement.quantiles import normal_cumulative, t_quantile, t_two_sided
from scoring.agreement.rank import spearman
from scoring.analysis.errors import AnalysisRefused

Vector = NDArray[np.float64]

SPEARMAN = "Spearman's rank correlation, t approximation on n - 2 (SAS PROC CORR); interval of Bonett and Wright"
POWER = "power of a correlation by Fisher's z with t critical value (as R's pwr.r.test)"
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Correlation:
    """rho over n complete pairs with its interval and two-sided p; None where undefined, the reason in `rho`."""

    n: int
    rho: Estimate
    p: float | None


def rank_correlation(first: Vector, second: Vector, level: float) -> Correlation:
    """Spearman's rho of the pairs where both are known (not nan)."""
    known = np.isfinite(first) & np.isfinite(second)
    scores = np.column_stack([first[known], second[known]])
    n, rho = scores.shape[0], spearman(scores, level)
    if rho.estimate is None or n < 3 or abs(rho.estimate) >= 1.0:  # noqa: PLR2004 - n - 2 degrees of freedom
        return Correlation(n, rho, None)
    t = rho.estimate * math.sqrt((n - 2) / (1.0 - rho.estimate**2))
    return Correlation(n, rho, t_two_sided(t, n - 2))


def power_of_correlation(n: int, r: float, alpha: float) -> float:
    """The chance that a correlation of r is found at two-sided alpha in n pairs.

    Source: Cohen 1988, chapter 3; the formula in the source of R's pwr 1.3 (pwr.r.test).
    """
    t = t_quantile(1.0 - alpha / 2.0, n - 2)
    critical = math.atanh(math.sqrt(t**2 / (t**2 + n - 2)))
    shifted = math.atanh(r) + r / (2.0 * (n - 1))
    root = math.sqrt(n - 3)
    return normal_cumulative((shifted - critical) * root) + normal_cumulative((-shifted - critical) * root)


def sample_for_correlation(r: float, *, power: float, alpha: float) -> int:
    """The fewest pairs that find a correlation of r with that power at two-sided alpha.

    Raises:
        AnalysisRefused: r isn't between 0 and 1 in size, or power and alpha aren't shares.
    """
    if not (0.0 < abs(r) < 1.0 and 0.0 < alpha < power < 1.0):
        raise AnalysisRefused(
            f"sample size: r {r:g}, power {power:g}, alpha {alpha:g}: shares between 0 and 1 are wanted"
        )
    for n in range(4, MOST):
        if power_of_correlation(n, abs(r), alpha) >= power:
            return n
    raise AnalysisRefused(f"sample size: a correlation of {r:g} needs more than {MOST} pairs")
