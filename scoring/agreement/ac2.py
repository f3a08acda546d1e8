"""Gwet's AC2: agreement that doesn't collapse when most sites are 0. Any number of readings. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.kappa import GRID, NO_ERROR, Weighting, are_grades
from scoring.agreement.quantiles import t_quantile
from scoring.agreement.scale import ScaleRange

Matrix = NDArray[np.float64]

# A weight matrix of the number of categories squared; no grading scale comes near it.
MOST_CATEGORIES = 2000


@dataclass(frozen=True, slots=True)
class Ac2:
    """AC2 (AC1 when unweighted) with its interval (t on n - 1, not cut at 1) and the number of categories used."""

    weighting: Weighting
    value: Estimate
    standard_error: float | None
    categories: int | None


def ac2(scores: Scores, weighting: Weighting, scale: ScaleRange | None, *, level: float) -> Ac2:
    """AC2 over every grade of the scale, also those that nobody gave: chance agreement depends on their number.

    Args:
        scores: n x k, complete, k at least 2, all on the scale.
        weighting: weights of agreement are 1 - distance / length of the scale, squared distance when quadratic.
        scale: without it the number of categories is unknown: `needs_scale`.
        level: of the interval.

    Returns:
        Categories are one apart, or half a grade where any score is a half; `not_categories` for other scores.
        Complete agreement is 1 by definition, also when all scores are equal, and has no interval.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Gwet 2008, Br J Math Stat Psychol 61:29; Gwet 2014, Handbook of Inter-Rater Reliability, chapters 4 and 5.
    """
    checked_level(level)
    n, k = scores.shape
    categories = None if scale is None else _categories(scores, scale)
    reason = _why_not(n, k, scale, categories)
    if reason is not None or categories is None:
        return Ac2(weighting, undefined(reason or Reason.NOT_CATEGORIES), None, None)
    weights = _weights(categories, weighting)
    indexes = np.searchsorted(categories, scores)
    q = categories.size
    pairs = [weights[indexes[:, a], indexes[:, b]] for a, b in combinations(range(k), 2)]
    agreement = np.sum(pairs, axis=0) / len(pairs)
    share = np.bincount(indexes.ravel(), minlength=q) / (n * k)
    per_category = weights.sum() / (q * (q - 1))
    by_chance = float(per_category * np.sum(share * (1.0 - share)))
    row_chance = per_category * (1.0 - share)[indexes].mean(axis=1)
    value = float((agreement.mean() - by_chance) / (1.0 - by_chance))
    rows = (agreement - by_chance) / (1.0 - by_chance)
    rows = rows - 2.0 * (1.0 - value) * (row_chance - by_chance) / (1.0 - by_chance)
    error = math.sqrt(float(np.sum((rows - value) ** 2)) / (n * (n - 1)))
    return Ac2(weighting, _with_interval(value, error, n, level), error if error > NO_ERROR else 0.0, q)


def _why_not(n: int, k: int, scale: ScaleRange | None, categories: Matrix | None) -> Reason | None:
    if n < 2 or k < 2:  # noqa: PLR2004 - a pair of readings, and a degree of freedom
        return Reason.TOO_FEW
    if scale is None:
        return Reason.NEEDS_SCALE
    return Reason.NOT_CATEGORIES if categories is None else None


def _categories(scores: Scores, scale: ScaleRange) -> Matrix | None:
    """Every grade of the scale, rising; None where a score isn't one of them."""
    steps = (1.0, GRID) if are_grades(scores - scale.minimum) else ()
    for step in steps:
        positions = (np.append(scores.ravel(), scale.maximum) - scale.minimum) / step
        if np.all(positions == np.round(positions)) and positions[-1] < MOST_CATEGORIES:
            found: Matrix = scale.minimum + step * np.arange(int(positions[-1]) + 1, dtype=np.float64)
            return found
    return None


def _weights(categories: Matrix, weighting: Weighting) -> Matrix:
    distance: Matrix = np.abs(np.subtract.outer(categories, categories)) / (categories[-1] - categories[0])
    match weighting:
        case Weighting.QUADRATIC:
            distance = distance**2
        case Weighting.UNWEIGHTED:
            distance = (distance > 0.0).astype(np.float64)
        case Weighting.LINEAR:
            pass
    return 1.0 - distance


def _with_interval(value: float, error: float, n: int, level: float) -> Estimate:
    if error <= NO_ERROR:
        return without_interval(value, Reason.STANDARD_ERROR_ZERO)
    half = t_quantile((1.0 + level) / 2.0, n - 1) * error
    return Estimate(value, value - half, value + half, None)
