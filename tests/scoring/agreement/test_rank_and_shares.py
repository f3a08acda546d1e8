"""Spearman against R, exact and close agreement by counting."""

from typing import Any

import numpy as np
import pytest

from scoring.agreement.close import agreement_shares
from scoring.agreement.errors import LevelRefused
from scoring.agreement.estimates import Reason, checked_level
from scoring.agreement.rank import average_ranks, spearman
from tests.scoring.agreement.judges import same, scores_of, tables_by_r


@pytest.mark.parametrize("item", tables_by_r("pairs"))
def test_rho_is_that_of_r_with_ties_and_its_limits_are_bonett_and_wrights(item: dict[str, Any]) -> None:
    ours, judged = spearman(scores_of(item), 0.95), item["pairs"]

    assert same(ours.estimate, judged["spearman"])
    assert same(ours.low, judged["spearman_low"])
    assert same(ours.high, judged["spearman_high"])


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert average_ranks(np.array([2.0, 0.0, 2.0, 1.0, 2.0])).tolist() == [4, 1, 4, 2, 4]


def test_a_constant_column_has_no_rho() -> None:
    assert spearman(np.array([[1, 0], [1, 2], [1, 1]], float), 0.95).reason is Reason.CONSTANT_COLUMN
    assert spearman(np.ones((3, 2)), 0.95).reason is Reason.ZERO_TOTAL_VARIANCE


def test_a_rho_of_1_has_no_interval() -> None:
    rho = spearman(np.array([[0.1, 1], [0.2, 2], [0.3, 3], [5, 9], [6, 10]]), 0.95)

    assert rho.estimate == 1.0
    assert rho.low is None
    assert rho.reason is Reason.INTERVAL_UNDEFINED


def test_three_rows_have_a_rho_but_no_interval() -> None:
    # ranks 1 2 3 and 1 3 2: 1 - 6 (0 + 1 + 1) / (3 (9 - 1)) = 0.5
    rho = spearman(np.array([[0, 0], [1, 2], [2, 1]], float), 0.95)

    assert rho.estimate == pytest.approx(0.5)
    assert rho.reason is Reason.TOO_FEW


def test_three_readings_have_no_rho() -> None:
    assert spearman(np.arange(9.0).reshape(3, 3), 0.95).reason is Reason.NEEDS_TWO_COLUMNS


def test_exact_and_close_are_shares_of_rows_within_0_and_1() -> None:
    # |d| = 0, 1, 2, 0.5, 0
    shares = agreement_shares(np.array([[1, 1], [0, 1], [3, 1], [2, 2.5], [0, 0]]))

    assert shares.exact == pytest.approx(2 / 5)
    assert shares.close == pytest.approx(4 / 5)
    assert shares.prevalence == pytest.approx(7 / 10)


def test_of_three_readings_all_must_lie_within_1() -> None:
    shares = agreement_shares(np.array([[1, 2, 3], [1, 1, 2], [0, 0, 0]], float))

    assert shares.exact == pytest.approx(1 / 3)
    assert shares.close == pytest.approx(2 / 3)


def test_scores_in_tenths_that_are_one_apart_are_close() -> None:
    # 4.4 - 3.4 is 1.0000000000000004 in binary
    assert agreement_shares(np.array([[4.4, 3.4]])).close == 1.0


def test_nothing_read_has_no_share() -> None:
    assert agreement_shares(np.empty((0, 2))).reason is Reason.TOO_FEW


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, float("nan"), float("inf")])
def test_a_level_that_is_no_share_is_refused(level: float) -> None:
    with pytest.raises(LevelRefused, match="give a share between 0 and 1"):
        checked_level(level)


def test_a_level_in_per_cent_is_refused_with_the_share_to_write() -> None:
    with pytest.raises(LevelRefused, match=r"for 99 % write 0\.99"):
        checked_level(99)
