"""Single pieces of the analysis against hand arithmetic, and what is refused."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from scoring.analysis.analyse import analyse
from scoring.analysis.changes import change_between
from scoring.analysis.correlating import sample_for_correlation
from scoring.analysis.disease_activity import Response, das28, eular_response
from scoring.analysis.errors import AnalysisRefused
from scoring.analysis.exported import read_export
from scoring.analysis.groups import CHI_SQUARE, FISHER, counts_test, median_test
from scoring.analysis.plan import shipped_plan
from scoring.analysis.regression import Fit, NotFitted, clustered_regression
from scoring.analysis.shape import as_json
from scoring.analysis.tables import Summary
from scoring.analysis.words import as_text
from tests.builders.analysed import a_cohort, analysed
from tests.builders.trial_cohort import write_cohort

HEADING = "subject_id,person_id,group,age,sex,duration_years,anti_ccp,das28crp_v1,das28crp_v2\n"
GOOD = "S001,P01,MTX,50,F,3.5,POS,4.5,2.5\n"


@pytest.fixture
def cohort_folder(tmp_path: Path) -> Path:
    write_cohort(tmp_path)
    return tmp_path


def test_the_variance_of_the_median_test_is_that_of_all_ways_to_split_the_values() -> None:
    values = np.array([1.0, 2.0, 2.0, 2.0, 5.0, 6.0, 7.0])
    # ranks above 4 score 1; the three 2s take ranks 2 to 4 and score 0
    scores = [0, 0, 0, 0, 1, 1, 1]
    sums = np.array([sum(scores[place] for place in chosen) for chosen in combinations(range(7), 3)])

    found = median_test([values[[0, 1, 4]], values[[2, 3, 5, 6]]])

    assert found.statistic == pytest.approx((1 - sums.mean()) / sums.std())
    assert found.p == pytest.approx(math.erfc(abs(1 - sums.mean()) / sums.std() / math.sqrt(2)))


def test_the_median_test_is_that_of_sas_on_its_own_example_and_sums_the_smaller_sample() -> None:
    # SAS/STAT user's guide, NPAR1WAY, "Two-Sample Location Tests": response 1 to 5 of 27 and 32 patients
    active = np.repeat([5.0, 4.0, 3.0, 2.0, 1.0], [5, 11, 5, 1, 5])
    placebo = np.repeat([5.0, 4.0, 3.0, 2.0, 1.0], [2, 4, 7, 7, 12])

    for order in ([active, placebo], [placebo, active]):
        found = median_test(order)
        # the printed 18.9167 by hand: 16 + 5 * 7/12; expectation 27/59 * 29, variance of the scores by 27 * 32
        assert found.statistic == pytest.approx(3.266692405924024, abs=1e-12)
        assert found.p == pytest.approx(0.0010881183777882825, abs=1e-15)


def test_of_two_samples_as_large_the_first_is_summed() -> None:
    low, high = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])

    assert (median_test([low, high]).statistic or 0) < 0 < (median_test([high, low]).statistic or 0)


def test_values_tied_across_the_middle_share_their_scores() -> None:
    # ranks 3 and above of 4 score 1: the tied 2, 2, 2 take ranks 2, 3, 4 and score 2/3 each
    found = median_test([np.array([1.0, 2.0]), np.array([2.0, 2.0])])

    # first sum 2/3, expected 1, variance 2*2/(4*3) * (0.25 + 3/36)
    assert found.statistic == pytest.approx((2 / 3 - 1) / math.sqrt(1 / 3 * (0.25 + 3 / 36)))


def test_two_groups_one_way_is_the_square_of_z_and_three_groups_have_two_degrees() -> None:
    a, b, c = np.array([1.0, 2, 3, 9]), np.array([4.0, 5, 6]), np.array([7.0, 8, 1])

    three = median_test([a, b, c])

    assert three.df == 2
    assert three.p == pytest.approx(math.exp(-float(three.statistic or 0) / 2))


def test_chi_square_is_without_yates_and_gives_way_to_fisher_below_5() -> None:
    # Pearson by hand: 80 (30*25 - 10*15)^2 / (40*40*45*35) = 80/7
    table = counts_test(np.array([[30, 10], [15, 25]]))
    assert (table.method, table.df) == (CHI_SQUARE, 1)
    assert table.statistic == pytest.approx(80 / 7)

    # Fisher's lady tasting tea: 34/70
    tea = counts_test(np.array([[3, 1], [1, 3]]))
    assert tea.method == FISHER
    assert tea.p == pytest.approx(34 / 70)


def test_where_there_is_nothing_to_test_the_reason_stands_instead_of_p() -> None:
    assert median_test([np.ones(3), np.ones(4)]).reason == "all values are equal"
    assert median_test([np.ones(3), np.empty(0)]).reason == "fewer than two groups have values"
    assert counts_test(np.array([[3, 0], [4, 0]])).reason == "everybody is in one category"
    assert counts_test(np.array([[3, 2], [0, 0]])).reason == "fewer than two groups have values"
    assert counts_test(np.zeros((0, 2), dtype=np.int64)).p is None


def test_a_group_without_values_leaves_the_others_to_be_compared() -> None:
    low, high = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0, 7.0])

    assert median_test([low, np.empty(0), high]) == median_test([low, high])
    assert counts_test(np.array([[30, 10], [0, 0], [15, 25]])) == counts_test(np.array([[30, 10], [15, 25]]))


@pytest.mark.parametrize(
    ("form", "value"),
    [
        # computed of the published formulas by another program: das-score.nl for all four
        ("das28crp", 4.154697988704682),
        ("das28crp3", 3.8941677875751504),
        ("das28esr", 3.8082361380386605),
        ("das28esr3", 3.5168950290817533),
    ],
)
def test_das28_of_three_and_four_variables_by_crp_and_by_esr(form: str, value: float) -> None:
    given = {"tjc28": 4.0, "sjc28": 5.0, "crp_mg_l": 7.0, "esr_mm_h": 7.0, "global_mm": 50.0}

    assert das28(form, given) == pytest.approx(value, abs=1e-12)


def test_the_highest_counts_make_a_das28_as_computed_elsewhere() -> None:
    given = {"tjc28": 28.0, "sjc28": 28.0, "crp_mg_l": 10.0, "global_mm": 100.0}

    assert das28("das28crp", given) == pytest.approx(7.668104500795926, abs=1e-12)


def test_an_esr_of_0_counts_as_1_and_an_unknown_component_makes_das28_unknown() -> None:
    given = {"tjc28": 4.0, "sjc28": 9.0, "esr_mm_h": 0.0, "global_mm": math.nan}

    assert das28("das28esr3", given) == das28("das28esr3", given | {"esr_mm_h": 1.0})
    assert math.isnan(das28("das28esr", given))


@pytest.mark.parametrize(
    ("component", "says"),
    [
        ({"tjc28": 29.0}, "tender joints: 29 can't be; 0 to 28 is allowed"),
        ({"sjc28": 2.5}, "swollen joints: 2.5 can't be; it is a count"),
        ({"crp_mg_l": -1.0}, "CRP in mg/L: -1 can't be"),
    ],
)
def test_a_component_that_can_not_be_is_refused(component: dict[str, float], says: str) -> None:
    given = {"tjc28": 0.0, "sjc28": 0.0, "crp_mg_l": 0.0, "global_mm": 0.0} | component

    with pytest.raises(AnalysisRefused, match=says):
        das28("das28crp", given)


def test_changes_that_are_one_in_decimals_are_ties() -> None:
    # in binary 4.62 - 3.51 = 1.1100000000000003 and 2.11 - 1 = 1.1099999999999999
    before, after = np.array([3.51, 1.0, math.nan]), np.array([4.62, 2.11, 1.0])

    assert list(change_between(before, after)[:2]) == [1.11, 1.11]
    assert math.isnan(change_between(before, after)[2])


@pytest.mark.parametrize(
    ("before", "after", "response"),
    [
        (4.5, 3.2, Response.GOOD),
        (4.4, 3.2, Response.MODERATE),
        (5.21, 1.8, Response.GOOD),
        (4.3, 3.7, Response.NONE),
        (6.31, 5.1, Response.MODERATE),
        (6.0, 5.11, Response.NONE),
        (3.0, 2.39, Response.MODERATE),
        (6.5, 5.2, Response.MODERATE),
        (5.8, 5.1, Response.MODERATE),
        (6.0, 5.2, Response.NONE),
        (3.8, 3.2, Response.NONE),
        (3.9, 3.2, Response.MODERATE),
    ],
)
def test_the_eular_response_at_its_limits(before: float, after: float, response: Response) -> None:
    assert eular_response(before, after) is response


_X = np.arange(20.0)
_MANY = [str(number) for number in range(20)]


@pytest.mark.parametrize(
    ("outcome", "terms", "people", "says"),
    [
        (_X, [_X % 3, _X % 7, 2 * (_X % 3) - 1], _MANY, "c is explained by a"),
        (_X, [_X % 3, np.full(20, 4.0)], _MANY, "b is the same in all 20 complete rows (4)"),
        (_X, [_X % 3, np.full(20, math.nan)], _MANY, "b is known of nobody"),
        (np.full(20, math.nan), [_X], _MANY, "the outcome is known of nobody"),
        (np.full(20, 2.0), [_X], _MANY, "the outcome is the same in all 20 complete rows (2)"),
        (_X, [_X**2, np.where(_X < 2, _X**3, math.nan)], _MANY, "2 complete rows are too few for 3 coefficients"),
        (_X, [_X % 3], ["P1"] * 20, "all complete rows are of one person"),
    ],
)
def test_a_regression_that_can_not_be_fitted_names_the_term_and_the_reason(
    outcome: np.ndarray, terms: list[np.ndarray], people: list[str], says: str
) -> None:
    found = clustered_regression(outcome, np.column_stack(terms), ("a", "b", "c")[: len(terms)], people, 0.95)

    assert isinstance(found, NotFitted)
    assert found.reason.startswith(says)


def test_two_persons_are_enough_for_errors_by_persons() -> None:
    # G - 1 degrees of freedom, and one is one
    found = clustered_regression(_X + _X % 3, (_X % 7).reshape(-1, 1), ("a",), ["P1", "P2"] * 10, 0.95)

    assert isinstance(found, Fit)


def test_a_model_without_any_rest_has_no_error_and_no_p() -> None:
    found = clustered_regression(3.0 * _X + 1.0, _X.reshape(-1, 1), ("a",), _MANY, 0.95)

    assert isinstance(found, Fit)
    (_, slope) = found.coefficients()
    assert slope.estimate == pytest.approx(3.0)
    assert (slope.standard_error, slope.t, slope.p) == (0.0, None, None)


def test_a_sample_size_outside_shares_is_refused() -> None:
    with pytest.raises(AnalysisRefused, match="shares between 0 and 1"):
        sample_for_correlation(1.0, power=0.8, alpha=0.05)


def test_an_export_of_an_open_study_is_refused(tmp_path: Path) -> None:
    write_cohort(tmp_path, locked=False)

    with pytest.raises(AnalysisRefused, match="wasn't locked when this was exported"):
        read_export(tmp_path / "export")


def test_a_file_that_was_changed_after_the_export_is_refused(cohort_folder: Path) -> None:
    totals = cohort_folder / "export/totals.csv"
    totals.write_bytes(totals.read_bytes().replace(b",1,SYNTOT,2,", b",1,SYNTOT,3,", 1))

    with pytest.raises(AnalysisRefused, match=r"totals\.csv isn't the file that was exported"):
        read_export(cohort_folder / "export")


def test_every_p_in_the_json_has_its_method_beside_it(cohort_folder: Path) -> None:
    plan = shipped_plan()
    found = analyse(a_cohort(cohort_folder), level=0.9)
    shaped = json.loads(json.dumps(as_json(found, plan), allow_nan=False))

    def check(part: object) -> int:
        if isinstance(part, list):
            return sum(check(item) for item in part)
        if not isinstance(part, dict):
            return 0
        here = 1 if "p" in part and "estimate" not in part else 0
        assert not here or part["method"]
        return here + sum(check(item) for item in part.values())

    assert shaped["exploratory"] is True
    assert check(shaped) > 40
    assert "Exploratory" in as_text(found, plan)


def test_a_reader_who_is_not_there_and_codes_of_another_study_are_refused(cohort_folder: Path) -> None:
    with pytest.raises(AnalysisRefused, match="'R9' isn't in the export: say whose readings, --reader R1"):
        a_cohort(cohort_folder, readers=["R9"])

    (cohort_folder / "clinical.csv").write_text(HEADING + GOOD.replace("S001", "X1"), "utf-8")
    with pytest.raises(AnalysisRefused, match="no subject_id of the clinical file is in the export"):
        a_cohort(cohort_folder)


def test_an_outlier_who_is_nobody_is_refused(cohort_folder: Path) -> None:
    with pytest.raises(AnalysisRefused, match="outlier 'P99' is nobody of the clinical file"):
        a_cohort(cohort_folder, shipped_plan().with_outliers(["P99"]))


def _with_group(folder: Path, group: str) -> None:
    place = folder / "clinical.csv"
    place.write_text(place.read_text("utf-8").replace(",MTX,", f",{group},").replace(",TNFI,", ",TNFI,"), "utf-8")


def test_of_one_group_the_tables_stand_and_the_model_names_the_group(cohort_folder: Path) -> None:
    _with_group(cohort_folder, "TNFI")

    found = analysed(cohort_folder)

    assert {row.test.p for row in (*found.table_1.rows, *found.table_2.rows, *found.table_3.rows)} == {None}
    assert found.models[0].reason == "group: all complete rows are of TNFI"
    assert found.table_1.n == (("TNFI", 80),)
    json.dumps(as_json(found, shipped_plan()), allow_nan=False)
    assert "fewer than two groups" in as_text(found, shipped_plan())


def test_a_person_counts_once_in_table_1_by_the_first_enrolment_and_twice_in_changes(cohort_folder: Path) -> None:
    found = analysed(cohort_folder)

    assert (found.table_1.people, found.table_1.total) == (True, 80)
    assert (found.table_2.people, found.table_2.total) == (False, 84)
    (age,) = [row for row in found.table_1.rows if row.measure == "age"]
    assert sum(group.n for group in age.groups if isinstance(group, Summary)) == 80


def test_the_power_here_is_that_of_the_fewest_pairs_of_everybody_and_of_no_single_group(cohort_folder: Path) -> None:
    found = analysed(cohort_folder)

    pairs = [(item.found.n, item.group) for item in found.correlations]
    assert min(pairs) == (27, "MTX")
    # of 58 by Cohen's formula by hand: atanh(0.4) + 0.4 / 114 = 0.42716; t of 56 degrees is 2.00324, the least r that
    # is found 0.25859, its atanh 0.26460; the difference times the root of 55 is 1.2056, below which 0.886 lies
    assert min(n for n, group in pairs if not group) == 58
    assert found.power_here == pytest.approx(0.886, abs=5e-4)


def test_the_first_enrolment_is_the_lowest_number_wherever_it_stands(cohort_folder: Path) -> None:
    place = cohort_folder / "clinical.csv"
    text = "subject_id,person_id,enrolment,group,age\nS001,P1,2,MTX,51\nS002,P1,1,TNFI,50\nS003,P2,,MTX,60\n"
    # an enrolment without a number comes before number 1
    place.write_text(f"{text}S004,P3,1,MTX,40\nS005,P3,,MTX,39\n", "utf-8")

    cohort = a_cohort(cohort_folder)

    assert list(cohort.first) == [False, True, True, False, True]


def test_a_category_that_one_person_alone_has_is_tested_too() -> None:
    # by hand: of ten people one has it, and that is the only one of the first group: 1 of 10 ways
    found = counts_test(np.array([[0, 1], [9, 0]]))

    assert (found.method, found.reason) == (FISHER, None)
    assert found.p == pytest.approx(0.1)
    # a category that nobody has changes nothing
    assert counts_test(np.array([[0, 0, 1], [9, 0, 0]])).p == pytest.approx(0.1)


def test_five_expected_in_each_cell_are_enough_for_chi_square() -> None:
    assert counts_test(np.array([[6, 4], [4, 6]])).method == CHI_SQUARE
    assert counts_test(np.array([[6, 4], [4, 5]])).method == FISHER
