"""Weighted kappa of two readings with its non-null interval and its test. Pure.

Scores are their own categories, and the distance of two grades is the number between them. So the full scale is always
meant: a grade that nobody gave still keeps its neighbours apart, and the range of the scale cancels out of kappa.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.anova import mean_squares
from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.quantiles import normal_quantile, normal_two_sided

Vector = NDArray[np.float64]

# With fewer ratings that found anything an interval of kappa says more about the empty sites than about the reader.
FEWEST_NON_ZERO = 5
# Scores are grades when they lie on this grid; some central readers grade in halves.
GRID = 0.5
# Relative rounding of a mean of distances, and of the standard error made from it.
ROUNDING = 1e-13
NO_ERROR = 1e-9


class Weighting(StrEnum):
    """How a disagreement grows with the distance between two grades."""

    QUADRATIC = "quadratic"
    LINEAR = "linear"
    UNWEIGHTED = "unweighted"


@dataclass(frozen=True, slots=True)
class Kappa:
    """Kappa with its interval (from `standard_error`), and the test of kappa = 0 (from the error if that were so).

    The interval is not cut at 1. `non_zero` counts the ratings that found something, of 2n.
    """

    weighting: Weighting
    value: Estimate
    standard_error: float | None
    z: float | None
    p: float | None
    non_zero: int


def weighted_kappa(scores: Scores, weighting: Weighting, *, level: float, nothing: float = 0.0) -> Kappa:
    """Kappa of two columns.

    Args:
        scores: n x k, complete. With other than two columns: `needs_two_columns`.
        weighting: weights of agreement are 1 - distance / largest distance on the scale.
        level: of the interval.
        nothing: the grade for "nothing there"; with fewer than five ratings other than it the interval is withheld.

    Returns:
        Undefined with `zero_total_variance` where all scores are equal, `not_categories` where scores aren't whole or
        half grades, `too_few` under two rows. The interval is also undefined where the standard error is 0 (complete
        agreement, or a constant column): an interval without width would claim certainty.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Cohen 1968; Fleiss, Cohen and Everitt 1969 for both errors, as in SAS PROC FREQ.
    """
    checked_level(level)
    non_zero = int(np.count_nonzero(scores != nothing))
    reason = _why_not(scores)
    if reason is not None:
        return Kappa(weighting, undefined(reason), None, None, None, non_zero)
    first, second = (scores - scores[0, 0]).T
    seen, to_second, to_first = _distances(first, second, weighting)
    observed, expected = float(seen.mean()), float(to_second.mean())
    ratio = 1.0 if abs(observed - expected) <= ROUNDING * expected else observed / expected
    influence = (seen - observed) - ratio * ((to_second + to_first) - 2.0 * expected)
    error = math.sqrt(float(np.mean(influence**2)) / scores.shape[0]) / expected
    null_error = _null_error(first, second, weighting, to_second, to_first) / expected
    z = (1.0 - ratio) / null_error if null_error > NO_ERROR else None
    return Kappa(
        weighting,
        _with_interval(1.0 - ratio, error, level, enough=non_zero >= FEWEST_NON_ZERO),
        error if error > NO_ERROR else 0.0,
        z,
        None if z is None else normal_two_sided(z),
        non_zero,
    )


def are_grades(scores: Scores) -> bool:
    """Whether all scores are whole or half grades."""
    return bool(np.all(scores / GRID == np.round(scores / GRID)))


def _why_not(scores: Scores) -> Reason | None:
    n, k = scores.shape
    if k != 2:  # noqa: PLR2004 - a pair
        return Reason.NEEDS_TWO_COLUMNS
    if n < 2:  # noqa: PLR2004 - one row has no chance agreement
        return Reason.TOO_FEW
    if mean_squares(scores).total == 0.0:
        return Reason.ZERO_TOTAL_VARIANCE
    return None if are_grades(scores) else Reason.NOT_CATEGORIES


def _with_interval(kappa: float, error: float, level: float, *, enough: bool) -> Estimate:
    if not enough:
        return without_interval(kappa, Reason.TOO_FEW_NON_ZERO)
    if error <= NO_ERROR:
        return without_interval(kappa, Reason.STANDARD_ERROR_ZERO)
    half = normal_quantile((1.0 + level) / 2.0) * error
    return Estimate(kappa, kappa - half, kappa + half, None)


def _distances(first: Vector, second: Vector, weighting: Weighting) -> tuple[Vector, Vector, Vector]:
    """For each row: the distance of its two scores, of its first to all seconds, of its second to all firsts (means).

    The means over all pairs take no n x n table: moments, sorted sums or counts do.
    """
    match weighting:
        case Weighting.QUADRATIC:
            return (first - second) ** 2, _mean_square_to(first, second), _mean_square_to(second, first)
        case Weighting.LINEAR:
            return np.abs(first - second), _mean_absolute_to(first, second), _mean_absolute_to(second, first)
        case Weighting.UNWEIGHTED:
            return (first != second).astype(float), _share_unequal_to(first, second), _share_unequal_to(second, first)


def _mean_square_to(values: Vector, others: Vector) -> Vector:
    centre = others.mean()
    spread: Vector = (values - centre) ** 2 + np.mean((others - centre) ** 2)
    return spread


def _mean_absolute_to(values: Vector, others: Vector) -> Vector:
    ranked = np.sort(others)
    below = np.searchsorted(ranked, values, side="left")
    sums = np.concatenate([[0.0], np.cumsum(ranked)])
    count = others.size
    distance: Vector = (values * (2 * below - count) + sums[-1] - 2.0 * sums[below]) / count
    return distance


def _share_unequal_to(values: Vector, others: Vector) -> Vector:
    ranked = np.sort(others)
    equal = np.searchsorted(ranked, values, side="right") - np.searchsorted(ranked, values, side="left")
    share: Vector = 1.0 - equal / others.size
    return share


def _null_error(first: Vector, second: Vector, weighting: Weighting, to_second: Vector, to_first: Vector) -> float:
    """The standard error of the mean distance if the two columns were independent with the same margins.

    What is left of the variance of the distance over all pairs when the share of each column is taken off.
    """
    match weighting:
        case Weighting.QUADRATIC:
            square = _mean_fourth_power(first, second)
        case Weighting.LINEAR:
            square = float(_mean_square_to(first, second).mean())
        case Weighting.UNWEIGHTED:
            square = float(to_second.mean())
    expected = float(to_second.mean())
    spread = square - float(np.mean(to_second**2)) - float(np.mean(to_first**2)) + expected**2
    return math.sqrt(max(0.0, spread) / first.size)


def _mean_fourth_power(first: Vector, second: Vector) -> float:
    """The mean of (a - b)^4 over all pairs, from moments about one centre."""
    centre = (first.mean() + second.mean()) / 2.0
    a, b = first - centre, second - centre
    moments = [(float(np.mean(a**power)), float(np.mean(b**power))) for power in range(5)]
    return math.fsum(
        coefficient * moments[4 - power][0] * moments[power][1] for power, coefficient in enumerate((1, -4, 6, -4, 1))
    )
