"""Counts of grades by row, where readings may be missing, and the weights of two grades. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Reason, Scores
from scoring.agreement.kappa import Weighting, are_grades

Matrix = NDArray[np.float64]
Indexes = NDArray[np.intp]

MISSING = -1
# A square of this number is held for each draw of rows; no grading scale comes near it.
MOST_GRADES = 200


@dataclass(frozen=True, slots=True)
class Graded:
    """A table as categories.

    `grades` rise, in score units (q). `indexes` is n x k: which grade each reading gave, `MISSING` where none.
    `counts` is n x q: how many readings gave the row each grade. Rows without any grade aren't there.
    """

    grades: Matrix
    indexes: Indexes
    counts: Matrix

    @property
    def paired(self) -> NDArray[np.bool_]:
        """Rows with two grades or more: what agreement can be seen in."""
        rows: NDArray[np.bool_] = self.counts.sum(axis=1) >= 2.0  # noqa: PLR2004 - a pair
        return rows


def graded(scores: Scores) -> Graded | Reason:
    """Scores as categories, or why they are none.

    Args:
        scores: n x k, nan where a reading is missing.

    Returns:
        `needs_two_columns` under two columns, `too_few` under two rows with two grades or more, `not_categories` where
        scores aren't whole or half grades, or are more than 200 different ones.
    """
    if scores.shape[1] < 2:  # noqa: PLR2004 - a pair
        return Reason.NEEDS_TWO_COLUMNS
    some = scores[np.any(np.isfinite(scores), axis=1)]
    given = some[np.isfinite(some)]
    if np.count_nonzero(np.isfinite(some).sum(axis=1) >= 2) < 2:  # noqa: PLR2004 - a pair, and a second row
        return Reason.TOO_FEW
    grades = np.unique(given)
    if not are_grades(given) or grades.size > MOST_GRADES:
        return Reason.NOT_CATEGORIES
    present = np.isfinite(some)
    indexes = np.where(present, np.searchsorted(grades, np.where(present, some, grades[0])), MISSING)
    counts = np.stack([np.sum(indexes == grade, axis=1) for grade in range(grades.size)], axis=1)
    return Graded(grades, indexes, counts.astype(np.float64))


def weights_of(grades: Matrix, weighting: Weighting) -> Matrix:
    """Weights of agreement, q x q: 1 - distance / largest distance of two grades; squared distances when quadratic."""
    apart: Matrix = np.abs(np.subtract.outer(grades, grades))
    match weighting:
        case Weighting.QUADRATIC:
            apart = apart**2
        case Weighting.UNWEIGHTED:
            apart = (apart > 0.0).astype(np.float64)
        case Weighting.LINEAR:
            pass
    furthest = float(apart.max())
    return 1.0 - apart / furthest if furthest > 0.0 else np.ones_like(apart)
