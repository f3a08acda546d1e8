"""Control chart and points of figures, held against NIST's handbook and against R."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.comparison.control_chart import control_chart, moving_mean
from scoring.comparison.points import cumulative, from_better_to_worse, means_and_differences

# NIST/SEMATECH e-Handbook, 6.3.2.2: batches of a flow rate
FLOW = np.array([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
# the same, 6.3.2.4: twenty points, and their moving means of weight 0.3 from a target of 50
COOLED = [52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5]
COOLED += [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
MOVING = [50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33]
MOVING += [50.11, 49.36, 49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99]
SHIFTED = np.array([2, -1, 0, 3, 1, -2, 1, 0, 2, 1, -1, 0, 1, 2, 0, -1, 3, 0, 1, 1, 4, 6, 5, 7, 6, 8], dtype=float)


def test_limits_of_single_values_are_those_of_the_handbook() -> None:
    chart = control_chart(FLOW)

    assert chart.limits is not None
    assert chart.centre == pytest.approx(50.81)
    # the handbook rounds d2 to 1.128
    assert chart.limits == pytest.approx((45.8159, 55.8041), abs=0.002)
    assert not chart.outside.any()
    assert chart.moving.size == 0


def test_the_moving_mean_is_that_of_the_handbook() -> None:
    found = moving_mean(np.array(COOLED), 50.0, 0.3)

    # the handbook prints two decimals, made of rounded ones
    assert found == pytest.approx(MOVING, abs=0.011)


def test_a_shift_behind_the_first_twenty_is_told_by_the_moving_mean() -> None:
    chart = control_chart(SHIFTED)

    # R 4.2: mean(x[1:20]); mean(abs(diff(x))) / (2 / sqrt(pi)); Reduce(function(p, v) 0.2 * v + 0.8 * p, ...)
    assert chart.centre == pytest.approx(0.65, abs=1e-15)
    assert chart.sigma == pytest.approx(1.6306575428330747, rel=1e-14)
    assert chart.limits == pytest.approx((-4.2419726284992239, 5.5419726284992246), rel=1e-14)
    assert chart.moving == pytest.approx([1.32, 2.256, 2.8048, 3.64384, 4.115072, 4.8920576], rel=1e-14)
    # R: 3 * s * sqrt(0.2 / 1.8 * (1 - 0.8^(2 * k)) + (1 - 0.8^k)^2 / 20) for k in 1 to 6
    reach = [1.00255605345307, 1.31338305073227, 1.49898215689991, 1.62173406763255, 1.70716076234105, 1.76854917285606]
    assert chart.reach == pytest.approx(reach, rel=1e-13)
    assert list(np.flatnonzero(chart.drifting)) == [21, 22, 23, 24, 25]
    assert list(np.flatnonzero(chart.outside)) == [21, 23, 24, 25]


def test_limits_of_the_moving_mean_hold_nine_charts_in_ten_that_have_no_drift() -> None:
    random = np.random.default_rng(3)

    crossed = [control_chart(random.normal(size=66)).drifting.any() for _ in range(2000)]
    found = [control_chart(random.normal(size=66) + 1.5 * (np.arange(66) > 32)).drifting.any() for _ in range(500)]

    # 0.081 and 0.989 over 20,000 charts
    assert 0.06 < np.mean(crossed) < 0.10
    assert np.mean(found) > 0.97


@pytest.mark.parametrize("count", [0, 1, 2, 20, 21])
def test_a_short_chart_says_what_it_can(count: int) -> None:
    chart = control_chart(np.arange(count, dtype=float))

    assert (chart.centre is None) == (count == 0)
    assert (chart.limits is None) == (count < 2)
    assert chart.outside.size == chart.drifting.size == count
    assert chart.moving.size == max(0, count - 20)


def test_values_that_are_all_the_same_cross_nothing() -> None:
    chart = control_chart(np.full(30, 2.0))

    assert chart.limits == (2.0, 2.0)
    assert not chart.outside.any()
    assert not chart.drifting.any()


def test_cumulative_shares_are_those_of_r() -> None:
    order, share = cumulative(np.array([3, -2, 0, np.nan, 0, 5, 1, -4, 2]))

    # by R 4.2, whose names for it are order and ppoints with a = 1/2
    assert list(order) == [7, 1, 2, 4, 6, 8, 0, 5]
    assert list(share) == [0.0625, 0.1875, 0.3125, 0.4375, 0.5625, 0.6875, 0.8125, 0.9375]


def test_nothing_known_has_no_shares() -> None:
    order, share = cumulative(np.array([np.nan]))

    assert (order.size, share.size) == (0, 0)


def test_differences_are_the_second_minus_the_first() -> None:
    means, apart = means_and_differences(np.array([[1, 2], [4, 2], [2, 6], [5, 5]], dtype=float))

    assert list(means) == [1.5, 3.0, 4.0, 5.0]
    assert list(apart) == [1.0, -2.0, 4.0, 0.0]


def test_pairs_go_from_better_to_worse_and_missing_ones_stand_last() -> None:
    assert from_better_to_worse(np.array([2.0, np.nan, -1.0, 2.0])) == [2, 0, 3, 1]
