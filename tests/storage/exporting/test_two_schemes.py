"""Tables of a study that is read by two schemes: joined by person and visit, and never mixed."""

from __future__ import annotations

import csv
import json
import math
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scoring.analysis.exported import read_export
from scoring.schemes.folder import shipped_folder
from storage.audit.verified_readings import study_readings
from storage.errors import StudyError
from storage.exporting.export import export_study
from storage.exporting.writing import Wish as ExportWish
from storage.study.coordinator import CoordinatorStudy
from storage.worklists.allotting import ALL
from tests.builders.studies import a_study, read_whole, with_files
from workstation.app.analysis import Wish, analyse_exports

XRAY = "sharp-vdh"
# all else is 0, so these are the totals of erosion at the second visit
GRADES = {"AD": {"S001": "3", "S002": "1"}, "ND": {"S001": "5", "S002": "2"}}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two people, read whole: by AD an erosion at the second visit in the capitate, by ND in one joint of the hand."""
    folder = with_files(a_study(tmp_path / "trial", "S001", "S002"))
    with CoordinatorStudy.open(folder) as opened:
        opened.assign("AD", 1)
        opened.add_scheme(shipped_folder(XRAY), "radiographs as published", without_images=True)
        opened.give("ND", ALL, 1, scheme=XRAY)
    for reader, site in (("AD", "ERO CAP"), ("ND", "EROH R-IP1")):
        with closing(sqlite3.connect(folder / "study.db")) as connection:
            query = "SELECT code, subject FROM reading_case WHERE reader = ?"
            cases = connection.execute(query, (reader,)).fetchall()
        for case, subject in cases:
            read_whole(folder, case, {f"2 {site}": GRADES[reader][subject]}, reader)
    with CoordinatorStudy.open(folder) as opened:
        opened.lock(why="nobody signs here", incomplete=True)
    return folder


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_table_has_both_schemes_of_each_person_and_visit(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")

    rows = _rows(tmp_path / "out", "totals.csv")
    said = {(row["subject_id"], row["visit"], row["scheme_id"], row["total"]): row["strict"] for row in rows}
    for person in ("S001", "S002"):
        assert [said[person, visit, "ramris-wrist", "EROTOT"] for visit in ("V1", "V2")] == ["0", GRADES["AD"][person]]
        # the same code in the other scheme is another total
        assert [said[person, visit, XRAY, "EROTOT"] for visit in ("V1", "V2")] == ["0", GRADES["ND"][person]]
        assert said[person, "V2", XRAY, "SVDHTOT"] == GRADES["ND"][person]
    assert {(row["scheme_id"], row["total_max"]) for row in rows if row["total"] == "EROTOT"} == {
        ("ramris-wrist", "150"),
        (XRAY, "280"),
    }


def test_each_row_is_described_by_the_package_and_counted_by_its_own_scheme(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out", ExportWish(wide=True))

    rows = _rows(tmp_path / "out", "readings.csv")
    # 43 sites a visit of RAMRIS, 86 of Sharp/van der Heijde
    assert {(row["scheme_id"], row["answers_wanted"], row["reading_status"]) for row in rows} == {
        ("ramris-wrist", "86", "COMPLETE"),
        (XRAY, "172", "COMPLETE"),
    }
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert [item["id"] for item in package["ramris"]["further_schemes"]] == [XRAY]
    fields = {
        field["name"]: field
        for item in package["resources"]
        if item["path"] == "scores.csv"
        for field in item["schema"]["fields"]
    }
    features = {row["feature"] for row in _rows(tmp_path / "out", "scores.csv")}
    assert features == {"TEN", "SYN", "ERO", "OST", "EROH", "JSNH", "EROF", "JSNF"}
    assert features <= set(fields["feature"]["constraints"]["enum"])
    assert [len(_rows(tmp_path / "out", name)) for name in ("wide.csv", "wide_sharp_vdh.csv")] == [2, 2]


def test_readings_for_agreement_are_of_one_scheme(study: Path) -> None:
    assert {item.reader for item in study_readings(study).readings} == {"AD"}
    mine = study_readings(study, XRAY)
    assert {item.reader for item in mine.readings} == {"ND"}
    assert {item.reader for item in study_readings(study, readers=["ND"]).readings} == {"ND"}
    with pytest.raises(StudyError, match="'ND' reads by sharp-vdh, not by ramris-wrist"):
        study_readings(study, readers=["AD", "ND"])
    assert all(item.complete for item in mine.readings)


def test_the_analysis_takes_radiographs_from_the_further_scheme_by_person_and_visit(
    study: Path, tmp_path: Path
) -> None:
    export_study(study, tmp_path / "out")

    found = read_export(tmp_path / "out")

    assert {item.of.reader for item in found.readings} == {"AD"}
    values = {total.name: dict(total.values) for total in found.further}
    assert values["sharp-vdh:SVDHTOT"] == {("S001", "1"): (0.0, 5.0), ("S002", "1"): (0.0, 2.0)}
    assert not any(math.isnan(value) for of in values.values() for pair in of.values() for value in pair)


def test_table_2_of_the_published_plan_has_the_radiographs_that_were_read_here(study: Path, tmp_path: Path) -> None:
    export_study(study, tmp_path / "out")
    clinical = tmp_path / "clinical.csv"
    header = "subject_id,person_id,enrolment,group,age,sex,duration_years,anti_ccp,das28crp_v1,das28crp_v2"
    clinical.write_text(f"{header}\nS001,P1,1,A,50,F,2,POS,4.0,3.0\nS002,P2,1,B,60,M,3,NEG,4.5,3.5\n", encoding="utf-8")

    found, _ = analyse_exports([tmp_path / "out"], clinical, None, Wish())

    table: Any = found["table_2"]
    said = {(row["measure"], row["at"]): [group["median"] for group in row["groups"]] for row in table["rows"]}
    # S001 is the one person of group A, S002 of group B
    assert said["svdh_total", "CHANGE"] == said["xray_erosion", "CHANGE"] == [5.0, 2.0]
    assert said["EROTOT", "CHANGE"] == [3.0, 1.0]
    assert {measure for measure, _ in said} >= {"MRII", "SYNTOT"}
    assert "SVDHTOT" not in {measure for measure, _ in said}
