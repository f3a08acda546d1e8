"""Bootstrap intervals: SciPy judges the limits, and drawing the rows one by one judges the sums."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from scoring.agreement.anova import mean_squares
from scoring.agreement.bootstrap import bootstrapped, checked_resampling
from scoring.agreement.errors import ReplicatesRefused
from scoring.agreement.estimates import Reason
from scoring.agreement.resampling import Resampling, interval_of_draws
from scoring.agreement.table import TableAgreement, agreement_of_scores, agreement_of_table

Scores = NDArray[np.float64]
DRAWS = Resampling(replicates=150, seed=7)


def _pairs(n: int = 12, *, seed: int = 3) -> Scores:
    """Synthetic osteitis totals of two readings."""
    random = np.random.default_rng(seed)
    first = random.integers(0, 30, n)
    return np.column_stack([first, np.clip(first + random.integers(-3, 4, n), 0, 45)]).astype(float)


def _figure(name: str) -> Callable[[TableAgreement], float | None]:
    def read(found: TableAgreement) -> float | None:
        by_name = {icc.form.name: icc.value.estimate for icc in found.icc}
        by_name |= {
            "sem": found.error.sem.estimate,
            "sdd": found.error.sdd.estimate,
            "bias": found.differences.bias.estimate,
            "lower_limit": found.differences.lower_limit.estimate,
            "upper_limit": found.differences.upper_limit.estimate,
            "exact": found.shares.exact,
            "close": found.shares.close,
            "kappa_quadratic": next(iter(found.kappa.values())).value.estimate,
        }
        return by_name[name]

    return read


def test_every_figure_is_that_of_drawing_the_rows_one_by_one() -> None:
    scores = _pairs()
    random = np.random.default_rng(DRAWS.seed)
    one_by_one = [
        agreement_of_scores(scores[rows], level=0.95, scale=None) for rows in random.integers(0, 12, (150, 12))
    ]

    (found,) = bootstrapped([scores], DRAWS, level=0.9)

    for name, interval in found.intervals.items():
        drawn = np.array([_figure(name)(table) for table in one_by_one], dtype=float)
        assert interval.percentile is not None, name
        assert interval.percentile == pytest.approx(tuple(np.quantile(drawn, [0.05, 0.95])), abs=1e-9), name


def test_three_readings_have_the_figures_that_are_not_of_pairs() -> None:
    scores = np.column_stack([_pairs(), _pairs(seed=4)[:, 1]])

    (found,) = bootstrapped([scores], DRAWS, level=0.9)

    assert set(found.intervals) == {
        "ICC(1,1)",
        "ICC(2,1)",
        "ICC(3,1)",
        "ICC(1,k)",
        "ICC(2,k)",
        "ICC(3,k)",
        "sem",
        "sdd",
    }


@pytest.mark.parametrize("method", ["percentile", "BCa"])
def test_limits_are_those_of_scipy_for_the_same_draws(method: str) -> None:
    scores = _pairs(20)

    def consistency(a: Scores, b: Scores) -> float:
        squares = mean_squares(np.column_stack([a, b]))
        return (squares.rows - squares.residual) / (squares.rows + squares.residual)

    judge = stats.bootstrap(
        (scores[:, 0], scores[:, 1]),
        consistency,
        paired=True,
        vectorized=False,
        n_resamples=400,
        confidence_level=0.9,
        method=method,
        rng=np.random.default_rng(5),
    )
    left_out = np.array([consistency(*np.delete(scores, row, axis=0).T) for row in range(20)])

    ours = interval_of_draws(judge.bootstrap_distribution, consistency(*scores.T), left_out, 0.9)

    limits = ours.percentile if method == "percentile" else ours.bca
    assert limits == pytest.approx(tuple(judge.confidence_interval), abs=1e-9)


def test_tables_of_the_same_cases_share_their_draws_and_skip_what_is_missing() -> None:
    scores = _pairs()
    gap = scores.copy()
    gap[4, 1] = np.nan

    whole, again, with_gap = bootstrapped([scores, scores, gap], DRAWS, level=0.95)

    assert whole == again
    assert with_gap.intervals["ICC(3,1)"] != whole.intervals["ICC(3,1)"]


def test_a_million_added_to_all_scores_changes_nothing_that_matters() -> None:
    near, far = bootstrapped([_pairs(), _pairs() + 1e6], DRAWS, level=0.95)

    for name in ("ICC(2,1)", "sem", "kappa_quadratic"):
        assert far.intervals[name].percentile == pytest.approx(near.intervals[name].percentile, abs=1e-9)
        assert far.intervals[name].bca == pytest.approx(near.intervals[name].bca, abs=1e-9)


def test_equal_scores_have_no_interval_of_correlation() -> None:
    (found,) = bootstrapped([np.full((8, 2), 3.0)], DRAWS, level=0.95)

    assert found.intervals["ICC(3,1)"].percentile is None
    assert found.intervals["ICC(3,1)"].reason is Reason.INTERVAL_UNDEFINED
    assert found.intervals["exact"].percentile == (1.0, 1.0)


def test_one_complete_row_is_too_few() -> None:
    scores = np.array([[1.0, 2.0], [np.nan, 1.0]])

    (found,) = bootstrapped([scores], DRAWS, level=0.95)

    assert {item.reason for item in found.intervals.values()} == {Reason.TOO_FEW}


@pytest.mark.parametrize(("replicates", "seed", "says"), [(99, 1, "100 to"), (10**7, 1, "100 to"), (1000, -1, "seed")])
def test_a_wish_that_means_nothing_is_refused(replicates: int, seed: int, says: str) -> None:
    with pytest.raises(ReplicatesRefused, match=says):
        checked_resampling(replicates, seed)


def test_the_json_of_a_table_has_both_limits_of_each_figure() -> None:
    rows = [list(row) for row in _pairs().tolist()]

    found = agreement_of_table(rows, level=0.95, resampling=DRAWS).as_json()["bootstrap"]

    assert isinstance(found, dict)
    assert (found["replicates"], found["seed"], found["level"]) == (150, 7, 0.95)
    low, high = found["intervals"]["ICC(2,1)"]["bca"]
    assert -1 < low < high <= 1
    assert all(math.isfinite(limit) for limit in (low, high))
