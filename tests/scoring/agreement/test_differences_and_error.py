"""Bland-Altman, SEM, SDD and SDC against the 1986 paper, hand arithmetic and R."""

import math
from typing import Any

import numpy as np
import pytest

from scoring.agreement.anova import mean_squares
from scoring.agreement.change import beyond, response, sdc_of_change
from scoring.agreement.differences import bland_altman
from scoring.agreement.estimates import Reason
from scoring.agreement.measurement_error import measurement_error, percent_of_maximum
from tests.scoring.agreement.judges import same, scores_of, tables_by_r


@pytest.mark.parametrize("item", tables_by_r("pairs")[:1])
def test_peak_flow_has_the_bias_and_sd_that_bland_and_altman_published(item: dict[str, Any]) -> None:
    # Lancet 1986: mean difference large minus mini meter -2.1 l/min, SD 38.8 l/min
    peak_flow = bland_altman(scores_of(item), 0.95)

    assert peak_flow.bias.estimate is not None
    assert round(peak_flow.bias.estimate, 1) == -2.1
    assert round(peak_flow.sd or 0, 1) == 38.8


@pytest.mark.parametrize("item", tables_by_r("pairs"))
def test_bias_limits_and_their_intervals_are_those_of_r(item: dict[str, Any]) -> None:
    ours, judged = bland_altman(scores_of(item), 0.95), item["pairs"]

    assert same(ours.sd, judged["sd"])
    for estimate, name in ((ours.bias, "bias"), (ours.lower_limit, "low"), (ours.upper_limit, "high")):
        assert same(estimate.estimate, judged[name])
        assert same(estimate.low, judged[f"{name}_low"])
        assert same(estimate.high, judged[f"{name}_high"])


@pytest.mark.parametrize("item", tables_by_r("sem"))
def test_sem_is_the_root_of_the_residual_mean_square_of_r(item: dict[str, Any]) -> None:
    assert same(measurement_error(mean_squares(scores_of(item)), 0.95).sem.estimate, item["sem"])


@pytest.mark.parametrize("item", tables_by_r("pairs"))
def test_sdd_of_two_readings_and_its_interval_are_those_of_the_sd_of_differences(item: dict[str, Any]) -> None:
    sdd = measurement_error(mean_squares(scores_of(item)), 0.95).sdd

    assert same(sdd.estimate, item["pairs"]["sdd"])
    assert same(sdd.low, item["pairs"]["sdd_low"])
    assert same(sdd.high, item["pairs"]["sdd_high"])


def test_ten_wrists_leave_a_spread_between_0_69_and_1_83_of_itself() -> None:
    scores = np.column_stack([np.zeros(10), np.arange(10.0)])

    sem = measurement_error(mean_squares(scores), 0.95).sem

    assert sem.estimate is not None
    assert round((sem.low or 0) / sem.estimate, 2) == 0.69
    assert round((sem.high or 0) / sem.estimate, 2) == 1.83


def test_error_of_agreement_adds_the_shift_between_readings() -> None:
    # rows 1, 2, 4 with 1 added: MSE = 0, MSC = 3/2, n = 3: sqrt(0 + 1.5/3); MSW = SSC/(n(k-1)) = 1.5/3
    error = measurement_error(mean_squares(np.array([[1, 2], [2, 3], [4, 5]], float)), 0.95)

    assert error.sem.estimate == 0.0
    assert error.sem.low is None
    assert error.sem.reason is Reason.MSE_ZERO
    assert error.sem_agreement == pytest.approx(math.sqrt(0.5))
    assert error.repeatability.estimate == pytest.approx(1.96 * math.sqrt(2) * math.sqrt(0.5))


def test_the_two_smallest_detectable_changes_differ_by_sqrt_2() -> None:
    # d = 1, -1, 2, -2, 0: SD = sqrt(10/4); SDD = 1.96 SD, SDC of change read in pairs = 1.96 SD / sqrt2
    changes = np.array([[0, 1], [1, 0], [0, 2], [2, 0], [1, 1]], float)
    sd = math.sqrt(10 / 4)

    sdd = measurement_error(mean_squares(changes), 0.95).sdd.estimate
    one = sdc_of_change(changes, readings_averaged=1, level=0.95)
    two = sdc_of_change(changes, readings_averaged=2, level=0.95)

    assert sdd == pytest.approx(1.96 * sd)
    assert one.sdc.estimate == pytest.approx(1.96 * sd / math.sqrt(2))
    assert two.sdc.estimate == pytest.approx(1.96 * sd / 2)


def test_at_80_percent_the_multiplier_is_the_quantile_and_not_four_digits_of_it() -> None:
    # d = 2, -1, 0, 3, -2, 1, 0, -3, 1, 2; R: qnorm(0.9) * sd(d) is the SDD, over sqrt(2) the SDC
    d = np.array([2, -1, 0, 3, -2, 1, 0, -3, 1, 2], float)
    changes = np.column_stack([np.zeros(10), d])

    sdc = sdc_of_change(changes, readings_averaged=1, level=0.95).sdc_80.estimate
    sdd = measurement_error(mean_squares(changes), 0.95).sdd_80.estimate

    assert sdc == pytest.approx(1.7114032372151535, rel=1e-12)
    assert sdd == pytest.approx(1.7114032372151535 * math.sqrt(2), rel=1e-12)


def test_differences_are_second_minus_first() -> None:
    bias = bland_altman(np.array([[0, 3], [1, 2]], float), 0.95).bias.estimate

    assert bias == 2.0


def test_limits_of_agreement_are_of_pairs_alone() -> None:
    limits = bland_altman(np.arange(12.0).reshape(4, 3), 0.95)

    assert limits.bias.estimate is None
    assert limits.sd is None
    assert limits.reason is Reason.NEEDS_TWO_COLUMNS


def test_one_pair_has_a_bias_but_no_spread() -> None:
    one = bland_altman(np.array([[1.0, 3.0]]), 0.95)

    assert one.bias.estimate == 2.0
    assert one.sd is None
    assert one.lower_limit.estimate is None
    assert one.reason is Reason.TOO_FEW


def test_a_shift_in_tenths_has_a_spread_of_exactly_0() -> None:
    # 1.1 - 1.0 and 0.6 - 0.5 differ in the last binary digit
    shifted = bland_altman(np.array([[1.0, 1.1], [0.5, 0.6], [0.3, 0.4]]), 0.95)

    assert shifted.sd == 0.0
    assert shifted.bias.low is None


@pytest.mark.parametrize("item", tables_by_r("pairs"))
def test_srm_is_mean_change_over_its_sd(item: dict[str, Any]) -> None:
    scores = scores_of(item)

    found = response(scores[:, 1] - scores[:, 0])

    assert same(found.srm, item["pairs"]["srm"])
    assert found.reason is None


def test_equal_changes_have_no_srm() -> None:
    equal, one = response(np.full(5, 2.0)), response(np.array([2.0]))

    assert (equal.srm, equal.reason) == (None, Reason.ZERO_CHANGE_VARIANCE)
    assert (one.srm, one.reason) == (None, Reason.TOO_FEW)


def test_a_change_of_exactly_the_sdc_is_not_beyond_it() -> None:
    found = beyond(np.array([-3.0, -2.0, 0.0, 2.0, 2.5, 4.0]), 2.0)

    assert (found.decreased, found.increased, found.n) == (1, 2, 6)
    assert found.share == 0.5
    assert beyond(np.array([]), 2.0).share is None


def test_a_detectable_change_is_shown_as_a_share_of_the_highest_score() -> None:
    assert percent_of_maximum(4.2, 84) == pytest.approx(5.0)
    with pytest.raises(ValueError, match="above 0"):
        percent_of_maximum(1, 0)
