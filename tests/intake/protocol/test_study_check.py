"""The protocol check: each fault that a site can make is planted in files, imported, and named in words."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.errors import TomlRefused
from scoring.schemes.folder import PROTOCOL_FILE
from scoring.schemes.load import shipped_scheme
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import PROTOCOL, a_visit
from workstation.cli import main
from workstation.intake.findings import Level
from workstation.intake.importing.check_report import CheckReport, check_report
from workstation.intake.importing.importer import import_folders
from workstation.intake.protocol.study_protocol import load_protocol, protocol_text

# 12 x 10 pixels and three slices 2 mm apart: 72 mm and 60 mm wide, and 6 mm thick
# of the series of a visit, `dicom_files.PROTOCOL`
FIRST_AFTER_CONTRAST = 6
WIDE: dict[str, Any] = {"PixelSpacing": [6.0, 6.0], "Laterality": "R", "BodyPartExamined": "WRIST"}
SMALL = (
    protocol_text(shipped_scheme())
    .replace("along_axial_mm = 45", "along_axial_mm = 5")
    .replace("through_coronal_mm = 20", "through_coronal_mm = 5")
)
LATER: dict[str, Any] = {"StudyDate": "20240508"}


def _pair(folder: Path, first: dict[str, Any] | None = None, second: dict[str, Any] | None = None) -> None:
    a_visit(folder / "a", "1.2.3", **(WIDE | (first or {})))
    a_visit(folder / "b", "1.2.4", **(WIDE | LATER | (second or {})))


def _checked(study: CoordinatorStudy, folder: Path) -> CheckReport:
    (study.path / PROTOCOL_FILE).write_text(SMALL, encoding="utf-8")
    import_folders(study, [folder])
    return check_report(study)


def _drop(folder: Path, kind: str, plane: str) -> None:
    number = 1 + next(k for k, entry in enumerate(PROTOCOL) if entry[:2] == (kind, plane))
    for file in folder.glob(f"*.{number}.?"):
        file.unlink()


def _without(kind: str, plane: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        _pair(folder)
        _drop(folder / "b", kind, plane)

    return plant


def _with(first: dict[str, Any] | None = None, second: dict[str, Any] | None = None) -> Callable[[Path], None]:
    return lambda folder: _pair(folder, first, second)


def _one_visit(folder: Path) -> None:
    a_visit(folder / "a", "1.2.3", **WIDE)


def _three_visits(folder: Path) -> None:
    _pair(folder)
    a_visit(folder / "c", "1.2.5", **WIDE, StudyDate="20240908")


def _named_the_other_way(folder: Path) -> None:
    _pair(folder)
    (folder / "a").rename(folder / "FollowUp 4m")
    (folder / "b").rename(folder / "Baseline")


def _two_patients(folder: Path) -> None:
    a_visit(folder / "a", "1.2.3", **WIDE)
    a_visit(folder / "a", "1.2.4", **WIDE, **LATER, PatientID="P2", PatientName="Roe^Rita")


def _the_same_study_under_two_names(folder: Path) -> None:
    _pair(folder)
    from pydicom import dcmread  # noqa: PLC0415 - this one plant alone edits what was written

    for file in sorted((folder / "a").iterdir()):
        dataset = dcmread(file)
        dataset.PatientID, dataset.PatientName = "P2", "Roe^Rita"
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
            setattr(dataset, keyword, f"{dataset[keyword].value}.9")
        (folder / "c").mkdir(exist_ok=True)
        dataset.save_as(folder / "c" / file.name)


def _the_same_study_as_follow_up(folder: Path) -> None:
    _the_same_study_under_two_names(folder)
    shutil.rmtree(folder / "b")
    from pydicom import dcmread  # noqa: PLC0415 - as above

    for file in sorted((folder / "c").iterdir()):
        dataset = dcmread(file)
        dataset.PatientID, dataset.PatientName, dataset.StudyDate = "P1", "Doe^Jane", LATER["StudyDate"]
        dataset.save_as(file)


def _exported_twice(folder: Path) -> None:
    """The follow-up is the baseline's pictures under new UIDs, rescaled, so that no pixel is the same."""
    a_visit(folder / "a", "1.2.3", **WIDE)
    from pydicom import dcmread  # noqa: PLC0415 - as above

    for file in sorted((folder / "a").iterdir()):
        dataset = dcmread(file)
        for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"):
            setattr(dataset, keyword, f"{dataset[keyword].value}.9")
        dataset.StudyDate = LATER["StudyDate"]
        dataset.PixelData = (np.frombuffer(dataset.PixelData, "<u2") // 3 * 2 + 5).astype("<u2").tobytes()
        (folder / "b").mkdir(exist_ok=True)
        dataset.save_as(folder / "b" / file.name)


PLANTED: list[tuple[str, Callable[[Path], None], str, int | None, Level, str]] = [
    ("no axial T1FSGD", _without("T1FSGD", "AX"), "S001", 2, Level.WARNING,
     "synovitis and tenosynovitis will be unscorable, code SQ suggested"),
    ("no coronal T2FS", _without("T2FS", "COR"), "S001", 2, Level.WARNING, "osteitis will be unscorable"),
    ("no coronal T1", _without("T1", "COR"), "S001", 2, Level.WARNING, "erosion will be unscorable"),
    ("no coronal PD", _without("PD", "COR"), "S001", 2, Level.WARNING, "erosion can be scored, but less surely"),
    ("other side", _with(second={"Laterality": "L"}), "S001", None, Level.ERROR,
     "Right wrist at visit 1, left at visit 2"),
    ("side unsaid", _with(second={"Laterality": None}), "S001", None, Level.NOTE,
     "the headers of visit 2 don't say which wrist it is: compare the pictures of both visits"),
    ("other region", _with(second={"BodyPartExamined": "KNEE"}), "S001", 2, Level.ERROR,
     "names no wrist or hand, and that of other series of this person does"),
    ("other region at both", _with({"BodyPartExamined": "KNEE"}, {"BodyPartExamined": "KNEE"}), "S001", 2,
     Level.WARNING, "names no wrist or hand: is it the right scan?"),
    ("narrow", _with(second={"PixelSpacing": [4.0, 4.0]}), "S001", 2, Level.WARNING, "40 mm wide"),
    ("coarser", _with(second={"PixelSpacing": [8.0, 8.0]}), "S001", 2, Level.WARNING, "pixel spacing 6 to 8 mm"),
    ("fewer slices", _with(second={"count": 2}), "S001", 2, Level.WARNING, "covers 4 mm across its slices"),
    ("other field", _with({"MagneticFieldStrength": 3}, {"MagneticFieldStrength": 1.5}), "S001", 2, Level.WARNING,
     "field strength 3 to 1.5 T"),
    ("lay otherwise", _with({"PatientPosition": "HFP"}, {"PatientPosition": "FFS"}), "S001", 2, Level.WARNING,
     "head first on the front at visit 1 and feet first on the back at visit 2"),
    ("too late", _with(second={"StudyDate": "20250105"}), "S001", 2, Level.WARNING, "12.0 months between visits"),
    ("no date", _with(first={"StudyDate": ""}, second={"StudyDate": ""}), "S001", None, Level.ERROR, "in this order?"),
    ("one visit", _one_visit, "S001", None, Level.WARNING, "1 visit of 2: a scan alone, so no change"),
    ("three visits", _three_visits, "S001", None, Level.ERROR, "visit 3 is in no enrolment, so no reader gets it"),
    ("swapped", _named_the_other_way, "S001", None, Level.ERROR, "dates disagree on which visit is baseline: swapped?"),
    ("swapped by the headers",
     _with({"StudyDescription": "wrist RA, Month 4"}, {"StudyDescription": "wrist RA, Month 0"}), "S001", None,
     Level.ERROR, "dates disagree on which visit is baseline: swapped?"),
    ("swapped by the trial's time points",
     _with({"ClinicalTrialTimePointID": "V2"}, {"ClinicalTrialTimePointID": "V1"}), "S001", None, Level.ERROR,
     "dates disagree on which visit is baseline: swapped?"),
    ("one frame of reference", _with(second={"FrameOfReferenceUID": "1.2.3.99"}), "S001", 2, Level.ERROR,
     "share a frame of reference"),
    ("exported twice", _exported_twice, "S001", 2, Level.ERROR, "show the same pictures (T1 AX, T1 COR, "),
    ("two patients", _two_patients, "S001", None, Level.WARNING, "S001 and S002 came from one folder"),
    ("same study, two persons", _the_same_study_under_two_names, "S002", 1, Level.ERROR, "have the same images"),
    ("same study, two visits", _the_same_study_as_follow_up, "S001", 2, Level.ERROR, "have the same images"),
]  # fmt: skip


def test_a_pair_with_everything_has_no_findings(study: CoordinatorStudy, tmp_path: Path) -> None:
    _pair(tmp_path / "in")

    report = _checked(study, tmp_path / "in")

    assert [item.text for item in report.findings] == []
    assert not report.has_findings


def test_a_visit_whose_series_are_all_held_back_is_no_twin(study: CoordinatorStudy, tmp_path: Path) -> None:
    """Nothing of it was compared, so nothing is alike: "show the same pictures ()" accused the site of nothing."""
    _pair(tmp_path / "in", second={"BurnedInAnnotation": "YES"})

    report = _checked(study, tmp_path / "in")

    assert [item.visit for item in report.findings if "held back" in item.text] == [2] * 7
    assert not [item.text for item in report.findings if "same pictures" in item.text]


@pytest.mark.case(49, 51, 52, 53)
@pytest.mark.parametrize(
    ("plant", "subject", "visit", "level", "text"),
    [pytest.param(*entry[1:], id=entry[0]) for entry in PLANTED],
)
def test_what_was_planted_is_named_with_its_place(  # noqa: PLR0917 - pytest hands them over by name
    plant: Callable[[Path], None],
    subject: str,
    visit: int | None,
    level: Level,
    text: str,
    study: CoordinatorStudy,
    tmp_path: Path,
) -> None:
    plant(tmp_path / "in")

    report = _checked(study, tmp_path / "in")

    found = [(item.subject, item.visit, item.level) for item in report.findings if text in item.text]
    assert (subject, visit, level) in found, [item.text for item in report.findings]


def test_a_contrast_series_made_before_the_plain_one_is_an_error(study: CoordinatorStudy, tmp_path: Path) -> None:
    _pair(tmp_path / "in")
    from pydicom import dcmread  # noqa: PLC0415 - this test alone edits what was written

    for file in (tmp_path / "in" / "a").glob("1.2.3.6.*"):
        dataset = dcmread(file)
        dataset.AcquisitionTime = "090000"
        dataset.save_as(file)

    report = _checked(study, tmp_path / "in")

    (finding,) = (item for item in report.findings if item.level is Level.ERROR)
    assert finding.visit == 1
    assert "T1FSGD AX was acquired before T1 AX" in finding.text


def test_a_visit_that_goes_on_over_midnight_has_its_contrast_after_its_plain_series(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _pair(tmp_path / "in")
    from pydicom import dcmread  # noqa: PLC0415 - this test alone edits what was written

    for file in (tmp_path / "in" / "a").iterdir():
        dataset = dcmread(file)
        number = int(dataset.SeriesInstanceUID.rpartition(".")[2])
        dataset.AcquisitionTime = f"23{number * 8:02}00" if number < FIRST_AFTER_CONTRAST else "001000"
        dataset.save_as(file)

    report = _checked(study, tmp_path / "in")

    assert not [item.text for item in report.findings if item.level is Level.ERROR or item.code == "question-kind"]


def test_the_summary_says_what_is_missing_and_what_that_makes_unscorable(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _without("T1FSGD", "AX")(tmp_path / "in")

    found: Any = _checked(study, tmp_path / "in").as_json()

    assert found["protocol"] == "ramris-wrist"
    (subject,) = found["subjects"]
    assert subject["visits"][1]["missing"] == [{"kind": "T1FSGD", "plane": "AX"}]
    assert subject["visits"][1]["unscorable"] == ["synovitis", "tenosynovitis"]
    assert subject["visits"][0]["missing"] == []


def test_no_finding_names_a_person_a_date_or_a_file(study: CoordinatorStudy, tmp_path: Path) -> None:
    _two_patients(tmp_path / "in")
    _with(second={"Laterality": "L", "StudyDate": "20250105"})(tmp_path / "in")

    said = " ".join(item.text for item in _checked(study, tmp_path / "in").findings)

    assert not [word for word in ("Doe", "Roe", "P2", "2025", "2024", "1.2.3", str(tmp_path)) if word in said]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("along_axial_mm = 45", "along_axial_mm = 'long'", "coverage.along_axial_mm"),
        ("count = 2", "counts = 2", "counts"),
        ("months_between = [3, 6]", "months_between = [6, 3]", "visits.months_between"),
        ('id = "ramris-wrist"', "id = ", "protocol.toml"),
    ],
)
def test_a_mistake_in_the_protocol_is_named_with_its_place(old: str, new: str, place: str) -> None:
    with pytest.raises(TomlRefused, match=place.replace(".", r"\.")):
        load_protocol(protocol_text(shipped_scheme()).replace(old, new))


def test_the_command_exits_0_on_the_sample_pair_and_1_without_its_contrast_series(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = Path(__file__).parents[3] / "sample_dicom"
    study = str(tmp_path / "trial")
    main(["study", "create", study])
    assert (tmp_path / "trial" / PROTOCOL_FILE).exists()
    main(["study", "add", study, str(sample)])
    capsys.readouterr()

    assert main(["study", "check", study]) == 0, capsys.readouterr().out
    assert "1 of 1 subjects have all" in capsys.readouterr().out


def test_a_study_without_subjects_is_a_finding(study: CoordinatorStudy) -> None:
    assert check_report(study).has_findings
