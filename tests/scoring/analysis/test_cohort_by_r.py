"""A synthetic cohort of the published study's size: R (reference/cohort.R) and statsmodels are the judges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from scoring.analysis.analyse import Analysis, analyse
from scoring.analysis.changes import change_between
from scoring.analysis.clinical_csv import read_clinical
from scoring.analysis.cohort import Cohort, joined
from scoring.analysis.correlating import power_of_correlation
from scoring.analysis.exported import read_export
from scoring.analysis.groups import fisher_exact
from tests.builders.trial_cohort import write_cohort

HERE = Path(__file__).parent / "reference"
CODES = ("SYNTOT", "TENTOT", "OSTTOT", "EROTOT", "MRII")
R: dict[str, dict[str, list[float]]] = json.loads((HERE / "cohort_by_r.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return joined(read_export(HERE / "cohort/export"), read_clinical(HERE / "cohort/clinical.csv"), None)


@pytest.fixture(scope="module")
def found(cohort: Cohort) -> Analysis:
    return analyse(cohort, level=0.95)


def _close(value: object) -> Any:  # noqa: ANN401 - pytest has no type for it
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def test_the_stored_cohort_is_what_the_builder_writes(tmp_path: Path) -> None:
    write_cohort(tmp_path)

    for name in ("clinical.csv", "export/totals.csv", "export/datapackage.json"):
        assert (tmp_path / name).read_bytes() == (HERE / "cohort" / name).read_bytes()


def test_it_has_the_size_of_the_published_study(found: Analysis) -> None:
    assert (found.people, found.enrolments, found.in_two_groups) == (80, 84, 4)
    assert found.enrolments - len(found.without_reading) == 66
    assert found.repeats == 10


@pytest.mark.parametrize(("at", "part"), [("V1", "median_v1"), ("V2", "median_v2"), ("CHANGE", "median_change")])
def test_median_tests_are_those_of_r(found: Analysis, at: str, part: str) -> None:
    ours = {item.measure: (item.test.statistic, item.test.p) for item in found.measures if item.at == at}

    for code in CODES:
        assert ours[code] == _close(tuple(R[part][code])), code


def test_directions_of_change_are_tested_as_r_does(found: Analysis) -> None:
    assert {item.measure: item.test.p for item in found.directions} == {
        code: _close(R["direction_p"][code][0]) for code in CODES
    }


def test_medians_and_quartiles_are_of_sas_definition_5_which_is_type_2_in_r(found: Analysis) -> None:
    for item in found.measures:
        if item.at == "CHANGE" and item.measure in CODES:
            (group,) = [group for group in item.groups if group.group == "MTX"]
            assert (group.q1, group.median, group.q3) == _close(tuple(R["quartiles_mtx_change"][item.measure]))


def test_rank_correlations_are_those_of_r(found: Analysis) -> None:
    for item in found.correlations:
        if not item.group:
            assert (item.found.n, item.found.rho.estimate, item.found.p) == _close(tuple(R["spearman"][item.measure]))


def test_the_smallest_detectable_change_comes_from_the_repeats(found: Analysis) -> None:
    assert found.sdc == {code: _close(R["sdc"][code][0]) for code in CODES}


def test_regressions_are_those_of_r(found: Analysis) -> None:
    for item in found.regressions:
        fit, code = item.found, item.measure
        assert (fit.n, fit.people, fit.r_squared) == _close(tuple(R["fit_n"][code]))
        assert [term.estimate for term in fit.coefficients] == _close(R["fit_estimate"][code])
        assert [term.standard_error for term in fit.coefficients] == _close(R["fit_se"][code])
        assert [term.p for term in fit.coefficients] == _close(R["fit_p"][code])


def test_regressions_and_their_intervals_are_those_of_statsmodels(cohort: Cohort, found: Analysis) -> None:
    activity = change_between(cohort.das28(1), cohort.das28(2))
    columns = [cohort.change("MRII"), *(cohort.covariate(n) for n in ("age", "female", "duration_years", "anti_ccp"))]
    terms = np.column_stack([*columns, cohort.at_visit("EROTOT", 1)])
    known = np.isfinite(activity) & np.all(np.isfinite(terms), axis=1)
    _, people = np.unique(np.array(cohort.people)[known], return_inverse=True)

    judge = sm.OLS(activity[known], sm.add_constant(terms[known])).fit(
        cov_type="cluster", cov_kwds={"groups": people}, use_t=True
    )

    (ours,) = [item.found for item in found.regressions if item.measure == "MRII"]
    assert [(term.low, term.high) for term in ours.coefficients] == [_close(tuple(row)) for row in judge.conf_int(0.05)]
    assert [term.p for term in ours.coefficients] == _close(list(judge.pvalues))


def test_power_is_that_of_r_and_46_pairs_are_needed(found: Analysis) -> None:
    for name, (power,) in R["power"].items():
        assert power_of_correlation(int(name[1:]), 0.4, 0.05) == _close(power)
    assert R["power"]["n45"][0] < 0.8 <= R["power"]["n46"][0]
    assert found.sample_size == 46


def test_fishers_exact_test_is_that_of_r() -> None:
    # R's own accuracy here is some 1e-7 of the log probabilities that count as equal, and none of it shows
    assert fisher_exact(np.array([[12, 2, 9], [20, 4, 6], [5, 3, 5]])).p == _close(R["fisher"]["three_by_three"][0])
    assert fisher_exact(np.array([[3, 1], [1, 3]])).p == _close(R["fisher"]["tea"][0])
