"""Fleiss' and Conger's kappa against irrCAC, Krippendorff's alpha against his own table; missing cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.agreement.estimates import Reason
from scoring.agreement.kappa import Weighting, weighted_kappa
from scoring.agreement.resampling import Resampling
from scoring.several.alpha import Metric, alpha
from scoring.several.chance import Chance, chance_corrected
from tests.scoring.several.published import CANONICAL, N

PAIRS = arrays(np.float64, st.tuples(st.integers(3, 25), st.just(2)), elements=st.integers(0, 3).map(float))

# irrCAC 1.0: fleiss.kappa.raw and conger.kappa.raw of cac.raw4raters: estimate and standard error
IRRCAC = [
    (Chance.FLEISS, Weighting.UNWEIGHTED, 0.76117, 0.15302),
    (Chance.FLEISS, Weighting.LINEAR, 0.81794, 0.14850),
    (Chance.FLEISS, Weighting.QUADRATIC, 0.86494, 0.14603),
    (Chance.CONGER, Weighting.UNWEIGHTED, 0.76282, 0.14917),
    (Chance.CONGER, Weighting.LINEAR, 0.81378, 0.14509),
    (Chance.CONGER, Weighting.QUADRATIC, 0.85771, 0.14367),
]


@pytest.mark.parametrize(("chance", "weighting", "estimate", "error"), IRRCAC)
def test_kappas_of_a_table_with_missing_cells_are_those_of_irrcac(
    chance: Chance, weighting: Weighting, estimate: float, error: float
) -> None:
    found = chance_corrected(CANONICAL, chance, weighting, level=0.95)

    assert found.value.estimate == pytest.approx(estimate, abs=5e-6)
    assert found.standard_error == pytest.approx(error, abs=5e-6)
    assert (found.n, found.paired) == (12, 11)
    # Student's t on 11 degrees of freedom, 2.200985
    assert found.value.high == pytest.approx(estimate + 2.200985 * error, abs=2e-5)


def test_fleiss_kappa_of_14_psychiatrists_is_that_of_the_worked_example() -> None:
    # the table of counts of the encyclopaedia's example: 10 subjects, 14 raters, 5 categories
    counts = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    scores = np.array([np.repeat(np.arange(5.0), row) for row in counts])

    found = chance_corrected(scores, Chance.FLEISS, Weighting.UNWEIGHTED, level=0.95)

    assert found.value.estimate == pytest.approx(0.20993070442195522, abs=1e-12)


@given(PAIRS)
def test_congers_kappa_of_two_complete_readings_is_cohens(scores: np.ndarray) -> None:
    for weighting in Weighting:
        congers = chance_corrected(scores, Chance.CONGER, weighting, level=0.95).value.estimate
        cohens = weighted_kappa(scores, weighting, level=0.95).value.estimate

        if congers is None or cohens is None:
            assert congers is cohens
        else:
            assert congers == pytest.approx(cohens, abs=1e-9)


@pytest.mark.parametrize(
    ("metric", "estimate"), [(Metric.NOMINAL, 0.743421), (Metric.ORDINAL, 0.815388), (Metric.INTERVAL, 0.849107)]
)
def test_alpha_is_krippendorffs_own(metric: Metric, estimate: float) -> None:
    assert alpha(CANONICAL, metric, level=0.95).value.estimate == pytest.approx(estimate, abs=5e-7)


def test_alpha_has_an_interval_from_whole_rows_where_one_is_asked_for_and_the_same_each_time() -> None:
    without = alpha(CANONICAL, Metric.ORDINAL, level=0.95)
    drawn = [alpha(CANONICAL, Metric.ORDINAL, level=0.95, resampling=Resampling(2000, 1)) for _ in range(2)]

    assert (without.value.low, without.value.reason) == (None, Reason.INTERVAL_UNDEFINED)
    assert drawn[0] == drawn[1]
    low, high = drawn[0].value.low, drawn[0].value.high
    assert low is not None
    assert high is not None
    assert low < 0.815388 < high <= 1.0


@given(st.permutations(range(12)), st.permutations(range(4)))
def test_nothing_depends_on_the_order_of_rows_or_of_readings(rows: list[int], columns: list[int]) -> None:
    turned = CANONICAL[rows][:, columns]

    for chance in Chance:
        before = chance_corrected(CANONICAL, chance, Weighting.LINEAR, level=0.95)
        after = chance_corrected(turned, chance, Weighting.LINEAR, level=0.95)
        assert after.value.estimate == pytest.approx(before.value.estimate, abs=1e-12)
        assert after.standard_error == pytest.approx(before.standard_error, abs=1e-12)
    assert alpha(turned, Metric.ORDINAL, level=0.95).value.estimate == pytest.approx(0.8153875037548813, abs=1e-12)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, 1], [N, 2]], Reason.TOO_FEW),
        ([[2, 2], [2, 2], [2, N]], Reason.ZERO_TOTAL_VARIANCE),
        ([[0.2, 1], [1, 1], [0, 1]], Reason.NOT_CATEGORIES),
        ([[1], [2], [3]], Reason.NEEDS_TWO_COLUMNS),
    ],
)
def test_what_is_undefined_has_a_reason_in_place_of_a_number(rows: list[list[float]], reason: Reason) -> None:
    scores = np.array(rows, dtype=np.float64)

    assert chance_corrected(scores, Chance.FLEISS, Weighting.LINEAR, level=0.95).value.reason is reason
    assert chance_corrected(scores, Chance.CONGER, Weighting.LINEAR, level=0.95).value.reason is reason
    assert alpha(scores, Metric.INTERVAL, level=0.95).value.reason is reason


def test_a_reading_without_any_grade_has_no_distribution_for_congers_chance() -> None:
    scores = np.array([[0, 1, N], [1, 1, N], [2, 1, N]], dtype=np.float64)

    assert chance_corrected(scores, Chance.CONGER, Weighting.LINEAR, level=0.95).value.reason is Reason.CONSTANT_COLUMN


def test_complete_agreement_is_1_without_an_interval() -> None:
    found = chance_corrected(np.array([[0.0, 0, 0], [1, 1, 1], [3, 3, 3]]), Chance.FLEISS, Weighting.LINEAR, level=0.9)

    assert (found.value.estimate, found.value.low, found.value.reason) == (1.0, None, Reason.STANDARD_ERROR_ZERO)


def test_scores_of_very_many_values_have_alpha_without_an_interval_and_take_no_memory_for_one() -> None:
    scores = np.stack([np.arange(150.0), np.roll(np.arange(150.0), 1)], axis=1)

    found = alpha(scores, Metric.INTERVAL, level=0.95, resampling=Resampling(10_000, 1))

    assert found.value.estimate is not None
    assert (found.value.low, found.value.reason) == (None, Reason.INTERVAL_UNDEFINED)


def test_half_steps_up_to_15_that_all_occur_have_alpha_with_an_interval() -> None:
    # 30 grades, 1,000 draws of 60 rows: far below what memory holds
    scores = np.stack([np.arange(60) % 30 / 2.0, np.arange(60) % 29 / 2.0], axis=1)

    found = alpha(scores, Metric.INTERVAL, level=0.95, resampling=Resampling(1000, 1))

    assert found.value.low is not None
