"""Sample sizes against R (reference.R says how), against calculators that print them, and against each other."""

from __future__ import annotations

import math

import pytest

from scoring.agreement.errors import LevelRefused
from scoring.design.reread_sizes import expected_intervals
from scoring.sample_size.correlation import correlation_power, correlation_size
from scoring.sample_size.inputs import SizeRefused, whole, with_dropout
from scoring.sample_size.non_inferiority import group_power, group_size
from scoring.sample_size.reliability import size_by_test, size_by_width


@pytest.mark.parametrize(
    ("r", "alpha", "power", "sides", "by_r"),
    [
        (0.4, 0.05, 0.8, 2, 45.9161372682),
        (-0.4, 0.05, 0.8, 2, 45.9161372682),
        (0.3, 0.05, 0.8, 1, 66.5546279341),
        (0.5, 0.05, 0.8, 2, 28.2484106278),
        (0.2, 0.01, 0.9, 2, 364.446546894),
        (0.9, 0.05, 0.95, 2, 8.56901738749),
    ],
)
def test_the_pairs_for_a_correlation_are_those_of_pwr(
    r: float, alpha: float, power: float, sides: int, by_r: float
) -> None:
    # R's uniroot stops at four decimals
    assert correlation_size(r, alpha=alpha, power=power, sides=sides).by_pwr == pytest.approx(by_r, abs=2e-4)


def test_the_power_of_a_number_of_pairs_is_that_of_pwr() -> None:
    # the manual's own example, Cohen 1988, exercise 3.1: r = 0.3, n = 50
    assert correlation_power(50, 0.3) == pytest.approx(0.571555841860208, abs=1e-12)
    assert correlation_power(50, 0.3, sides=1) == pytest.approx(0.691139485379656, abs=1e-12)


def test_a_correlation_of_point_4_takes_46_by_pwr_and_47_by_fisher_and_50_with_dropout() -> None:
    size = correlation_size(0.4)

    # Fisher by hand: ((1.959964 + 0.841621) / 0.4236489)^2 + 3
    assert size.by_fisher == pytest.approx(((1.959964 + 0.841621) / 0.4236489) ** 2 + 3, abs=1e-4)
    assert (whole(size.by_pwr), whole(size.by_fisher)) == (46, 47)
    assert (with_dropout(46, 0.08), with_dropout(47, 0.06)) == (50, 50)
    assert correlation_power(45, 0.4) < 0.8 < correlation_power(46, 0.4)


@pytest.mark.parametrize(
    ("margin", "alpha", "power", "by_r"),
    [
        (2, 0.05, 0.8, 13.0977730406),
        (1, 0.05, 0.8, 50.1507994921),
        (2, 0.025, 0.8, 16.7147681423),
        (3, 0.05, 0.9, 8.38634303287),
    ],
)
def test_the_groups_of_a_t_test_are_those_of_power_t_test_rounded_up(
    margin: float, alpha: float, power: float, by_r: float
) -> None:
    assert group_size(margin, 2, alpha=alpha, power=power).by_t == math.ceil(by_r)


def test_two_in_a_group_are_enough_where_the_margin_is_ten_times_the_sd() -> None:
    # R: power.t.test(n = 2, delta = 10, sd = 1, alternative = "one.sided")$power is above 0.99
    assert group_size(10, 1).by_t == 2


def test_the_power_of_two_groups_is_that_of_power_t_test() -> None:
    assert group_power(50, 2, 2) == pytest.approx(0.999550344588398, abs=1e-9)
    assert group_power(13, 2, 2) == pytest.approx(0.797220666078481, abs=1e-9)


def test_fifty_in_a_group_fit_a_distance_of_1_at_an_sd_of_2_and_not_a_distance_of_2() -> None:
    # by hand: 2 (2 / d)^2 (1.644854 + 0.841621)^2
    reach = 1.644854 + 0.841621
    assert group_size(1, 2).by_normal == pytest.approx(2 * 4 * reach**2, abs=1e-3)
    assert group_size(2, 2).by_normal == pytest.approx(2 * reach**2, abs=1e-3)
    assert (whole(group_size(1, 2).by_normal), whole(group_size(2, 2).by_normal)) == (50, 13)
    assert group_size(2, 4).by_normal == group_size(1, 2).by_normal
    assert group_size(2, 2, difference=1).by_normal == group_size(1, 2).by_normal


@pytest.mark.parametrize(
    ("null", "expected", "readings", "sides", "by_hand", "n"),
    [
        # Walter, Eliasziw and Donner 1998 with z of 1.644854 (1.959964) and 0.841621
        (0.6, 0.8, 2, 1, 1 + 4 * 2.486475**2 / math.log((1 + 2 * 1.5) / (1 + 2 * 4)) ** 2, 39),
        (0.6, 0.8, 2, 2, 1 + 4 * 2.801585**2 / math.log((1 + 2 * 1.5) / (1 + 2 * 4)) ** 2, 49),
        (0.7, 0.9, 2, 1, 1 + 4 * 2.486475**2 / math.log((1 + 2 * 7 / 3) / (1 + 2 * 9)) ** 2, 18),
        (0.7, 0.8, 2, 1, 1 + 4 * 2.486475**2 / math.log((1 + 2 * 7 / 3) / (1 + 2 * 4)) ** 2, 117),
        (0.6, 0.8, 3, 1, 1 + 3 * 2.486475**2 / math.log((1 + 3 * 1.5) / (1 + 3 * 4)) ** 2, 27),
    ],
)
def test_the_cases_for_a_test_of_an_icc_are_those_of_the_formula_by_hand(  # noqa: PLR0917 - a table of them
    null: float, expected: float, readings: int, sides: int, by_hand: float, n: int
) -> None:
    found = size_by_test(null, expected, readings=readings, sides=sides)

    assert found == pytest.approx(by_hand, abs=1e-3)
    assert whole(found) == n


def test_an_icc_is_tested_on_one_side_by_two_readings_where_nothing_else_is_asked() -> None:
    # Walter 1998 with z of 1.644854 and 0.841621: 38.6, as in the table above
    assert whole(size_by_test(0.6, 0.8)) == 39


@pytest.mark.parametrize(
    ("expected", "readings", "n"), [(0.8, 2, 55), (0.9, 2, 20), (0.7, 2, 105), (0.8, 3, 36), (0.8, 4, 31), (0.7, 3, 68)]
)
def test_the_cases_for_the_width_of_an_interval_are_bonetts_with_his_correction(
    expected: float, readings: int, n: int
) -> None:
    # ptenklooster.nl prints 51 and, corrected, 55 for 0.8, two readings and 0.2
    assert size_by_width(expected, 0.2, readings=readings).corrected == n


def test_the_number_for_a_width_gives_about_that_width() -> None:
    # the interval of scoring.design, by another formula (Shrout and Fleiss 1979)
    for icc in (0.7, 0.8, 0.9):
        (interval,) = expected_intervals((size_by_width(icc, 0.2).corrected,), (icc,))
        assert interval.width == pytest.approx(0.2, abs=0.012)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: correlation_size(0), "r 0: give a correlation between 0 and 1"),
        (lambda: correlation_size(1), "r 1: give a correlation"),
        (lambda: correlation_size(math.nan), "r nan: give a correlation"),
        (lambda: correlation_size(0.4, power=1), "power 1: give a share between 0 and 1"),
        (lambda: correlation_size(0.4, alpha=5), "alpha 5: give a share between 0 and 1"),
        (lambda: correlation_size(0.4, power=0.04), r"power 0\.04: give one above alpha \(0\.05\)"),
        (lambda: correlation_power(3, 0.4), "n 3: a test of a correlation needs 4 pairs"),
        (lambda: group_size(1, 2, difference=1), "the true difference has to be below the margin"),
        (lambda: group_size(math.inf, 2), "the true difference has to be below the margin"),
        (lambda: group_size(1, 0), "sd 0: give a number above 0"),
        (lambda: group_power(1, 1, 2), "n 1: a group needs 2 people"),
        (lambda: size_by_test(0.8, 0.6), "the lower one first"),
        (lambda: size_by_test(0.6, 0.8, readings=1), "readings 1: an ICC needs 2 or more"),
        (lambda: size_by_width(1, 0.2), "ICC 1: give one from 0 up to but not 1"),
        (lambda: size_by_width(0.8, 2), "width 2: an ICC lies between -1 and 1"),
        (lambda: with_dropout(46, 1), "dropout 1: give a share from 0 up to but not 1"),
    ],
)
def test_what_gives_no_size_is_refused_with_what_is_allowed(wrong: object, says: str) -> None:
    assert callable(wrong)
    with pytest.raises(SizeRefused, match=says):
        wrong()


def test_a_level_in_per_cent_is_refused_as_elsewhere() -> None:
    with pytest.raises(LevelRefused, match=r"for 95 % write 0\.95"):
        size_by_width(0.8, 0.2, level=95)
