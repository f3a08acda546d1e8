"""Intervals of the figures of several tables by resampling the scans that they share. Pure, seeded.

Bootstrap intervals assume no normal distribution. For a handful of scans they are too short all the same: n = 10 gives
ten different rows, however often they are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.anova import NOISE
from scoring.agreement.close import CLOSE, ROUNDING
from scoring.agreement.errors import ReplicatesRefused
from scoring.agreement.estimates import Reason, Scores, checked_level
from scoring.agreement.measurement_error import MULTIPLIER_95
from scoring.agreement.resampling import (
    MOST_REPLICATES,
    ResampledInterval,
    Resampling,
    interval_of_draws,
    resampled_sums,
)

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Figures = dict[str, Vector]

FEWEST_REPLICATES = 100


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Intervals by figure: the ICCs by their names, `sem`, `sdd`, `bias`, `kappa_quadratic` and so on."""

    resampling: Resampling
    level: float
    intervals: Mapping[str, ResampledInterval]

    def as_json(self) -> dict[str, object]:
        """Limits by figure, with how they were made."""
        return {
            "replicates": self.resampling.replicates,
            "seed": self.resampling.seed,
            "level": self.level,
            "intervals": {name: interval_as_json(item) for name, item in self.intervals.items()},
        }


def checked_resampling(replicates: int, seed: int) -> Resampling:
    """The wish as given.

    Raises:
        ReplicatesRefused: too few for percentiles to mean anything, too many for the memory, or a negative seed.
    """
    if not FEWEST_REPLICATES <= replicates <= MOST_REPLICATES:
        raise ReplicatesRefused(
            f"bootstrap {replicates}: give {FEWEST_REPLICATES} to {MOST_REPLICATES} replicates, such as 10000"
        )
    if seed < 0:
        raise ReplicatesRefused(f"seed {seed}: give a whole number of 0 or more")
    return Resampling(replicates, seed)


def bootstrapped(tables: Sequence[Scores], resampling: Resampling, *, level: float) -> tuple[Bootstrap, ...]:
    """Intervals of every table from the same draws of scans.

    Args:
        tables: each n x k over the same n scans in the same order; nan is a missing score, and a row that has one adds
            nothing to its table. Tables may differ in k.
        resampling: how often, from which seed.
        level: of the intervals.

    Returns:
        One for each table. Figures of pairs are there for k = 2 alone. Spearman's rho and linear kappa have their own
        closed-form intervals and are not resampled.
    """
    checked_level(level)
    if not tables:
        return ()
    moments = moments_of(tables)
    sums = np.concatenate([item.sums for item in moments], axis=1)
    return of_draws(moments, resampled_sums(sums, resampling), resampling, level=level)


@dataclass(frozen=True, slots=True)
class Moments:
    """What each row of a table of k readings adds to its figures."""

    sums: Matrix
    k: int


def moments_of(tables: Sequence[Scores]) -> list[Moments]:
    """For draws that are shared with other figures of the same scans."""
    return [Moments(_moments(table), table.shape[1]) for table in tables]


def of_draws(
    moments: Sequence[Moments], drawn: Matrix, resampling: Resampling, *, level: float
) -> tuple[Bootstrap, ...]:
    """Intervals from what the draws added up to: the columns of all `moments`, one after another."""
    found, column = [], 0
    for own in moments:
        width = own.sums.shape[1]
        draws = figures(drawn[:, column : column + width], own.k)
        found.append(Bootstrap(resampling, level, _intervals(own.sums, draws, own.k, level)))
        column += width
    return tuple(found)


def interval_as_json(item: ResampledInterval) -> dict[str, object]:
    """`percentile` and `bca`, each [low, high] or None, with the reason where one is missing."""
    reason = {} if item.reason is None else {"reason": str(item.reason)}
    return {
        "percentile": None if item.percentile is None else list(item.percentile),
        "bca": None if item.bca is None else list(item.bca),
        **reason,
    }


def _intervals(moments: Matrix, draws: Figures, k: int, level: float) -> dict[str, ResampledInterval]:
    whole = moments.sum(axis=0, keepdims=True)
    present = moments[:, 0] > 0.0
    without = figures(whole - moments[present], k)
    sample = figures(whole, k)
    return {
        name: interval_of_draws(values, _number(sample[name][0]), without[name], level)
        if whole[0, 0] > 1.0
        else ResampledInterval(None, None, Reason.TOO_FEW)
        for name, values in draws.items()
    }


def _number(value: np.float64) -> float | None:
    return float(value) if math.isfinite(value) else None


def _moments(table: Scores) -> Matrix:
    """What each row adds: 1, its scores, their squares, the square of their sum; for pairs exact, close, the product.

    Scores are taken from the mean of the table, so that 1e6 added to all of them changes nothing.
    """
    complete = np.all(np.isfinite(table), axis=1)
    centre = float(table[complete].mean()) if complete.any() else 0.0
    scores = np.where(complete[:, np.newaxis], table - centre, 0.0)
    columns = [complete.astype(np.float64)[:, np.newaxis], scores, scores**2, scores.sum(axis=1, keepdims=True) ** 2]
    if table.shape[1] == 2:  # noqa: PLR2004 - a pair
        apart = np.abs(scores[:, :1] - scores[:, 1:])
        exact = (apart <= ROUNDING) & complete[:, np.newaxis]
        close = (apart <= CLOSE + ROUNDING) & complete[:, np.newaxis]
        columns += [exact.astype(np.float64), close.astype(np.float64)]
    return np.concatenate(columns, axis=1)


def figures(sums: Matrix, k: int) -> Figures:
    """Each figure of each row of sums; nan where it isn't defined."""
    n, scores, squares, of_sums = sums[:, 0], sums[:, 1 : k + 1], sums[:, k + 1 : 2 * k + 1], sums[:, 2 * k + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        correction = scores.sum(axis=1) ** 2 / (n * k)
        of_rows = of_sums / k - correction
        of_columns = np.sum(scores**2, axis=1) / n - correction
        of_all = squares.sum(axis=1) - correction
        floor = NOISE * np.maximum(1.0, of_all)
        rows = _mean_square(of_rows, n - 1, floor)
        columns = _mean_square(of_columns, np.full_like(n, k - 1), floor)
        residual = _mean_square(of_all - of_rows - of_columns, (n - 1) * (k - 1), floor)
        within = _mean_square(of_all - of_rows, n * (k - 1), floor)
        varies = np.asarray(of_all >= floor * (n * k - 1), dtype=np.bool_)
        found = _iccs(k, n, (rows, columns, residual, within), varies)
        found["sem"] = np.sqrt(residual)
        found["sdd"] = MULTIPLIER_95 * np.sqrt(2.0 * residual)
        if k == 2:  # noqa: PLR2004 - a pair
            found |= _of_pairs(sums, found["sdd"])
        return found


def _mean_square(of: Vector, degrees: Vector, floor: Vector) -> Vector:
    value = of / degrees
    square: Vector = np.where(value < floor, 0.0, value)
    return square


def _iccs(k: int, n: Vector, squares: tuple[Vector, Vector, Vector, Vector], varies: NDArray[np.bool_]) -> Figures:
    rows, columns, residual, within = squares
    shift = (columns - residual) / n
    forms = {
        "ICC(1,1)": (rows - within, rows + (k - 1) * within),
        "ICC(2,1)": (rows - residual, rows + (k - 1) * residual + k * shift),
        "ICC(3,1)": (rows - residual, rows + (k - 1) * residual),
        "ICC(1,k)": (rows - within, rows),
        "ICC(2,k)": (rows - residual, rows + shift),
        "ICC(3,k)": (rows - residual, rows),
    }
    return {name: np.where(varies & (below > 0.0), above / below, np.nan) for name, (above, below) in forms.items()}


def _of_pairs(sums: Matrix, sdd: Vector) -> Figures:
    n, first, second, squares = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3] + sums[:, 4]
    bias = (second - first) / n
    # the sum of a squared difference is that of the squares less twice the products; (a + b)^2 holds the products
    products = (sums[:, 5] - squares) / 2.0
    apart, by_chance = (squares - 2.0 * products) / n, squares / n - 2.0 * first * second / n**2
    return {
        "bias": bias,
        "lower_limit": bias - sdd,
        "upper_limit": bias + sdd,
        "exact": sums[:, 6] / n,
        "close": sums[:, 7] / n,
        "kappa_quadratic": np.where(by_chance > ROUNDING, 1.0 - apart / by_chance, np.nan),
    }
