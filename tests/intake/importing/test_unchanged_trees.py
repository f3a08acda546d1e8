"""Importing an unchanged tree again reads no file, and says what a second look would say."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, a_visit, written
from workstation.intake.errors import DecodingFailed
from workstation.intake.headers.scan import read_file
from workstation.intake.importing import gathering, importer
from workstation.intake.importing.importer import import_folders
from workstation.intake.pixels import source
from workstation.intake.pixels.decode import DECODER_GONE, Decoder


def _without_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the tree was read")

    monkeypatch.setattr(gathering, "files_below", refuse)


def _without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "tree_digest", lambda *_, **__: None)


def _messy(folder: Path) -> None:
    a_visit(folder)
    (folder / "notes.txt").write_text("no image", encoding="utf-8")
    written(a_slice("1.2.9.1", "1.2.9", BurnedInAnnotation="YES"), folder / "burned")
    (folder / "cut").write_bytes((folder / "burned").read_bytes()[:-50])


def test_an_unchanged_tree_is_not_read_and_gets_the_report_of_a_second_look(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _messy(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    with monkeypatch.context() as patch:
        _without_memory(patch)
        second_look = import_folders(study, [tmp_path / "in"])
    _without_reading(monkeypatch)

    report = import_folders(study, [tmp_path / "in"])

    assert json.dumps(report.as_json(), sort_keys=True) == json.dumps(second_look.as_json(), sort_keys=True)
    assert (report.seen, report.accepted) == (second_look.seen, second_look.accepted) == (24, 21)


def test_a_tree_with_a_file_that_the_decoder_died_on_is_tried_again(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_series(tmp_path / "in")

    def die(*_: object) -> None:
        raise DecodingFailed(DECODER_GONE)

    with monkeypatch.context() as patch:
        patch.setattr(Decoder, "stored_values", die)
        first = import_folders(study, [tmp_path / "in"])

    again = import_folders(study, [tmp_path / "in"])

    assert first.accepted == 0
    assert again.accepted == again.seen > 0


@pytest.mark.parametrize("change", ["touched", "added", "removed", "renamed", "rewritten", "replaced"])
def test_a_changed_tree_is_read_again(
    change: str, study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    status = first.stat()
    match change:
        case "touched":
            os.utime(first, ns=(1, 1))
        case "added":
            (first.parent / "new").write_bytes(b"")
        case "removed":
            first.unlink()
        case "renamed":
            first.rename(first.with_name("other"))
        case "rewritten":
            # the same size and the same time: the moment of the change of its entry tells
            first.write_bytes(first.read_bytes()[:-1] + b"\1")
            os.utime(first, ns=(status.st_atime_ns, status.st_mtime_ns))
        case _:
            first.with_name("x").write_bytes(first.read_bytes())
            first.with_name("x").replace(first)
            os.utime(first, ns=(status.st_atime_ns, status.st_mtime_ns))
    _without_reading(monkeypatch)

    with pytest.raises(AssertionError, match="was read"):
        import_folders(study, [tmp_path / "in"])


def test_an_import_that_was_stopped_is_not_taken_for_done(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_visit(tmp_path / "in")
    calls = iter(range(1000))
    import_folders(study, [tmp_path / "in"], cancelled=lambda: next(calls) > 30)

    report = import_folders(study, [tmp_path / "in"])

    assert sum(series.slices for series in report.subjects[0].visits[0].series) == 21


def test_a_study_that_lost_its_subjects_gets_them_back(tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    with CoordinatorStudy.create(tmp_path / "study") as study:
        empty = (study.path / "study.db").read_bytes()
        import_folders(study, [tmp_path / "in"])
    (tmp_path / "study" / "study.db").write_bytes(empty)

    with CoordinatorStudy.open(tmp_path / "study") as study:
        report = import_folders(study, [tmp_path / "in"])

    assert len(report.subjects) == 1


def test_when_one_file_is_new_the_others_are_known_without_hashing_them(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    a_series(tmp_path / "in", "1.2.3.2", count=1)
    read: list[Path] = []

    def counted(path: Path) -> tuple[bytes, str]:
        read.append(path)
        return read_file(path)

    monkeypatch.setattr(source, "read_file", counted)

    import_folders(study, [tmp_path / "in"])

    assert [path.name for path in read] == ["1.2.3.2-0"]
