"""The six intraclass correlations of Shrout and Fleiss with F test and interval at any level. Pure.

Negative values are reported as they are. An interval of an agreement form, ICC(2,.), follows McGraw and Wong 1996,
which stays defined where the residual is 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring.agreement.anova import MeanSquares
from scoring.agreement.estimates import Estimate, Reason, checked_level, undefined, without_interval
from scoring.agreement.quantiles import f_quantile, f_upper_tail

# A difference of two mean squares below this share of the larger one is rounding.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class Form:
    """One of the six: both names, and what model, type and unit they stand for."""

    name: str
    mcgraw_wong: str
    model: str
    definition: str
    average: bool


FORMS = (
    Form("ICC(1,1)", "ICC(1)", "one-way random", "absolute agreement", average=False),
    Form("ICC(2,1)", "ICC(A,1)", "two-way random", "absolute agreement", average=False),
    Form("ICC(3,1)", "ICC(C,1)", "two-way mixed", "consistency", average=False),
    Form("ICC(1,k)", "ICC(k)", "one-way random", "absolute agreement", average=True),
    Form("ICC(2,k)", "ICC(A,k)", "two-way random", "absolute agreement", average=True),
    Form("ICC(3,k)", "ICC(C,k)", "two-way mixed", "consistency", average=True),
)


@dataclass(frozen=True, slots=True)
class FTest:
    """The F test of no correlation (ICC = 0): f and p are None where the mean square below is 0."""

    f: float | None
    df1: int | None
    df2: int | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Icc:
    """One form: the estimate, its interval and its F test."""

    form: Form
    value: Estimate
    test: FTest


def intraclass(squares: MeanSquares, level: float) -> tuple[Icc, ...]:
    """All six forms, in the order of `FORMS`.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Shrout and Fleiss 1979 (estimates; F and intervals of the forms 1 and 3); McGraw and Wong 1996, table 7,
    with the correction of the same year (intervals of form 2).
    """
    checked_level(level)
    if squares.total == 0.0:
        return tuple(Icc(form, undefined(Reason.ZERO_TOTAL_VARIANCE), _test(squares, form)) for form in FORMS)
    return tuple(Icc(form, _value(squares, form, level), _test(squares, form)) for form in FORMS)


def no_intraclass(reason: Reason) -> tuple[Icc, ...]:
    """All six forms undefined, where there aren't enough rows for mean squares."""
    return tuple(Icc(form, undefined(reason), FTest(None, None, None, None)) for form in FORMS)


def _value(squares: MeanSquares, form: Form, level: float) -> Estimate:
    estimate = _estimate(squares, form)
    if estimate is None:
        return undefined(Reason.DENOMINATOR_NOT_POSITIVE)
    limits = (_agreement_limits if form.name.startswith("ICC(2") else _f_limits)(squares, form, level)
    if isinstance(limits, Reason):
        return without_interval(estimate, limits)
    return Estimate(estimate, *limits, None)


def _estimate(squares: MeanSquares, form: Form) -> float | None:
    """The ratio of mean squares; None where its denominator is 0 or less and the ratio means nothing."""
    n, k, rows = squares.n, squares.k, squares.rows
    error = _error(squares, form)
    columns = (squares.columns - squares.residual) / n if form.name.startswith("ICC(2") else 0.0
    shares = (rows, columns) if form.average else (rows, (k - 1) * error, k * columns)
    denominator = _rounded(math.fsum(shares), *shares)
    return None if denominator <= 0.0 else _rounded(rows - error, rows, error) / denominator


def _error(squares: MeanSquares, form: Form) -> float:
    """The mean square that rows are compared with, for the estimate as for F."""
    return squares.within if form.name.startswith("ICC(1") else squares.residual


def _degrees(squares: MeanSquares, form: Form) -> tuple[int, int]:
    rows = squares.n - 1
    return rows, (squares.n if form.name.startswith("ICC(1") else rows) * (squares.k - 1)


def _test(squares: MeanSquares, form: Form) -> FTest:
    error = _error(squares, form)
    df1, df2 = _degrees(squares, form)
    if error == 0.0:
        return FTest(None, df1, df2, None)
    f = squares.rows / error
    return FTest(f, df1, df2, f_upper_tail(f, df1, df2))


def _f_limits(squares: MeanSquares, form: Form, level: float) -> tuple[float, float] | Reason:
    """Limits of the forms 1 and 3, from the exact F distribution of the ratio of mean squares."""
    error = _error(squares, form)
    if error == 0.0:
        return Reason.MSE_ZERO
    df1, df2 = _degrees(squares, form)
    f, upper = squares.rows / error, (1.0 + level) / 2.0
    if f == 0.0:
        return Reason.INTERVAL_UNDEFINED  # both limits would be -1/(k - 1): no width, which would claim certainty
    low, high = f / f_quantile(upper, df1, df2), f * f_quantile(upper, df2, df1)
    if form.average:
        return 1.0 - 1.0 / low, 1.0 - 1.0 / high
    return (low - 1.0) / (low + squares.k - 1.0), (high - 1.0) / (high + squares.k - 1.0)


def _agreement_limits(squares: MeanSquares, form: Form, level: float) -> tuple[float, float] | Reason:
    """Limits of the form 2, with Satterthwaite's degrees of freedom v.

    Those of the average exist where those of a single reading do. They have a formula of their own: carried over from a
    single limit next to -1/(k - 1) by Spearman-Brown they would lose half their digits.

    McGraw and Wong's a and b are both multiplied by (1 - r) here; v is a ratio and stays the same, and no division by
    0 is left at r = 1.
    """
    n, k = squares.n, squares.k
    rows, columns, residual = squares.rows, squares.columns, squares.residual
    r = _estimate(squares, FORMS[1])
    if r is None:
        return Reason.INTERVAL_UNDEFINED
    of_columns = k * r / n * columns
    of_residual = (1.0 - r + k * r * (n - 1) / n) * residual
    spread = of_columns**2 / (k - 1) + of_residual**2 / ((n - 1) * (k - 1))
    if spread == 0.0:
        return Reason.MSE_ZERO if residual == 0.0 else Reason.INTERVAL_UNDEFINED
    v, upper = (of_columns + of_residual) ** 2 / spread, (1.0 + level) / 2.0
    if v == 0.0:
        return Reason.INTERVAL_UNDEFINED
    below, above = f_quantile(upper, n - 1, v), f_quantile(upper, v, n - 1)
    at_low, at_high = n * (rows - below * residual), n * (above * rows - residual)
    noise = k * columns + (k * n - k - n) * residual
    low, high = _quotient(at_low, below * noise + n * rows), _quotient(at_high, noise + n * above * rows)
    if low is None or high is None or not -1.0 / (k - 1) <= low <= high <= 1.0:
        return Reason.INTERVAL_UNDEFINED
    if form.average:
        shift = _rounded(columns - residual, columns, residual)
        low, high = _quotient(at_low, below * shift + n * rows), _quotient(at_high, shift + n * above * rows)
    return Reason.INTERVAL_UNDEFINED if low is None or high is None else (low, high)


def _quotient(numerator: float, denominator: float) -> float | None:
    if denominator <= 0.0:
        return None
    quotient = numerator / denominator
    return quotient if math.isfinite(quotient) else None


def _rounded(value: float, *parts: float) -> float:
    """The value, or 0 where it is only what rounding left of its parts."""
    return 0.0 if abs(value) <= ROUNDING * max(abs(part) for part in parts) else value
