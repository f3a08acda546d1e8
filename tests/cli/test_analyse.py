"""`ramris analyse`: files of an analysis, and clinical data kept away from what readers get."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.builders.cohort import a_read_study
from tests.builders.studies import an_assigned_study
from tests.builders.trial_cohort import write_cohort
from tests.journeys.conftest import ramris

HEADING = "subject_id,group,age,sex,duration_years,anti_ccp,das28crp_v1,das28crp_v2\n"


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    write_cohort(tmp_path / "cohort")
    return tmp_path / "cohort"


FILES = {
    "analysis.html",
    "analysis.json",
    "table_1.csv",
    "table_2.csv",
    "table_3.csv",
    "table_4.csv",
    "regressions.csv",
    "adjusted_means.csv",
    "figure_1.svg",
    "figure_1.pdf",
    "figure_2.svg",
    "figure_2.pdf",
}


def test_a_page_a_json_six_tables_and_two_figures_are_written_the_same_each_time(cohort: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        done = ramris("analyse", cohort / "export", "--clinical", cohort / "clinical.csv", "--out", tmp_path / name)
        assert (done.returncode, done.stderr) == (0, "")
        made.append({item.name: item.read_bytes() for item in (tmp_path / name).iterdir()})

    assert set(made[0]) == FILES
    assert made[0] == made[1]
    page = made[0]["analysis.html"].decode()
    assert "Exploratory." in page
    assert "<svg" in page
    assert json.loads(made[0]["analysis.json"])["flow"]["enrolments"] == 84


def test_the_plan_that_is_shown_is_the_one_that_is_used_and_can_be_changed(cohort: Path, tmp_path: Path) -> None:
    shown = ramris("analyse", "--show-plan")
    assert (shown.returncode, shown.stderr) == (0, "")
    plan = tmp_path / "mine.toml"
    plan.write_text(shown.stdout, "utf-8")
    asked = ("analyse", cohort / "export", "--clinical", cohort / "clinical.csv", "--json")

    assert json.loads(ramris(*asked, "--plan", plan).stdout) == json.loads(ramris(*asked).stdout)

    plan.write_text(shown.stdout.replace("at_least = 3.2", "at_least = 5.1"), "utf-8")
    changed = json.loads(ramris(*asked, "--plan", plan).stdout)
    assert changed["entry_criterion"]["at_least"] == 5.1
    plan.write_text(shown.stdout.replace("at_least = 3.2", "atleast = 3.2"), "utf-8")
    refused = ramris(*asked, "--plan", plan)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "mine.toml: entry: unknown key atleast" in refused.stderr


def test_a_model_that_is_not_fitted_has_a_row_with_the_reason(cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "figures"

    done = ramris("analyse", cohort / "export", "--clinical", cohort / "clinical.csv", "--out", out)

    assert done.returncode == 0
    with (out / "regressions.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["model"] == "without-outliers"]
    assert [(row["term"], row["reason"]) for row in rows] == [
        ("", "nobody is named as an outlier: --outlier PERSON, or outliers in the plan")
    ]


def test_what_is_missing_is_asked_for(cohort: Path) -> None:
    nothing, no_file = ramris("analyse"), ramris("analyse", cohort / "export")

    assert "give EXPORT, the folder that `ramris export` wrote" in nothing.stderr
    assert "give --clinical CLINICAL.csv" in no_file.stderr


@pytest.mark.parametrize("inside", ["out", "clinical"])
def test_clinical_data_never_enter_a_study_folder(cohort: Path, tmp_path: Path, inside: str) -> None:
    study, _ = an_assigned_study(tmp_path / "trial")
    clinical = cohort / "clinical.csv"
    if inside == "clinical":
        (study / "notes").mkdir()
        clinical = clinical.rename(study / "notes" / "clinical.csv")
    out = study / "deep" / "figures" if inside == "out" else tmp_path / "figures"

    refused = ramris("analyse", cohort / "export", "--clinical", clinical, "--out", out)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "clinical data never enter it" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not out.exists()


def test_a_locked_study_goes_from_its_record_to_the_analysis(tmp_path: Path) -> None:
    study = a_read_study(tmp_path / "trial", subjects=6, repeats=3)
    clinical = tmp_path / "clinical.csv"
    rows = [f"S{number:03},{'AB'[number % 2]},5{number},F,3,POS,5.{number},{number}.5" for number in range(1, 7)]
    clinical.write_text(HEADING + "\n".join(rows) + "\n", "utf-8")
    assert ramris("export", study, tmp_path / "open").returncode == 0

    refused = ramris("analyse", tmp_path / "open", "--clinical", clinical)

    assert refused.returncode == 2
    assert "wasn't locked when this was exported" in refused.stderr

    assert ramris("study", "lock", study, "--incomplete", "--why", "nobody signs here").returncode == 0
    assert ramris("export", study, tmp_path / "locked").returncode == 0
    done = ramris("analyse", tmp_path / "locked", "--clinical", clinical, "--json")

    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (found["flow"]["enrolments"], found["flow"]["pairs"], found["sdc"]["repeats"]) == (6, 6, 3)
