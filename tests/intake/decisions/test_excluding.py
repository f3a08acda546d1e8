"""Exclusion: what readers have isn't given any more and counts no more, and nothing that was answered is lost."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.errors import RecordDamaged, StudyError
from storage.exporting.export import export_study
from storage.handover.hand_over import hand_over
from storage.recovery.merge import merge
from storage.recovery.salvage import salvage
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings
from storage.vault.identity_words import NamesSomebody
from tests.builders.dicom_files import T2FS, a_series
from tests.builders.editions import sign
from tests.builders.studies import changed, read_whole, tamper
from workstation.cli import main
from workstation.errors import IntakeRefused
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders

PEOPLE = ("P1", "P2", "P3")
WHY = "consent withdrawn"


def _visit(folder: Path, patient: str, number: int, series: int = 1, **tags: Any) -> None:  # noqa: ANN401 - values of any attribute
    uid = f"1.2.{patient[1:]}.{number}"
    a_series(
        folder / patient / str(number),
        f"{uid}.{series}",
        StudyInstanceUID=uid,
        StudyDate=f"202{number}0105",
        PatientID=patient,
        PatientName=f"{patient}^{patient}",
        **tags,
    )


@pytest.fixture
def given(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """Three pairs, given to anna."""
    for patient in PEOPLE:
        _visit(tmp_path / "in", patient, 1)
        _visit(tmp_path / "in", patient, 2)
    import_folders(study, [tmp_path / "in"])
    study.assign("anna", seed=1)
    return study


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False)


def _list(folder: Path) -> list[str]:
    with ReaderStudy.open(folder, "anna") as room:
        return [item.case for item in room.worklist()]


def _case(study: CoordinatorStudy, subject: str) -> str:
    return study.cases_of_subjects()[subject][0]


def _rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_unread_case_leaves_the_worklist_and_comes_back_when_it_counts_again(given: CoordinatorStudy) -> None:
    before, case = _list(given.path), _case(given, "S001")

    outcome = _chooser(given).remove("S001", WHY)

    assert outcome.said.startswith("S001 is excluded, and exports say so. No answer stands on it")
    assert "1 unread case leaves the worklists" in outcome.said
    assert _list(given.path) == [code for code in before if code != case]
    with ReaderStudy.open(given.path, "anna") as room, pytest.raises(StudyError):
        room.record(case, [changed("1 ERO CAP", "3")], "room")
    audit(given.path)
    _chooser(given).remove("S001", "consent given again", undo=True)
    assert _list(given.path) == before
    audit(given.path)


def test_a_case_that_was_begun_stays_so_that_no_list_tells_whose_it_is(given: CoordinatorStudy) -> None:
    before, case = _list(given.path), _case(given, "S001")
    with ReaderStudy.open(given.path, "anna") as room:
        room.record(case, [changed("1 ERO CAP", "3")], "room")

    assert "1 answer in 1 reading stand on it" in _chooser(given).remove("S001", WHY).said

    assert _list(given.path) == before
    with ReaderStudy.open(given.path, "anna") as room:
        room.record(case, [changed("1 ERO HAM", "2")], "room")
    assert audit(given.path).events == 2


def test_it_is_given_to_nobody_any_more_nor_handed_over(given: CoordinatorStudy, tmp_path: Path) -> None:
    case = _case(given, "S001")
    with ReaderStudy.open(given.path, "anna") as room:
        room.record(case, [changed("1 ERO CAP", "3")], "room")
    _chooser(given).remove("S001", WHY)

    assert {item.subject for item in given.assign("bob", seed=2)} == {"S002", "S003"}
    assert case in {item.case for item in given.assign("anna", seed=2)}
    (made,) = hand_over(given.path, tmp_path / "copy", renamed, "anna")
    assert (made.cases, made.excluded) == (2, 1)
    assert case not in _list(tmp_path / "copy")


def test_it_is_neither_read_again_nor_adjudicated(given: CoordinatorStudy) -> None:
    given.assign("bob", seed=2)
    for reader in ("anna", "bob"):
        with ReaderStudy.open(given.path, reader) as room:
            cases = [item.case for item in room.worklist()]
        for case in cases:
            read_whole(given.path, case, {"1 ERO CAP": "5"} if reader == "bob" else {}, reader)
    _chooser(given).remove("S001", WHY)

    assert {item.subject for item in disagreements(given.path, None, "1")} == {"S002", "S003"}
    assert {item.subject for item in given.adjudicate("carl", None, "1", seed=3)} == {"S002", "S003"}
    with pytest.raises(StudyError, match="3 re-reads"):
        given.reread("anna", 3, seed=1)
    assert {item.subject for item in given.reread("anna", 2, seed=1)} == {"S002", "S003"}


def test_exports_say_excluded_and_why_and_the_answers_stay_on_the_record(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    case = _case(given, "S001")
    read_whole(given.path, case, reader="anna")
    sign(given.path, case, "anna")
    _chooser(given).remove("S001", WHY)

    export_study(given.path, tmp_path / "out")

    of = {row["case_code"]: row for row in _rows(tmp_path / "out", "readings")}
    assert (of[case]["excluded"], of[case]["exclusion_reason"], of[case]["reading_status"]) == (
        "SUBJECT",
        WHY,
        "SIGNED",
    )
    assert {(row["excluded"], row["exclusion_reason"]) for code, row in of.items() if code != case} == {("", "")}
    scores = [row for row in _rows(tmp_path / "out", "scores") if row["case_code"] == case]
    assert {(row["score_status"], row["score"]) for row in scores} == {("EXCLUDED", "")}
    for table, column in (("totals", "strict_status"), ("totals", "common_status"), ("changes", "change_status")):
        mine = [row for row in _rows(tmp_path / "out", table) if row["case_code"] == case]
        assert {row[column] for row in mine} == {"EXCLUDED"}
    (row,) = _rows(tmp_path / "out", "exclusions")
    assert (row["subject_id"], row["visit"], row["series_code"], row["exclusion_reason"]) == ("S001", "", "", WHY)
    assert audit(given.path).events == 86


def test_of_an_excluded_visit_the_other_one_keeps_its_scores_and_the_change_is_excluded(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    case = _case(given, "S001")
    read_whole(given.path, case, reader="anna")
    _chooser(given).remove("S001/2", "the coil was broken")

    export_study(given.path, tmp_path / "out")

    scores = [row for row in _rows(tmp_path / "out", "scores") if row["case_code"] == case]
    assert {(row["visit"], row["score_status"]) for row in scores} == {("V1", "SCORED"), ("V2", "EXCLUDED")}
    totals = [row for row in _rows(tmp_path / "out", "totals") if row["case_code"] == case]
    assert {(row["visit"], row["strict_status"]) for row in totals} == {("V1", "SCORED"), ("V2", "EXCLUDED")}
    changes = [row for row in _rows(tmp_path / "out", "changes") if row["case_code"] == case]
    assert {row["change_status"] for row in changes} == {"EXCLUDED"}
    (row,) = _rows(tmp_path / "out", "exclusions")
    assert (row["subject_id"], row["visit"]) == ("S001", "V2")


def test_an_unread_case_with_an_excluded_visit_is_given_anew_with_the_other_one(given: CoordinatorStudy) -> None:
    old = _case(given, "S001")
    _chooser(given).remove("S001/2", "the coil was broken")
    assert old not in _list(given.path)

    fresh = next(item.case for item in given.assign("anna", seed=3) if item.subject == "S001" and item.case != old)

    assert fresh in _list(given.path)
    with ReaderStudy.open(given.path, "anna") as room:
        assert [visit.number for visit in room.case(fresh).visits] == [1]
    audit(given.path)
    # it was given otherwise since: the old case doesn't come back beside the new one
    _chooser(given).remove("S001/2", "the site repaired it", undo=True)
    assert old not in _list(given.path)
    audit(given.path)


def test_an_excluded_series_is_told_as_such_and_fills_no_place_of_the_protocol(
    given: CoordinatorStudy, capsys: pytest.CaptureFixture[str]
) -> None:
    (series,) = given.subjects()[0].visits[0].series
    before = [item.text for item in check_report(given).findings if item.subject == "S001" and item.visit == 1]
    assert not any("no axial T1 (T1 AX)" in text for text in before)

    _chooser(given).remove(series.code, "it moved")

    assert main(["study", "check", str(given.path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    visit = told["subjects"][0]["visits"][0]
    assert [(item["code"], item["excluded"]) for item in visit["series"]] == [(series.code, "it moved")]
    assert {"kind": series.kind, "plane": series.plane} in visit["missing"]
    mine = [item for item in told["findings"] if item["subject"] == "S001" and item["visit"] == 1]
    assert f"{series.kind} {series.plane} {series.code} is excluded: it moved" in [item["text"] for item in mine]
    _chooser(given).remove(series.code, "it didn't", undo=True)
    assert before == [item.text for item in check_report(given).findings if item.subject == "S001" and item.visit == 1]


def test_an_excluded_series_is_shown_in_cases_that_were_begun_before_and_in_no_others(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    given = study
    for patient in ("P1", "P2"):
        _visit(tmp_path / "in", patient, 1)
        _visit(tmp_path / "in", patient, 1, 2, **T2FS)
        _visit(tmp_path / "in", patient, 2)
    import_folders(study, [tmp_path / "in"])
    study.assign("anna", seed=1)
    first, second = _case(given, "S001"), _case(given, "S002")
    with ReaderStudy.open(given.path, "anna") as room:
        room.record(first, [changed("1 ERO CAP", "3")], "room")
        both = {case: [item.code for item in room.case(case).visits[0].series] for case in (first, second)}
        series = {case: codes[0] for case, codes in both.items()}

    assert "cases that are begun from now on don't show it" in _chooser(given).remove(series[first], "it moved").said
    _chooser(given).remove(series[second], "it moved")

    with ReaderStudy.open(given.path, "anna") as room:
        assert [item.code for item in room.case(first).visits[0].series] == both[first]
        assert [item.code for item in room.case(second).visits[0].series] == both[second][1:]
        # begun now, it stays as it is shown
        room.record(second, [changed("2 ERO CAP", "3")], "room")
        assert [item.code for item in room.case(second).visits[0].series] == both[second][1:]
    audit(given.path)
    export_study(given.path, tmp_path / "out")
    assert [row["series_code"] for row in _rows(tmp_path / "out", "exclusions")] == [series[first], series[second]]
    assert {row["excluded"] for row in _rows(tmp_path / "out", "readings")} == {""}


def test_figures_leave_it_out_and_say_how_many_readings_and_why(given: CoordinatorStudy) -> None:
    for item in ("S001", "S002"):
        read_whole(given.path, _case(given, item), reader="anna")
    _chooser(given).remove("S001", WHY)

    found = coordinators_readings(given.path)

    assert {item.subject for item in found.readings} == {"S002", "S003"}
    (told,) = found.excluded
    assert told.as_text() == f"Left out as excluded: S001 (1 begun reading). Why: {WHY}"


def test_a_study_can_be_locked_though_what_is_excluded_was_never_read(given: CoordinatorStudy) -> None:
    for item in ("S002", "S003"):
        read_whole(given.path, _case(given, item), reader="anna")
        sign(given.path, _case(given, item), "anna")
    with pytest.raises(StudyError, match="1 of 3 readings lack answers"):
        given.lock()

    _chooser(given).remove("S001", WHY)

    assert given.lock().incomplete == 0


def test_scans_that_come_again_bring_nothing_of_it_back_and_the_import_says_so(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    _chooser(given).remove("S001", WHY)
    before = given.subjects()
    (patient,) = {person.attributes["PatientID"] for person in given.vault.people() if person.subject == "S001"}
    _visit(tmp_path / "in", patient, 3)
    _visit(tmp_path / "in", patient, 2, 2, **T2FS)

    report = import_folders(given, [tmp_path / "in"])

    assert given.subjects() == before
    assert "its subject, visit or series was removed or excluded" in "\n".join(report.as_text())
    assert [item.what for item in given.excluded()] == ["S001"]


def test_the_check_asks_nothing_of_it_any_more_and_notes_why(given: CoordinatorStudy) -> None:
    assert any("S001" in item.subjects for item in check_report(given).unsettled if item.level.value != "note")

    _chooser(given).remove("S001", WHY)

    mine = [item for item in check_report(given).findings if item.subjects == ("S001",)]
    assert [(item.level.value, item.text) for item in mine] == [("note", f"excluded: {WHY}")]
    assert check_report(given).as_text()[0].startswith("0 of 2 subjects")


def test_the_reason_names_nobody_since_the_record_keeps_it(given: CoordinatorStudy) -> None:
    with pytest.raises(NamesSomebody):
        _chooser(given).remove("S001", "P1 withdrew")

    assert given.excluded() == ()
    assert given.vault.choices.log() == ()


def test_what_is_out_already_or_was_never_there_is_refused(given: CoordinatorStudy) -> None:
    _chooser(given).remove("S001", WHY)

    for whose in ("S001", "S009", "S002/7", "ABCD2345"):
        with pytest.raises(IntakeRefused):
            _chooser(given).remove(whose, WHY)
    with pytest.raises(IntakeRefused, match="isn't removed or excluded"):
        _chooser(given).remove("S002", WHY, undo=True)


def test_a_case_that_was_put_back_behind_the_program_is_found_by_the_audit(given: CoordinatorStudy) -> None:
    _chooser(given).remove("S001", WHY)
    tamper(given.path, "DELETE FROM excluded_case")

    with pytest.raises(RecordDamaged, match=r"the case off the worklists .* is on the record and gone"):
        audit(given.path)


def test_what_a_copy_brings_of_it_stays_on_the_record_and_counts_no_more(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    case = _case(given, "S001")
    hand_over(given.path, tmp_path / "copy", renamed, "anna")
    read_whole(tmp_path / "copy", case, reader="anna")
    _chooser(given).remove("S001", WHY)

    assert [item.answers for item in merge(given.path, [tmp_path / "copy"])] == [86]

    assert audit(given.path).events == 86
    assert case not in _list(given.path)
    assert {item.subject for item in coordinators_readings(given.path).readings} == {"S002", "S003"}


def test_salvage_keeps_what_is_excluded(given: CoordinatorStudy, tmp_path: Path) -> None:
    case = _case(given, "S001")
    _chooser(given).remove("S001", WHY)
    given.close()

    found = salvage(given.path, tmp_path / "saved")

    assert found.doubts == ""
    assert case not in _list(tmp_path / "saved")


def test_a_study_that_was_put_back_from_before_takes_the_exclusion_from_the_vault(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    older = (given.path / "study.db").read_bytes()
    case = _case(given, "S001")
    _chooser(given).remove("S001", WHY)
    given.close()
    (given.path / "study.db").write_bytes(older)
    assert case in _list(given.path)

    with CoordinatorStudy.open(given.path) as study:
        import_folders(study, [tmp_path / "in"])

    assert case not in _list(given.path)


def test_of_a_visit_that_no_reader_was_given_the_images_go_and_the_other_visit_stays(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    _visit(tmp_path / "in", "P1", 1)
    _visit(tmp_path / "in", "P1", 2)
    import_folders(study, [tmp_path / "in"])
    before = study.subjects()

    outcome = _chooser(study).remove("S001/1", "another person's scan")

    assert outcome.said.startswith("S001/1 is out of the study")
    assert [(visit.number, len(visit.series)) for visit in study.subjects()[0].visits] == [(1, 0), (2, 1)]
    assert len(list(study.images.iterdir())) == 1
    _visit(tmp_path / "in", "P1", 1, 2, **T2FS)
    import_folders(study, [tmp_path / "in"])
    assert [(visit.number, len(visit.series)) for visit in study.subjects()[0].visits] == [(1, 0), (2, 1)]
    assert [item.subject for item in study.assign("anna", seed=1)] == ["S001"]
    audit(study.path)
    assert before != study.subjects()


def test_the_commands_exclude_log_and_take_back(
    given: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = str(given.path)
    for item in ("S001", "S002", "S003"):
        read_whole(given.path, _case(given, item), reader="anna")
    given.reread("anna", 3, seed=1)
    with ReaderStudy.open(given.path, "anna") as room:
        again = [item.case for item in room.worklist()]
    for code in again:
        read_whole(given.path, code, {"1 ERO CAP": "2"}, reader="anna")

    assert main(["study", "remove", trial, "s001", "--why", WHY, "--who", "J. Smit"]) == 0
    assert "S001 is excluded, and exports say so. 172 answers in 2 readings stand on it" in capsys.readouterr().out
    assert main(["study", "assign", trial, "--reader", "bob", "--anyway", "--why", "small scans"]) == 0
    assert "Excluded, so given to nobody: S001" in capsys.readouterr().out
    assert main(["study", "choices", trial]) == 0
    assert f"remove:S001 excluded: {WHY} (J. Smit)" in capsys.readouterr().out
    assert main(["study", "log", trial]) == 0
    assert "subject, visit or series excluded  S001" in capsys.readouterr().out
    assert main(["agreement", trial, "--why", "interim", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(item["subject"], len(item["cases"]), item["why"]) for item in told["excluded"]] == [("S001", 2, WHY)]
    assert main(["agreement", trial, "--why", "interim"]) == 0
    assert "Left out as excluded: S001 (2 begun readings)" in capsys.readouterr().out
    assert main(["agreement", trial, "--why", "interim", "--report", str(tmp_path / "report.html")]) == 0
    assert WHY in (tmp_path / "report.html").read_text()
    capsys.readouterr()
    assert main(["study", "remove", trial, "S001", "--undo", "--why", "a slip"]) == 0
    assert "S001 counts again" in capsys.readouterr().out
    assert main(["audit", trial]) == 0


def test_what_was_read_under_the_wrong_person_is_excluded_and_read_anew_under_the_right_one(
    given: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial, out, fixed = str(given.path), str(tmp_path / "out"), tmp_path / "corrected"
    wrong = _case(given, "S001")
    read_whole(given.path, wrong, {"1 ERO CAP": "3"}, "anna")
    sign(given.path, wrong, "anna")
    # the same images as the site sends them again: another patient ID, and UIDs of their own
    _visit(fixed, "P9", 1)
    _visit(fixed, "P9", 2)

    assert main(["study", "remove", trial, "S001", "--why", "images of another person", "--who", "J. Smit"]) == 0
    assert main(["study", "add", trial, str(fixed)]) == 1
    (fresh,) = set(given.subject_codes()) - {"S001", "S002", "S003"}
    assert main(["study", "check", trial]) == 1
    assert f"{fresh} visit 2" in capsys.readouterr().out
    assert main(["study", "assign", trial, "--reader", "anna"]) == 1
    assert f"Left out: {fresh}" in capsys.readouterr().out
    why = ["--why", "the same scans under the right ID"]
    assert main(["study", "assign", trial, "--reader", "anna", "--anyway", *why]) == 0
    read_whole(given.path, _case(given, fresh), {"1 ERO CAP": "3"}, "anna")
    sign(given.path, _case(given, fresh), "anna")
    assert main(["export", trial, out]) == 0

    rows = {row["case_code"]: row for row in _rows(Path(out), "readings")}
    assert (rows[wrong]["reading_status"], rows[wrong]["excluded"]) == ("SIGNED", "SUBJECT")
    fresh_row = rows[_case(given, fresh)]
    assert (fresh_row["reading_status"], fresh_row["excluded"], fresh_row["subject_id"]) == ("SIGNED", "", fresh)
    totals = [row for row in _rows(Path(out), "totals") if row["total"] == "EROTOT" and row["visit"] == "V1"]
    assert {row["subject_id"]: row["strict_status"] for row in totals if row["reader_id"] == "anna"}[
        "S001"
    ] == "EXCLUDED"
    assert {row["subject_id"]: row["strict"] for row in totals}[fresh] == "3"
    assert main(["audit", trial]) == 0


def test_an_exclusion_that_was_cut_off_before_the_record_is_finished_by_the_same_again(
    given: CoordinatorStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        # as after a kill: the vault has the decision, and study.db nothing
        cut.setattr("workstation.intake.importing.answer_log.settle", lambda _: None)
        _chooser(given).remove("S001", WHY)
    assert [item.what for item in given.excluded()] == []
    assert _case(given, "S001") in _list(given.path)

    done = _chooser(given).remove("S001", WHY)

    assert done.said == "S001 is excluded: an earlier command was cut off before that stood on the record"
    assert [(item.what, item.why) for item in given.excluded()] == [("S001", WHY)]
    assert _case(given, "S001") not in _list(given.path)
    with pytest.raises(IntakeRefused, match="it is out already"):
        _chooser(given).remove("S001", WHY)
