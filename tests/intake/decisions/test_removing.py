"""A subject or a series that no reader was given can be taken out of the study, with a reason, and brought back."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series
from workstation.cli import main
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.importer import import_folders


def _has(study: CoordinatorStudy) -> dict[str, int]:
    return {subject.code: sum(len(visit.series) for visit in subject.visits) for subject in study.subjects()}


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


def _filled(study: CoordinatorStudy, folder: Path) -> Path:
    a_series(folder / "a", "1.2.7.1", StudyInstanceUID="1.2.7", PatientID="P1", PatientName="A^A")
    a_series(folder / "a", "1.2.7.2", StudyInstanceUID="1.2.7", PatientID="P1", PatientName="A^A", EchoTime=80)
    a_series(folder / "b", "1.2.8.1", StudyInstanceUID="1.2.8", PatientID="P2", PatientName="B^B")
    import_folders(study, [folder])
    return folder


def test_a_subject_goes_with_its_images_stays_out_and_comes_back(study: CoordinatorStudy, tmp_path: Path) -> None:
    scans = _filled(study, tmp_path / "in")
    before = study.subjects()
    subject = next(code for code, count in _has(study).items() if count == 2)
    (other,) = set(_has(study)) - {subject}

    _chooser(study).remove(subject, "consent withdrawn")

    assert _has(study) == {other: 1}
    assert len(list(study.images.iterdir())) == 1
    report = import_folders(study, [scans])
    assert [item.why for item in report.set_aside] == ["its subject, visit or series was removed or excluded"]
    assert _has(study) == {other: 1}
    audit(study.path)
    _chooser(study).remove(subject, "consent given again", undo=True)
    assert study.subjects() == before


def test_a_series_goes_and_the_others_of_its_visit_stay(study: CoordinatorStudy, tmp_path: Path) -> None:
    scans = _filled(study, tmp_path / "in")
    before = study.subjects()
    subject = next(item for item in before if sum(len(v.series) for v in item.visits) == 2)
    gone, left = (item.code for visit in subject.visits for item in visit.series)

    _chooser(study).remove(gone, "moved in the scanner")
    import_folders(study, [scans])

    assert _has(study)[subject.code] == 1
    assert not (study.images / gone).exists()
    assert (study.images / left).exists()
    _chooser(study).remove(gone, "it can be read", undo=True)
    assert study.subjects() == before


def test_the_command_needs_a_reason_and_names_what_it_took_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = str(tmp_path / "trial")
    a_series(tmp_path / "in")
    main(["study", "create", trial])
    main(["study", "add", trial, str(tmp_path / "in")])
    capsys.readouterr()

    assert main(["study", "remove", trial, "S001"]) == 2
    assert main(["study", "remove", trial, "S001", "--why", "sent by mistake", "--who", "J. Smit"]) == 0

    assert "S001 is out of the study" in capsys.readouterr().out
