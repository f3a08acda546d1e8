"""Variance components of scans, readings and error by REML, where cells may be missing, and their ICCs. Pure.

On a complete table whose estimates are all above 0 they are those of the mean squares. A component is never negative:
where the mean squares would make it so, it is 0 here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.anova import NOISE
from scoring.agreement.estimates import Reason, Scores

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

# A ratio of standard deviations above this is error too small to tell.
LARGEST_RATIO = 1e5
TOLERANCE = 1e-12
# Starts of the search, as SD over SD of the error: the likelihood of sparse tables can have two hills.
STARTS = ((1.0, 1.0), (3.0, 0.3), (0.3, 1.0))


@dataclass(frozen=True, slots=True)
class Components:
    """Variances in squared score units, and ICC(A,1) and ICC(C,1) made of them.

    `n` rows and `cells` grades that were used: rows with one grade take part. `reason` says why there is nothing.
    """

    scans: float | None
    readings: float | None
    error: float | None
    agreement: float | None
    consistency: float | None
    n: int
    cells: int
    reason: Reason | None


def components(scores: Scores) -> Components:
    """Variance components of y = mean + scan + reading + error, all three random and crossed.

    Args:
        scores: n x k, nan where a reading is missing.

    Returns:
        Undefined with `too_few` under two rows or columns that have grades, or with no more grades than rows and
        columns together less one; `zero_total_variance` where all are equal; `mse_zero` where nothing is left for the
        error, so that the likelihood has no top.

    Source: Patterson and Thompson 1971, Biometrika 58:545; Henderson's equations as in Searle, Casella and McCulloch
    1992, Variance Components, chapter 7; ICCs of McGraw and Wong 1996.
    """
    table = scores[np.any(np.isfinite(scores), axis=1)][:, np.any(np.isfinite(scores), axis=0)]
    n = table.shape[0]
    present = np.isfinite(table)
    cells = int(np.count_nonzero(present))
    reason = _why_not(table, present)
    if reason is not None:
        return Components(None, None, None, None, None, n, cells, reason)
    # of differences from one grade, over their spread: neither a shift nor a unit may change the search
    centred = np.where(present, table - table[present].mean(), 0.0)
    unit = math.sqrt(float(np.sum(centred**2)) / cells)
    model = _Model(present, centred / unit)
    ratios = _best(model)
    if max(ratios) > LARGEST_RATIO:
        return Components(None, None, None, None, None, n, cells, Reason.MSE_ZERO)
    error = model.error(ratios)
    of_scans, of_readings = (error * ratio**2 for ratio in ratios)
    whole = of_scans + of_readings + error
    return Components(
        scans=of_scans * unit**2,
        readings=of_readings * unit**2,
        error=error * unit**2,
        agreement=of_scans / whole,
        consistency=of_scans / (of_scans + error),
        n=n,
        cells=cells,
        reason=None,
    )


def _why_not(table: Scores, present: NDArray[np.bool_]) -> Reason | None:
    n, k = table.shape
    if n < 2 or k < 2 or np.count_nonzero(present) <= n + k - 1:  # noqa: PLR2004 - a variance of each
        return Reason.TOO_FEW
    given = table[present]
    spread = float(np.sum((given - given.mean()) ** 2))
    return Reason.ZERO_TOTAL_VARIANCE if spread < NOISE * max(1.0, spread) else None


class _Model:
    """The restricted likelihood of one table as a function of two ratios, the error's variance profiled out."""

    def __init__(self, present: NDArray[np.bool_], values: Matrix) -> None:
        self._present = present.astype(np.float64)
        self._values = values
        self._n, self._k = present.shape
        self._cells = int(np.count_nonzero(present))
        self._by_row, self._by_column = self._present.sum(axis=1), self._present.sum(axis=0)
        # the mean first, then the readings
        self._to_row = np.column_stack([self._by_row, self._present])
        self._sums = np.concatenate([[values.sum()], values.sum(axis=0)])
        self._row_sums = values.sum(axis=1)
        self._square = float(np.sum(values**2))

    def deviance(self, ratios: Vector) -> float:
        """-2 log restricted likelihood, but for a constant, at the ratios of SD to the error's SD."""
        log_determinant, rest = self._solved(ratios)
        degrees = self._cells - 1
        return log_determinant + degrees * math.log(max(rest, 1e-300) / degrees)

    def error(self, ratios: tuple[float, float]) -> float:
        """The variance of the error at these ratios."""
        return self._solved(np.array(ratios))[1] / (self._cells - 1)

    def _solved(self, ratios: Vector) -> tuple[float, float]:
        """Log determinant of Henderson's equations in spherical effects, and the residual sum of squares."""
        of_scan, of_reading = float(ratios[0]), float(ratios[1])
        diagonal = of_scan**2 * self._by_row + 1.0
        scale = np.concatenate([[1.0], np.full(self._k, of_reading)])
        left = np.zeros((self._k + 1, self._k + 1))
        left[0, 0] = self._cells
        left[0, 1:] = left[1:, 0] = of_reading * self._by_column
        left[1:, 1:] = np.diag(of_reading**2 * self._by_column + 1.0)
        across = of_scan * self._to_row * scale
        right, row_right = self._sums * scale, of_scan * self._row_sums
        reduced = left - across.T @ (across / diagonal[:, np.newaxis])
        reduced_right = right - across.T @ (row_right / diagonal)
        factor = np.linalg.cholesky(reduced)
        half = np.linalg.solve(factor, reduced_right)
        rest = self._square - float(np.sum(row_right**2 / diagonal)) - float(half @ half)
        log_determinant = float(np.sum(np.log(diagonal))) + 2.0 * float(np.sum(np.log(np.diag(factor))))
        return log_determinant, rest


def _best(model: _Model) -> tuple[float, float]:
    """The ratios with the greatest restricted likelihood, neither below 0."""
    # not needed for a complete table
    from scipy.optimize import minimize  # noqa: PLC0415 - see above

    options = {"xatol": TOLERANCE, "fatol": TOLERANCE, "maxfev": 4000}

    def inside(ratios: Vector) -> Vector:
        found: Vector = np.minimum(np.abs(ratios), 2.0 * LARGEST_RATIO)
        return found

    found = [
        minimize(lambda ratios: model.deviance(inside(ratios)), start, method="Nelder-Mead", options=options)
        for start in STARTS
    ]
    best = inside(min(found, key=lambda item: float(item.fun)).x)
    # at the edge itself where the edge is as likely
    for edge in (np.array([0.0, best[1]]), np.array([best[0], 0.0])):
        if model.deviance(edge) <= model.deviance(best):
            best = edge
    return float(best[0]), float(best[1])
