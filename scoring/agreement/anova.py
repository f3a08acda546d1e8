"""Mean squares of a table without replication: rows are scans, columns are readings. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.agreement.estimates import Scores

# Under this share of max(1, total sum of squares) a mean square is rounding noise of equal scores, and counts as 0.
NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Mean squares of n rows and k columns, in squared units of the score.

    `rows` on n - 1, `columns` on k - 1, `residual` on (n - 1)(k - 1), `within` (columns and residual together) on
    n(k - 1) degrees of freedom, `total` on nk - 1.
    """

    n: int
    k: int
    rows: float
    columns: float
    residual: float
    within: float
    total: float


def mean_squares(scores: Scores) -> MeanSquares:
    """Mean squares of complete scores.

    Two passes after taking off the first score, so a constant added to all scores changes nothing: 1e6 and the
    grades 0 to 3 have the same mean squares as the grades alone.

    Args:
        scores: n x k, at least 2 x 2, all finite.

    Raises:
        ValueError: fewer than two rows or columns; there is no residual to estimate.

    Source: Shrout and Fleiss 1979, table 2.
    """
    n, k = scores.shape
    if n < 2 or k < 2:  # noqa: PLR2004 - a mean square needs a degree of freedom
        raise ValueError(f"mean squares need two rows and two columns, not {n} x {k}")
    from_first = scores - scores[0, 0]
    deviations = from_first - from_first.mean()
    row_effects = deviations.mean(axis=1, keepdims=True)
    column_effects = deviations.mean(axis=0, keepdims=True)
    residuals = deviations - row_effects - column_effects
    of_rows = k * float(np.sum(row_effects**2))
    of_columns = n * float(np.sum(column_effects**2))
    of_residuals = float(np.sum(residuals**2))
    of_all = float(np.sum(deviations**2))
    floor = NOISE * max(1.0, of_all)

    def mean_square(sum_of_squares: float, degrees: int) -> float:
        value = sum_of_squares / degrees
        return 0.0 if value < floor else value

    return MeanSquares(
        n=n,
        k=k,
        rows=mean_square(of_rows, n - 1),
        columns=mean_square(of_columns, k - 1),
        residual=mean_square(of_residuals, (n - 1) * (k - 1)),
        within=mean_square(of_columns + of_residuals, n * (k - 1)),
        total=mean_square(of_all, n * k - 1),
    )
