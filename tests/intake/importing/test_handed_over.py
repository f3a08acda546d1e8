"""Copies that are out: what they show changes for a reason alone, and the coordinator is told that it was changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from storage.handover.hand_over import hand_over
from storage.record import acts
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.burned_text import a_named_series
from tests.builders.dicom_files import T2FS, a_series
from tests.builders.studies import changed
from workstation.cli import main
from workstation.errors import IntakeRefused
from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders

BASELINE: dict[str, Any] = {"StudyInstanceUID": "1.2.7", "StudyDate": "20240105"}
FOLLOW_UP: dict[str, Any] = {"StudyInstanceUID": "1.2.8", "StudyDate": "20250105"}


@pytest.fixture
def out(study: CoordinatorStudy, tmp_path: Path) -> Path:
    """A copy of a study of one pair, which nobody has read; the study stays open."""
    a_series(tmp_path / "in" / "a", "1.2.7.1", **BASELINE)
    a_series(tmp_path / "in" / "b", "1.2.8.1", **FOLLOW_UP)
    import_folders(study, [tmp_path / "in"])
    study.assign("anna", seed=1)
    hand_over(study.path, tmp_path / "copy", renamed, "anna")
    return tmp_path / "copy"


def _chooser(study: CoordinatorStudy, *, change_read: bool = False) -> Chooser:
    return Chooser(study, "J. Smit", lambda _: None, lambda: False, change_read)


def _codes(study: CoordinatorStudy) -> list[str]:
    return [item.code for visit in study.subjects()[0].visits for item in visit.series]


def _reasons(study: CoordinatorStudy) -> list[str]:
    with study._store.reading() as connection:
        return [why for act in acts.of_kind(connection, "indexed") if (why := json.loads(act.detail).get("why", ""))]


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        ("kind:{0}", "PD"),
        ("plane:{0}", "COR"),
        ("turned:{0}", "90"),
        ("stack:{0}", "part:1"),
        ("side:S001", "R"),
        ("visit:S001", "E2,E1"),
        ("person:S001", "two"),
    ],
)
@pytest.mark.usefixtures("out")
def test_what_was_handed_over_changes_for_a_reason_alone(study: CoordinatorStudy, what: str, answer: str) -> None:
    what = what.format(*_codes(study))
    before = study.subjects()

    with pytest.raises(IntakeRefused, match="S001 was handed over, and its reader sees it as it was then"):
        _chooser(study).decide(what, answer, "the site says so")
    assert study.subjects() == before
    assert study.changed_since_handed() == ()

    _chooser(study, change_read=True).decide(what, answer, "the site says so")

    assert study.subjects() != before
    assert set(_reasons(study)) == {"the site says so"}
    if not what.startswith("side"):
        (found,) = [item for item in check_report(study).findings if item.code == "handed-and-changed"]
        assert "was handed over to anna" in found.text

    _chooser(study, change_read=True).take_back(what, "they took it back")

    assert study.subjects() == before
    assert study.changed_since_handed() == ()


@pytest.mark.usefixtures("out")
def test_text_that_is_seen_after_the_hand_over_can_be_blacked_out_for_a_reason(study: CoordinatorStudy) -> None:
    series, region = _codes(study)[0], Region(0, 0, 2, 2)

    with pytest.raises(IntakeRefused, match="was handed over"):
        _chooser(study).blank(series, [region], "a name stands there")
    _chooser(study, change_read=True).blank(series, [region], "a word stands there")

    assert [item.visits for item in study.changed_since_handed()] == [(1,)]


@pytest.mark.usefixtures("out")
def test_text_that_is_seen_in_what_was_read_is_blacked_out_and_the_copies_that_show_it_are_named(
    study: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial, series = str(study.path), _codes(study)[0]
    case = next(iter(study.cases_of_subjects()["S001"]))
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")
    blank = ["study", "blank", trial, series, "--region", "0,0,2,2", "--why", "a word stands there", "--who", "J. Smit"]

    assert main(blank) == 2
    assert "--change-read" in capsys.readouterr().err
    assert main([*blank, "--change-read"]) == 1
    said = capsys.readouterr().out
    assert f"{series} is black there from now on. These copies still show it: anna (" in said
    assert "delete" in said

    hand_over(study.path, tmp_path / "new", renamed, "anna")
    assert study.changed_since_handed() == ()
    main(["audit", trial])
    assert "The record is intact" in capsys.readouterr().out
    main(["study", "undo", trial, series, "--why", "the wrong area", "--change-read"])
    assert len(_codes(study)) == 2
    assert [item.visits for item in study.changed_since_handed()] == [(1,)]


def test_no_series_goes_out_of_what_was_read_by_an_answer_about_text(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_named_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    (held,) = study.vault.choices.held()
    _chooser(study).release(held.series, "a side marker")
    (case,) = study.assign("anna", seed=1)
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case.case, [changed("1 OST CAP", "1")], "enter")

    with pytest.raises(IntakeRefused, match="has been read, so a series of it can't come in or go out"):
        _chooser(study, change_read=True).undo(held.series, "it is a name")

    assert _codes(study) == [held.series]


@pytest.mark.usefixtures("out")
def test_late_series_stay_outside_what_was_handed_over_unless_for_a_reason(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "late", "1.2.7.2", **T2FS, **BASELINE)

    report = import_folders(study, [tmp_path / "late"])

    assert "the subject was handed over, and its reader's copy shows it without them" in "\n".join(report.as_text())
    assert len(_codes(study)) == 2
    import_folders(study, [tmp_path / "late"], why="the site sent it late")
    assert len(_codes(study)) == 3
    assert _reasons(study) == ["the site sent it late"]


@pytest.mark.usefixtures("out")
def test_an_earlier_visit_does_not_push_in_front_of_what_was_handed_over(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    before = study.subjects()
    a_series(tmp_path / "late", "1.2.6.1", StudyInstanceUID="1.2.6", StudyDate="20230105")

    import_folders(study, [tmp_path / "late"])

    assert study.subjects() == before


def test_the_commands_tell_it_from_the_change_to_the_audit(
    study: CoordinatorStudy, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial, series = str(study.path), _codes(study)[0]
    case = next(iter(study.cases_of_subjects()["S001"]))
    with ReaderStudy.open(out, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")
    decide = ["study", "decide", trial, f"kind:{series}", "PD", "--why", "the site says so", "--who", "J. Smit"]

    assert main(decide) == 2
    assert main([*decide, "--change-read"]) == 0
    capsys.readouterr()
    assert main(["study", "check", trial]) == 1
    assert f"case {case} was handed over to anna" in capsys.readouterr().out
    assert main(["study", "merge", trial, str(out)]) == 2
    assert "--other-images --why TEXT" in capsys.readouterr().err
    assert main(["study", "merge", trial, str(out), "--other-images"]) == 2
    assert main(["study", "merge", trial, str(out), "--other-images", "--why", "it looks the same"]) == 0
    capsys.readouterr()
    assert main(["audit", trial]) == 0
    told = capsys.readouterr().out
    assert f"answers of {case} were given on other images" in told
    assert "it looks the same" in told
