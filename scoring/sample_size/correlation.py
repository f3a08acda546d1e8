"""Sample size for a correlation that isn't 0, by two formulas that differ by about one person. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring.agreement.quantiles import normal_cumulative, normal_quantile, t_quantile
from scoring.sample_size.inputs import SizeRefused, checked_share

# with three people or fewer Fisher's z has no variance; above the other nobody plans
LEAST, MOST = 4.0, 1e9


@dataclass(frozen=True, slots=True)
class CorrelationSize:
    """The numbers before they are rounded up; `by_pwr` is that of R's pwr::pwr.r.test."""

    by_pwr: float
    by_fisher: float


def correlation_size(r: float, *, alpha: float = 0.05, power: float = 0.8, sides: int = 2) -> CorrelationSize:
    """How many pairs show a correlation of `r`.

    Args:
        r: the correlation that is there, of either sign.
        alpha: level of the test.
        power: share of such studies in which it is to come out.
        sides: 1 or 2.

    Raises:
        SizeRefused: r is 0 or beyond 1, or a share is none.

    Source: pwr 1.3-0, pwr.r.test (its manual says where it leaves Cohen 1988, p. 546): critical value by t, bias term
    r / (2 (n - 1)) for the correlation alone. Fisher: ((z_alpha + z_power) / atanh r)^2 + 3.
    """
    r = _checked(r)
    checked_share("alpha", alpha)
    checked_share("power", power)
    if power <= alpha:
        raise SizeRefused(f"power {power:g}: give one above alpha ({alpha:g}), such as 0.8")
    reach = normal_quantile(1.0 - alpha / sides) + normal_quantile(power)
    return CorrelationSize(_root(r, alpha, power, sides), (reach / math.atanh(r)) ** 2 + 3.0)


def correlation_power(n: float, r: float, *, alpha: float = 0.05, sides: int = 2) -> float:
    """The power of so many pairs by pwr's formula.

    Raises:
        SizeRefused: fewer than 4 pairs; else as `correlation_size`.
    """
    r = _checked(r)
    checked_share("alpha", alpha)
    if n < LEAST:
        raise SizeRefused(f"n {n:g}: a test of a correlation needs 4 pairs or more")
    t = t_quantile(1.0 - alpha / sides, n - 2.0)
    critical = math.atanh(math.sqrt(t**2 / (t**2 + n - 2.0)))
    z = math.atanh(r) + r / (2.0 * (n - 1.0))
    found = normal_cumulative((z - critical) * math.sqrt(n - 3.0))
    return found if sides == 1 else found + normal_cumulative((-z - critical) * math.sqrt(n - 3.0))


def _checked(r: float) -> float:
    if not 0.0 < abs(r) < 1.0:
        raise SizeRefused(f"r {r:g}: give a correlation between 0 and 1, such as 0.4")
    return abs(r)


def _root(r: float, alpha: float, power: float, sides: int) -> float:
    """Where the power is reached; it rises with n."""
    low, high = LEAST, MOST
    if correlation_power(low, r, alpha=alpha, sides=sides) >= power:
        return low
    while high - low > 1e-10 * high:
        middle = (low + high) / 2.0
        if correlation_power(middle, r, alpha=alpha, sides=sides) < power:
            low = middle
        else:
            high = middle
    return high
