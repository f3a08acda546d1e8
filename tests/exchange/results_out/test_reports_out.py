"""Structured reports of signed readings, judged by dciodvfy, read back by highdicom and dcmtk, and taken in again."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pydicom
import pytest

from scoring.schemes.load import shipped_scheme
from storage.exporting.export import export_study
from storage.study.coordinator import CoordinatorStudy
from tests.builders.lived.readers import change_one, sign
from tests.exchange.results_out.conftest import GRADES, READER, SEEN, Read, faults, groups, items, report_in
from tests.result_codes_page import PAGE, page
from workstation.app.results_out import writing as app
from workstation.cli import main
from workstation.exchange.results_out.coding import code_table
from workstation.exchange.results_out.export import ExportedResults

pytest.importorskip("highdicom")
SCT = {"RAD": "75129005", "ULN": "91238003", "SCA": "30518006"}


def _none(_done: int, _total: int, _stage: str) -> None:
    pass


def _export(of: Read, out: Path) -> ExportedResults:
    return app.for_science(of.trial, out, "", "", _none)


@pytest.fixture(scope="module")
def exported(read_once: Read, tmp_path_factory: pytest.TempPathFactory) -> ExportedResults:
    return _export(read_once, tmp_path_factory.mktemp("out") / "results")


def test_a_visit_has_a_group_for_each_of_its_43_sites_with_the_grade_as_code_and_number(
    read_once: Read, exported: ExportedResults
) -> None:
    for visit in (1, 2):
        found = groups(report_in(exported.out, read_once.case, visit))
        assert len(found) == 43
        given = {place[2:]: word.partition(":")[0] for place, word in GRADES.items() if place.startswith(f"{visit} ")}
        for (feature, site), group in found.items():
            code = next((ours for ours, theirs in SCT.items() if theirs == site), site)
            word = given.get(f"{feature} {code}", "0")
            (said,) = [item for item in items(group, "CODE") if item.ConceptNameCodeSequence[0].CodeValue == feature]
            numbers = [
                (item.ConceptNameCodeSequence[0].CodeValue, str(item.MeasuredValueSequence[0].NumericValue))
                for item in items(group, "NUM")
            ]
            if word.isdecimal():
                assert (said.ConceptCodeSequence[0].CodeValue, numbers) == (f"GRADE-{word}", [(feature, word)])
            else:
                # a reason is a code, and no number stands for it
                assert (said.ConceptCodeSequence[0].CodeValue, numbers) == (word, [])


def test_the_point_is_that_of_the_pixel_and_one_that_nobody_chose_is_none(
    read_once: Read, exported: ExportedResults
) -> None:
    found = groups(report_in(exported.out, read_once.case, 1))
    seen = read_once.series.slices[SEEN[0]].uid

    for site in (("SYN", "RC"), ("OST", "CAP"), ("ERO", "LUN")):
        (point,) = items(found[site], "SCOORD")
        # the corner of the first pixel is 0, so the middle of pixel 40 is 40.5: PS3.3 C.18.6
        assert list(point.GraphicData) == pytest.approx([SEEN[2] + 0.5, SEEN[1] + 0.5], abs=1e-3)
        assert point.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == seen
    expected = found["ERO", SCT["RAD"]]
    assert items(expected, "SCOORD") == []
    assert [item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in items(expected, "IMAGE")] == [seen]
    assert items(found["ERO", "HAM"], "SCOORD") == items(found["ERO", "HAM"], "IMAGE") == []


def test_dciodvfy_finds_no_error_in_any_object(exported: ExportedResults) -> None:
    assert exported.objects == {"SR": 2, "KO": 1, "SEG": 1}
    assert {file.name: faults(file) for file in exported.dicom} == {file.name: [] for file in exported.dicom}


def test_highdicom_and_dcmtk_read_the_same_values_back(read_once: Read, exported: ExportedResults) -> None:
    import highdicom  # noqa: PLC0415 - an extra

    file = exported.out / "sr" / f"{read_once.case}-1.dcm"
    content: Any = highdicom.sr.srread(str(file)).content
    measured = [
        *content.get_planar_roi_measurement_groups(),
        *content.get_image_measurement_groups(),
    ]
    by_site = {(one.finding_type.value, one.finding_sites[0].value.value): one for one in measured}

    assert len(by_site) == 43
    assert [item.value for item in by_site["OST", "CAP"].get_measurements()] == [3.0]
    assert list(by_site["ERO", "LUN"].get_measurements()) == []
    assert [item.value.value for item in by_site["ERO", "LUN"].get_qualitative_evaluations()] == ["NC"]
    assert by_site["OST", "CAP"].finding_sites[0].laterality.meaning == "Right"
    if shutil.which("dsrdump") is None:
        pytest.skip("needs dsrdump. On Debian or Ubuntu: sudo apt-get install -y dcmtk")
    said = subprocess.run(["dsrdump", str(file)], capture_output=True, text=True, timeout=60, check=True).stdout
    assert "Preliminary Flag    : FINAL" in said
    assert "Completion Flag     : COMPLETE" in said
    assert 'PNAME:(,,"Person Observer Name")="AD"' in said
    assert '(,,"Erosion")="10"' in said
    assert said.count('CONTAINER:(,,"Measurement Group")') == 43


def test_key_images_are_named_once_each_and_an_outline_is_a_segment_on_its_slices(
    read_once: Read, exported: ExportedResults
) -> None:
    import highdicom  # noqa: PLC0415 - an extra

    keys = pydicom.dcmread(exported.out / "ko" / f"{read_once.case}-1.dcm")
    named = [item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in items(keys, "IMAGE")]
    assert named == [read_once.series.slices[index].uid for index in (3, 8)]
    assert keys.ConceptNameCodeSequence[0].CodeMeaning == "For Research"
    seg = highdicom.seg.segread(str(exported.out / "seg" / f"{read_once.case}_{read_once.series.code}_OST.dcm"))
    labels = [seg.get_segment_description(number).segment_label for number in seg.segment_numbers]
    assert (seg.SegmentationType, labels) == ("BINARY", ["OST CAP bone", "OST CAP lesion"])
    sources = [read_once.series.slices[index].uid for index in (7, 8)]
    voxels = seg.get_pixels_by_source_instance(sources)
    # the lesion is on the second slice alone, and is cut out of the bone there
    assert [int(voxels[index, ..., 1].sum()) > 0 for index in (0, 1)] == [False, True]
    assert not (voxels[..., 0] & voxels[..., 1]).any()


def test_by_codes_nobody_is_named_and_words_that_a_reader_typed_stay(exported: ExportedResults) -> None:
    for file in exported.out.rglob("*"):
        if file.is_file():
            assert b"VEXHOLLOW" not in file.read_bytes().upper(), file
    for file in exported.dicom:
        found = pydicom.dcmread(file)
        empty = ("PatientName", "PatientBirthDate", "StudyDate", "AccessionNumber", "ReferringPhysicianName")
        assert [str(found.get(name, "")) for name in empty] == [""] * len(empty)
        assert (found.PatientID, found.PatientIdentityRemoved) == ("S001", "YES")


def test_the_same_again_is_the_same_bytes_and_a_reading_that_was_opened_again_names_the_one_before(
    read: Read, tmp_path: Path
) -> None:
    first, again = _export(read, tmp_path / "first"), _export(read, tmp_path / "again")
    for one, other in zip(first.dicom, again.dicom, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    with CoordinatorStudy.open(read.trial) as study:
        study.reopen(read.case, "a site was graded at the wrong wrist")
    assert main(["export", str(read.trial), "dicom", "--out", str(tmp_path / "open")]) == 2
    change_one(read.trial, READER, read.case)
    sign(read.trial, READER, read.case)

    later = _export(read, tmp_path / "later")

    before, after = (report_in(done.out, read.case, 1) for done in (first, later))
    assert before.SOPInstanceUID != after.SOPInstanceUID
    (told,) = after.PredecessorDocumentsSequence
    (series,) = told.ReferencedSeriesSequence
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == before.SOPInstanceUID
    assert (told.StudyInstanceUID, series.SeriesInstanceUID) == (before.StudyInstanceUID, before.SeriesInstanceUID)
    assert "PredecessorDocumentsSequence" not in before
    assert {file.name: faults(file) for file in later.dicom} == {file.name: [] for file in later.dicom}


def test_another_study_takes_the_reports_with_the_same_grades_by_the_mapping_beside_them(
    read_once: Read, exported: ExportedResults, tmp_path: Path
) -> None:
    other = shutil.copytree(read_once.trial, tmp_path / "other")
    with CoordinatorStudy.open(other) as study:
        study.assign("NET", seed=2)
    given = [word for visit in (1, 2) for word in ("--report", str(exported.out / f"sr/{read_once.case}-{visit}.dcm"))]
    by = ["--kind", "algorithm", "--program", "ramris", "--version", "1", "--hash", "ab" * 32]

    assert (
        main(
            [
                "enter",
                str(other),
                "--reader",
                "NET",
                *by,
                *given,
                "--mapping",
                str(exported.out / "mapping-ramris-wrist.toml"),
            ]
        )
        == 0
    )

    export_study(other, tmp_path / "csv")
    with (tmp_path / "csv" / "scores.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    told = {
        whose: {
            (row["visit"], row["feature"], row["site"]): (row["score"], row["reason_code"])
            for row in rows
            if row["reader_id"] == whose
        }
        for whose in (READER, "NET")
    }
    assert len(told["NET"]) == 86
    assert told["NET"] == told[READER]


def test_every_code_means_one_thing_and_stands_in_the_table_with_its_oid(exported: ExportedResults) -> None:
    with (exported.out / "codes.csv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    codes = {row["code"]: row["meaning"] for row in table}
    (oid,) = {row["oid"] for row in table}
    used: dict[str, str] = {}

    def look(item: Any) -> None:  # noqa: ANN401 - a dataset
        for element in item:
            if element.VR == "SQ":
                for child in element.value:
                    if "CodingSchemeDesignator" in child and "CodeMeaning" in child:
                        used[f"{child.CodingSchemeDesignator}:{child.CodeValue}"] = child.CodeMeaning
                    look(child)

    for file in exported.dicom:
        found = pydicom.dcmread(file)
        look(found)
        if found.Modality in {"SR", "KO"}:
            (ours,) = found.CodingSchemeIdentificationSequence
            assert (ours.CodingSchemeDesignator, ours.CodingSchemeUID) == ("99RAMRIS", oid)
    assert len(codes) == len(table)
    assert {code: meaning for code, meaning in used.items() if code.startswith("99")}.items() <= codes.items()
    assert {code for code in codes if code.startswith("SCT")} == {f"SCT:{code}" for code in SCT.values()}


@pytest.mark.parametrize("scheme", ["ramris-wrist-half", "sharp-vdh", "ramris-hand"])
def test_codes_follow_from_the_data_of_any_scheme(scheme: str) -> None:
    of = shipped_scheme(scheme)
    table = code_table(of)

    values = [(term.designator, term.value) for term in table.terms]
    assert len(set(values)) == len(values)
    assert table.oid != code_table(shipped_scheme()).oid
    assert set(table.sites) == {(feature.code, site.code) for feature in of.features for site in feature.sites}
    if scheme == "ramris-wrist-half":
        assert table.answers["1.5"].written == "99RAMRIS:GRADE-1.5"


def test_the_page_of_codes_has_what_the_schemes_have() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.result_codes_page"


def test_the_command_tells_what_there_is(read_once: Read, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["export", str(read_once.trial), "dicom", "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["for"], said["readings"], said["objects"]) == ("science", 1, {"SR": 2, "KO": 1, "SEG": 1})
    assert main(["export", str(read_once.trial), "dicom", "--out", str(out)]) == 0
    assert "1 signed reading" in capsys.readouterr().out
