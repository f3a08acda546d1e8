"""Points of the figures: what the report prints and what the coordinator's window shows are the same. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.comparison.grades import Array


@dataclass(frozen=True, slots=True)
class SiteMean:
    """Mean of a site over n cases; None without any."""

    mean: float | None
    n: int


def site_mean(values: Array) -> SiteMean:
    """Of the cases where it is known."""
    known = values[np.isfinite(values)]
    return SiteMean(float(known.mean()) if known.size else None, int(known.size))


def means_and_differences(scores: Array) -> tuple[Array, Array]:
    """Bland-Altman: of two columns the mean of each row, and the second minus the first."""
    return scores.mean(axis=1), scores[:, 1] - scores[:, 0]


def cumulative(values: Array) -> tuple[NDArray[np.intp], Array]:
    """Cumulative probability: the rows from the smallest value to the largest, and the share of each.

    Each stands at the middle of its own share, (rank - 1/2) / n, as probability plots of scores are drawn (van der
    Heijde 2004); rows without a value are left out.
    """
    order = np.argsort(values, kind="stable")
    order = order[np.isfinite(values[order])]
    return order, (np.arange(order.size) + 0.5) / order.size if order.size else np.empty(0)


def from_better_to_worse(change: Array) -> list[int]:
    """Rows by their change, missing ones at the end, ties in their order."""
    rows: list[int] = np.argsort(np.where(np.isfinite(change), change, np.nan), kind="stable").tolist()
    return rows
