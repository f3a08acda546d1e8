"""Linear regression with errors that allow for people who are in the data more than once. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.quantiles import t_quantile, t_two_sided

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

METHOD = "least squares; cluster-robust errors by person (CR1: G/(G - 1) (n - 1)/(n - k)), t on G - 1"
# A column that others explain up to this share of its length is no column of its own.
RANK = 1e-10


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One term: estimate, robust standard error, interval, t and two-sided p."""

    name: str
    estimate: float
    standard_error: float
    low: float
    high: float
    t: float
    p: float


@dataclass(frozen=True, slots=True)
class Regression:
    """A fit over n rows of `people` clusters; no coefficients where it can't be made, and `reason` says why."""

    n: int
    people: int
    coefficients: tuple[Coefficient, ...]
    r_squared: float | None
    reason: str | None


def clustered_regression(
    outcome: Vector, terms: Matrix, names: Sequence[str], people: Sequence[str], level: float
) -> Regression:
    """Ordinary least squares with an intercept; rows with a nan anywhere are left out.

    Args:
        outcome: n.
        terms: n x terms, without the intercept.
        names: of the terms.
        people: n; rows of one person are one cluster.
        level: of the intervals.

    Source: Liang and Zeger 1986; the correction is that of Stata's vce(cluster) and statsmodels (CR1).
    """
    known = np.isfinite(outcome) & np.all(np.isfinite(terms), axis=1)
    y = outcome[known]
    x = np.column_stack([np.ones(y.size), terms[known]])
    clusters, owners = np.unique(np.array(list(people), dtype=object)[known].astype(str), return_inverse=True)
    n, k, groups = y.size, x.shape[1], clusters.size
    reason = _why_not(x, n, k, groups)
    if reason is not None:
        return Regression(n, groups, (), None, reason)
    scale = np.sqrt((x**2).mean(axis=0))
    beta = np.linalg.lstsq(x / scale, y, rcond=None)[0] / scale
    residual = y - x @ beta
    bread = np.linalg.inv((x / scale).T @ (x / scale)) / np.outer(scale, scale)
    sums = np.zeros((groups, k))
    np.add.at(sums, owners, x * residual[:, np.newaxis])
    correction = groups / (groups - 1) * (n - 1) / (n - k)
    covariance = correction * bread @ (sums.T @ sums) @ bread
    reach = t_quantile((1.0 + level) / 2.0, groups - 1)
    coefficients = [
        _coefficient(name, float(beta[index]), math.sqrt(max(0.0, float(covariance[index, index]))), reach, groups - 1)
        for index, name in enumerate(("Intercept", *names))
    ]
    total = float(np.sum((y - y.mean()) ** 2))
    explained = None if total == 0.0 else 1.0 - float(np.sum(residual**2)) / total
    return Regression(n, groups, tuple(coefficients), explained, None)


def _why_not(x: Matrix, n: int, k: int, groups: int) -> str | None:
    if n <= k + 1 or groups <= k:
        return f"{n} complete rows of {groups} people are too few for {k} coefficients"
    lengths = np.linalg.norm(x, axis=0)
    if np.any(lengths == 0.0):
        return "a term is 0 throughout"
    values = np.linalg.svd(x / lengths, compute_uv=False)
    return "a term is explained by the others" if values[-1] <= RANK * values[0] else None


def _coefficient(name: str, estimate: float, error: float, reach: float, df: int) -> Coefficient:
    t = math.copysign(math.inf, estimate) if error == 0.0 else estimate / error
    p = 0.0 if math.isinf(t) else t_two_sided(t, df)
    return Coefficient(name, estimate, error, estimate - reach * error, estimate + reach * error, t, p)
