"""Exclusion on a study that lives: merged, salvaged, put back, cut off, and by the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import RecordDamaged
from storage.handover.hand_over import hand_over
from storage.recovery.merge import merge
from storage.recovery.salvage import salvage
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings
from tests.builders.dicom_files import T2FS
from tests.builders.editions import sign
from tests.builders.studies import read_whole, tamper
from tests.intake.decisions.excluding import WHY, a_chooser, a_visit, cases_of_anna, first_case, rows_of, three_pairs
from workstation.cli import main
from workstation.errors import IntakeRefused
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.importing.importer import import_folders


@pytest.fixture
def given(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """Three pairs, given to anna."""
    return three_pairs(study, tmp_path)


def test_a_case_that_was_put_back_behind_the_program_is_found_by_the_audit(given: CoordinatorStudy) -> None:
    a_chooser(given).remove("S001", WHY)
    tamper(given.path, "DELETE FROM excluded_case")

    with pytest.raises(RecordDamaged, match=r"the case off the worklists .* is on the record and gone"):
        audit(given.path)


def test_what_a_copy_brings_of_it_stays_on_the_record_and_counts_no_more(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    case = first_case(given, "S001")
    hand_over(given.path, tmp_path / "copy", renamed, "anna")
    read_whole(tmp_path / "copy", case, reader="anna")
    a_chooser(given).remove("S001", WHY)

    assert [item.answers for item in merge(given.path, [tmp_path / "copy"])] == [86]

    assert audit(given.path).events == 86
    assert case not in cases_of_anna(given.path)
    assert {item.subject for item in coordinators_readings(given.path).readings} == {"S002", "S003"}


def test_salvage_keeps_what_is_excluded(given: CoordinatorStudy, tmp_path: Path) -> None:
    case = first_case(given, "S001")
    a_chooser(given).remove("S001", WHY)
    given.close()

    found = salvage(given.path, tmp_path / "saved")

    assert found.doubts == ""
    assert case not in cases_of_anna(tmp_path / "saved")


def test_a_study_that_was_put_back_from_before_takes_the_exclusion_from_the_vault(
    given: CoordinatorStudy, tmp_path: Path
) -> None:
    older = (given.path / "study.db").read_bytes()
    case = first_case(given, "S001")
    a_chooser(given).remove("S001", WHY)
    given.close()
    (given.path / "study.db").write_bytes(older)
    assert case in cases_of_anna(given.path)

    with CoordinatorStudy.open(given.path) as study:
        import_folders(study, [tmp_path / "in"])

    assert case not in cases_of_anna(given.path)


def test_of_a_visit_that_no_reader_was_given_the_images_go_and_the_other_visit_stays(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "in", "P1", 1)
    a_visit(tmp_path / "in", "P1", 2)
    import_folders(study, [tmp_path / "in"])
    before = study.subjects()

    outcome = a_chooser(study).remove("S001/1", "another person's scan")

    assert outcome.said.startswith("S001/1 is out of the study")
    assert [(visit.number, len(visit.series)) for visit in study.subjects()[0].visits] == [(1, 0), (2, 1)]
    assert len(list(study.images.iterdir())) == 1
    a_visit(tmp_path / "in", "P1", 1, 2, **T2FS)
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
        read_whole(given.path, first_case(given, item), reader="anna")
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
    wrong = first_case(given, "S001")
    read_whole(given.path, wrong, {"1 ERO CAP": "3"}, "anna")
    sign(given.path, wrong, "anna")
    # the same images as the site sends them again: another patient ID, and UIDs of their own
    a_visit(fixed, "P9", 1)
    a_visit(fixed, "P9", 2)

    assert main(["study", "remove", trial, "S001", "--why", "images of another person", "--who", "J. Smit"]) == 0
    assert main(["study", "add", trial, str(fixed)]) == 1
    (fresh,) = set(given.subject_codes()) - {"S001", "S002", "S003"}
    assert main(["study", "check", trial]) == 1
    assert f"{fresh} visit 2" in capsys.readouterr().out
    assert main(["study", "assign", trial, "--reader", "anna"]) == 1
    assert f"Left out: {fresh}" in capsys.readouterr().out
    why = ["--why", "the same scans under the right ID"]
    assert main(["study", "assign", trial, "--reader", "anna", "--anyway", *why]) == 0
    read_whole(given.path, first_case(given, fresh), {"1 ERO CAP": "3"}, "anna")
    sign(given.path, first_case(given, fresh), "anna")
    assert main(["export", trial, out]) == 0

    rows = {row["case_code"]: row for row in rows_of(Path(out), "readings")}
    assert (rows[wrong]["reading_status"], rows[wrong]["excluded"]) == ("SIGNED", "SUBJECT")
    fresh_row = rows[first_case(given, fresh)]
    assert (fresh_row["reading_status"], fresh_row["excluded"], fresh_row["subject_id"]) == ("SIGNED", "", fresh)
    totals = [row for row in rows_of(Path(out), "totals") if row["total"] == "EROTOT" and row["visit"] == "V1"]
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
        a_chooser(given).remove("S001", WHY)
    assert [item.what for item in given.excluded()] == []
    assert first_case(given, "S001") in cases_of_anna(given.path)

    done = a_chooser(given).remove("S001", WHY)

    assert done.said == "S001 is excluded: an earlier command was cut off before that stood on the record"
    assert [(item.what, item.why) for item in given.excluded()] == [("S001", WHY)]
    assert first_case(given, "S001") not in cases_of_anna(given.path)
    with pytest.raises(IntakeRefused, match="it is out already"):
        a_chooser(given).remove("S001", WHY)
