"""A visit that is sent again under another name is asked about: moved, kept or refused; nothing changes until then."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.vault.vault import Vault
from tests.builders.dicom_files import AXIAL, CORONAL, a_series
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.decision import Confidence, Decision
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport

WRONG: dict[str, Any] = {"PatientID": "RA-0O1", "PatientName": "Muster^A", "PatientBirthDate": "19600102"}
RIGHT: dict[str, Any] = {**WRONG, "PatientID": "RA-001"}
OTHER: dict[str, Any] = {"PatientID": "RA-777", "PatientName": "Else^B", "PatientBirthDate": "19700102"}
WHAT = "again:S001+S002"


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


def _sent(
    folder: Path, who: dict[str, Any], *, count: int = 3, study_uid: str = "1.2.7", day: str = "20260105"
) -> Path:
    a_series(folder, f"{study_uid}.1", count=count, StudyInstanceUID=study_uid, StudyDate=day, **who)
    return folder


def _has(study: CoordinatorStudy) -> dict[str, list[list[int]]]:
    """Slices of each series of each visit, by subject."""
    return {
        subject.code: [[len(item.slices) for item in visit.series] for visit in subject.visits]
        for subject in study.subjects()
    }


def _asked(study: CoordinatorStudy) -> Decision[str]:
    (decision,) = [item for item in decisions_of(study) if item.what.startswith("again:")]
    return decision


def _names(study: CoordinatorStudy, subject: str) -> set[str]:
    """The patient IDs that files of a subject came under, as `reveal` would say them."""
    return {person.attributes["PatientID"] for person in study.vault.people() if person.subject == subject}


@pytest.fixture
def twice(study: CoordinatorStudy, tmp_path: Path) -> tuple[CoordinatorStudy, Path, ImportReport]:
    """A study with a visit, which was sent again under the corrected ID."""
    import_folders(study, [_sent(tmp_path / "first", WRONG)])
    right = _sent(tmp_path / "again", RIGHT)
    return study, right, import_folders(study, [right])


def test_the_same_images_under_another_name_are_a_question_and_nothing_changes(
    twice: tuple[CoordinatorStudy, Path, ImportReport],
) -> None:
    study, right, report = twice

    decision = _asked(study)

    assert _has(study) == {"S001": [[3]]}
    assert (report.seen, report.accepted) == (3, 0)
    assert any(finding.question == WHAT for finding in report.findings)
    assert (decision.what, decision.confidence) == (WHAT, Confidence.CONTRADICTORY)
    assert decision.question is not None
    assert [item.word for item in decision.question.answers] == ["moved", "kept", "refused"]
    assert "different patient IDs" in decision.reasons
    assert not any("RA-0" in text for text in (*decision.reasons, decision.question.text))
    assert _has(study) == {"S001": [[3]]}
    # again, and with both copies in one folder: still one question
    import_folders(study, [right.parent])
    assert _has(study) == {"S001": [[3]]}
    assert _asked(study) == decision


def test_moved_makes_the_visit_that_of_the_new_name_and_undo_takes_it_back(
    twice: tuple[CoordinatorStudy, Path, ImportReport],
) -> None:
    study, right, _ = twice
    chooser = _chooser(study)

    said = chooser.decide(WHAT, "moved", "the site corrected the ID").said

    assert "S002: visit 1 E1" in said
    assert _has(study) == {"S002": [[3]]}
    assert _names(study, "S002") == {"RA-001"}
    import_folders(study, [right.parent])
    assert _has(study) == {"S002": [[3]]}
    assert _asked(study).confidence is Confidence.DECIDED
    chooser.take_back(WHAT, "it was right before")
    assert _has(study) == {"S001": [[3]]}
    import_folders(study, [right.parent])
    assert _has(study) == {"S001": [[3]]}
    assert _asked(study).question is not None


def test_moved_joins_the_visits_that_the_study_has_under_the_new_name(study: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(study, [_sent(tmp_path / "b", RIGHT, study_uid="1.2.6", day="20250105")])
    import_folders(study, [_sent(tmp_path / "f", OTHER)])
    import_folders(study, [_sent(tmp_path / "again", RIGHT)])

    _chooser(study).decide(WHAT, "moved", "the site had taken another patient's ID")

    assert _has(study) == {"S001": [[3], [3]]}


def test_kept_leaves_the_visit_where_it_is_and_later_ones_of_the_new_name_are_the_same_subjects(
    twice: tuple[CoordinatorStudy, Path, ImportReport], tmp_path: Path
) -> None:
    study, right, _ = twice

    _chooser(study).decide(WHAT, "kept", "one patient, the ID was mistyped")
    import_folders(study, [right])
    import_folders(study, [_sent(tmp_path / "later", RIGHT, study_uid="1.2.8", day="20260705")])

    assert _has(study) == {"S001": [[3], [3]]}
    assert _asked(study).confidence is Confidence.DECIDED


def test_refused_keeps_what_came_outside_and_is_not_asked_again(
    twice: tuple[CoordinatorStudy, Path, ImportReport],
) -> None:
    study, right, _ = twice

    _chooser(study).decide(WHAT, "refused", "the new ID is that of somebody else")
    report = import_folders(study, [right])

    assert _has(study) == {"S001": [[3]]}
    assert _asked(study).question is None
    assert not any(finding.question == WHAT for finding in report.findings)
    with CoordinatorStudy.open(study.path) as other:
        assert _asked(other).value == "refused"


def test_a_word_that_is_no_answer_and_a_pair_of_whom_nothing_came_are_refused(
    twice: tuple[CoordinatorStudy, Path, ImportReport],
) -> None:
    study, _, _ = twice

    with pytest.raises(UsageRefused, match="moved, kept, refused"):
        _chooser(study).decide(WHAT, "yes", "why")
    with pytest.raises(IntakeRefused, match="no images came under both names"):
        _chooser(study).decide("again:S001+S009", "moved", "why")


def test_one_study_uid_with_other_images_is_no_question(study: CoordinatorStudy, tmp_path: Path) -> None:
    """Some de-identifiers give one StudyInstanceUID to everybody."""
    import_folders(study, [_sent(tmp_path / "first", WRONG)])
    a_series(tmp_path / "other", "1.2.9.9", count=2, StudyInstanceUID="1.2.7", **OTHER)

    import_folders(study, [tmp_path / "other"])

    assert _has(study) == {"S001": [[3]], "S002": [[2]]}
    assert not any(item.what.startswith("again:") for item in decisions_of(study))


def test_images_of_another_subject_in_another_study_of_a_new_name_stay_out_and_the_rest_comes_in(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    """The UID of the study was made anew, those of the images weren't."""
    import_folders(study, [_sent(tmp_path / "first", WRONG)])
    a_series(tmp_path / "in", "1.2.7.1", count=3, StudyInstanceUID="1.2.70", **OTHER)
    a_series(tmp_path / "in", "1.2.70.2", count=2, StudyInstanceUID="1.2.70", **OTHER)

    report = import_folders(study, [tmp_path / "in"])

    assert _has(study) == {"S001": [[3]], "S002": [[2]]}
    assert any("the same images are in the study under another subject" in item.text for item in report.findings)


@pytest.mark.parametrize("answer", ["moved", "kept", "refused"])
@pytest.mark.parametrize("where", ["save", "rearrange"])
def test_whatever_stops_it_half_way_the_study_is_whole_and_the_next_import_goes_on(
    where: str,
    answer: str,
    study: CoordinatorStudy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_folders(study, [_sent(tmp_path / "first", WRONG)])
    right = _sent(tmp_path / "again", RIGHT)
    whole: Callable[..., None] = getattr(Vault, where)

    def stopped(*args: Any, **named: Any) -> None:  # noqa: ANN401 - of either
        whole(*args, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(Vault, where, stopped)
    try:
        import_folders(study, [right])
        _chooser(study).decide(WHAT, answer, "why")
    except KeyboardInterrupt:
        pass
    monkeypatch.undo()

    import_folders(study, [right])
    _chooser(study).decide(WHAT, answer, "why")

    assert _has(study) == {"S002" if answer == "moved" else "S001": [[3]]}
    with closing(sqlite3.connect(study.path / "study.db")) as connection:
        assert connection.execute("pragma foreign_key_check").fetchall() == []
    files = {path.relative_to(study.images).as_posix() for path in study.images.rglob("*.dcm")}
    indexed = {s.file for subject in study.subjects() for v in subject.visits for item in v.series for s in item.slices}
    assert files == indexed


def test_nothing_of_it_is_in_what_readers_get(twice: tuple[CoordinatorStudy, Path, ImportReport]) -> None:
    study, _, _ = twice
    before = (study.path / "study.db").read_bytes()

    assert b"again:" not in before
    assert b"S002" not in before
    assert b"RA-0" not in before


def test_images_that_come_again_under_another_date_change_nothing_and_are_said(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    for day, folder in (("20240105", "first"), ("20240601", "corrected")):
        a_series(tmp_path / folder, "1.2.3.1", StudyInstanceUID="1.2.1", PatientID="RA-7", StudyDate=day)
    import_folders(study, [tmp_path / "first"])

    report = import_folders(study, [tmp_path / "corrected"])

    (told,) = [item for item in report.findings if item.code == "other-day"]
    assert told.level == "warning"
    assert (told.subject, told.visit) == ("S001", 1)
    assert "came again with the date 2024-06-01; the study keeps 2024-01-05" in told.text
    (subject,) = study.subjects()
    assert len(subject.visits) == 1
    assert [row.day for row in study.vault.examinations()] == ["20240105"]
    # it stands in the check until somebody accepts it
    assert [item.code for item in check_report(study).unsettled].count("other-day") == 1


def test_images_that_come_again_as_they_were_are_no_finding(study: CoordinatorStudy, tmp_path: Path) -> None:
    for folder in ("first", "again"):
        a_series(tmp_path / folder, "1.2.3.1", StudyInstanceUID="1.2.1", PatientID="RA-7", StudyDate="20240105")
    import_folders(study, [tmp_path / "first"])

    report = import_folders(study, [tmp_path / "again"])

    assert "other-day" not in [item.code for item in report.findings]


def _again(study: CoordinatorStudy, tmp_path: Path, first: dict[str, Any], then: dict[str, Any]) -> ImportReport:
    """A visit of two series that comes, and comes again with the same UIDs and another header."""
    for folder, values in (("first", first), ("corrected", then)):
        for number, plane in enumerate((AXIAL, CORONAL), start=1):
            own = {"StudyInstanceUID": "1.2.1", "PatientID": "RA-7", "ImageOrientationPatient": plane, **values}
            a_series(tmp_path / folder, f"1.2.3.{number}", **own)
    import_folders(study, [tmp_path / "first"])
    return import_folders(study, [tmp_path / "corrected"])


CORRECTED: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "laterality": ({"Laterality": "R"}, {"Laterality": "L"}, "laterality L, not R", "side:S001"),
    "laterality that lacked": ({}, {"Laterality": "L"}, "laterality L, not unknown", "side:S001"),
    "the sex": ({"PatientSex": "M"}, {"PatientSex": "F"}, "sex F, not M", "person:S001"),
    "the birth date of nobody": (
        {"PatientID": "ANON", "PatientName": "ANON", "PatientBirthDate": "19500101"},
        {"PatientID": "ANON", "PatientName": "ANON", "PatientBirthDate": "19600315"},
        "birth date 19600315, not 19500101",
        "person:S001",
    ),
    "the agent": (
        {},
        {"ContrastBolusAgent": "Dotarem 10 ml"},
        "contrast agent DOTAREM 10 ML, not unknown",
        "kind:CODE",
    ),
    "a description": (
        {"SeriesDescription": "T1 TSE"},
        {"SeriesDescription": "T1 TSE nach KM"},
        "description and protocol T1 TSE NACH KM, not T1 TSE",
        "kind:CODE",
    ),
    "the position": (
        {"PatientPosition": "HFS"},
        {"PatientPosition": "HFP"},
        "position of the patient HFP",
        "plane:CODE",
    ),
}


# another person or another wrist: nobody reads it until somebody has said which header is right
HOLDING = {"laterality", "the sex", "the birth date of nobody"}


@pytest.mark.parametrize("what", CORRECTED)
def test_images_that_come_again_with_another_header_change_nothing_and_are_said(
    study: CoordinatorStudy, tmp_path: Path, what: str
) -> None:
    first, then, said, question = CORRECTED[what]

    report = _again(study, tmp_path, first, then)

    # one for both series
    (told,) = [item for item in report.findings if item.code == "other-header"]
    assert (told.level, told.subject, told.visit) == ("error" if what in HOLDING else "warning", "S001", 1)
    assert said in told.text
    assert question in told.text
    assert ("S001" in check_report(study).holding()) is (what in HOLDING)
    assert [item.code for item in check_report(study).unsettled].count("other-header") == 1
    again = import_folders(study, [tmp_path / "first"])
    assert "other-header" not in [item.code for item in again.findings]


def test_a_header_that_says_less_than_the_first_corrects_nothing(study: CoordinatorStudy, tmp_path: Path) -> None:
    report = _again(study, tmp_path, {"Laterality": "R", "PatientSex": "F", "PatientWeight": "60"}, {})

    assert "other-header" not in [item.code for item in report.findings]


def test_slices_that_come_later_with_another_laterality_do_not_turn_the_series_into_another_wrist(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "first", "1.2.3.1", count=3, Laterality="R")
    a_series(tmp_path / "more", "1.2.3.1", count=5, Laterality="L")
    import_folders(study, [tmp_path / "first"])

    report = import_folders(study, [tmp_path / "more"])

    assert [item.code for item in report.findings].count("other-header") == 1
    assert [item.facts["side"] for item in study.vault.series()] == ["R"]
    assert [len(item.slices) for visit in study.subjects()[0].visits for item in visit.series] == [5]


def test_one_image_twice_with_two_headers_in_one_delivery_is_said(study: CoordinatorStudy, tmp_path: Path) -> None:
    for folder, side in (("first", "R"), ("second", "L")):
        a_series(tmp_path / "in" / folder, "1.2.3.1", Laterality=side)

    report = import_folders(study, [tmp_path / "in"])

    (told,) = [item for item in report.findings if item.code.startswith("copy")]
    assert (told.code, told.level, told.subject) == ("copy-otherwise", "error", "S001")
    assert told.text.startswith("the same image is in another file with another header: laterality: ")
    assert [item.facts["side"] for item in study.vault.series()] == ["R"]
