"""Weighted kappa against vcd::Kappa, Lin's concordance and tables of weights; Gwet's AC2 against irrCAC."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from scoring.agreement.ac2 import ac2
from scoring.agreement.estimates import Reason
from scoring.agreement.kappa import Weighting, weighted_kappa
from scoring.agreement.scale import ScaleRange
from tests.scoring.agreement.judges import same, scores_of, tables_by_irrcac, tables_by_r

PAIRS = arrays(np.float64, st.tuples(st.integers(2, 30), st.just(2)), elements=st.integers(0, 10).map(float))


def _from_table(counts: list[list[int]]) -> NDArray[np.float64]:
    """The n x 2 scores of a square table of counts, rows the first reading."""
    return np.array(
        [(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)], float
    )


@pytest.mark.parametrize("weighting", list(Weighting))
@pytest.mark.parametrize("item", tables_by_r("kappa"))
def test_kappa_its_error_and_limits_are_those_of_vcd_on_the_full_scale(
    item: dict[str, Any], weighting: Weighting
) -> None:
    ours, judged = weighted_kappa(scores_of(item), weighting, level=0.95), item["kappa"][weighting]

    assert same(ours.value.estimate, judged["estimate"])
    assert same(ours.standard_error, judged["error"])
    assert same(ours.value.low, judged["low"])
    assert same(ours.value.high, judged["high"])


@pytest.mark.parametrize("weighting", list(Weighting))
@pytest.mark.parametrize("item", tables_by_r("kappa"))
def test_the_test_of_kappa_is_that_of_sas_proc_freq(item: dict[str, Any], weighting: Weighting) -> None:
    assert same(weighted_kappa(scores_of(item), weighting, level=0.95).z, item["kappa_z"][weighting])


def test_kappa_of_husbands_and_wives_is_as_the_documentation_of_vcd_prints_it() -> None:
    # the example on the page of vcd::Kappa, data SexualFun (Hout 1987): unweighted 0.129, error 0.0686;
    # equal spacing 0.237, error 0.0783
    counts = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]

    plain = weighted_kappa(_from_table(counts), Weighting.UNWEIGHTED, level=0.95)
    linear = weighted_kappa(_from_table(counts), Weighting.LINEAR, level=0.95)

    assert round(plain.value.estimate or 0, 3) == 0.129
    assert round(plain.standard_error or 0, 4) == 0.0686
    assert round(linear.value.estimate or 0, 3) == 0.237
    assert round(linear.standard_error or 0, 4) == 0.0783


@settings(max_examples=60, deadline=None)
@given(scores=PAIRS)
def test_quadratic_kappa_is_lins_concordance_with_variances_over_n(scores: NDArray[np.float64]) -> None:
    first, second = scores.T
    below = first.var() + second.var() + (first.mean() - second.mean()) ** 2
    assume(below > 0)

    kappa = weighted_kappa(scores, Weighting.QUADRATIC, level=0.95).value.estimate

    covariance = np.mean((first - first.mean()) * (second - second.mean()))
    assert kappa == pytest.approx(2 * covariance / below, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(scores=PAIRS, weighting=st.sampled_from(list(Weighting)))
def test_kappa_is_that_of_the_table_of_weights_on_the_full_scale(
    scores: NDArray[np.float64], weighting: Weighting
) -> None:
    # po and pe of 0..10 by the definition, every grade of the scale in the table
    table = np.zeros((11, 11))
    for first, second in scores.astype(int):
        table[first, second] += 1 / len(scores)
    distance = np.abs(np.subtract.outer(np.arange(11), np.arange(11))) / 10
    weights = {"quadratic": 1 - distance**2, "linear": 1 - distance, "unweighted": 1.0 * (distance == 0)}[weighting]
    by_chance = float(np.sum(weights * np.outer(table.sum(1), table.sum(0))))
    assume(by_chance < 1 - 1e-12)

    kappa = weighted_kappa(scores, weighting, level=0.95).value.estimate

    assert kappa == pytest.approx((float(np.sum(weights * table)) - by_chance) / (1 - by_chance), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(scores=PAIRS, weighting=st.sampled_from(list(Weighting)))
def test_kappa_does_not_ask_which_reading_came_first(scores: NDArray[np.float64], weighting: Weighting) -> None:
    ours = weighted_kappa(scores, weighting, level=0.95)
    swapped = weighted_kappa(scores[:, ::-1], weighting, level=0.95)

    assert same(swapped.value.estimate, ours.value.estimate)
    assert same(swapped.value.low, ours.value.low)


def test_a_constant_column_has_kappa_exactly_0_and_no_interval() -> None:
    for weighting in Weighting:
        kappa = weighted_kappa(np.array([[1, 0], [1, 2], [1, 3], [1, 1]], float), weighting, level=0.95)

        assert kappa.value.estimate == 0.0
        assert kappa.value.low is None
        assert kappa.value.reason is Reason.STANDARD_ERROR_ZERO


def test_fourteen_of_fifteen_empty_sites_agree_with_kappa_0_and_the_interval_is_withheld() -> None:
    scores = np.zeros((15, 2))
    scores[3, 1] = 1

    kappa = weighted_kappa(scores, Weighting.QUADRATIC, level=0.95)

    assert kappa.value.estimate == 0.0
    assert kappa.value.low is None
    assert kappa.value.reason is Reason.TOO_FEW_NON_ZERO
    assert kappa.non_zero == 1


def test_four_ratings_that_found_something_are_too_few_for_an_interval_and_five_are_enough() -> None:
    four = np.array([[0, 0], [1, 1], [2, 0], [0, 3], [0, 0]], float)
    five = np.array([[0, 0], [1, 1], [2, 1], [0, 3], [0, 0]], float)

    assert weighted_kappa(four, Weighting.LINEAR, level=0.95).value.reason is Reason.TOO_FEW_NON_ZERO
    assert weighted_kappa(five, Weighting.LINEAR, level=0.95).value.low is not None


def test_a_limit_above_1_is_kept() -> None:
    scores = _from_table([[4, 0, 0], [0, 3, 1], [0, 0, 4]])

    high = weighted_kappa(scores, Weighting.LINEAR, level=0.999).value.high

    assert high is not None
    assert high > 1


def test_equal_scores_have_no_kappa() -> None:
    kappa = weighted_kappa(np.full((6, 2), 2.0), Weighting.QUADRATIC, level=0.95)

    assert kappa.value.estimate is None
    assert kappa.value.reason is Reason.ZERO_TOTAL_VARIANCE


def test_measurements_are_no_categories_and_half_grades_are() -> None:
    halves = np.array([[0.5, 1], [1.5, 1.5], [0, 0.5], [3, 2.5]])

    assert weighted_kappa(halves, Weighting.LINEAR, level=0.95).value.estimate is not None
    assert weighted_kappa(halves + 0.1, Weighting.LINEAR, level=0.95).value.reason is Reason.NOT_CATEGORIES


def test_three_readings_have_no_weighted_kappa() -> None:
    kappa = weighted_kappa(np.arange(9.0).reshape(3, 3), Weighting.LINEAR, level=0.95)

    assert kappa.value.reason is Reason.NEEDS_TWO_COLUMNS


@pytest.mark.parametrize("weighting", list(Weighting))
@pytest.mark.parametrize("item", tables_by_irrcac())
def test_ac2_its_error_and_limits_are_those_of_irrcac(item: dict[str, Any], weighting: Weighting) -> None:
    ours = ac2(scores_of(item), weighting, ScaleRange(*item["scale"]), level=0.95)
    judged = item["ac2"][weighting]

    assert same(ours.value.estimate, judged["estimate"])
    assert same(ours.standard_error, judged["error"])
    assert same(ours.value.low, judged["low"])
    assert ours.value.high is not None
    assert same(min(1.0, ours.value.high), judged["high_cut_at_1"])


def test_ac1_of_gwets_table_with_118_and_0_agreements_is_0_9408() -> None:
    # pa = 118/125, mean share of the first category 243/250: pe = 2 (243/250)(7/250) = 0.054432;
    # (0.944 - 0.054432) / (1 - 0.054432) = 0.9408, where kappa is -0.0234
    scores = _from_table([[118, 5], [2, 0]])

    found = ac2(scores, Weighting.UNWEIGHTED, ScaleRange(0, 1), level=0.95).value.estimate

    assert found == pytest.approx((0.944 - 0.054432) / (1 - 0.054432), abs=1e-12)
    assert round(weighted_kappa(scores, Weighting.UNWEIGHTED, level=0.95).value.estimate or 0, 4) == -0.0234


def test_ac2_counts_the_grades_that_nobody_gave() -> None:
    scores = np.array([[0, 0], [0, 1], [1, 1], [0, 0], [2, 1]], float)

    short = ac2(scores, Weighting.LINEAR, ScaleRange(0, 3), level=0.95)
    long = ac2(scores, Weighting.LINEAR, ScaleRange(0, 10), level=0.95)

    assert (short.categories, long.categories) == (4, 11)
    assert short.value.estimate != long.value.estimate


def test_ac2_takes_half_grades_as_twice_as_many_categories() -> None:
    halves = ac2(np.array([[0.5, 1], [1, 1], [2, 3]]), Weighting.LINEAR, ScaleRange(0, 3), level=0.95)

    assert halves.categories == 7


def test_ac2_without_a_scale_or_off_its_grid_is_undefined() -> None:
    scores = np.array([[0, 1], [1, 1], [2, 3]], float)

    assert ac2(scores, Weighting.LINEAR, None, level=0.95).value.reason is Reason.NEEDS_SCALE
    assert ac2(scores + 0.2, Weighting.LINEAR, ScaleRange(0, 9), level=0.95).value.reason is Reason.NOT_CATEGORIES


def test_complete_agreement_has_ac2_of_1_without_interval() -> None:
    found = ac2(np.zeros((15, 2)), Weighting.QUADRATIC, ScaleRange(0, 3), level=0.95).value

    assert found.estimate == 1.0
    assert found.low is None
    assert found.reason is Reason.STANDARD_ERROR_ZERO
