"""The reader's copy holds study.db and the images it names, opens by itself, and is whole or not there."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import NotAStudy, NotSaved, RecordDamaged, StudyError, StudyExists
from storage.files.import_lock import import_lock
from storage.handover.hand_over import hand_over
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_subject, an_assigned_study, answer, as_it_is, changed, key, record


def _a_study(folder: Path) -> tuple[Path, str]:
    """A study with one case, one grade, and files where its index says they are."""
    path, (case,) = an_assigned_study(folder / "trial")
    with CoordinatorStudy.open(path) as study:
        names = [item.file for s in study.subjects() for v in s.visits for series in v.series for item in series.slices]
    for name in names:
        (path / "images" / name).parent.mkdir(exist_ok=True)
        (path / "images" / name).write_bytes(name.encode())
    record(path, case, changed("1 ERO CAP", "3"))
    (path / "images" / "stray.dcm").write_bytes(b"not in the index")
    (path / "protocol.toml").write_text("", encoding="utf-8")
    return path, case


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.case(112)
def test_the_copy_has_the_grades_the_images_a_page_for_the_reader_and_nothing_else(tmp_path: Path) -> None:
    study, case = _a_study(tmp_path)

    (made,) = hand_over(study, tmp_path / "out", as_it_is)

    assert (made.reader, made.folder, made.cases, made.images, made.later) == ("ES", tmp_path / "out", 1, 4, 0)
    with ReaderStudy.open(tmp_path / "out", "ES") as reader:
        visits = reader.case(case).visits
        assert reader.reading(case).answer(key("1 ERO CAP")) == answer("3")
    files = {f"images/{item.file}": item for visit in visits for series in visit.series for item in series.slices}
    assert _names(tmp_path / "out") == {"README.txt", "study.db", *files}
    contents = sorted((tmp_path / "out" / name).read_bytes() for name in files)
    assert contents == [b"S001V1/0.dcm", b"S001V1/1.dcm", b"S001V2/0.dcm", b"S001V2/1.dcm"]
    assert audit(tmp_path / "out").events == 1


@pytest.mark.case(95)
def test_the_copy_holds_nothing_that_was_deleted_from_the_study(tmp_path: Path) -> None:
    study, _ = _a_study(tmp_path)
    plain = sqlite3.connect(study / "study.db")
    plain.execute("PRAGMA secure_delete = OFF")
    plain.execute("CREATE TABLE scratch (text TEXT)")
    plain.execute("INSERT INTO scratch VALUES (?)", ("VEXHOLLOW" * 2000,))
    plain.commit()
    plain.execute("DROP TABLE scratch")
    plain.commit()
    plain.close()
    assert b"VEXHOLLOW" in (study / "study.db").read_bytes()

    hand_over(study, tmp_path / "out", as_it_is)

    assert b"VEXHOLLOW" not in (tmp_path / "out" / "study.db").read_bytes()


@pytest.mark.case(95)
def test_what_was_taken_out_of_the_index_leaves_no_bytes_in_the_study_or_its_journal(tmp_path: Path) -> None:
    study, _ = _a_study(tmp_path)
    assert b"S001V2" in (study / "study.db").read_bytes()

    with CoordinatorStudy.open(study) as door:
        door.replace_subject(a_subject("S001", visits=(1,)))

    assert b"S001V2" not in (study / "study.db").read_bytes()
    left = [path for path in study.glob("study.db?*") if path.stat().st_size]
    assert left == [], "a journal that was emptied holds no old page"


def test_nothing_is_left_when_the_disk_fills_half_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, _ = _a_study(tmp_path)
    calls = iter(range(10))

    def failing(handle: int) -> None:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        sync(handle)

    sync = os.fsync
    monkeypatch.setattr(os, "fsync", failing)

    with pytest.raises(NotSaved, match="No space left"):
        hand_over(study, tmp_path / "there" / "out", as_it_is)
    assert list((tmp_path / "there").iterdir()) == []


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    study, _ = _a_study(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_bytes(b"keep")

    with pytest.raises(StudyExists):
        hand_over(study, tmp_path / "out", as_it_is)
    assert _names(tmp_path / "out") == {"mine"}


def test_an_index_that_names_the_vault_as_an_image_is_refused(tmp_path: Path) -> None:
    study, _ = _a_study(tmp_path)
    plain = sqlite3.connect(study / "study.db")
    plain.execute("UPDATE image SET file = '../vault.db' WHERE file = 'S001V1/1.dcm'")
    plain.commit()
    plain.close()

    with pytest.raises(RecordDamaged, match="the images of subject S001 isn't what the record says"):
        hand_over(study, tmp_path / "out", as_it_is)
    assert not (tmp_path / "out").exists()


def test_a_missing_image_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    study, _ = _a_study(tmp_path)
    (study / "images" / "S001V1" / "1.dcm").unlink()

    with pytest.raises(RecordDamaged, match="1 images of the study are missing; import"):
        hand_over(study, tmp_path / "out", as_it_is)
    assert not (tmp_path / "out").exists()


def test_the_copy_does_not_go_into_the_study_and_not_during_an_import(tmp_path: Path) -> None:
    study, _ = _a_study(tmp_path)

    with pytest.raises(StudyError, match="inside the study"):
        hand_over(study, study / "out", as_it_is)
    with import_lock(study), pytest.raises(StudyError, match="another import"):
        hand_over(study, tmp_path / "out", as_it_is)
    with pytest.raises(NotAStudy):
        hand_over(tmp_path / "nowhere", tmp_path / "out", as_it_is)
