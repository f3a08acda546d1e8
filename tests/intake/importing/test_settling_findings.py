"""Findings stay until they are gone or accepted with a reason; until then their subjects aren't given to readers."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from scoring.values import replace
from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from storage.study.repeats import coordinators_readings
from storage.vault.choices import Choice
from tests.builders.dicom_files import a_series, a_slice, a_visit, written
from tests.builders.studies import changed, read_whole, record
from workstation.cli import main
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.findings import Finding, Level
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.border_review import see, unseen
from workstation.intake.importing.check_report import CheckReport, check_report
from workstation.intake.importing.giving import Anyway, assign_settled, hand_over_settled
from workstation.intake.importing.importer import import_folders
from workstation.intake.protocol import study_check
from workstation.reporting.gathering import report_of
from workstation.reporting.page import page, plots

JANE: dict[str, Any] = {"PatientID": "P1", "PatientName": "Doe^Jane", "PatientBirthDate": "19600101"}
RICHARD: dict[str, Any] = {"PatientID": "P2", "PatientName": "Roe^Richard", "PatientBirthDate": "19500202"}
BY = Anyway("J. Smit", "the site has no other")


def _pair(folder: Path, root: str, who: dict[str, Any], **more: Any) -> None:  # noqa: ANN401 - values of any attribute
    a_visit(folder / "one", f"{root}.1", StudyDate="20240105", **who, **more)
    a_visit(folder / "two", f"{root}.2", StudyDate="20250105", **who, **more)


def _codes(findings: Iterable[Finding]) -> set[str]:
    return {item.code for item in findings}


def _of(report: CheckReport, code: str) -> Finding:
    (found,) = [item for item in report.findings if item.code == code]
    return found


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


@pytest.fixture
def two(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """Two subjects; of one the wrists of its visits differ, which is an error."""
    _pair(tmp_path / "in" / "jane", "1.2", JANE)
    a_visit(tmp_path / "in" / "richard" / "one", "1.3.1", StudyDate="20240105", Laterality="L", **RICHARD)
    a_visit(tmp_path / "in" / "richard" / "two", "1.3.2", StudyDate="20250105", Laterality="R", **RICHARD)
    import_folders(study, [tmp_path / "in"])
    return study


def _held(study: CoordinatorStudy) -> str:
    (held,) = check_report(study).holding()
    return held


def test_a_truncated_file_is_said_by_each_check_until_it_comes_whole(study: CoordinatorStudy, tmp_path: Path) -> None:
    first, *_ = a_series(tmp_path / "in" / "a", **JANE)
    whole = first.read_bytes()
    first.write_bytes(whole[:-40])
    import_folders(study, [tmp_path / "in"])

    found = _of(check_report(study), "set-aside")
    assert (found.level, found.subject) == (Level.WARNING, "S001")
    import_folders(study, [tmp_path / "in"])
    assert _of(check_report(study), "set-aside") == found

    first.write_bytes(whole)
    import_folders(study, [tmp_path / "in"])
    assert "set-aside" not in _codes(check_report(study).findings)


def test_somebody_of_whom_nothing_came_in_is_said_by_each_check_and_takes_nobodys_code(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    for number, (visit, day) in enumerate([("1.7.1", "20200110"), ("1.7.2", "20210110")]):
        # two studies of one person with the same SeriesInstanceUID and SOPInstanceUID, and other pixels
        written(
            a_slice("1.7.9.1", "1.7.9", seed=number, PatientID="P7", StudyInstanceUID=visit, StudyDate=day),
            tmp_path / "in" / f"{number}",
        )
    import_folders(study, [tmp_path / "in"])
    before = check_report(study)
    written(a_slice("1.8.9.1", "1.8.9", seed=5, PatientID="P8", StudyInstanceUID="1.8.1"), tmp_path / "other" / "1")
    import_folders(study, [tmp_path / "other"])

    for report in (before, check_report(study)):
        told = [item for item in report.findings if item.text.startswith("somebody of whom nothing came in: ")]
        assert [(item.subject, item.level) for item in told] == [("", Level.ERROR)]


def test_another_folder_takes_no_finding_away(study: CoordinatorStudy, tmp_path: Path) -> None:
    first, *_ = a_series(tmp_path / "in", **JANE)
    first.write_bytes(first.read_bytes()[:-40])
    import_folders(study, [tmp_path / "in"])

    a_series(tmp_path / "more", "1.2.9", **RICHARD)
    import_folders(study, [tmp_path / "more"])

    assert "set-aside" in _codes(check_report(study).findings)


def test_a_missing_slice_is_found_by_each_check_and_gone_when_it_comes(study: CoordinatorStudy, tmp_path: Path) -> None:
    files = a_series(tmp_path / "in", count=6, **JANE)
    shutil.move(files[2], tmp_path / "late.dcm")
    import_folders(study, [tmp_path / "in"])
    gap = _of(check_report(study), "gap")
    assert "between slices 2 and 3" in gap.text

    import_folders(study, [tmp_path / "late.dcm"])

    assert "gap" not in _codes(check_report(study).findings)


def test_the_same_images_hang_on_both_subjects(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in" / "a", "1.2.1.1", StudyInstanceUID="1.2.1", **JANE)
    a_series(tmp_path / "in" / "b", "1.3.1.1", StudyInstanceUID="1.3.1", **RICHARD)
    import_folders(study, [tmp_path / "in"])

    report = check_report(study)

    assert set(_of(report, "same-images").subjects) == {"S001", "S002"}
    assert {"S001", "S002"} <= set(report.holding())


def test_what_is_accepted_asks_nothing_more_and_can_be_taken_back(two: CoordinatorStudy) -> None:
    found = next(item for item in check_report(two).findings if item.code == "coverage")

    said = _chooser(two).decide(found.id, "accept", "a small phantom").said
    after = check_report(two)

    assert said.startswith("accepted: warning: ")
    assert found.id not in {item.id for item in after.unsettled}
    assert found in after.findings
    assert after.accepted[found.id].why == "a small phantom"

    _chooser(two).take_back(found.id, "it is no phantom")
    assert found.id in {item.id for item in check_report(two).unsettled}


def test_another_wording_of_the_same_facts_is_the_same_finding(two: CoordinatorStudy) -> None:
    found = next(item for item in check_report(two).findings if item.code == "coverage")

    assert replace(found, text="Sagt es auf Deutsch").id == found.id
    assert replace(found, facts=(*found.facts[:-1], "8")).id != found.id
    assert replace(found, visit=3).id != found.id
    assert replace(found, subject="S077").id != found.id
    assert replace(found, code="gap").id != found.id


def test_what_is_accepted_stays_accepted_when_a_later_program_says_it_in_other_words(
    two: CoordinatorStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = next(item for item in check_report(two).findings if item.code == "coverage")
    _chooser(two).decide(accepted.id, "accept", "a small phantom")
    said = study_check.check

    def in_other_words(*known: Any) -> tuple[Finding, ...]:  # noqa: ANN401 - handed through
        return tuple(replace(item, text=item.text.upper()) for item in said(*known))

    monkeypatch.setattr("workstation.intake.importing.check_report.check", in_other_words)
    report = check_report(two)

    assert accepted.text.upper() in {item.text for item in report.findings}
    assert accepted.id not in {item.id for item in report.unsettled}


@pytest.mark.parametrize("before", ["by its words", "without facts"])
def test_what_an_older_program_accepted_stays_accepted_when_the_scans_are_imported_again(
    before: str, two: CoordinatorStudy, tmp_path: Path
) -> None:
    """Ids were the SHA-256 of sort, subjects, visit and sentence with NULs between, in base32, eight letters of it."""
    found = next(item for item in check_report(two).findings if item.code == "coverage")
    words = "\0".join([found.code, *found.subjects, str(found.visit or ""), found.text])
    plain = json.dumps([found.code, list(found.subjects), found.visit, []])
    digest = hashlib.sha256((words if before == "by its words" else plain).encode()).digest()
    former = f"finding:{base64.b32encode(digest).decode()[:8]}"
    value = {"code": found.code, "subjects": list(found.subjects), "visit": found.visit, "text": found.text}
    two.vault.choices.add(Choice(former, "accept", value, "J. Smit", "a small phantom"))

    import_folders(two, [tmp_path / "in"])

    report = check_report(two)
    assert report.accepted[found.id].what == former
    assert found.id not in {item.id for item in report.unsettled}
    _chooser(two).take_back(found.id, "it was a slip")
    assert found.id in {item.id for item in check_report(two).unsettled}


def test_an_older_acceptance_of_other_words_accepts_nothing(two: CoordinatorStudy) -> None:
    found = next(item for item in check_report(two).findings if item.code == "coverage")
    plain = replace(found, facts=()).id
    value = {"code": found.code, "subjects": list(found.subjects), "visit": found.visit, "text": "something else"}
    two.vault.choices.add(Choice(plain, "accept", value, "J. Smit", "another one"))

    assert found.id not in check_report(two).accepted


def test_no_two_findings_of_a_study_are_accepted_by_one_id(two: CoordinatorStudy, tmp_path: Path) -> None:
    for folder, fault in (("p", "1.5"), ("q", "1.6")):
        first, second, *_ = a_series(tmp_path / "more" / folder, fault, count=6, **JANE)
        first.write_bytes(first.read_bytes()[:-40])
        second.unlink()
    import_folders(two, [tmp_path / "more"])

    ids = [item.id for item in check_report(two).findings]

    assert len(ids) > 10
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("what", "answer", "why", "error"),
    [
        ("finding:NONESUCH", "accept", "why", IntakeRefused),
        ("finding:NONESUCH", "yes", "why", UsageRefused),
    ],
)
def test_what_cannot_be_accepted_is_refused(
    what: str, answer: str, why: str, error: type[Exception], two: CoordinatorStudy
) -> None:
    with pytest.raises(error):
        _chooser(two).decide(what, answer, why)


def test_nobody_accepts_without_a_reason(two: CoordinatorStudy) -> None:
    found = check_report(two).findings[0]

    with pytest.raises(UsageRefused, match="why"):
        _chooser(two).decide(found.id, "accept", " ")
    assert check_report(two).accepted == {}


def test_a_subject_with_an_error_is_left_out_named_and_taken_once_it_is_settled(two: CoordinatorStudy) -> None:
    held = _held(two)

    first = assign_settled(two, "ES")
    assert list(first.left_out) == [held]
    assert held not in {item.subject for item in first.cases}
    assert len(first.cases) == 1

    _chooser(two).decide(f"side:{held}", "L", "the site says so")
    second = assign_settled(two, "ES")
    assert (list(second.left_out), len(second.cases)) == ([], 2)
    assert second.cases[0] == first.cases[0]


def test_what_is_taken_anyway_is_accepted_with_the_reason(two: CoordinatorStudy) -> None:
    held = _held(two)

    given = assign_settled(two, "ES", anyway=BY)

    assert held in {item.subject for item in given.cases}
    assert {choice.why for choice in check_report(two).accepted.values()} == {BY.why}
    assert check_report(two).holding() == {}


def test_what_was_given_stays_given_whatever_is_found_later(two: CoordinatorStudy, tmp_path: Path) -> None:
    held = _held(two)
    first = assign_settled(two, "ES")
    (case,) = first.cases
    record(two.path, case.case, changed("1 ERO CAP", "2"))
    copy = shutil.copytree(tmp_path / "in" / "jane", tmp_path / "again")
    import_folders(two, [copy])
    for number, file in enumerate(sorted((tmp_path / "in" / "jane" / "two").iterdir())):
        if number % 2:
            file.unlink()

    again = assign_settled(two, "ES")

    assert again.cases == first.cases
    assert list(again.left_out) == [held]


def test_a_copy_for_readers_holds_no_case_that_waits_for_a_finding(two: CoordinatorStudy, tmp_path: Path) -> None:
    held = _held(two)
    two.assign("ES")
    see(two, [item.series for item in unseen(two) if item.subject != held], "J. Smit")

    (made,), left_out = hand_over_settled(two, tmp_path / "copy")

    assert left_out == (held,)
    assert (made.cases, made.left_out) == (1, 1)


def test_nothing_is_handed_over_where_all_of_it_waits(two: CoordinatorStudy, tmp_path: Path) -> None:
    held = _held(two)
    with_others = frozenset(two.subject_codes()) - {held}
    two.assign("ES", leave_out=with_others)
    see(two, [item.series for item in unseen(two)], "J. Smit")

    with pytest.raises(IntakeRefused, match=f"{held} has findings that aren't settled"):
        hand_over_settled(two, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()

    (made,), left_out = hand_over_settled(two, tmp_path / "copy", anyway=BY)
    assert (made.cases, left_out) == (1, ())


def test_the_commands_say_who_was_left_out_and_take_them_for_a_reason(
    two: CoordinatorStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    held, trial = _held(two), str(two.path)

    assert main(["study", "assign", trial, "--reader", "ES", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [item["subject"] for item in told["left_out"]] == [held]
    assert main(["study", "assign", trial, "--reader", "ES"]) == 1
    assert f"Left out: {held} has findings that aren't settled" in capsys.readouterr().out
    assert main(["study", "assign", trial, "--reader", "ES", "--anyway"]) == 2
    why = ["--anyway", "--why", "as the site wants", "--who", "J. Smit"]
    assert main(["study", "assign", trial, "--reader", "ES", *why]) == 0
    capsys.readouterr()

    main(["study", "check", trial, "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    accepted = [item for item in found if item["accepted"]]
    assert {item["accepted"]["who"] for item in accepted} == {"J. Smit"}
    main(["study", "check", trial])
    assert "accepted by J. Smit, 20" in capsys.readouterr().out
    assert main(["study", "decide", trial, accepted[0]["id"], "--undo", "--why", "a slip"]) == 0


def _accepted_with_a_name(study: CoordinatorStudy, folder: Path) -> str:
    """A finding that names a file by its patient, accepted; returns its subject's case."""
    named = folder / "in" / "jane" / "one" / "VEXHOLLOW-Jane.dcm"
    shutil.copy(next((folder / "in" / "jane" / "one").iterdir()), named)
    named.write_bytes(named.read_bytes()[:-40])
    import_folders(study, [folder / "in"])
    found = _of(check_report(study), "set-aside")
    assert "VEXHOLLOW" in found.text
    _chooser(study).decide(found.id, "accept", "VEXHOLLOW sent it broken")
    return next(item.case for item in assign_settled(study, "ES").cases if item.subject == found.subject)


@pytest.mark.case(102)
def test_exports_name_what_was_accepted_of_a_case_by_its_sort_and_no_name(
    two: CoordinatorStudy, tmp_path: Path
) -> None:
    case = _accepted_with_a_name(two, tmp_path)

    assert main(["export", str(two.path), str(tmp_path / "out")]) == 0

    header, *rows = (tmp_path / "out" / "findings.csv").read_text("utf-8").splitlines()
    assert header == "case_code,subject_id,finding"
    assert [row.split(",")[0::2] for row in rows] == [[case, "set-aside"]]
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file() and b"VEXHOLLOW" in path.read_bytes()]
    assert audit(two.path).acts >= 1


@pytest.mark.case(102)
def test_a_readers_copy_holds_no_word_of_what_was_accepted(two: CoordinatorStudy, tmp_path: Path) -> None:
    _accepted_with_a_name(two, tmp_path)
    see(two, [item.series for item in unseen(two)], "J. Smit")

    hand_over_settled(two, tmp_path / "copy")

    kept = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert kept
    for word in (b"VEXHOLLOW", b"set-aside", b"sent it broken"):
        assert not [path for path in kept if word in path.read_bytes()]
    assert b"VEXHOLLOW" not in (two.path / "study.db").read_bytes()


def test_what_is_accepted_no_longer_is_named_no_longer(two: CoordinatorStudy, tmp_path: Path) -> None:
    _accepted_with_a_name(two, tmp_path)
    (choice,) = check_report(two).accepted.values()

    _chooser(two).take_back(choice.what, "it came whole")
    main(["export", str(two.path), str(tmp_path / "out")])

    assert not (tmp_path / "out" / "findings.csv").exists()


def test_a_report_names_what_was_accepted(two: CoordinatorStudy, tmp_path: Path) -> None:
    case = _accepted_with_a_name(two, tmp_path)
    read_whole(two.path, case)

    found = report_of(coordinators_readings(two.path), "trial", 0.95)

    assert [(item.cases, item.findings) for item in found.accepted] == [((case,), ("set-aside",))]
    assert "set-aside" in page(found, plots(found))
