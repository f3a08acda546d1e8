"""Export of a case that shows one visit alone: its scores stand at that visit of the person, whichever it is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from storage.exporting.export import export_study
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
