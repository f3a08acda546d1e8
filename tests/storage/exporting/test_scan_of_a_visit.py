"""Export of a case that shows one visit alone: its scores stand at that visit of the person, whichever it is."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.exporting.export import export_study
from storage.exporting.writing import Wish
from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import a_study, a_subject, changed, record


@pytest.mark.parametrize(("visit", "name", "other"), [(1, "V1", "V2"), (2, "V2", "V1")])
def test_the_scores_of_a_scan_stand_at_its_own_visit(tmp_path: Path, visit: int, name: str, other: str) -> None:
    folder = a_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", (visit,)))
        (case,) = study.assign("ES", seed=1)
    # within the case it is the first visit, so that nothing tells which of the person's it is
    record(folder, case.case, changed("1 ERO CAP", "4"))

    export_study(folder, tmp_path / "out")

    with (tmp_path / "out" / "scores.csv").open(encoding="utf-8", newline="") as file:
        found = {row["visit"]: row for row in csv.DictReader(file) if (row["feature"], row["site"]) == ("ERO", "CAP")}
    assert (found[name]["score"], found[name]["score_status"]) == ("4", "SCORED")
    assert found[other]["score_status"] == "NOT_APPLICABLE"


def _rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_finished_scan_is_complete_with_43_answers(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001", (2,)))
        (case,) = study.assign("ES", seed=1)
        scheme = study.scheme
    wanted = [at for at in keys_in_reading_order(scheme) if at.visit == 1]
    record(folder, case.case, *(AnswerChanged(at, None, Graded(Decimal(0))) for at in wanted))

    export_study(folder, tmp_path / "out")

    (reading,) = _rows(tmp_path / "out", "readings.csv")
    names = ("reading_status", "answers_wanted", "answers_graded", "answers_blank")
    assert [reading[name] for name in names] == ["COMPLETE", "43", "43", "0"]
    assert reading["finished_utc"]


def test_grades_of_a_visit_that_was_never_there_are_not_applicable_whatever_an_older_version_took(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "trial"
    folder.mkdir()
    # of 0.2.0, which took and signed 43 grades at a follow-up that nobody has
    shutil.copy(Path(__file__).parents[1] / "old" / "study-0011-one-visit.db", folder / "study.db")

    export_study(folder, tmp_path / "out", Wish(wide=True))

    scores = [row for row in _rows(tmp_path / "out", "scores.csv") if row["subject_id"] == "S001"]
    assert {row["score_status"] for row in scores if row["visit"] == "V2"} == {"NOT_APPLICABLE"}
    assert {row["score"] for row in scores if row["visit"] == "V2"} == {""}
    assert {row["score_status"] for row in scores if row["visit"] == "V1"} == {"SCORED"}
    totals = [row for row in _rows(tmp_path / "out", "totals.csv") if row["subject_id"] == "S001"]
    assert {row["strict_status"] for row in totals if row["visit"] == "V2"} == {"NOT_APPLICABLE"}
