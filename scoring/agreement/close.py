"""Exact and close agreement: in what share of rows all readings lie within 0, or within 1. Pure.

Meant for single sites. On totals the shares say little: a step of 1 is large on 0 to 3 and nothing on 0 to 150.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.agreement.estimates import Reason, Scores

CLOSE = 1.0
# 4.4 - 3.4 is a little more than 1 in binary; no grade is that near to another.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class AgreementShares:
    """Shares of rows, 0 to 1, and the share of ratings that found anything at all (prevalence)."""

    exact: float | None
    close: float | None
    prevalence: float | None
    reason: Reason | None


def agreement_shares(scores: Scores, *, nothing: float = 0.0) -> AgreementShares:
    """Exact and close agreement (PEA, PCA) of any number of readings.

    Args:
        scores: n x k, complete. For k = 2 the shares of |d| = 0 and |d| <= 1; for more, of highest minus lowest score
            of the row: all readings agree, or all are within 1.
        nothing: the grade for "nothing there".
    """
    if scores.size == 0:
        return AgreementShares(None, None, None, Reason.TOO_FEW)
    apart = scores.max(axis=1) - scores.min(axis=1)
    return AgreementShares(
        exact=float(np.mean(apart <= ROUNDING)),
        close=float(np.mean(apart <= CLOSE + ROUNDING)),
        prevalence=float(np.mean(scores != nothing)),
        reason=None,
    )
