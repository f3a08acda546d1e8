"""An estimate with its interval, or the reason why there is none. What is undefined is None, never 0 or 1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.errors import LevelRefused

Scores = NDArray[np.float64]


class Reason(StrEnum):
    """Why a number, or its interval, is not there. The values are part of the command-line contract."""

    TOO_FEW = "too_few"
    ZERO_TOTAL_VARIANCE = "zero_total_variance"
    MSE_ZERO = "mse_zero"
    DENOMINATOR_NOT_POSITIVE = "denominator_not_positive"
    INTERVAL_UNDEFINED = "interval_undefined"
    CONSTANT_COLUMN = "constant_column"
    STANDARD_ERROR_ZERO = "standard_error_zero"
    TOO_FEW_NON_ZERO = "too_few_non_zero"
    NEEDS_TWO_COLUMNS = "needs_two_columns"
    NEEDS_SCALE = "needs_scale"
    NOT_CATEGORIES = "not_categories"
    ZERO_CHANGE_VARIANCE = "zero_change_variance"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its confidence interval.

    `reason` says why `estimate`, or where an estimate is given its interval, is None.
    """

    estimate: float | None
    low: float | None
    high: float | None
    reason: Reason | None


def undefined(reason: Reason) -> Estimate:
    """No number at all, and why."""
    return Estimate(None, None, None, reason)


def without_interval(estimate: float, reason: Reason) -> Estimate:
    """A number whose interval can't be calculated, and why."""
    return Estimate(estimate, None, None, reason)


def checked_level(level: float) -> float:
    """The confidence level as given.

    Raises:
        LevelRefused: not a share above 0 and below 1.
    """
    if 0.0 < level < 1.0:
        return level
    hint = f"; for {level:g} % write {level / 100:g}" if 1.0 < level < 100.0 else ""  # noqa: PLR2004 - per cent
    raise LevelRefused(f"level {level:g} is not allowed: give a share between 0 and 1, such as 0.95{hint}")
