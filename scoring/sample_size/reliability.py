"""Sample size for an ICC: for a test of one value against another, and for the width of its interval. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring.agreement.estimates import checked_level
from scoring.agreement.quantiles import normal_quantile
from scoring.sample_size.inputs import SizeRefused, checked_positive, checked_readings, checked_share, whole

# Bonett's correction is for two readings of an ICC of 0.7 or more
_CORRECTED_READINGS, _CORRECTED_FROM = 2, 0.7


@dataclass(frozen=True, slots=True)
class WidthSize:
    """Cases before rounding up, and rounded up with Bonett's correction for two readings (else without)."""

    plain: float
    corrected: int


def size_by_test(
    null: float, expected: float, *, readings: int = 2, alpha: float = 0.05, power: float = 0.8, sides: int = 1
) -> float:
    """How many cases show that an ICC of `expected` is above `null`; not rounded.

    Raises:
        SizeRefused: not 0 <= null < expected < 1, fewer than 2 readings, or a share is none.

    Source: Walter, Eliasziw and Donner 1998, Stat Med 17:101: n = 1 + 2 (z_alpha + z_power)^2 k / ((ln C0)^2 (k - 1)),
    C0 = (1 + k t0) / (1 + k t1), t = ICC / (1 - ICC). The paper tests one-sided; calculators also two-sided.
    """
    if not 0.0 <= null < expected < 1.0:
        raise SizeRefused(f"ICC {null:g} against {expected:g}: give two from 0 up to but not 1, the lower one first")
    k = checked_readings(readings)
    checked_share("alpha", alpha)
    checked_share("power", power)
    if power <= alpha:
        raise SizeRefused(f"power {power:g}: give one above alpha ({alpha:g}), such as 0.8")
    reach = normal_quantile(1.0 - alpha / sides) + normal_quantile(power)
    ratio = (1.0 + k * null / (1.0 - null)) / (1.0 + k * expected / (1.0 - expected))
    return 1.0 + 2.0 * reach**2 * k / (math.log(ratio) ** 2 * (k - 1))


def size_by_width(expected: float, width: float, *, readings: int = 2, level: float = 0.95) -> WidthSize:
    """How many cases give an interval so wide when the ICC turns out as `expected`.

    Raises:
        SizeRefused: an ICC that isn't 0 up to but not 1, a width that isn't above 0 and below 2, or fewer than 2
            readings.
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Bonett 2002, Stat Med 21:1331: n = 8 z^2 (1 - r)^2 (1 + (k - 1) r)^2 / (k (k - 1) w^2) + 1, and 5 r more for
    k = 2 and r of 0.7 or more.
    """
    if not 0.0 <= expected < 1.0:
        raise SizeRefused(f"ICC {expected:g}: give one from 0 up to but not 1")
    if checked_positive("width", width) >= 2.0:  # noqa: PLR2004 - from -1 to 1
        raise SizeRefused(f"width {width:g}: an ICC lies between -1 and 1; give a width such as 0.2")
    k = checked_readings(readings)
    z = normal_quantile((1.0 + checked_level(level)) / 2.0)
    plain = 8.0 * (z * (1.0 - expected) * (1.0 + (k - 1) * expected) / width) ** 2 / (k * (k - 1)) + 1.0
    more = 5.0 * expected if k == _CORRECTED_READINGS and expected >= _CORRECTED_FROM else 0.0
    # the paper adds it to the size as rounded
    return WidthSize(plain, whole(whole(plain) + more))
