"""Lin's concordance against DescTools, REML against lme4, regression-based and repeated limits, two ICCs."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.agreement.anova import mean_squares
from scoring.agreement.differences import bland_altman
from scoring.agreement.errors import TableRefused
from scoring.agreement.estimates import Reason, Scores
from scoring.agreement.kappa import Weighting, weighted_kappa
from scoring.agreement.resampling import Resampling
from scoring.several.comparison import icc_differences
from scoring.several.components import components
from scoring.several.concordance import concordance
from scoring.several.figures import several
from scoring.several.proportional import ProportionalBias, bias_test, proportional_bias
from scoring.several.repeated import repeated_limits
from scoring.several.words import as_text
from tests.scoring.several.published import PEAK_FLOW, SHROUT_FLEISS, ZOU, ZOU_PEOPLE, N

# mini minus Wright turned to Wright minus mini, as Bland and Altman take it
WRIGHT_LESS_MINI = PEAK_FLOW[:, ::-1]


def test_concordance_of_two_peak_flow_meters_is_that_of_desctools() -> None:
    found = concordance(PEAK_FLOW, level=0.95)

    assert found.value.estimate == pytest.approx(0.9427424314, abs=1e-10)
    assert (found.value.low, found.value.high) == pytest.approx((0.8504918732, 0.9787262792), abs=1e-10)
    assert found.accuracy == pytest.approx(0.9994306931, abs=1e-10)
    assert found.scale_shift == pytest.approx(0.9725091213, abs=1e-10)
    assert found.location_shift == pytest.approx(0.0190302501, abs=1e-10)


def test_two_scans_have_a_concordance_and_three_are_needed_for_its_interval() -> None:
    # by hand: means 2 and 2.5, SDs over n 1 and 0.5, covariance 0.5: 2 x 0.5 / (1 + 0.25 + 0.25)
    two = concordance(np.array([[1.0, 2.0], [3.0, 3.0]]), level=0.95).value
    three = concordance(np.array([[1.0, 2.0], [3.0, 3.0], [5.0, 6.0]]), level=0.95).value
    one = concordance(np.array([[1.0, 2.0]]), level=0.95).value

    assert two.estimate == pytest.approx(2 / 3)
    assert (two.low, two.reason) == (None, Reason.TOO_FEW)
    assert three.low is not None
    assert (one.estimate, one.reason) == (None, Reason.TOO_FEW)


@given(arrays(np.float64, st.tuples(st.integers(3, 20), st.just(2)), elements=st.integers(0, 10).map(float)))
def test_concordance_is_quadratic_kappa(scores: np.ndarray) -> None:
    assume(min(np.ptp(scores, axis=0)) > 0)

    kappa = weighted_kappa(scores, Weighting.QUADRATIC, level=0.95).value.estimate
    assert concordance(scores, level=0.95).value.estimate == pytest.approx(kappa, abs=1e-9)


def test_components_of_a_complete_table_are_those_of_lme4_and_of_its_mean_squares() -> None:
    found = components(SHROUT_FLEISS)

    assert (found.scans, found.readings, found.error) == pytest.approx((2.555555, 5.244444, 1.019444), abs=1e-6)
    assert (found.agreement, found.consistency) == pytest.approx((0.2897638, 0.7148407), abs=1e-6)


def test_components_of_a_table_with_two_missing_cells_are_those_of_lme4() -> None:
    scores = SHROUT_FLEISS.copy()
    scores[1, 2] = scores[4, 0] = N

    found = components(scores)

    assert (found.scans, found.readings, found.error) == pytest.approx((2.71311634, 5.23313678, 1.07541328), rel=1e-6)
    assert (found.agreement, found.consistency) == pytest.approx((0.3007334, 0.7161397), abs=1e-6)
    assert (found.n, found.cells) == (6, 22)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 30), st.integers(2, 5))
def test_components_above_0_are_those_of_the_mean_squares_wherever_the_table_is_complete(
    seed: int, n: int, k: int
) -> None:
    random = np.random.default_rng(seed)
    scores = 3.0 * random.normal(size=(n, 1)) + 2.0 * random.normal(size=(1, k)) + random.normal(size=(n, k))
    squares = mean_squares(scores)
    assume(squares.rows > 1.05 * squares.residual)
    assume(squares.columns > 1.05 * squares.residual)

    found = components(scores)

    assert found.error == pytest.approx(squares.residual, rel=1e-4)
    assert found.scans == pytest.approx((squares.rows - squares.residual) / k, rel=1e-4)
    assert found.readings == pytest.approx((squares.columns - squares.residual) / n, rel=1e-4)


def test_a_component_that_mean_squares_make_negative_is_0_and_the_error_takes_it_in() -> None:
    # two readings with one mean: MSC is 0, so MSC - MSE is negative; without readings REML is the one-way analysis
    scores = np.array([[1, 2], [3, 2], [5, 6], [8, 7]], dtype=np.float64)
    squares = mean_squares(scores)

    found = components(scores)

    assert found.readings == 0.0
    assert found.error == pytest.approx(squares.within, rel=1e-6)
    assert found.scans == pytest.approx((squares.rows - squares.within) / 2.0, rel=1e-6)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 2], [2, N]], Reason.TOO_FEW),
        ([[2, 2, 2], [2, 2, 2], [2, 2, N]], Reason.ZERO_TOTAL_VARIANCE),
        ([[1, 2], [2, 3], [4, 5]], Reason.MSE_ZERO),
    ],
)
def test_components_that_cannot_be_had_have_a_reason(rows: list[list[float]], reason: Reason) -> None:
    assert components(np.array(rows, dtype=np.float64)).reason is reason


def test_regression_based_limits_are_those_of_r() -> None:
    # lm(d ~ m) and lm(abs(resid) ~ m) of Wright minus mini on their mean
    found = proportional_bias(WRIGHT_LESS_MINI, level=0.95)

    assert isinstance(found, ProportionalBias)
    assert (found.bias.intercept, found.bias.slope) == pytest.approx((-15.06749730, 0.02868745), abs=1e-8)
    assert (found.spread.intercept, found.spread.slope) == pytest.approx((67.71813550, -0.08552654), abs=1e-7)
    assert (found.bias.p, found.spread.p) == pytest.approx((0.749, 0.114), abs=6e-4)
    # by hand at 400: -3.592517 -+ 2.456496 x 33.507519
    assert found.limits(400.0) == pytest.approx((-85.9036, 78.7186), abs=1e-3)


def test_limits_never_cross_where_the_line_of_the_spread_falls_below_0() -> None:
    found = proportional_bias(WRIGHT_LESS_MINI, level=0.95)

    assert isinstance(found, ProportionalBias)
    low, high = found.limits(2000.0)
    assert low == high


def test_the_test_of_no_bias_is_the_paired_t_test() -> None:
    # bias -2.117647, standard error 9.401925, 16 degrees of freedom; p by R's pt
    found = bias_test(WRIGHT_LESS_MINI)

    assert found.t == pytest.approx(-2.117647 / 9.401925, abs=1e-6)
    assert found.df == 16
    assert found.p == pytest.approx(0.8246477, abs=1e-6)


def test_two_rows_are_enough_for_the_test_of_no_bias() -> None:
    # differences 1 and 3: mean 2, standard error 1; Student's t on 1 degree of freedom is Cauchy's distribution
    found = bias_test(np.array([[0.0, 1.0], [0.0, 3.0]]))

    assert found.t == pytest.approx(2.0)
    assert found.df == 1
    assert found.p == pytest.approx(1.0 - 2.0 * np.arctan(2.0) / np.pi, abs=1e-12)


def test_the_mean_square_of_all_is_the_variance_of_all() -> None:
    assert mean_squares(SHROUT_FLEISS).total == pytest.approx(np.var(SHROUT_FLEISS, ddof=1), abs=1e-12)


def test_words_of_two_whole_columns_leave_out_what_rows_with_gaps_need() -> None:
    pair, three = SHROUT_FLEISS[:, :2], SHROUT_FLEISS[:, :3]

    def told(scores: Scores, dropped: int = 0) -> str:
        columns = [f"R{number}" for number in range(scores.shape[1])]
        return as_text(several(scores, level=0.95), columns, level=0.95, dropped=dropped)

    assert "With every row that has a score" not in told(pair)
    assert told(pair, dropped=1).startswith("With every row that has a score")
    assert told(three).startswith("With every row that has a score")


def test_what_is_told_of_a_pair_names_both_readings_and_the_test_of_no_bias() -> None:
    told = as_text(several(PEAK_FLOW, level=0.95), ["Wright", "mini"], level=0.95, dropped=0).splitlines()

    # concordance as in the first test here; differences of mean 2.118 and SD 38.765: t = 2.118 / (38.765 / sqrt 17)
    assert told[0] == (
        "Lin's concordance, mini against Wright (n = 17): 0.943 (95 % CI 0.850 to 0.979); "
        "scale shift 0.973, location shift 0.019"
    )
    assert told[1].startswith("Test of no bias, mini against Wright (n = 17): t(16) = 0.225, p = 0.82")
    assert told[2].startswith("Bias by size, mini against Wright (n = 17): slope ")
    assert len(told) == 3


def test_a_bias_that_falls_with_size_is_told_with_its_minus() -> None:
    # by hand: means 1, 2, 3, 4 and differences 0, -1, -1, -2, so the slope is -3 / 5 and the intercept -1 + 0.6 x 2.5
    falling = np.array([[1.0, 1.0], [2.5, 1.5], [3.5, 2.5], [5.0, 3.0]])

    told = as_text(several(falling, level=0.95), ["A", "B"], level=0.95, dropped=0)

    assert "limits at a mean m: (0.500 - 0.600 m) -+ " in told


def test_of_two_readings_that_are_one_there_is_no_test_of_bias() -> None:
    same = PEAK_FLOW[:, [0, 0]]

    told = as_text(several(same, level=0.95), ["A", "B"], level=0.95, dropped=0).splitlines()

    assert not any(line.startswith(("Test of no bias", "Bias by size")) for line in told)


def test_limits_of_people_measured_again_and_again_are_those_of_simplyagree() -> None:
    found = repeated_limits(ZOU, ZOU_PEOPLE, level=0.95)

    assert (found.people, found.pairs) == (4, 20)
    assert found.bias == pytest.approx(0.7255417, abs=1e-7)
    assert found.sd == pytest.approx(2.138143**0.5, abs=1e-6)
    lower, upper = found.lower_limit, found.upper_limit
    assert (lower.estimate, upper.estimate) == pytest.approx((-2.140447, 3.591530), abs=1e-6)
    # the package's own test has two decimals
    assert (lower.low, lower.high) == pytest.approx((-9.83, -0.33), abs=0.01)
    assert (upper.low, upper.high) == pytest.approx((1.77, 11.27), abs=0.015)


def test_people_measured_once_have_no_repeated_limits() -> None:
    found = repeated_limits(PEAK_FLOW, [str(row) for row in range(17)], level=0.95)

    assert found.lower_limit.reason is Reason.TOO_FEW


def test_taking_visits_for_people_makes_limits_narrower() -> None:
    alone = bland_altman(ZOU, 0.95)
    together = repeated_limits(ZOU, ZOU_PEOPLE, level=0.95)

    assert alone.sd is not None
    assert together.sd is not None
    assert alone.sd < together.sd


def test_two_iccs_of_the_same_scans_are_compared_on_the_same_draws() -> None:
    random = np.random.default_rng(5)
    truth = random.normal(size=(60, 1)) * 2.0
    good, poor = truth + 0.3 * random.normal(size=(60, 2)), truth + 2.0 * random.normal(size=(60, 2))
    resampling = Resampling(2000, 1)

    same = icc_differences(good, good, resampling, level=0.95)[1]
    worse = icc_differences(good, poor, resampling, level=0.95)[1]

    assert same.form == worse.form == "ICC(2,1)"
    # the same table twice can't differ, which draws of their own would hide
    assert (same.difference.estimate, same.difference.low, same.difference.high, same.p) == (0.0, 0.0, 0.0, 1.0)
    assert worse.difference.high is not None
    assert worse.difference.high < 0.0
    assert worse.p is not None
    assert worse.p < 0.01


def test_tables_of_different_scans_are_refused() -> None:
    with pytest.raises(TableRefused, match="17 and 6 rows"):
        icc_differences(PEAK_FLOW, SHROUT_FLEISS, Resampling(100, 1), level=0.95)
