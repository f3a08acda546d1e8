"""The six intraclass correlations against published tables, hand arithmetic and psych::ICC(lmer = FALSE)."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.special import fdtri

from scoring.agreement.anova import MeanSquares, mean_squares
from scoring.agreement.estimates import Reason
from scoring.agreement.icc import FORMS, Icc, intraclass
from tests.scoring.agreement.judges import same, scores_of, tables_by_r

# Shrout and Fleiss 1979, table 2: six targets, four judges
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)


def _by_name(scores: NDArray[np.float64], level: float = 0.95) -> dict[str, Icc]:
    return {icc.form.name: icc for icc in intraclass(mean_squares(scores), level)}


def _estimate(icc: Icc) -> float:
    assert icc.value.estimate is not None
    return icc.value.estimate


def test_mean_squares_are_those_of_shrout_and_fleiss_table_3() -> None:
    squares = mean_squares(SHROUT_FLEISS)

    assert round(squares.rows, 2) == 11.24
    assert round(squares.within, 2) == 6.26
    assert round(squares.columns, 2) == 32.49
    assert round(squares.residual, 2) == 1.02


@pytest.mark.parametrize(
    ("form", "published"),
    [
        ("ICC(1,1)", 0.166),
        ("ICC(2,1)", 0.290),
        ("ICC(3,1)", 0.715),
        ("ICC(1,k)", 0.443),
        ("ICC(2,k)", 0.620),
        ("ICC(3,k)", 0.909),
    ],
)
def test_estimates_are_those_published_by_shrout_and_fleiss(form: str, published: float) -> None:
    assert round(_estimate(_by_name(SHROUT_FLEISS)[form]), 3) == published


def test_an_average_of_two_of_0_89_in_ten_wrists_has_the_interval_0_557_to_0_973() -> None:
    # ICC(3,k) = 1 - MSE/MSR
    squares = MeanSquares(n=10, k=2, rows=1.0, columns=0.5, residual=0.11, within=0.149, total=0.6)

    average = intraclass(squares, 0.95)[5].value

    assert (round(average.estimate or 0, 3), round(average.low or 0, 3), round(average.high or 0, 3)) == (
        0.890,
        0.557,
        0.973,
    )


def test_statpsych_gives_the_same_consistency_for_mean_squares_48_2_and_11_3() -> None:
    # the printed example of statpsych::ci.icc(.05, 48.2, 11.3, 5, 30); its limits are of another method
    squares = MeanSquares(n=30, k=5, rows=48.2, columns=11.3, residual=11.3, within=11.3, total=19.0)

    iccs = intraclass(squares, 0.95)

    assert round(_estimate(iccs[2]), 4) == 0.3951
    assert round(_estimate(iccs[5]), 4) == 0.7656


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("item", tables_by_r("icc_0.95"))
def test_icc_f_p_and_limits_are_those_of_psych(item: dict[str, Any], level: float) -> None:
    ours = _by_name(scores_of(item), level)
    judged = item[f"icc_{level}"]

    for form in FORMS:
        icc, expected = ours[form.name], judged[form.name]
        assert same(icc.value.estimate, expected["estimate"])
        assert same(icc.test.f, expected["f"])
        assert (icc.test.df1, icc.test.df2) == (expected["df1"], expected["df2"])
        assert same(icc.test.p, expected["p"])
        if icc.value.low is None:
            # of two rows psych prints -4052 as lower limit of ICC(2,1): no correlation is that, and so we print none
            assert form.name.startswith("ICC(2")
            assert judged["ICC(2,1)"]["low"] < -1 / (scores_of(item).shape[1] - 1)
        else:
            assert same(icc.value.low, expected["low"])
            assert same(icc.value.high, expected["high"])


def test_readings_that_mirror_each_other_have_an_agreement_below_minus_1_and_no_limits() -> None:
    # k = 2, rows with equal sums: MSR = 0, ICC(2,1) = -MSE / (MSE + 2(MSC - MSE)/n) = -2 for n = 4 without shift
    iccs = _by_name(np.array([[1, 2], [2, 1], [1, 2], [2, 1]], float))

    assert iccs["ICC(2,1)"].value.estimate == pytest.approx(-2.0)
    assert iccs["ICC(2,1)"].value.low is None
    assert iccs["ICC(2,1)"].value.reason is Reason.INTERVAL_UNDEFINED


def test_limits_of_agreement_icc_below_what_a_correlation_can_be_are_withheld() -> None:
    # MSR = MSE = 5/6, MSC = 1/2, so r = 0 and v = 3; with F(0.975; 3, 3) = 15.44 the formula's lower limit is
    # 4 (5/6)(1 - 15.44) / (15.44 (2/2 + 2 (5/6)) + 4 (5/6)) = -1.08, below -1/(k - 1) = -1
    iccs = _by_name(np.array([[1, 0], [1, 2], [1, 3], [1, 1]], float))

    for name in ("ICC(2,1)", "ICC(2,k)"):
        assert iccs[name].value.estimate == 0.0
        assert iccs[name].value.low is None
        assert iccs[name].value.high is None
        assert iccs[name].value.reason is Reason.INTERVAL_UNDEFINED


def test_equal_scores_have_no_icc_and_the_reason_is_zero_total_variance() -> None:
    for icc in intraclass(mean_squares(np.full((5, 3), 2.0)), 0.95):
        assert icc.value.estimate is None
        assert icc.value.reason is Reason.ZERO_TOTAL_VARIANCE
        assert icc.test.f is None


def test_a_constant_shift_has_consistency_1_without_interval_and_agreement_with_one() -> None:
    # rows 1, 2, 4 with 1 added: MSR = 14/3, MSC = 3/2, MSE = 0; ICC(2,1) = (14/3) / (14/3 + 2(3/2)/3) = 14/17
    iccs = _by_name(np.array([[1, 2], [2, 3], [4, 5]], float))

    assert iccs["ICC(3,1)"].value.estimate == 1.0
    assert iccs["ICC(3,1)"].value.low is None
    assert iccs["ICC(3,1)"].value.reason is Reason.MSE_ZERO
    assert iccs["ICC(3,1)"].test.p is None
    assert iccs["ICC(2,1)"].value.estimate == pytest.approx(14 / 17)
    # v = k - 1 = 1 here: low = n MSR / (F k MSC + n MSR) with F on (2, 1)
    assert iccs["ICC(2,1)"].value.low == pytest.approx(14 / (3 * fdtri(2, 1, 0.975) + 14))
    assert iccs["ICC(2,1)"].test.f is None


def test_readings_that_are_equal_everywhere_have_icc_1_and_no_interval() -> None:
    for icc in intraclass(mean_squares(np.array([[1, 1], [2, 2], [4, 4]], float)), 0.95):
        assert icc.value.estimate == 1.0
        assert icc.value.low is None
        assert icc.value.reason is Reason.MSE_ZERO


def test_a_reading_that_never_varies_has_consistency_exactly_0() -> None:
    iccs = _by_name(np.array([[1, 0], [1, 2], [1, 3], [1, 1], [1, 1.5]], float))

    assert iccs["ICC(3,1)"].value.estimate == 0.0
    assert iccs["ICC(3,k)"].value.estimate == 0.0


def test_negative_values_are_reported_as_they_are_also_below_minus_1() -> None:
    # readings that run against each other: d = 3, 1, -1, -3 and row means 1.5 with little spread
    iccs = _by_name(np.array([[0, 3], [1, 2], [2, 1], [3.1, 0]], float))

    assert _estimate(iccs["ICC(3,1)"]) < -0.9
    assert _estimate(iccs["ICC(3,k)"]) < -1.0


def test_dyestuff2_has_the_negative_icc_that_reml_hides() -> None:
    # Box and Tiao 1973, table 5.1.4 (lme4's Dyestuff2): 6 batches of 5; the ANOVA estimate is -0.097
    batches = [
        [7.298, 3.846, 2.434, 9.566, 7.990],
        [5.220, 6.556, 0.608, 11.788, -0.892],
        [0.110, 10.386, 13.434, 5.510, 8.166],
        [2.212, 4.852, 7.092, 9.288, 4.980],
        [0.282, 9.014, 4.458, 9.446, 7.198],
        [1.722, 4.782, 8.106, 0.758, 3.758],
    ]

    assert round(_estimate(_by_name(np.array(batches))["ICC(1,1)"]), 3) == -0.097


def test_an_average_whose_denominator_is_not_positive_is_undefined() -> None:
    # MSR = 1, MSE = 16, MSC = 0, n = 6: MSR + (MSC - MSE)/n < 0; the raw formula would print (1 - 16)/(1 - 16/6) = 9
    squares = MeanSquares(n=6, k=2, rows=1.0, columns=0.0, residual=16.0, within=13.3, total=8.0)

    average = intraclass(squares, 0.95)[4].value

    assert average.estimate is None
    assert average.reason is Reason.DENOMINATOR_NOT_POSITIVE


def test_a_million_added_to_all_scores_changes_no_digit() -> None:
    grades = np.array([[0, 0.5], [1, 1], [2.5, 3], [0, 1], [3, 3], [1, 2], [0, 0]])

    assert intraclass(mean_squares(grades + 1e6), 0.95) == intraclass(mean_squares(grades), 0.95)


def test_a_limit_of_the_average_far_below_0_keeps_its_digits() -> None:
    # columns and residual have equal mean squares, so that the lower limit of the average is 1 - F MSE/MSR, with F on
    # (1, v): r = ICC(2,1) is -0.3 there, v = 0.35 and F 2.0e8; by way of the single limit -0.4999999988 seven digits
    # would be left
    scores = np.array([[0, 4, 3], [3, 3, 3]], float)
    squares = mean_squares(scores)

    low = _by_name(scores)["ICC(2,k)"].value.low
    mirrored = _by_name(scores[::-1, ::-1])["ICC(2,k)"].value.low

    assert squares.columns == pytest.approx(squares.residual)
    assert low is not None
    assert low < -1e6
    assert mirrored == pytest.approx(low, rel=1e-12)


TABLES = arrays(np.float64, st.tuples(st.integers(2, 12), st.integers(2, 5)), elements=st.integers(0, 10).map(float))


@settings(max_examples=60, deadline=None)
@given(scores=TABLES, shift=st.integers(-(10**6), 10**6))
def test_no_icc_depends_on_a_common_shift(scores: NDArray[np.float64], shift: int) -> None:
    before, after = _by_name(scores), _by_name(scores + shift)

    for name, icc in before.items():
        assert same(after[name].value.estimate, icc.value.estimate)
        assert same(after[name].value.low, icc.value.low)
        assert same(after[name].value.high, icc.value.high)


@settings(max_examples=60, deadline=None)
@given(scores=TABLES, seed=st.integers(0, 1000))
def test_no_icc_depends_on_the_order_of_rows_or_readings(scores: NDArray[np.float64], seed: int) -> None:
    random = np.random.default_rng(seed)
    mixed = random.permutation(random.permutation(scores, axis=0), axis=1)

    for before, after in zip(_by_name(scores).values(), _by_name(mixed).values(), strict=True):
        assert same(after.value.estimate, before.value.estimate)
        assert same(after.value.low, before.value.low)


@settings(max_examples=60, deadline=None)
@given(scores=TABLES)
def test_every_number_is_finite_or_absent_and_limits_enclose_a_single_estimate(scores: NDArray[np.float64]) -> None:
    for icc in intraclass(mean_squares(scores), 0.95):
        numbers = (icc.value.estimate, icc.value.low, icc.value.high, icc.test.f, icc.test.p)
        assert all(number is None or math.isfinite(number) for number in numbers)
        assert (icc.value.low is None) == (icc.value.high is None)
        assert icc.value.low is not None or icc.value.reason is not None
        if icc.value.low is not None and icc.value.high is not None and icc.value.estimate is not None:
            # below 0 the approximate degrees of freedom may put both limits to one side: see the next test
            if icc.form.mcgraw_wong.startswith("ICC(A,") and icc.value.estimate < 0:
                continue
            assert icc.value.low <= icc.value.estimate <= icc.value.high


def test_below_zero_the_upper_limit_of_absolute_agreement_may_lie_under_the_estimate_as_in_r() -> None:
    # psych 2.x: ICC(matrix(c(0, 0, 4, 0, 3, 2), nrow = 2, byrow = TRUE), lmer = FALSE), row Single_random_raters
    found = _by_name(np.array([[0.0, 0.0, 4.0], [0.0, 3.0, 2.0]]))["ICC(2,1)"].value

    assert found.high is not None
    assert found.estimate is not None
    assert found.high == pytest.approx(-0.353444527897256, rel=1e-9)
    assert found.estimate == pytest.approx(-6 / 17, rel=1e-12)
    assert found.high < found.estimate
