"""Kappa pooled over the sites of many scans, with an interval from resampling whole scans. Pure, seeded.

Bones of one wrist are not independent: the formula's interval, which takes each site for a scan of its own, is too
short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.kappa import ROUNDING, Weighting, are_grades

Matrix = NDArray[np.float64]

# Drawn at a time, to keep the draws of a thousand scans within some tens of megabytes.
BLOCK = 2000
# With more replicates without a kappa than this share the percentiles would be of a chosen part.
MOST_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class PooledKappa:
    """Kappa over all sites; interval by percentiles of `replicates` draws of `scans` scans with replacement."""

    weighting: Weighting
    value: Estimate
    scans: int
    sites: int
    replicates: int
    seed: int


def pooled_kappa(
    scans: Sequence[Scores], weighting: Weighting, *, level: float, replicates: int, seed: int
) -> PooledKappa:
    """Kappa of two readings over every site of every scan.

    Args:
        scans: for each scan its scores, sites x 2, complete; scans may differ in the number of sites.
        weighting: as for `weighted_kappa`.
        level: of the interval.
        replicates: how many times all scans are drawn anew; 0 gives the estimate alone.
        seed: the same seed gives the same interval.

    Returns:
        `too_few` under two scans, `zero_total_variance` where all scores are equal, `not_categories` for other scores
        than whole or half grades. No interval where more than 5 % of the replicates have no kappa.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Field and Welsh 2007, J R Stat Soc B 69:369 (cluster bootstrap).
    """
    checked_level(level)
    filled = [scan for scan in scans if scan.size]
    scores = np.concatenate(filled) if filled else np.empty((0, 2))
    value = _value(filled, scores, weighting, level=level, replicates=replicates, seed=seed)
    return PooledKappa(weighting, value, len(filled), int(scores.shape[0]), replicates, seed)


def _value(
    scans: Sequence[Scores], scores: Scores, weighting: Weighting, *, level: float, replicates: int, seed: int
) -> Estimate:
    if len(scans) < 2:  # noqa: PLR2004 - one scan can't be resampled
        return undefined(Reason.TOO_FEW)
    if not are_grades(scores):
        return undefined(Reason.NOT_CATEGORIES)
    grades = np.unique(scores)
    if grades.size == 1:
        return undefined(Reason.ZERO_TOTAL_VARIANCE)
    distance = _distance(grades, weighting)
    sums = np.array([_sums(scan, grades, distance) for scan in scans])
    estimate = float(_kappas(sums.sum(axis=0, keepdims=True), distance)[0])
    drawn = _drawn(sums, distance, replicates, seed)
    defined = drawn[np.isfinite(drawn)]
    if defined.size == 0 or defined.size < (1.0 - MOST_UNDEFINED) * replicates:
        return without_interval(estimate, Reason.INTERVAL_UNDEFINED)
    low, high = np.quantile(defined, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Estimate(estimate, float(low), float(high), None)


def _distance(grades: Matrix, weighting: Weighting) -> Matrix:
    apart: Matrix = np.abs(np.subtract.outer(grades, grades))
    match weighting:
        case Weighting.QUADRATIC:
            return apart**2
        case Weighting.UNWEIGHTED:
            return (apart > 0.0).astype(np.float64)
        case Weighting.LINEAR:
            return apart


def _sums(scan: Scores, grades: Matrix, distance: Matrix) -> Matrix:
    """What a scan adds up to: its distances, then how often each grade was given at first and at second reading."""
    first, second = np.searchsorted(grades, scan.T)
    counts = [np.bincount(places, minlength=grades.size).astype(np.float64) for places in (first, second)]
    return np.concatenate([[distance[first, second].sum()], *counts])


def _kappas(sums: Matrix, distance: Matrix) -> Matrix:
    """Kappa of each row of sums; nan where every score is equal."""
    q = distance.shape[0]
    first, second = sums[:, 1 : q + 1], sums[:, q + 1 :]
    sites = first.sum(axis=1)
    observed = sums[:, 0] / sites
    expected = np.einsum("ri,ij,rj->r", first, distance, second, optimize=True) / sites**2
    ratio = np.divide(observed, expected, out=np.full_like(observed, np.nan), where=expected > 0.0)
    kappas: Matrix = np.where(np.abs(ratio - 1.0) <= ROUNDING, 0.0, 1.0 - ratio)
    return kappas


def _drawn(sums: Matrix, distance: Matrix, replicates: int, seed: int) -> Matrix:
    """Kappa of each replicate. A draw of scans is a count for each scan, and its sums are the counts times the sums."""
    random, scans = np.random.default_rng(seed), sums.shape[0]
    found = []
    for start in range(0, replicates, BLOCK):
        rows = min(BLOCK, replicates - start)
        draws = random.integers(0, scans, (rows, scans)) + scans * np.arange(rows)[:, np.newaxis]
        counts = np.bincount(draws.ravel(), minlength=rows * scans).reshape(rows, scans).astype(np.float64)
        found.append(_kappas(counts @ sums, distance))
    return np.concatenate(found) if found else np.empty(0)
