"""Standard error of measurement and the smallest difference of two scores that is more than error. Pure.

"Smallest detectable change" has two meanings, a factor sqrt 2 apart. The one here, SDD, is for two single status
scores; `change.sdc_of_change` is the other, for change that is read in pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring.agreement.anova import MeanSquares
from scoring.agreement.estimates import Estimate, Reason, checked_level, undefined, without_interval
from scoring.agreement.quantiles import chi_square_quantile

# By the share of stable patients that stay below the smallest difference: 1.96 as papers print it, and at 80 % the
# quantile itself (R's qnorm(0.9)), since papers print it with two, three or four decimals.
MULTIPLIER_95 = 1.96
MULTIPLIER_80 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class MeasurementError:
    """All in score units, with intervals from the chi-square distribution of the mean square beneath.

    sem = sqrt(MSE); sdd = 1.96 sqrt2 sem (k = 2: 1.96 SD of the differences) and the same at 80 %;
    sem_agreement = sqrt(MSE + max(0, (MSC - MSE)/n)), a sum of mean squares: no interval;
    repeatability = 1.96 sqrt2 sqrt(MSW), the coefficient of Bland and Altman.
    """

    sem: Estimate
    sem_agreement: float | None
    sdd: Estimate
    sdd_80: Estimate
    repeatability: Estimate


def measurement_error(squares: MeanSquares, level: float) -> MeasurementError:
    """SEM, SDD and their kin from the mean squares; any k.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: de Vet 2006 (SEM of consistency and agreement); Bruynesteyn 2005 (SDD); Bland and Altman 1999
    (repeatability).
    """
    checked_level(level)
    sem = spread_with_interval(math.sqrt(squares.residual), (squares.n - 1) * (squares.k - 1), level)
    within = spread_with_interval(math.sqrt(squares.within), squares.n * (squares.k - 1), level)
    shift = max(0.0, (squares.columns - squares.residual) / squares.n)
    return MeasurementError(
        sem=sem,
        sem_agreement=math.sqrt(squares.residual + shift),
        sdd=times(sem, MULTIPLIER_95 * math.sqrt(2.0)),
        sdd_80=times(sem, MULTIPLIER_80 * math.sqrt(2.0)),
        repeatability=times(within, MULTIPLIER_95 * math.sqrt(2.0)),
    )


def no_measurement_error(reason: Reason) -> MeasurementError:
    """Nothing is defined, and why."""
    none = undefined(reason)
    return MeasurementError(none, None, none, none, none)


def spread_with_interval(sd: float, degrees: int, level: float) -> Estimate:
    """A standard deviation on so many degrees of freedom with its interval; none where it is 0 (`mse_zero`)."""
    if sd == 0.0:
        return without_interval(0.0, Reason.MSE_ZERO)
    low, high = (
        sd * math.sqrt(degrees / chi_square_quantile(probability, degrees))
        for probability in ((1.0 + level) / 2.0, (1.0 - level) / 2.0)
    )
    return Estimate(sd, low, high, None)


def times(estimate: Estimate, factor: float) -> Estimate:
    """The estimate and its interval, multiplied."""
    return Estimate(
        None if estimate.estimate is None else factor * estimate.estimate,
        None if estimate.low is None else factor * estimate.low,
        None if estimate.high is None else factor * estimate.high,
        estimate.reason,
    )


def percent_of_maximum(value: float, maximum: float) -> float:
    """The value as a percentage of the highest score of the scale.

    Raises:
        ValueError: a maximum of 0 or less has no share.
    """
    if maximum <= 0.0:
        raise ValueError(f"the highest score must be above 0, not {maximum:g}")
    return 100.0 * value / maximum
