"""Krippendorff's alpha: nominal, ordinal and interval, any number of readings, missing cells. Pure.

Disagreement is seen within rows with two grades or more and expected from the grades of those rows, whoever gave them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.resampling import Resampling, interval_of_draws, resampled_sums
from scoring.several.counts import Graded, graded

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

# Cells of all matrices that are drawn, 80 MB: grades of sites are far below, totals of many scans may be above.
MOST_CELLS = 10_000_000


class Metric(StrEnum):
    """How far two grades lie apart."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class Alpha:
    """Alpha with an interval by resampling rows, where one was asked for; `paired` rows with two grades or more."""

    metric: Metric
    value: Estimate
    paired: int


def alpha(scores: Scores, metric: Metric, *, level: float, resampling: Resampling | None = None) -> Alpha:
    """Alpha of a table in which readings may be missing.

    Args:
        scores: n x k, nan where a reading is missing.
        metric: nominal: two grades are the same or not. ordinal: by how many grades of the table lie between them.
            interval: by the square of their difference.
        level: of the interval.
        resampling: how often whole rows are drawn; None gives no interval, since alpha has none in closed form.

    Returns:
        Undefined as `graded` says, and with `zero_total_variance` where all scores of paired rows are equal. No
        interval (`interval_undefined`) without resampling, where more than 5 % of the draws have no alpha, or where the
        draws of so many different grades wouldn't fit into memory.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability (University of Pennsylvania).
    """
    checked_level(level)
    table = graded(scores)
    if isinstance(table, Reason):
        return Alpha(metric, undefined(table), 0)
    value = float(_alphas(_whole(table)[np.newaxis], table.grades, metric)[0])
    paired = int(np.count_nonzero(table.paired))
    if not np.isfinite(value):
        return Alpha(metric, undefined(Reason.ZERO_TOTAL_VARIANCE), paired)
    if resampling is None or max(resampling.replicates, paired) * table.grades.size**2 > MOST_CELLS:
        return Alpha(metric, without_interval(value, Reason.INTERVAL_UNDEFINED), paired)
    rows = _by_row(table)[table.paired].reshape(paired, -1)
    drawn = resampled_sums(rows, resampling).reshape(-1, table.grades.size, table.grades.size)
    limits = interval_of_draws(_alphas(drawn, table.grades, metric), value, np.empty(0), level).percentile
    if limits is None:
        return Alpha(metric, without_interval(value, Reason.INTERVAL_UNDEFINED), paired)
    return Alpha(metric, Estimate(value, *limits, None), paired)


def _whole(table: Graded) -> Matrix:
    """The matrix of coincidences, q x q: ordered pairs of grades of each row, over (its grades - 1)."""
    counts = table.counts[table.paired]
    share = counts / (counts.sum(axis=1, keepdims=True) - 1.0)
    found: Matrix = counts.T @ share - np.diag(share.sum(axis=0))
    return found


def _by_row(table: Graded) -> Matrix:
    """What each row adds to the matrix of coincidences, n x q x q."""
    counts = np.where(table.paired[:, np.newaxis], table.counts, 0.0)
    pairs = counts[:, :, np.newaxis] * counts[:, np.newaxis, :]
    diagonal = np.arange(table.grades.size)
    pairs[:, diagonal, diagonal] -= counts
    others = np.maximum(table.counts.sum(axis=1) - 1.0, 1.0)
    found: Matrix = pairs / others[:, np.newaxis, np.newaxis]
    return found


def _alphas(coincidences: Matrix, grades: Vector, metric: Metric) -> Vector:
    """Alpha of each matrix of coincidences, m x q x q; nan where no disagreement is to be expected."""
    margins = coincidences.sum(axis=2)
    apart = _METRICS[metric](margins, grades)
    total = margins.sum(axis=1)
    seen = np.sum(coincidences * apart, axis=(1, 2))
    expected = np.sum(margins[:, :, np.newaxis] * margins[:, np.newaxis, :] * apart, axis=(1, 2))
    ratio: Vector = np.full_like(total, np.nan)
    np.divide((total - 1.0) * seen, expected, out=ratio, where=expected > 0.0)
    return 1.0 - ratio


def _nominal(margins: Matrix, grades: Vector) -> Matrix:
    apart = (grades[:, np.newaxis] != grades[np.newaxis, :]).astype(np.float64)
    return np.broadcast_to(apart, (margins.shape[0], *apart.shape))


def _interval(margins: Matrix, grades: Vector) -> Matrix:
    apart = np.subtract.outer(grades, grades) ** 2
    return np.broadcast_to(apart, (margins.shape[0], *apart.shape))


def _ordinal(margins: Matrix, _grades: Vector) -> Matrix:
    """Squares of the grades that lie from one to the other, both ends counted half."""
    middle = np.cumsum(margins, axis=1) - margins / 2.0
    apart: Matrix = (middle[:, :, np.newaxis] - middle[:, np.newaxis, :]) ** 2
    return apart


_METRICS: dict[Metric, Callable[[Matrix, Vector], Matrix]] = {
    Metric.NOMINAL: _nominal,
    Metric.ORDINAL: _ordinal,
    Metric.INTERVAL: _interval,
}
