"""Visits that have been read: nothing new comes into them, unless for a reason that the record keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.record import acts
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.identity_words import NamesSomebody
from tests.builders.dicom_files import T2FS, a_series, a_visit
from tests.builders.studies import changed
from workstation.cli import main
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport


@pytest.fixture
def read(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """A study whose one subject has one series and one grade."""
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")
    return study


def _more(folder: Path) -> Path:
    a_series(folder, "1.2.3.2", **T2FS)
    return folder


def _text(report: ImportReport) -> str:
    return "\n".join(report.as_text())


def _reasons(study: CoordinatorStudy) -> list[str]:
    with study._store.reading() as connection:
        return [json.loads(act.detail).get("why", "") for act in acts.of_kind(connection, "indexed")]


def test_a_new_series_for_a_visit_that_has_been_read_stays_outside_and_says_what_to_do(
    read: CoordinatorStudy, tmp_path: Path
) -> None:
    before = read.subjects()

    report = import_folders(read, [_more(tmp_path / "more")])

    assert read.subjects() == before
    assert (report.seen, report.accepted) == (3, 0)
    assert "a new series of 3 slices, not imported: the subject has been read" in _text(report)
    assert "--add-to-read --why TEXT" in _text(report)
    assert [(item.count, item.why) for item in report.set_aside] == [(3, "its visit has been read without it")]


def test_for_a_reason_it_comes_in_and_the_record_has_the_reason(read: CoordinatorStudy, tmp_path: Path) -> None:
    import_folders(read, [_more(tmp_path / "more")])

    report = import_folders(read, [tmp_path / "more"], why="the site sent it late")

    assert [series.kind for series in read.subjects()[0].visits[0].series] == ["T1", "T2FS"]
    assert "came in though the subject has been read: look at its grades" in _text(report)
    assert _reasons(read) == ["", "the site sent it late"]


def test_more_slices_come_into_a_series_that_has_been_read_for_a_reason_alone(
    read: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "more", count=5)

    import_folders(read, [tmp_path / "more"])
    assert len(read.subjects()[0].visits[0].series[0].slices) == 3
    import_folders(read, [tmp_path / "more"], why="two slices were lost on the way")

    assert len(read.subjects()[0].visits[0].series[0].slices) == 5


def test_other_pixels_never_replace_what_has_been_read(read: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "other", PixelData=bytes(240))
    before = read.subjects()

    report = import_folders(read, [tmp_path / "other"], why="sent again")

    assert read.subjects() == before
    assert "other pictures under the same SOPInstanceUID; those it has are kept" in _text(report)


def test_the_follow_up_of_a_baseline_that_has_been_read_comes_in_without_a_reason(
    read: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "later", "1.2.4", StudyDate="20240901")

    import_folders(read, [tmp_path / "later"])

    assert [len(visit.series) for visit in read.subjects()[0].visits] == [1, 7]


def test_a_reason_that_names_the_patient_is_refused_before_anything_is_read(
    read: CoordinatorStudy, tmp_path: Path
) -> None:
    before = read.subjects()

    with pytest.raises(NamesSomebody, match="a name of S001"):
        import_folders(read, [_more(tmp_path / "more")], why="Doe had it done elsewhere")

    assert read.subjects() == before


@pytest.mark.parametrize("options", [["--add-to-read"], ["--why", "late"], ["--add-to-read", "--why", " "]])
def test_the_command_wants_the_wish_and_the_reason_together(
    options: list[str], read: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "add", str(read.path), str(_more(tmp_path / "more")), *options]) == 2

    assert "--add-to-read and --why TEXT go together" in capsys.readouterr().err
