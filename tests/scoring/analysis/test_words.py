"""The analysis in lines: what is told of whom, and nothing of what there isn't."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.analysis import groups
from scoring.analysis.analyse import Analysis
from scoring.analysis.plan import shipped_plan
from scoring.analysis.tables import Compared, Counted, Counts, Summary
from scoring.analysis.words import as_text
from scoring.values import replace
from tests.builders.analysed import analysed
from tests.builders.trial_cohort import write_cohort


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder)
    return analysed(folder)


def _lines(found: Analysis, **parts: Any) -> list[str]:  # noqa: ANN401 - parts of any type
    text = as_text(replace(found, **parts), shipped_plan())
    assert text.endswith("\n")
    return text.splitlines()


def test_who_lacks_a_reading_or_a_clinical_row_and_which_columns_are_unused_is_told_where_there_are_any(
    found: Analysis,
) -> None:
    flow = replace(
        found.flow, without_reading=("S001", "S002/2"), without_clinical=("S003",), unused_columns=("weight",)
    )
    told = [
        "Without a reading in the export: S001, S002/2",
        "Warning: in the export and not in the clinical file, left out: S003",
        "Columns of the clinical file that the plan doesn't use: weight",
    ]

    assert _lines(found, flow=flow)[2:5] == told
    nobody = _lines(found, flow=replace(flow, without_reading=(), without_clinical=(), unused_columns=()))
    assert nobody[2].startswith("Entry criterion")


def test_the_flow_counts_people_enrolments_and_readings(found: Analysis) -> None:
    # of the planted cohort: 80 people, four of them in both groups
    assert _lines(found)[1] == (
        "80 people, 84 enrolments (4 people in two groups); "
        "77 enrolments read, 77 with a total at visit 1, 66 with one at both"
    )


def test_the_entry_criterion_names_who_is_below_and_of_whom_it_is_not_known_or_nobody(found: Analysis) -> None:
    assert found.entry is not None
    named = replace(found.entry, met=78, below=("S035", "S039"), unknown=())

    assert _lines(found, entry=named)[3] == (
        "Entry criterion, DAS28-CRP of at least 3.2 at visit 1: met by 78; below: S035, S039; not known: nobody. "
        "Nobody is left out"
    )
    assert not any(line.startswith("Entry") for line in _lines(found, entry=None))


def test_repeats_of_scans_alone_are_told_beside_the_pairs_that_give_an_sdc(found: Analysis) -> None:
    told = "Read again without a change: 3 (scans alone"
    beyond = "Change beyond the smallest detectable change, from 2 pairs read again, blind"

    some = _lines(found, repeats=5, pairs_again=2)
    assert [line[: len(told)] for line in some if line.startswith("Read again")] == [told]
    assert beyond in some
    assert not any(line.startswith("Read again") for line in _lines(found, repeats=2, pairs_again=2))
    assert beyond not in _lines(found, repeats=5, pairs_again=2, beyond_sdc=())


def test_what_the_data_lack_is_named_once_and_has_no_heading_of_its_own(found: Analysis) -> None:
    lines = _lines(found, response=None, models=(), not_correlated=("SYNTOT",))

    assert "EULAR response" not in lines
    assert "Models" not in lines
    assert lines.count("  not in the data: SYNTOT") == 1
    assert "EULAR response" in _lines(found)
    assert "Models" in _lines(found)
    assert "  not in the data: " not in {line[: len("  not in the data: ")] for line in _lines(found)[-30:]}


def test_a_group_of_which_nothing_is_known_has_neither_a_median_nor_shares(found: Analysis) -> None:
    untested = groups.Tested("", None, None, None, "fewer than two groups")
    nobody = Counts("MTX", 0, 3, (0, 0))
    row = Counted(
        "sex", "Sex", "", ("F", "M"), (nobody, Counts("TNFI", 4, 0, (3, 1))), Counts("", 4, 3, (3, 1)), untested
    )
    (known,) = [row for row in found.table_1.rows if isinstance(row, Compared) and row.measure == "age"]
    age = replace(known, groups=(Summary("MTX", 0, 3),), total=Summary("", 0, 3), test=untested)

    lines = _lines(found, table_1=replace(found.table_1, rows=(row, age)))

    assert "  Sex: MTX 0 F, 0 M; TNFI 3 F (75 %), 1 M (25 %); all 3 F (75 %), 1 M (25 %); " in lines[5]
    assert lines[5].endswith("not tested (fewer than two groups)")
    assert lines[6] == "  Age, years, median (range): MTX n = 0; all n = 0; not tested (fewer than two groups)"


def test_a_correlation_is_told_with_its_limits_and_p_where_it_has_them(found: Analysis) -> None:
    one = found.correlations[0]
    rho = replace(one.found.rho, estimate=0.5, low=None, high=None)
    bare = replace(one, found=replace(one.found, rho=rho, p=None, n=3))
    small = replace(one, found=replace(one.found, rho=replace(rho, low=0.25, high=0.75), p=0.0001, n=40))
    none = replace(one, found=replace(one.found, rho=replace(rho, estimate=None), n=1))

    lines = _lines(found, correlations=(bare, small, none))

    start = lines.index("Table 4, Spearman's rho of change in DAS28-CRP with change of each measure")
    assert lines[start + 1] == "  SYNTOT, all (n = 3): rho 0.500, p not calculable"
    # four decimals are shown, so only what is below the last of them is "less than"
    assert lines[start + 2] == "  SYNTOT, all (n = 40): rho 0.500 (0.250 to 0.750), p = 0.0001"
    assert lines[start + 3].startswith("  SYNTOT, all (n = 1): not calculable (")


def test_a_model_names_who_was_left_out_and_why_it_was_not_fitted(found: Analysis) -> None:
    model = found.models[0]
    fitted = replace(model, left_out=("P01", "P02"))
    refused = replace(model, reason="too few", left_out=())

    lines = _lines(found, models=(fitted, refused))

    start = lines.index("Models")
    assert lines[start + 1] == f"  {model.label} without P01, P02 (n = {model.n}, {model.people} people):"
    assert "(95 % CI " in lines[start + 2]
    ours = [line for line in lines if line.startswith(f"  {model.label} (")]
    assert ours == [f"  {model.label} (n = {model.n}, {model.people} people): not fitted: too few"]
