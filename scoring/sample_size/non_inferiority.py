"""Sample size of two groups of which one is to be shown no worse by a margin; means, equal groups. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scoring.agreement.quantiles import noncentral_t_upper_tail, normal_quantile, t_quantile
from scoring.sample_size.inputs import SizeRefused, checked_positive, checked_share, whole


@dataclass(frozen=True, slots=True)
class GroupSize:
    """People in each group: `by_normal` before it is rounded up, `by_t` with the SD estimated from the data."""

    distance: float
    by_normal: float
    by_t: int


def group_size(
    margin: float, sd: float, *, difference: float = 0.0, alpha: float = 0.05, power: float = 0.8
) -> GroupSize:
    """How many people in each group.

    Args:
        margin: how much worse is still no worse.
        sd: of one group.
        difference: how much worse the group truly is.
        alpha: one-sided level.
        power: share of such studies that show it.

    Raises:
        SizeRefused: the difference reaches the margin, the SD isn't above 0, or a share is none.

    Source: n = 2 (sd / distance)^2 (z_alpha + z_power)^2 with distance = margin - difference (Julious 2004, Stat Med
    23:1921); by_t is the smallest n of R's power.t.test, one-sided, on the distance.
    """
    distance = _distance(margin, difference)
    checked_positive("sd", sd)
    checked_share("alpha", alpha)
    checked_share("power", power)
    if power <= alpha:
        raise SizeRefused(f"power {power:g}: give one above alpha ({alpha:g}), such as 0.8")
    reach = normal_quantile(1.0 - alpha) + normal_quantile(power)
    by_normal = 2.0 * (sd / distance * reach) ** 2
    by_t = max(2, whole(by_normal))
    while group_power(by_t, margin, sd, difference=difference, alpha=alpha) < power:
        by_t += 1
    return GroupSize(distance, by_normal, by_t)


def group_power(n: int, margin: float, sd: float, *, difference: float = 0.0, alpha: float = 0.05) -> float:
    """The power of two groups of n, by the noncentral t.

    Raises:
        SizeRefused: fewer than 2 in a group; else as `group_size`.
    """
    distance = _distance(margin, difference)
    checked_positive("sd", sd)
    checked_share("alpha", alpha)
    if n < 2:  # noqa: PLR2004 - an SD needs two
        raise SizeRefused(f"n {n}: a group needs 2 people or more")
    degrees = 2.0 * (n - 1)
    shift = distance / (sd * math.sqrt(2.0 / n))
    return noncentral_t_upper_tail(t_quantile(1.0 - alpha, degrees), degrees, shift)


def _distance(margin: float, difference: float) -> float:
    if not 0.0 < margin - difference < math.inf:
        raise SizeRefused(
            f"margin {margin:g}, difference {difference:g}: the true difference has to be below the margin, else no "
            "number of people shows non-inferiority"
        )
    return margin - difference
