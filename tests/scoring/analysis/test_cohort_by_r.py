"""A synthetic cohort of the published study's size: R (reference/cohort.R) and statsmodels are the judges."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from scoring.analysis.analyse import Analysis, analyse
from scoring.analysis.correlating import power_of_correlation
from scoring.analysis.groups import fisher_exact
from scoring.analysis.plan import shipped_plan
from tests.builders.analysed import a_cohort, analysed
from tests.builders.analyses.numbers import Numbers, numbers
from tests.builders.trial_cohort import csv_of, write_cohort

HERE = Path(__file__).parent / "reference"
OUTLIER = "P10"
PLAN = shipped_plan().with_outliers([OUTLIER])
R: dict[str, list[float | None]] = json.loads((HERE / "cohort_by_r.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def found() -> Analysis:
    return analysed(HERE / "cohort", PLAN)


def test_the_stored_cohort_is_what_the_builder_writes(tmp_path: Path) -> None:
    write_cohort(tmp_path)

    for name in ("clinical.csv", "export/totals.csv", "export/datapackage.json"):
        assert (tmp_path / name).read_bytes() == (HERE / "cohort" / name).read_bytes()


def test_it_has_the_size_of_the_published_study(found: Analysis) -> None:
    flow = found.flow
    assert (flow.people, flow.enrolments, flow.in_two_groups) == (80, 84, 4)
    assert (flow.read_at_baseline, flow.pairs, found.repeats) == (77, 66, 10)


def test_every_number_is_that_of_r(found: Analysis) -> None:
    _compare(numbers(found), R)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R isn't installed")
@pytest.mark.parametrize(("seed", "groups", "missing"), [(7, 2, 0.0), (31, 3, 0.12)])
def test_every_number_of_another_cohort_is_that_of_r_whatever_the_file_looks_like(
    tmp_path: Path, seed: int, groups: int, missing: float
) -> None:
    write_cohort(tmp_path, seed=seed)
    if missing:
        _with_groups_and_gaps(tmp_path / "clinical.csv", random.Random(seed), groups, missing)
    told = subprocess.run(
        ["Rscript", str(HERE / "cohort.R"), str(tmp_path), OUTLIER], capture_output=True, text=True, check=True
    )
    _as_a_german_spreadsheet_saves_it(tmp_path / "clinical.csv", seed)

    _compare(numbers(analysed(tmp_path, PLAN)), json.loads(told.stdout))


def test_regressions_and_their_intervals_are_those_of_statsmodels() -> None:
    cohort = a_cohort(HERE / "cohort", PLAN)
    found = analyse(cohort, level=0.9)
    columns = [cohort.change("das28crp"), 1.0 * cohort.in_group("TNFI"), cohort.plain("age"), 1.0 - cohort.plain("sex")]
    columns += [cohort.plain("duration_years"), cohort.plain("anti_ccp_titre"), cohort.at_visit("EROTOT", 1)]
    outcome, terms = cohort.change("MRII"), np.column_stack(columns)
    known = np.isfinite(outcome) & np.all(np.isfinite(terms), axis=1)
    _, people = np.unique(np.array(cohort.people)[known], return_inverse=True)

    judge = sm.OLS(outcome[known], sm.add_constant(terms[known])).fit(
        cov_type="cluster", cov_kwds={"groups": people}, use_t=True
    )

    ours = found.models[0].coefficients
    assert [(term.low, term.high) for term in ours] == [_close(tuple(row)) for row in judge.conf_int(0.1)]
    assert [term.p for term in ours] == _close(list(judge.pvalues))


def test_power_is_that_of_r_and_46_pairs_are_needed(found: Analysis) -> None:
    assert [power_of_correlation(n, 0.4, 0.05) for n in (45, 46)] == _close(R["power"])
    assert found.sample_size == 46


def test_fishers_exact_test_is_that_of_r() -> None:
    # R's own accuracy here is some 1e-7 of the log probabilities that count as equal, and none of it shows
    tables = (np.array([[12, 2, 9], [20, 4, 6], [5, 3, 5]]), np.array([[3, 1], [1, 3]]))
    assert [fisher_exact(table).p for table in tables] == _close(R["fisher"])


def _close(value: object) -> Any:  # noqa: ANN401 - pytest has no type for it
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def _compare(ours: dict[str, Numbers], theirs: dict[str, Numbers]) -> None:
    assert set(ours) == set(theirs) - {"power", "fisher"}
    assert len(ours) >= 90
    for name, values in ours.items():
        assert values == _close(theirs[name]), name


def _with_groups_and_gaps(file: Path, draw: random.Random, groups: int, missing: float) -> None:
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    for row in rows:
        row["group"] = "ABC"[draw.randrange(groups)]
        for name in set(row) - {"subject_id", "person_id", "group"}:
            row[name] = "" if random.Random(f"{row['subject_id']}{name}").random() < missing else row[name]
    file.write_bytes(csv_of(rows))


def _as_a_german_spreadsheet_saves_it(place: Path, seed: int) -> None:
    """Columns in another order, semicolons, decimal commas, a byte order mark, an unknown column, a blank line."""
    rows = list(csv.DictReader(io.StringIO(place.read_text("utf-8"))))
    columns = [*rows[0], "bemerkung"]
    random.Random(seed).shuffle(columns)
    lines = [";".join(columns)]
    lines += [
        ";".join(str(row.get(name, "x; y")).replace(".", ",").replace("; ", " ") for name in columns) for row in rows
    ]
    place.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, ";" * (len(columns) - 1), ""]).encode())
