"""Exclusion: what readers have isn't given any more and counts no more, and nothing that was answered is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.errors import StudyError
from storage.exporting.export import export_study
from storage.handover.hand_over import hand_over
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings
from storage.vault.identity_words import NamesSomebody
from tests.builders.dicom_files import T2FS
from tests.builders.editions import sign
from tests.builders.studies import changed, read_whole
from tests.intake.decisions.excluding import WHY, a_chooser, a_visit, cases_of_anna, first_case, rows_of, three_pairs
from workstation.cli import main
from workstation.errors import IntakeRefused
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders


@pytest.fixture
def given(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """Three pairs, given to anna."""
    return three_pairs(study, tmp_path)


def test_an_unread_case_leaves_the_worklist_and_comes_back_when_it_counts_again(given: CoordinatorStudy) -> None:
    before, case = cases_of_anna(given.path), first_case(given, "S001")

    outcome = a_chooser(given).remove("S001", WHY)

    assert outcome.said.startswith("S001 is excluded, and exports say so. No answer stands on it")
    assert "1 unread case leaves the worklists" in outcome.said
    assert cases_of_anna(given.path) == [code for code in before if code != case]
    with ReaderStudy.open(given.path, "anna") as room, pytest.raises(StudyError):
        room.record(case, [changed("1 ERO CAP", "3")], "room")
    audit(given.path)
    a_chooser(given).remove("S001", "consent given again", undo=True)
    assert cases_of_anna(given.path) == before
    audit(given.path)


def test_a_case_that_was_begun_stays_so_that_no_list_tells_whose_it_is(given: CoordinatorStudy) -> None:
    before, case = cases_of_anna(given.path), first_case(given, "S001")
    with ReaderStudy.open(given.path, "anna") as room:
        room.record(case, [changed("1 ERO CAP", "3")], "room")

    assert "1 answer in 1 reading stand on it" in a_chooser(given).remove("S001", WHY).said

    assert cases_of_anna(given.path) == before
    with ReaderStudy.open(given.path, "anna") as room:
        room.record(case, [changed("1 ERO HAM", "2")], "room")
    assert audit(given.path).events == 2


def test_it_is_given_to_nobody_any_more_nor_handed_over(given: CoordinatorStudy, tmp_path: Path) -> None:
    case = first_case(given, "S001")
    with ReaderStudy.open(given.path, "anna") as room:
        room.record(case, [changed("1 ERO CAP", "3")], "room")
    a_chooser(given).remove("S001", WHY)

    assert {item.subject for item in given.assign("bob", seed=2)} == {"S002", "S003"}
    assert case in {item.case for item in given.assign("anna", seed=2)}
    (made,) = hand_over(given.path, tmp_path / "copy", renamed, "anna")
    assert (made.cases, made.excluded) == (2, 1)
    assert case not in cases_of_anna(tmp_path / "copy")


def test_it_is_neither_read_again_nor_adjudicated(given: CoordinatorStudy) -> None:
    given.assign("bob", seed=2)
    for reader in ("anna", "bob"):
        with ReaderStudy.open(given.path, reader) as room:
            cases = [item.case for item in room.worklist()]
        for case in cases:
            read_whole(given.path, case, {"1 ERO CAP": "5"} if reader == "bob" else {}, reader)
    a_chooser(given).remove("S001", WHY)

    assert {item.subject for item in disagreements(given.path, None, "1")} == {"S002", "S003"}
    assert {item.subject for item in given.adjudicate("carl", None, "1", seed=3)} == {"S002", "S003"}
    with pytest.raises(StudyError, match="3 re-reads"):
        given.reread("anna", 3, seed=1)
    assert {item.subject for item in given.reread("anna", 2, seed=1)} == {"S002", "S003"}


def test_exports_say_excluded_and_why_and_the_answers_stay_on_the_record(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    case = first_case(given, "S001")
    read_whole(given.path, case, reader="anna")
    sign(given.path, case, "anna")
    a_chooser(given).remove("S001", WHY)

    export_study(given.path, tmp_path / "out")

    of = {row["case_code"]: row for row in rows_of(tmp_path / "out", "readings")}
    assert (of[case]["excluded"], of[case]["exclusion_reason"], of[case]["reading_status"]) == (
        "SUBJECT",
        WHY,
        "SIGNED",
    )
    assert {(row["excluded"], row["exclusion_reason"]) for code, row in of.items() if code != case} == {("", "")}
    scores = [row for row in rows_of(tmp_path / "out", "scores") if row["case_code"] == case]
    assert {(row["score_status"], row["score"]) for row in scores} == {("EXCLUDED", "")}
    for table, column in (("totals", "strict_status"), ("totals", "common_status"), ("changes", "change_status")):
        mine = [row for row in rows_of(tmp_path / "out", table) if row["case_code"] == case]
        assert {row[column] for row in mine} == {"EXCLUDED"}
    (row,) = rows_of(tmp_path / "out", "exclusions")
    assert (row["subject_id"], row["visit"], row["series_code"], row["exclusion_reason"]) == ("S001", "", "", WHY)
    assert audit(given.path).events == 86


def test_of_an_excluded_visit_the_other_one_keeps_its_scores_and_the_change_is_excluded(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    case = first_case(given, "S001")
    read_whole(given.path, case, reader="anna")
    a_chooser(given).remove("S001/2", "the coil was broken")

    export_study(given.path, tmp_path / "out")

    scores = [row for row in rows_of(tmp_path / "out", "scores") if row["case_code"] == case]
    assert {(row["visit"], row["score_status"]) for row in scores} == {("V1", "SCORED"), ("V2", "EXCLUDED")}
    totals = [row for row in rows_of(tmp_path / "out", "totals") if row["case_code"] == case]
    assert {(row["visit"], row["strict_status"]) for row in totals} == {("V1", "SCORED"), ("V2", "EXCLUDED")}
    changes = [row for row in rows_of(tmp_path / "out", "changes") if row["case_code"] == case]
    assert {row["change_status"] for row in changes} == {"EXCLUDED"}
    (row,) = rows_of(tmp_path / "out", "exclusions")
    assert (row["subject_id"], row["visit"]) == ("S001", "V2")


def test_an_unread_case_with_an_excluded_visit_is_given_anew_with_the_other_one(given: CoordinatorStudy) -> None:
    old = first_case(given, "S001")
    a_chooser(given).remove("S001/2", "the coil was broken")
    assert old not in cases_of_anna(given.path)

    fresh = next(item.case for item in given.assign("anna", seed=3) if item.subject == "S001" and item.case != old)

    assert fresh in cases_of_anna(given.path)
    with ReaderStudy.open(given.path, "anna") as room:
        assert [visit.number for visit in room.case(fresh).visits] == [1]
    audit(given.path)
    # it was given otherwise since: the old case doesn't come back beside the new one
    a_chooser(given).remove("S001/2", "the site repaired it", undo=True)
    assert old not in cases_of_anna(given.path)
    audit(given.path)


def test_an_excluded_series_is_told_as_such_and_fills_no_place_of_the_protocol(
    given: CoordinatorStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    (series,) = given.subjects()[0].visits[0].series
    before = [item.text for item in check_report(given).findings if item.subject == "S001" and item.visit == 1]
    assert not any("no axial T1 (T1 AX)" in text for text in before)

    a_chooser(given).remove(series.code, "it moved")

    assert main(["study", "check", str(given.path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    visit = told["subjects"][0]["visits"][0]
    assert [(item["code"], item["excluded"]) for item in visit["series"]] == [(series.code, "it moved")]
    assert {"kind": series.kind, "plane": series.plane} in visit["missing"]
    mine = [item for item in told["findings"] if item["subject"] == "S001" and item["visit"] == 1]
    assert f"{series.kind} {series.plane} {series.code} is excluded: it moved" in [item["text"] for item in mine]
    a_chooser(given).remove(series.code, "it didn't", undo=True)
    assert before == [item.text for item in check_report(given).findings if item.subject == "S001" and item.visit == 1]


def test_an_excluded_series_is_shown_in_cases_that_were_begun_before_and_in_no_others(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    given = study
    for patient in ("P1", "P2"):
        a_visit(tmp_path / "in", patient, 1)
        a_visit(tmp_path / "in", patient, 1, 2, **T2FS)
        a_visit(tmp_path / "in", patient, 2)
    import_folders(study, [tmp_path / "in"])
    study.assign("anna", seed=1)
    first, second = first_case(given, "S001"), first_case(given, "S002")
    with ReaderStudy.open(given.path, "anna") as room:
        room.record(first, [changed("1 ERO CAP", "3")], "room")
        both = {case: [item.code for item in room.case(case).visits[0].series] for case in (first, second)}
        series = {case: codes[0] for case, codes in both.items()}

    assert "cases that are begun from now on don't show it" in a_chooser(given).remove(series[first], "it moved").said
    a_chooser(given).remove(series[second], "it moved")

    with ReaderStudy.open(given.path, "anna") as room:
        assert [item.code for item in room.case(first).visits[0].series] == both[first]
        assert [item.code for item in room.case(second).visits[0].series] == both[second][1:]
        # begun now, it stays as it is shown
        room.record(second, [changed("2 ERO CAP", "3")], "room")
        assert [item.code for item in room.case(second).visits[0].series] == both[second][1:]
    audit(given.path)
    export_study(given.path, tmp_path / "out")
    assert [row["series_code"] for row in rows_of(tmp_path / "out", "exclusions")] == [series[first], series[second]]
    assert {row["excluded"] for row in rows_of(tmp_path / "out", "readings")} == {""}


def test_figures_leave_it_out_and_say_how_many_readings_and_why(given: CoordinatorStudy) -> None:
    for item in ("S001", "S002"):
        read_whole(given.path, first_case(given, item), reader="anna")
    a_chooser(given).remove("S001", WHY)

    found = coordinators_readings(given.path)

    assert {item.subject for item in found.readings} == {"S002", "S003"}
    (told,) = found.excluded
    assert told.as_text() == f"Left out as excluded: S001 (1 begun reading). Why: {WHY}"


def test_a_study_can_be_locked_though_what_is_excluded_was_never_read(given: CoordinatorStudy) -> None:
    for item in ("S002", "S003"):
        read_whole(given.path, first_case(given, item), reader="anna")
        sign(given.path, first_case(given, item), "anna")
    with pytest.raises(StudyError, match="1 of 3 readings lack answers"):
        given.lock()

    a_chooser(given).remove("S001", WHY)

    assert given.lock().incomplete == 0


def test_scans_that_come_again_bring_nothing_of_it_back_and_the_import_says_so(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    a_chooser(given).remove("S001", WHY)
    before = given.subjects()
    (patient,) = {person.attributes["PatientID"] for person in given.vault.people() if person.subject == "S001"}
    a_visit(tmp_path / "in", patient, 3)
    a_visit(tmp_path / "in", patient, 2, 2, **T2FS)

    report = import_folders(given, [tmp_path / "in"])

    assert given.subjects() == before
    assert "its subject, visit or series was removed or excluded" in "\n".join(report.as_text())
    assert [item.what for item in given.excluded()] == ["S001"]


def test_the_check_asks_nothing_of_it_any_more_and_notes_why(given: CoordinatorStudy) -> None:
    assert any("S001" in item.subjects for item in check_report(given).unsettled if item.level.value != "note")

    a_chooser(given).remove("S001", WHY)

    mine = [item for item in check_report(given).findings if item.subjects == ("S001",)]
    assert [(item.level.value, item.text) for item in mine] == [("note", f"excluded: {WHY}")]
    assert check_report(given).as_text()[0].startswith("0 of 2 subjects")


def test_the_reason_names_nobody_since_the_record_keeps_it(given: CoordinatorStudy) -> None:
    with pytest.raises(NamesSomebody):
        a_chooser(given).remove("S001", "P1 withdrew")

    assert given.excluded() == ()
    assert given.vault.choices.log() == ()


def test_what_is_out_already_or_was_never_there_is_refused(given: CoordinatorStudy) -> None:
    a_chooser(given).remove("S001", WHY)

    for whose in ("S001", "S009", "S002/7", "ABCD2345"):
        with pytest.raises(IntakeRefused):
            a_chooser(given).remove(whose, WHY)
    with pytest.raises(IntakeRefused, match="isn't removed or excluded"):
        a_chooser(given).remove("S002", WHY, undo=True)
