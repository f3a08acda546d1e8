"""Persons by identity, visits by date; what can't be told is said and never guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_series, a_visit
from tests.builders.studies import changed
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport
from workstation.intake.series.pairing import subject_codes


def _dates(study: CoordinatorStudy, subject: str = "S001") -> list[tuple[int, str]]:
    return [(visit.number, visit.date) for visit in study.vault.visits(subject)]


def _text(report: ImportReport) -> str:
    return "\n".join(report.as_text())


def _read(study: CoordinatorStudy) -> None:
    """One grade by one reader, so that the subject has been read."""
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")


def test_visits_are_numbered_by_date_whatever_the_order_of_import(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "later", "1.2.4.1", StudyInstanceUID="1.2.4", StudyDate="20240510")
    a_series(tmp_path / "earlier", "1.2.3.1", count=2)

    import_folders(study, [tmp_path / "later"])
    import_folders(study, [tmp_path / "earlier"])

    assert _dates(study) == [(1, "20240105"), (2, "20240510")]
    assert [len(visit.series[0].slices) for visit in study.subjects()[0].visits] == [2, 3]
    assert {item.visit for item in study.vault.series() if item.series_uid == "1.2.4.1"} == {2}


def test_two_studies_on_one_day_are_one_visit(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.1", StudyInstanceUID="1.2.3")
    a_series(tmp_path / "in", "1.2.4.1", StudyInstanceUID="1.2.4", EchoTime=15)

    import_folders(study, [tmp_path / "in"])

    assert len(study.subjects()[0].visits) == 1
    assert study.vault.visits("S001")[0].study_uids == ("1.2.3", "1.2.4")


def test_one_person_spelled_in_two_ways_that_mean_the_same_is_one_subject(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", "1.2.3.1", PatientName="Doe^Jane")
    a_series(tmp_path / "in", "1.2.4.1", PatientName="DOE^Jane^^", StudyDate="20240510")

    import_folders(study, [tmp_path / "in"])

    assert [subject.code for subject in study.subjects()] == ["S001"]


@pytest.mark.case(49)
def test_one_patient_id_with_two_names_is_two_subjects_and_a_question(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.1")
    a_series(tmp_path / "in", "1.2.4.1", PatientName="Roe^Richard")

    report = import_folders(study, [tmp_path / "in"])

    assert [subject.code for subject in study.subjects()] == ["S001", "S002"]
    assert "S001: is it the same person as S002?" in _text(report)


@pytest.mark.case(57)
def test_studies_without_any_identity_are_never_joined(study: CoordinatorStudy, tmp_path: Path) -> None:
    nobody: dict[str, Any] = {"PatientID": None, "PatientName": None, "PatientBirthDate": None}
    a_series(tmp_path / "in", "1.2.3.1", StudyInstanceUID="1.2.3", **nobody)
    a_series(tmp_path / "in", "1.2.4.1", StudyInstanceUID="1.2.4", **nobody)

    report = import_folders(study, [tmp_path / "in"])

    assert len(study.subjects()) == 2
    assert "taken as a separate person" in _text(report)


def test_codes_follow_a_keyed_hash_and_persons_keep_theirs() -> None:
    names = [f"person {number:02d}" for number in range(30)]

    first = subject_codes(names[:20], {}, b"s" * 32)
    second = subject_codes(names, first, b"s" * 32)

    assert sorted(first.values()) == [f"S{number:03d}" for number in range(1, 21)]
    assert [first[name] for name in names[:20]] != sorted(first.values())
    assert first.items() <= second.items()
    assert first != subject_codes(names[:20], {}, b"t" * 32)


def test_a_third_visit_is_imported_and_a_person_is_asked(study: CoordinatorStudy, tmp_path: Path) -> None:
    for number, date in enumerate(("20240105", "20240510", "20240901")):
        a_series(tmp_path / "in", f"1.2.{number}.1", StudyInstanceUID=f"1.2.{number}", StudyDate=date)

    report = import_folders(study, [tmp_path / "in"])

    assert len(study.subjects()[0].visits) == 3
    assert "error: S001: visit 3 is in no enrolment, so no reader gets it" in _text(report)


def test_an_earlier_visit_of_a_subject_that_has_been_read_is_not_put_in(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "one", "1.2.3", StudyDate="20240510")
    a_visit(tmp_path / "two", "1.2.4", StudyDate="20240901")
    import_folders(study, [tmp_path / "one", tmp_path / "two"])
    _read(study)
    a_visit(tmp_path / "early", "1.2.2", StudyDate="20240105")
    before = study.subjects()

    report = import_folders(study, [tmp_path / "early"])

    assert study.subjects() == before
    assert "earlier than a visit that has been read" in _text(report)
    assert report.accepted == 0


def test_more_slices_for_a_series_that_has_been_read_stay_outside(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", count=3)
    import_folders(study, [tmp_path / "in"])
    _read(study)
    a_series(tmp_path / "more", count=5)
    before = study.subjects()

    report = import_folders(study, [tmp_path / "more"])

    assert study.subjects() == before
    assert "2 more slices for T1 AX" in _text(report)
    assert "not imported: the subject has been read" in _text(report)


def test_a_visit_of_unknown_date_is_asked_for_its_place_when_another_comes(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", "1.2.3.1", StudyDate=None)
    first = import_folders(study, [tmp_path / "in"])
    a_series(tmp_path / "more", "1.2.4.1", StudyInstanceUID="1.2.4", StudyDate="20240510")

    second = import_folders(study, [tmp_path / "more"])

    assert "the date of the visit is unknown" in _text(first)
    assert "in this order?" in _text(second)
    assert len(study.subjects()[0].visits) == 2


def test_an_undated_study_beside_a_dated_one_comes_in_and_its_order_is_asked(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", "1.2.3.1", StudyInstanceUID="1.2.3", StudyDate=None, FrameOfReferenceUID="1.2.3.9")
    a_series(tmp_path / "in", "1.2.4.1", StudyInstanceUID="1.2.4", StudyDate="20240510", FrameOfReferenceUID="1.2.4.9")

    report = import_folders(study, [tmp_path / "in"])

    assert len(study.subjects()[0].visits) == 2
    assert [item.question for item in report.findings if item.question] == ["visit:S001"]


@pytest.mark.case(51)
def test_the_same_pictures_at_two_visits_are_an_error(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.1", StudyInstanceUID="1.2.3")
    a_series(tmp_path / "in", "1.2.4.1", StudyInstanceUID="1.2.4", StudyDate="20240510")

    report = import_folders(study, [tmp_path / "in"])

    assert "the same images as at visit 1" in _text(report)


def test_the_same_pictures_of_several_series_at_two_visits_are_said_once(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    for visit, day in ((3, "20240105"), (4, "20240510")):
        for series in (1, 2):
            own: dict[str, Any] = {"StudyInstanceUID": f"1.2.{visit}", "StudyDate": day, "EchoTime": 11 + series}
            a_series(tmp_path / "in", f"1.2.{visit}.{series}", **own)

    report = import_folders(study, [tmp_path / "in"])

    assert [item.code for item in report.findings].count("same-images") == 1


def test_what_a_visit_lacks_is_named(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_visit(tmp_path / "in")
    for file in (tmp_path / "in").glob("1.2.3.6.*"):
        file.unlink()

    report = import_folders(study, [tmp_path / "in"])

    assert {(item.level, item.visit, item.text) for item in report.findings} == {
        (
            "warning",
            None,
            "one visit: a scan alone, not a pair",
        ),
        ("warning", 1, "no axial post-contrast fat-suppressed T1 series (T1FSGD AX)"),
    }


@pytest.mark.parametrize(("said", "side"), [("L", "L"), ("R", "R"), ("B", ""), ("", "")])
def test_a_visit_has_the_side_that_its_headers_say(
    study: CoordinatorStudy, tmp_path: Path, said: str, side: str
) -> None:
    a_series(tmp_path / "in", "1.2.3.1", Laterality=said)

    import_folders(study, [tmp_path / "in"])

    assert [visit.side for visit in study.subjects()[0].visits] == [side]


def test_a_visit_whose_headers_say_both_sides_has_none(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.1", Laterality="L")
    a_series(tmp_path / "in", "1.2.3.2", Laterality="R", EchoTime=15)

    import_folders(study, [tmp_path / "in"])

    assert {visit.side for visit in study.subjects()[0].visits} == {""}
