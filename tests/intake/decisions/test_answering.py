"""Every question can be answered by its id, with a reason, seen in the check, and taken back."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from storage.audit.verification import audit
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.burned_text import a_named_series
from tests.builders.dicom_files import T1, a_series, a_visit
from tests.builders.studies import changed
from workstation.cli import main
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.decisions.decision import Confidence, Decision
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.asked import decisions_of
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders

UNSURE: dict[str, Any] = {**T1, "ScanOptions": "FS", "SeriesDescription": ""}


def _kind(study: CoordinatorStudy) -> str:
    ((series,),) = ([item for v in subject.visits for item in v.series] for subject in study.subjects())
    return series.kind


def _about(study: CoordinatorStudy, about: str) -> Decision[str]:
    (decision,) = [item for item in decisions_of(study) if item.what.startswith(f"{about}:")]
    return decision


def _chooser(study: CoordinatorStudy, *, change_read: bool = False) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False, change_read)


def test_a_question_stands_in_the_check_with_its_answers_until_it_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = str(tmp_path / "trial")
    a_series(tmp_path / "in", **UNSURE)
    main(["study", "create", trial])
    main(["study", "add", trial, str(tmp_path / "in")])
    capsys.readouterr()

    assert main(["study", "check", trial, "--json"]) == 1
    before = json.loads(capsys.readouterr().out)
    (question,) = before["questions"]
    what = question["what"]
    assert what.startswith("kind:")
    assert question["subject"] == "S001"
    assert [item["answer"] for item in question["answers"]] == ["T1FSGD", "OTHER"]
    assert question["proposal"] == "T1FSGD"
    assert question["reasons"]
    assert [item["level"] for item in before["findings"] if item.get("question") == what] == ["warning"]
    main(["study", "check", trial])
    assert f"ramris study decide DIR {what} ANSWER --why TEXT   ANSWER: T1FSGD | OTHER" in capsys.readouterr().out

    assert main(["study", "decide", trial, what, "t1fsgd", "--why", "Gd given", "--who", "J. Smit"]) == 0
    capsys.readouterr()
    main(["study", "check", trial, "--json"])
    after = json.loads(capsys.readouterr().out)
    assert after["questions"] == []
    (decision,) = [item for item in after["decisions"] if item["what"] == what]
    assert (decision["value"], decision["confidence"]) == ("T1FSGD", "decided")

    assert main(["study", "decide", trial, what, "--undo", "--why", "a slip"]) == 0
    capsys.readouterr()
    main(["study", "check", trial, "--json"])
    assert json.loads(capsys.readouterr().out)["questions"] == before["questions"]
    main(["study", "choices", trial, "--json"])
    rows = json.loads(capsys.readouterr().out)["choices"]
    assert [(row["what"], row["answer"], row["why"]) for row in rows] == [
        (what, "T1FSGD", "Gd given"),
        (what, "undo", "a slip"),
    ]


def test_a_question_about_a_kind_names_the_word_that_it_does_not_know(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", **{**T1, "SeriesDescription": "COR T1 TSE ZUVERLAESSIG"})
    import_folders(study, [tmp_path / "in"])

    decision = _about(study, "kind")

    assert decision.question is not None
    assert "not known: ZUVERLAESSIG" in decision.reasons


def test_what_nobody_asked_can_be_overruled_by_its_id(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    decision = _about(study, "kind")
    assert (decision.value, decision.confidence, decision.question) == ("T1", Confidence.SURE, None)

    _chooser(study).decide(decision.what, "PD", "the site says so")

    assert _kind(study) == "PD"
    assert _about(study, "kind").confidence is Confidence.DECIDED


def test_a_series_that_is_held_back_is_a_question_that_can_be_answered(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_named_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    decision = _about(study, "text")
    assert decision.question is not None
    assert [item.word for item in decision.question.answers] == ["release", "refuse"]

    _chooser(study).decide(decision.what, "release", "the text is a scale")
    assert [item for item in decisions_of(study) if item.question] == []

    _chooser(study).take_back(decision.what, "it is a name")
    assert [item.what for item in decisions_of(study) if item.question] == [decision.what]


def test_the_check_of_a_tidy_study_asks_nothing(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_visit(tmp_path / "one", "1.2.3")
    a_visit(tmp_path / "two", "1.2.4", StudyDate="20240510")
    import_folders(study, [tmp_path / "one", tmp_path / "two"])

    assert [item.question for item in check_report(study).decisions if item.question] == []


@pytest.mark.parametrize(
    ("what", "answer", "said"),
    [
        ("colour:ABCD2345", "red", "no such question"),
        ("kind:ABCD2345", "T1", "the study has none"),
        ("nothing", "T1", "no such question"),
    ],
)
def test_an_answer_to_nothing_is_refused_in_one_line(
    study: CoordinatorStudy, what: str, answer: str, said: str
) -> None:
    with pytest.raises((UsageRefused, IntakeRefused), match=said):
        _chooser(study).decide(what, answer, "why")


def _read(study: CoordinatorStudy) -> None:
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")


def test_what_has_been_read_changes_only_when_that_is_said_and_the_reason_goes_on_the_record(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    _read(study)
    decision = _about(study, "kind")

    with pytest.raises(IntakeRefused, match="--change-read"):
        _chooser(study).decide(decision.what, "PD", "the site says so")
    assert _kind(study) == "T1"

    _chooser(study, change_read=True).decide(decision.what, "PD", "the site says so")
    assert _kind(study) == "PD"
    assert "the site says so" in _reasons_on_record(study.path)

    with pytest.raises(IntakeRefused, match="--change-read"):
        _chooser(study).take_back(decision.what, "a slip")
    _chooser(study, change_read=True).take_back(decision.what, "it was a slip")
    assert _kind(study) == "T1"
    assert "it was a slip" in _reasons_on_record(study.path)
    audit(study.path)


def test_a_reason_that_names_somebody_changes_nothing_that_was_read(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    _read(study)
    decision = _about(study, "kind")

    with pytest.raises(Exception, match="contain a name of S001"):
        _chooser(study, change_read=True).decide(decision.what, "PD", "Jane had two scans")

    assert (_kind(study), study.vault.choices.log()) == ("T1", ())


def _reasons_on_record(path: Path) -> str:
    plain = sqlite3.connect(path / "study.db")
    rows = plain.execute("SELECT detail FROM act WHERE kind = 'indexed'").fetchall()
    plain.close()
    return " ".join(row[0] for row in rows)
