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
INTERCEPT = "Intercept"
# A column that the ones before it explain up to this share of its length is no column of its own: as R's lm, 1e-7.
RANK = 1e-7
# Residuals of this share of the outcome are rounding: the model fits without any rest.
NO_REST = 1e-12


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One term, or one sum of terms: estimate, robust standard error, interval, t and two-sided p.

    No t and no p where the error is 0: the model fits without any rest.
    """

    name: str
    estimate: float
    standard_error: float
    low: float
    high: float
    t: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients with their covariance, from n rows of `people` clusters; `reach` is the t of the intervals."""

    n: int
    people: int
    names: tuple[str, ...]
    beta: Vector
    covariance: Matrix
    reach: float
    r_squared: float | None

    def coefficients(self) -> tuple[Coefficient, ...]:
        """Every term, the intercept first."""
        return tuple(self.combined(name, row) for name, row in zip(self.names, np.eye(len(self.names)), strict=True))

    def combined(self, name: str, weights: Vector) -> Coefficient:
        """The sum of the coefficients, each times its weight."""
        estimate = float(weights @ self.beta)
        error = math.sqrt(max(0.0, float(weights @ self.covariance @ weights)))
        t = estimate / error if error else None
        p = None if t is None else t_two_sided(t, self.people - 1)
        return Coefficient(name, estimate, error, estimate - self.reach * error, estimate + self.reach * error, t, p)


@dataclass(frozen=True, slots=True)
class NotFitted:
    """Why there are no coefficients, from how many complete rows; the term is in the reason."""

    n: int
    people: int
    reason: str


def clustered_regression(
    outcome: Vector, terms: Matrix, names: Sequence[str], people: Sequence[str], level: float
) -> Fit | NotFitted:
    """Ordinary least squares with an intercept; rows with a nan anywhere are left out.

    Args:
        outcome: n.
        terms: n x terms, without the intercept.
        names: of the terms.
        people: n; rows of one person are one cluster.
        level: of the intervals.

    Source: Liang and Zeger 1986; the correction is that of Stata's vce(cluster) and statsmodels (CR1).
    """
    known = complete(outcome, terms)
    y = outcome[known]
    x = np.column_stack([np.ones(y.size), terms[known]])
    clusters, owners = np.unique(np.array(list(people), dtype=object)[known].astype(str), return_inverse=True)
    n, k, groups = y.size, x.shape[1], clusters.size
    told = (INTERCEPT, *names)
    reason = _why_not(outcome, terms, names) or _why_no_rank(x, told, groups)
    if reason is None and np.all(y == y[0]):
        reason = f"the outcome is the same in all {n} complete rows ({y[0]:g})"
    if reason is not None:
        return NotFitted(n, groups, reason)
    scale = np.sqrt((x**2).mean(axis=0))
    beta = np.linalg.lstsq(x / scale, y, rcond=None)[0] / scale
    residual = y - x @ beta
    if np.linalg.norm(residual) <= NO_REST * np.linalg.norm(y):
        residual = np.zeros_like(y)
    bread = np.linalg.inv((x / scale).T @ (x / scale)) / np.outer(scale, scale)
    sums = np.zeros((groups, k))
    np.add.at(sums, owners, x * residual[:, np.newaxis])
    correction = groups / (groups - 1) * (n - 1) / (n - k)
    total = float(np.sum((y - y.mean()) ** 2))
    return Fit(
        n=n,
        people=groups,
        names=told,
        beta=beta,
        covariance=correction * bread @ (sums.T @ sums) @ bread,
        reach=t_quantile((1.0 + level) / 2.0, groups - 1),
        r_squared=None if total == 0.0 else 1.0 - float(np.sum(residual**2)) / total,
    )


def complete(outcome: Vector, terms: Matrix) -> NDArray[np.bool_]:
    """Which rows have the outcome and every term."""
    known: NDArray[np.bool_] = np.isfinite(outcome) & np.all(np.isfinite(terms), axis=1)
    return known


def _why_not(outcome: Vector, terms: Matrix, names: Sequence[str]) -> str | None:
    """What is missing throughout, so that no row is complete."""
    if not np.any(np.isfinite(outcome)):
        return "the outcome is known of nobody"
    for name, column in zip(names, terms.T, strict=True):
        if not np.any(np.isfinite(column)):
            return f"{name} is known of nobody"
    known = complete(outcome, terms)
    return None if known.any() else "nobody has the outcome and every term"


def _why_no_rank(x: Matrix, names: Sequence[str], groups: int) -> str | None:
    """The first term that is no term of its own, as R's lm finds it: constant, or explained by those before it."""
    n, k = x.shape
    if n <= k:
        return f"{n} complete row{'' if n == 1 else 's'} are too few for {k} coefficients ({', '.join(names)})"
    if groups < 2:  # noqa: PLR2004 - G - 1 degrees of freedom
        return "all complete rows are of one person"
    for position in range(1, k):
        column = x[:, position]
        if np.all(column == column[0]):
            return f"{names[position]} is the same in all {n} complete rows ({column[0]:g})"
        before = x[:, :position]
        lengths = np.linalg.norm(before, axis=0)
        rest = column - before @ (np.linalg.lstsq(before / lengths, column, rcond=None)[0] / lengths)
        if np.linalg.norm(rest) <= RANK * np.linalg.norm(column):
            weights = np.linalg.lstsq(before / lengths, column, rcond=None)[0]
            by = [
                name
                for name, weight in zip(names[:position], weights, strict=True)
                if name != INTERCEPT and abs(weight) > RANK * np.linalg.norm(column)
            ]
            return f"{names[position]} is explained by {', '.join(by)}"
    return None
