"""Comparisons of groups: the median test as SAS computes it, chi-square without Yates, Fisher's exact test. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.quantiles import chi_square_upper_tail, normal_two_sided

Vector = NDArray[np.float64]

# Cochran's rule, as papers apply it: below this expected count chi-square is left for Fisher's test
FEWEST_EXPECTED = 5.0
# A table whose probability is higher by this share only is as likely as the one seen: R's fisher.test takes 1e-7
AS_LIKELY = 1e-7
# Shared scores that differ by less are the same number, summed in another order.
EQUAL = 1e-9
# Beyond so many tables of the same margins the exact test is not tried.
MOST_TABLES = 5_000_000

MEDIAN = "median test (SAS NPAR1WAY MEDIAN: normal approximation, average scores for ties, no continuity correction)"
MEDIAN_MANY = "median test (SAS NPAR1WAY MEDIAN: one-way chi-square, average scores for ties)"
ONE_GROUP = "fewer than two groups have values"
CHI_SQUARE = "Pearson chi-square without Yates' correction"
FISHER = "Fisher's exact test (Freeman-Halton where larger than 2 x 2), as an expected count is below 5"


@dataclass(frozen=True, slots=True)
class Tested:
    """A test: its statistic (z, chi-square, or None for an exact test), degrees of freedom and two-sided p.

    `p` is None where there is nothing to test, and `reason` says why.
    """

    method: str
    statistic: float | None
    df: int | None
    p: float | None
    reason: str | None = None


def median_test(groups: Sequence[Vector]) -> Tested:
    """Whether groups differ in how many lie above the common median.

    Scores are 1 for ranks above (n + 1)/2 and 0 below; equal values share the mean score of the ranks they take up.
    Two groups: z of the sum of the smaller group's scores, of the first's where both are as large; more: the one-way
    chi-square on k - 1.

    Args:
        groups: each with its values, complete; groups without any are left out.

    Source: SAS/STAT user's guide, PROC NPAR1WAY: "Tied Values", "Simple Linear Rank Tests" (which group is summed),
        "One-Way ANOVA Tests". Scores and variance weren't seen there; SAS's own worked example needs these.
    """
    groups = [group for group in groups if group.size]
    method = MEDIAN_MANY if len(groups) > 2 else MEDIAN  # noqa: PLR2004 - two groups
    if len(groups) < 2:  # noqa: PLR2004 - something to compare
        return Tested(method, None, None, None, ONE_GROUP)
    scores = _median_scores(np.concatenate(groups))
    n, mean = scores.size, scores.mean()
    spread = float(np.sum((scores - mean) ** 2))
    if np.ptp(scores) < EQUAL:
        return Tested(method, None, None, None, "all values are equal")
    parts = np.split(scores, np.cumsum([group.size for group in groups])[:-1])
    if len(groups) == 2:  # noqa: PLR2004 - two groups
        first, second = (part.size for part in parts)
        summed = parts[0] if first <= second else parts[1]
        variance = first * second / (n * (n - 1)) * spread
        z = float(summed.sum() - summed.size * mean) / math.sqrt(variance)
        return Tested(method, z, None, normal_two_sided(z))
    between = sum(part.size * (part.mean() - mean) ** 2 for part in parts)
    statistic = float((n - 1) * between / spread)
    return Tested(method, statistic, len(groups) - 1, chi_square_upper_tail(statistic, len(groups) - 1))


def counts_test(table: NDArray[np.int64]) -> Tested:
    """Whether the rows of a table of counts differ: chi-square, or Fisher where an expected count is below 5.

    Args:
        table: groups x categories; categories and groups that nobody is in are left out.

    Source: Agresti 2013, Categorical Data Analysis, 3.2 and 3.5; Freeman and Halton 1951.
    """
    kept = table[:, table.sum(axis=0) > 0]
    kept = kept[kept.sum(axis=1) > 0]
    if kept.shape[0] < 2:  # noqa: PLR2004 - something to compare
        return Tested(CHI_SQUARE, None, None, None, ONE_GROUP)
    if kept.shape[1] < 2:  # noqa: PLR2004 - something to compare
        return Tested(CHI_SQUARE, None, None, None, "everybody is in one category")
    expected = np.outer(kept.sum(axis=1), kept.sum(axis=0)) / kept.sum()
    if expected.min() < FEWEST_EXPECTED:
        return fisher_exact(kept)
    statistic = float(np.sum((kept - expected) ** 2 / expected))
    df = (kept.shape[0] - 1) * (kept.shape[1] - 1)
    return Tested(CHI_SQUARE, statistic, df, chi_square_upper_tail(statistic, df))


def fisher_exact(table: NDArray[np.int64]) -> Tested:
    """The share of all tables of the same margins that are as likely as this one or less."""
    rows, columns = [int(value) for value in table.sum(axis=1)], [int(value) for value in table.sum(axis=0)]
    if _at_most(rows, columns) > MOST_TABLES:
        return Tested(FISHER, None, None, None, "too many tables for the exact test")
    logs = _all_tables(rows, columns)
    seen = -float(sum(math.lgamma(int(count) + 1) for count in table.flat))
    everything = float(np.logaddexp.reduce(logs))
    p = float(np.exp(np.logaddexp.reduce(logs[logs <= seen + AS_LIKELY]) - everything))
    return Tested(FISHER, None, None, min(1.0, p))


def _median_scores(values: Vector) -> Vector:
    """1 above the middle rank, 0 below; ties share the mean of the scores of their ranks."""
    n = values.size
    by_rank = (np.arange(1, n + 1) > (n + 1) / 2.0).astype(np.float64)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    summed = np.concatenate([[0.0], np.cumsum(by_rank)])
    scores: Vector = ((summed[ends] - summed[ends - counts]) / counts)[inverse]
    return scores


def _at_most(rows: Sequence[int], columns: Sequence[int]) -> float:
    """A bound on how many tables have these margins: each free cell by itself."""
    bound = 1.0
    for row, column in product(sorted(rows)[:-1], sorted(columns)[:-1]):
        bound *= min(row, column) + 1
    return bound


def _all_tables(rows: Sequence[int], columns: Sequence[int]) -> Vector:
    """For every table of these margins the log of its probability, up to a constant."""
    partial: dict[tuple[int, ...], Vector] = {tuple(rows): np.zeros(1)}
    for column in columns:
        after: dict[tuple[int, ...], list[Vector]] = {}
        for left, logs in partial.items():
            for cells in _fillings(left, column):
                rest = tuple(have - cell for have, cell in zip(left, cells, strict=True))
                after.setdefault(rest, []).append(logs - sum(math.lgamma(cell + 1) for cell in cells))
        partial = {rest: np.concatenate(parts) for rest, parts in after.items()}
    return partial[(0,) * len(rows)]


def _fillings(left: Sequence[int], total: int) -> list[tuple[int, ...]]:
    """Every way to put `total` into cells that hold at most `left`."""
    if len(left) == 1:
        return [(total,)] if total <= left[0] else []
    room = sum(left[1:])
    return [
        (first, *rest)
        for first in range(max(0, total - room), min(left[0], total) + 1)
        for rest in _fillings(left[1:], total - first)
    ]
