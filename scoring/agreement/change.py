"""Change scores read in pairs: smallest detectable change, responsiveness, and who changed beyond error. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scoring.agreement.anova import mean_squares
from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined
from scoring.agreement.measurement_error import MULTIPLIER_80, MULTIPLIER_95, spread_with_interval, times


@dataclass(frozen=True, slots=True)
class DetectableChange:
    """SDC for change read in pairs, by Bruynesteyn: multiplier x SD(d) / (sqrt2 sqrt m), in score units.

    d is the difference of two change scores of one patient, m the number of readings that are averaged in the study.
    """

    n: int
    readings_averaged: int
    sd: Estimate
    sdc: Estimate
    sdc_80: Estimate


def sdc_of_change(changes: Scores, *, readings_averaged: int, level: float) -> DetectableChange:
    """The change of one patient that is more than the error of reading it.

    Args:
        changes: n x k; follow-up minus baseline by each reading, complete. SD(d) is sqrt(2 MSE): for two readings the
            SD of their differences, for more that of any two.
        readings_averaged: 1 when the study uses one reading of each pair, 2 when it uses the mean of two.
        level: of the intervals (chi-square on n - 1).

    Raises:
        ValueError: fewer than two columns, or no reading to average.
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Bruynesteyn 2005, J Rheumatol 32 suppl; it is smaller than the SDD of status scores by sqrt 2.
    """
    checked_level(level)
    n, k = changes.shape
    if k < 2 or readings_averaged < 1:  # noqa: PLR2004 - a pair
        raise ValueError(f"SDC needs two or more columns and readings to average, not {k} and {readings_averaged}")
    if n < 2:  # noqa: PLR2004 - a standard deviation needs a degree of freedom
        none = undefined(Reason.TOO_FEW)
        return DetectableChange(n, readings_averaged, none, none, none)
    sd = spread_with_interval(math.sqrt(2.0 * mean_squares(changes).residual), (n - 1) * (k - 1), level)
    share = 1.0 / (math.sqrt(2.0) * math.sqrt(readings_averaged))
    return DetectableChange(
        n, readings_averaged, sd, sdc=times(sd, MULTIPLIER_95 * share), sdc_80=times(sd, MULTIPLIER_80 * share)
    )


@dataclass(frozen=True, slots=True)
class Response:
    """Mean and SD of n changes in score units, and the standardised response mean, which has no unit."""

    n: int
    mean: float | None
    sd: float | None
    srm: float | None
    reason: Reason | None


def response(change: Scores) -> Response:
    """Mean change over SD of change (SRM), or None and why.

    Args:
        change: n, follow-up minus baseline, complete.
    """
    count = int(change.size)
    if count < 2:  # noqa: PLR2004 - a standard deviation needs a degree of freedom
        return Response(count, float(change.mean()) if count else None, None, None, Reason.TOO_FEW)
    # as a table whose first reading is 0 throughout, the variance of change is twice the residual, without noise
    sd = math.sqrt(2.0 * mean_squares(np.column_stack([np.zeros_like(change), change])).residual)
    mean = float(change.mean())
    if sd == 0.0:
        return Response(count, mean, 0.0, None, Reason.ZERO_CHANGE_VARIANCE)
    return Response(count, mean, sd, mean / sd, None)


@dataclass(frozen=True, slots=True)
class BeyondError:
    """How many changed by more than the SDC: `decreased` and `increased` of n."""

    n: int
    decreased: int
    increased: int

    @property
    def share(self) -> float | None:
        """Of all, how many changed beyond error in either direction; None without any."""
        return (self.decreased + self.increased) / self.n if self.n else None


def beyond(change: Scores, sdc: float) -> BeyondError:
    """Who changed by more than `sdc`; a change of exactly the SDC has not.

    Args:
        change: n, follow-up minus baseline, complete.
        sdc: 0 or more, in the same units.
    """
    return BeyondError(int(change.size), int(np.count_nonzero(change < -sdc)), int(np.count_nonzero(change > sdc)))
