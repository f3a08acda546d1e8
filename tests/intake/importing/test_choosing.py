"""Choices of the coordinator hold: kept with who and why, through importing again, and can be taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from storage.errors import StudyLocked
from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.burned_text import a_named_series, extent
from tests.builders.dicom_files import T2FS, a_series, a_visit
from tests.builders.studies import changed
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.deidentify.blanking import Region, parsed
from workstation.intake.findings import Level
from workstation.intake.importing.answer_log import Outcome
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders
from workstation.intake.writing import images_folder

TEXT = Region(2, 2, 18, 120)


def _chooser(study: CoordinatorStudy, who: str = "J. Smit") -> Chooser:
    return Chooser(study, who, lambda _: None, lambda: False)


def _series(study: CoordinatorStudy) -> dict[str, SeriesRecord]:
    return {item.code: item for subject in study.subjects() for v in subject.visits for item in v.series}


def _only_held(study: CoordinatorStudy) -> str:
    (held,) = study.vault.choices.held()
    return held.series


def _volume(study: CoordinatorStudy, series: SeriesRecord) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.stack([images_folder.stored(study.images, series, item).astype(np.int64) for item in series.slices])


@pytest.fixture
def named(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """A study into which a plain series and one with a name in its pixels were imported."""
    a_series(tmp_path / "in", "1.2.3.1", **T2FS)
    a_named_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    return study


@pytest.mark.case(104)
def test_a_series_with_a_name_in_its_pixels_is_held_back_and_said_so(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.1", **T2FS)
    a_named_series(tmp_path / "in")

    report = import_folders(study, [tmp_path / "in"])

    code = _only_held(study)
    assert [item.kind for item in _series(study).values()] == ["T2FS"]
    assert [(item.count, item.why) for item in report.set_aside] == [(4, "held back: text may be burned in")]
    (finding,) = [item for item in report.findings if code in item.text]
    assert finding.level is Level.ERROR
    assert (finding.subject, finding.visit) == ("S001", 1)
    assert "ext-like structures stand at" in finding.text
    assert report.accepted == 3


def test_nothing_of_a_held_back_series_is_on_disk_outside_of_the_vault(named: CoordinatorStudy) -> None:
    files = [file for file in named.images.rglob("*") if file.is_file()]

    assert len(files) == 3
    assert not any(_only_held(named) in file.read_bytes().decode("latin-1") for file in [named.path / "study.db"])


def test_the_place_that_was_found_covers_the_name(named: CoordinatorStudy) -> None:
    (held,) = named.vault.choices.held()
    top, left, bottom, right = extent((4, 4), 12)

    (region,) = [Region(*values) for values in held.regions]
    assert region.row <= top
    assert region.column <= left
    assert region.row + region.rows >= bottom
    assert region.column + region.columns >= right


def test_a_held_back_series_is_a_finding_of_the_check_until_somebody_chooses(named: CoordinatorStudy) -> None:
    code = _only_held(named)
    assert any(code in item.text for item in check_report(named).findings)

    _chooser(named).refuse(code, "shows a name")

    assert not any(code in item.text for item in check_report(named).findings)


def test_importing_again_holds_it_back_again_once(named: CoordinatorStudy, tmp_path: Path) -> None:
    first = named.vault.choices.held()

    report = import_folders(named, [tmp_path / "in"])
    shutil.copytree(tmp_path / "in", tmp_path / "elsewhere")
    import_folders(named, [tmp_path / "elsewhere"])

    assert named.vault.choices.held() == first
    assert any("held back" in item.text for item in report.findings)


@pytest.mark.case(104)
def test_a_header_that_says_so_is_enough_to_be_held_back(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.7", BurnedInAnnotation="YES")

    report = import_folders(study, [tmp_path / "in"])

    assert study.subjects() == ()
    assert any("BurnedInAnnotation says that text is in the picture" in item.text for item in report.findings)
    assert not any("no image that can be used" in item.text for item in report.findings)


def test_a_released_series_is_in_the_study_with_every_pixel(named: CoordinatorStudy) -> None:
    code = _only_held(named)

    outcome = _chooser(named).release(code, "the text is a scale")

    assert outcome == Outcome(f"{code} is in the study now")
    assert named.vault.choices.held() == ()
    assert _volume(named, _series(named)[code])[:, 4:16, 4:100].max() == 1500


def test_a_blanked_series_is_in_the_study_and_empty_there_on_every_slice(named: CoordinatorStudy) -> None:
    code = _only_held(named)

    outcome = _chooser(named).blank(code, [TEXT], "the name of the patient")

    assert not outcome.open
    volume = _volume(named, _series(named)[code])
    assert volume[:, 2:20, 2:122].max() == 0
    assert np.median(volume[:, 40:90, 40:80]) > 400
    assert _series(named)[code].maximum < 1500


def test_importing_a_blanked_series_again_changes_no_byte(named: CoordinatorStudy, tmp_path: Path) -> None:
    code = _only_held(named)
    _chooser(named).blank(code, [TEXT], "a name")
    before = named.subjects(), {file: file.read_bytes() for file in named.images.rglob("*.dcm")}

    # as new files, so that each is read and compared
    shutil.copytree(tmp_path / "in", tmp_path / "elsewhere", copy_function=shutil.copyfile)
    for file in (tmp_path / "elsewhere").iterdir():
        file.write_bytes(file.read_bytes() + b"\0\0")
    report = import_folders(named, [tmp_path / "elsewhere"])

    assert (named.subjects(), {file: file.read_bytes() for file in named.images.rglob("*.dcm")}) == before
    assert not any("other pictures" in item.text for item in report.findings)


def test_text_that_the_blanked_region_leaves_is_held_back_still(named: CoordinatorStudy) -> None:
    code = _only_held(named)

    outcome = _chooser(named).blank(code, [Region(2, 2, 18, 30)], "a name")

    assert outcome.open
    assert "more than the blacked out area" in outcome.said
    assert code not in _series(named)


def test_blanking_again_adds_to_what_is_blank_already(named: CoordinatorStudy) -> None:
    code = _only_held(named)
    _chooser(named).blank(code, [Region(2, 2, 18, 30)], "a name")

    _chooser(named).blank(code, [Region(2, 30, 18, 92)], "the rest of it")

    assert _volume(named, _series(named)[code])[:, 2:20, 2:122].max() == 0


def test_a_refused_series_stays_outside_also_when_it_is_imported_again(named: CoordinatorStudy, tmp_path: Path) -> None:
    code = _only_held(named)
    _chooser(named).refuse(code, "a name over the carpus")

    report = import_folders(named, [tmp_path / "in"])

    assert code not in _series(named)
    assert [(item.count, item.why) for item in report.set_aside] == [(4, "the coordinator refused it")]
    assert not any(code in item.text for item in report.findings)


def test_a_release_taken_back_takes_the_series_out_and_holds_it_back(named: CoordinatorStudy) -> None:
    code = _only_held(named)
    _chooser(named).release(code, "a scale")

    outcome = _chooser(named).undo(code, "it is a name after all")

    assert outcome.open
    assert code not in _series(named)
    assert _only_held(named) == code
    assert not (named.images / code).exists()


def test_a_refusal_taken_back_leaves_the_series_waiting(named: CoordinatorStudy) -> None:
    code = _only_held(named)
    _chooser(named).refuse(code, "a name")

    assert _chooser(named).undo(code, "a scale").open

    assert any(code in item.text for item in check_report(named).findings)


def test_a_series_in_the_study_can_be_blanked_too_and_comes_back_when_that_is_taken_back(
    named: CoordinatorStudy,
) -> None:
    (code,) = _series(named)
    before = _volume(named, _series(named)[code])

    _chooser(named).blank(code, [Region(0, 0, 4, 10)], "a date that nobody found")
    blank = _volume(named, _series(named)[code])
    _chooser(named).undo(code, "there was none")

    assert blank[:, :4].max() == 0
    assert (blank[:, 4:] == before[:, 4:]).all()
    assert (_volume(named, _series(named)[code]) == before).all()


def test_a_kind_that_was_chosen_is_kept_when_the_series_is_imported_again(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", SeriesDescription="", RepetitionTime=None, EchoTime=None)
    import_folders(study, [tmp_path / "in"])
    (code,) = _series(study)
    assert _series(study)[code].kind == "OTHER"

    _chooser(study).choose_kind(code, "T1", "the site says so")
    again = import_folders(study, [tmp_path / "in"])
    a_series(tmp_path / "in", count=5, SeriesDescription="", RepetitionTime=None, EchoTime=None)
    import_folders(study, [tmp_path / "in"])

    assert (_series(study)[code].kind, len(_series(study)[code].slices)) == ("T1", 5)
    assert again.reasons[code][0] == "T1 chosen by the coordinator: the site says so"
    assert not any(item.question.startswith("kind:") for item in again.findings)


def test_a_kind_taken_back_is_again_what_was_recognised(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    (code,) = _series(study)
    chooser = _chooser(study)
    chooser.choose_kind(code, "PD", "a slip")
    chooser.choose_kind(code, "OTHER", "another")

    chooser.undo(code, "wrong series")
    assert _series(study)[code].kind == "PD"
    chooser.undo(code, "wrong series")

    assert _series(study)[code].kind == "T1"
    assert [item.answer for item in study.vault.choices.log()] == ["PD", "OTHER", "undo", "undo"]


def test_who_and_why_are_in_the_vault_and_in_no_other_file(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    (code,) = _series(study)

    _chooser(study, "Renate Vogelaar").choose_kind(code, "PD", "Zwolle called")

    (choice,) = study.vault.choices.log()
    assert (choice.who, choice.why, choice.answer) == ("Renate Vogelaar", "Zwolle called", "PD")
    assert study.vault.choices.last_who() == "Renate Vogelaar"
    assert "Vogelaar" not in repr(choice)
    holding = {
        file.name
        for file in study.path.rglob("*")
        if file.is_file() and any(word in file.read_bytes() for word in (b"Vogelaar", b"Zwolle"))
    }
    assert holding == {"vault.db"}


WISHES: dict[str, Callable[[Chooser, str], Outcome]] = {
    "kind": lambda chooser, code: chooser.choose_kind(code, "PD", "why"),
    "blank": lambda chooser, code: chooser.blank(code, [Region(0, 0, 2, 2)], "why"),
    "undo": lambda chooser, code: chooser.undo(code, "why"),
}


@pytest.mark.parametrize("wish", WISHES)
def test_once_a_subject_has_been_read_nothing_about_its_series_changes(
    wish: str, study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    code = min(_series(study))
    _chooser(study).choose_kind(code, "OTHER", "first")
    before = study.subjects(), study.vault.choices.log()
    (case,) = study.assign("ES")
    with ReaderStudy.open(study.path, "ES") as reader:
        reader.record(case.case, [changed("1 ERO CAP", "3")], "room")

    with pytest.raises(IntakeRefused, match="S001 has been read"):
        WISHES[wish](_chooser(study), code)

    assert (study.subjects(), study.vault.choices.log()) == before


def test_a_locked_study_takes_no_choice(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_visit(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    study.assign("ES")
    study.lock(why="the analysis begins", incomplete=True)

    with pytest.raises(StudyLocked):
        _chooser(study).choose_kind(min(_series(study)), "OTHER", "too late")

    assert study.vault.choices.log() == ()


def test_a_choice_whose_follow_up_was_cut_off_is_finished_by_the_next_import(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    (code,) = _series(study)
    with monkeypatch.context() as patch:
        patch.setattr("workstation.intake.importing.answer_log.settle", lambda _: None)
        _chooser(study).choose_kind(code, "PD", "why")
        _chooser(study).blank(code, [Region(0, 0, 3, 3)], "why")
    assert _series(study)[code].kind == "T1"

    import_folders(study, [tmp_path / "in"])

    assert _series(study)[code].kind == "PD"
    assert _volume(study, _series(study)[code])[:, :3, :3].max() == 0


def test_without_its_scans_a_choice_is_kept_and_the_next_import_carries_it_out(
    named: CoordinatorStudy, tmp_path: Path
) -> None:
    code = _only_held(named)
    (tmp_path / "in").rename(tmp_path / "unplugged")

    outcome = _chooser(named).release(code, "a scale")
    assert outcome.open
    assert "import their folder again" in outcome.said
    import_folders(named, [tmp_path / "unplugged"])

    assert code in _series(named)


def test_a_choice_without_a_reason_a_name_a_series_or_a_place_is_refused(named: CoordinatorStudy) -> None:
    code = _only_held(named)

    with pytest.raises(UsageRefused, match="why: write one line of 1 to 500 characters"):
        _chooser(named).release(code, " ")
    with pytest.raises(UsageRefused, match="who: write one line of 1 to 500 characters"):
        _chooser(named, "").release(code, "a scale")
    with pytest.raises(IntakeRefused, match="series 'NONESUCH': the study has none"):
        _chooser(named).release("NONESUCH", "a scale")
    with pytest.raises(IntakeRefused, match=r"region 120,0,20,5: .* has 128 rows, 128 columns"):
        _chooser(named).blank(code, [Region(120, 0, 20, 5)], "a name")
    with pytest.raises(IntakeRefused, match="it isn't held back"):
        _chooser(named).refuse(next(iter(_series(named))), "no")
    with pytest.raises(IntakeRefused, match="there is no decision to undo"):
        _chooser(named).undo(code, "no")
    assert named.vault.choices.log() == ()


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,x", "-1,2,3,4", "1,2,0,4", "1,2,3,4,5", "1.5,2,3,4"])
def test_a_region_is_four_whole_numbers(text: str) -> None:
    with pytest.raises(IntakeRefused, match="region"):
        parsed(text)

    assert parsed("1, 2,3,4") == Region(1, 2, 3, 4)
