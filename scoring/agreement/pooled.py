"""Kappa pooled over the sites of many scans, with an interval from resampling whole scans. Pure, seeded.

Bones of one wrist are not independent: the formula's interval, which takes each site for a scan of its own, is too
short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Estimate, Reason, Scores, undefined, without_interval
from scoring.agreement.kappa import ROUNDING, Weighting, are_grades
from scoring.agreement.resampling import Resampling, interval_of_draws

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PooledKappa:
    """Kappa over all sites; interval by percentiles of `replicates` draws of `scans` scans with replacement."""

    weighting: Weighting
    value: Estimate
    scans: int
    sites: int
    replicates: int
    seed: int


def parts_of(tables: Sequence[Scores], scans: int, weighting: Weighting) -> list[Part]:
    """What each scan adds to each feature's kappa; for draws that are shared with other figures of the same scans.

    Args:
        tables: for each feature its scores, (scans x sites) x 2, scan by scan; nan where a score is missing.
        scans: how many; each table has the same number of rows a scan.
        weighting: as for `weighted_kappa`.
    """
    return [_part(table, scans, weighting) for table in tables]


def kappas_of_draws(
    parts: Sequence[Part], drawn: Matrix, resampling: Resampling, *, level: float
) -> tuple[PooledKappa, ...]:
    """Kappas from what the draws added up to: the columns of all `parts`, one after another.

    Returns:
        `too_few` under two scans, `zero_total_variance` where all scores are equal, `not_categories` for other scores
        than whole or half grades. No interval where more than 5 % of the replicates have no kappa.

    Source: Field and Welsh 2007, J R Stat Soc B 69:369 (cluster bootstrap).
    """
    found, column = [], 0
    for part in parts:
        draws = drawn[:, column : column + part.sums.shape[1]]
        column += part.sums.shape[1]
        value = _estimate(part, draws, level)
        found.append(PooledKappa(part.weighting, value, part.scans, part.sites, resampling.replicates, resampling.seed))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Part:
    """One feature: what each scan adds up to, and why there is no kappa where there is none."""

    weighting: Weighting
    sums: Matrix
    distance: Matrix
    scans: int
    sites: int
    reason: Reason | None


def _part(table: Scores, scans: int, weighting: Weighting) -> Part:
    complete = np.all(np.isfinite(table), axis=1)
    scores = table[complete]
    owners = np.repeat(np.arange(scans), table.shape[0] // scans if scans else 0)[complete]
    filled = int(np.unique(owners).size)
    grades = np.unique(scores)
    reason = _why_not(scores, filled, grades)
    if reason is not None:
        return Part(weighting, np.empty((scans, 0)), np.empty((0, 0)), filled, scores.shape[0], reason)
    distance = _distance(grades, weighting)
    first, second = np.searchsorted(grades, scores.T)
    apart = np.bincount(owners, weights=distance[first, second], minlength=scans)[:, np.newaxis]
    counts = [_counts(owners, indexes, scans, grades.size) for indexes in (first, second)]
    return Part(weighting, np.concatenate([apart, *counts], axis=1), distance, filled, scores.shape[0], None)


def _counts(owners: NDArray[np.intp], indexes: NDArray[np.intp], scans: int, grades: int) -> Matrix:
    """How often each scan was given each grade, scans x grades."""
    return np.bincount(owners * grades + indexes, minlength=scans * grades).reshape(scans, grades).astype(np.float64)


def _why_not(scores: Scores, scans: int, grades: Matrix) -> Reason | None:
    if scans < 2:  # noqa: PLR2004 - one scan can't be resampled
        return Reason.TOO_FEW
    if not are_grades(scores):
        return Reason.NOT_CATEGORIES
    return Reason.ZERO_TOTAL_VARIANCE if grades.size == 1 else None


def _estimate(part: Part, draws: Matrix, level: float) -> Estimate:
    if part.reason is not None:
        return undefined(part.reason)
    estimate = float(_kappas(part.sums.sum(axis=0, keepdims=True), part.distance)[0])
    found = interval_of_draws(_kappas(draws, part.distance), estimate, np.empty(0), level)
    if found.percentile is None:
        return without_interval(estimate, Reason.INTERVAL_UNDEFINED)
    return Estimate(estimate, *found.percentile, None)


def _distance(grades: Matrix, weighting: Weighting) -> Matrix:
    apart: Matrix = np.abs(np.subtract.outer(grades, grades))
    match weighting:
        case Weighting.QUADRATIC:
            return apart**2
        case Weighting.UNWEIGHTED:
            return (apart > 0.0).astype(np.float64)
        case Weighting.LINEAR:
            return apart


def _kappas(sums: Matrix, distance: Matrix) -> Matrix:
    """Kappa of each row of sums; nan where every score is equal."""
    q = distance.shape[0]
    first, second = sums[:, 1 : q + 1], sums[:, q + 1 :]
    sites = first.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        # a draw of scans without a single site has no kappa
        observed = sums[:, 0] / sites
        expected = np.sum((first @ distance) * second, axis=1) / sites**2
    ratio = np.divide(observed, expected, out=np.full_like(observed, np.nan), where=expected > 0.0)
    kappas: Matrix = np.where(np.abs(ratio - 1.0) <= ROUNDING, 0.0, 1.0 - ratio)
    return kappas
