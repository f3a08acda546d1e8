"""The pixels are on the record: whatever happens to image files after the import is found before anybody reads them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from storage.audit.pixels import PixelAudit, audit_pixels
from storage.audit.verification import audit
from storage.errors import RecordDamaged
from storage.files.layout import IMAGES_FOLDER
from storage.handover.hand_over import hand_over
from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import COLUMNS, ROWS, a_visit
from tests.builders.studies import as_it_is
from tests.journeys.conftest import ramris
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.volume import load_volume
from workstation.intake.deidentify.blanking import Region
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.importer import import_folders


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pair of visits, fourteen series of three slices, assigned to a reader."""
    root = tmp_path_factory.mktemp("pixels")
    a_visit(root / "in" / "a", "1.2.3", StudyDate="20240105")
    a_visit(root / "in" / "b", "1.2.4", StudyDate="20240505")
    with CoordinatorStudy.create(root / "study") as study:
        import_folders(study, [root / "in"])
        study.assign("ES", seed=1)
    return root / "study"


@pytest.fixture
def trial(imported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(imported, tmp_path / "trial"))


def _series(trial: Path) -> dict[tuple[int, str, str], SeriesRecord]:
    with CoordinatorStudy.open(trial) as study:
        (subject,) = study.subjects()
        return {(visit.number, one.kind, one.plane): one for visit in subject.visits for one in visit.series}


def _file(trial: Path, visit: int, number: int) -> Path:
    return trial / IMAGES_FOLDER / _series(trial)[visit, "T1", "AX"].slices[number].file


def _swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def _exchange_visits(trial: Path) -> None:
    for number in range(3):
        _swap(_file(trial, 1, number), _file(trial, 2, number))


def _flip_a_bit(trial: Path) -> None:
    file = _file(trial, 1, 1)
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    before = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _point_elsewhere(trial: Path) -> None:
    file = _file(trial, 1, 1)
    shutil.move(file, trial / "elsewhere.dcm")
    file.symlink_to(trial / "elsewhere.dcm")


def _black(trial: Path) -> None:
    file = _file(trial, 2, 2)
    size = ROWS * COLUMNS * 2
    file.write_bytes(file.read_bytes()[:-size] + bytes(size))


ATTACKS: dict[str, tuple[Callable[[Path], object], str]] = {
    # headers of the two visits may differ in length by some bytes of a UID
    "baseline and follow-up exchanged": (_exchange_visits, "aren't those that were imported|is cut short"),
    "two slices exchanged": (
        lambda trial: _swap(_file(trial, 1, 0), _file(trial, 1, 2)),
        "aren't those that were imported|is cut short",
    ),
    "one bit turned, size and time kept": (_flip_a_bit, "aren't those that were imported"),
    "one slice made black": (_black, "aren't those that were imported"),
    "a file emptied": (lambda trial: _file(trial, 1, 1).write_bytes(b""), "image 2 of 3 is cut short"),
    "a file cut by a byte": (
        lambda trial: os.truncate(_file(trial, 1, 1), _file(trial, 1, 1).stat().st_size - 1),
        "image 2 of 3 is cut short",
    ),
    "a file gone": (lambda trial: _file(trial, 1, 0).unlink(), "image 1 of 3 is missing"),
    "a link in its place": (_point_elsewhere, "image 2 of 3 is a link or no file"),
}


def test_what_was_imported_is_what_lies_there(trial: Path) -> None:
    # 14 series of 3 slices, 2 bytes a pixel
    assert audit_pixels(trial) == PixelAudit(14, 0, 14 * 3 * ROWS * COLUMNS * 2)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_audit_finds_image_files_that_were_changed(trial: Path, attack: str) -> None:
    deed, words = ATTACKS[attack]
    deed(trial)

    with pytest.raises(RecordDamaged, match=words) as refusal:
        audit_pixels(trial)

    assert "T1 AX" in str(refusal.value)
    # the record itself is as it was
    audit(trial)


def test_the_command_says_it_in_one_line_and_quick_leaves_the_images_out(trial: Path) -> None:
    _exchange_visits(trial)

    full, quick = ramris("audit", trial), ramris("audit", trial, "--quick", "--json")

    assert full.returncode != 0
    assert full.stderr.count("\n") == 1
    assert "(2 of 14 series) aren't those of the record" in full.stderr
    assert quick.returncode == 0
    assert json.loads(quick.stdout)["images"] is None


def _load(trial: Path, shown: list[SeriesRecord]) -> None:
    for series in shown:
        load_volume(series, trial / IMAGES_FOLDER)


@pytest.mark.parametrize("attack", sorted(set(ATTACKS) - {"a link in its place"}))
def test_a_changed_series_is_not_shown(trial: Path, attack: str) -> None:
    ATTACKS[attack][0](trial)

    shown = [_series(trial)[number, "T1", "AX"] for number in (1, 2)]

    with pytest.raises(ImagesUnreachable) as refusal:
        _load(trial, shown)

    assert str(trial) not in str(refusal.value)


@pytest.mark.parametrize("attack", sorted(set(ATTACKS) - {"a link in its place"}))
def test_a_changed_series_is_not_handed_over(trial: Path, tmp_path: Path, attack: str) -> None:
    ATTACKS[attack][0](trial)

    with pytest.raises(RecordDamaged):
        hand_over(trial, tmp_path / "out", as_it_is, "ES")

    assert not (tmp_path / "out").exists()


def test_a_copy_has_pixels_on_its_record_too_and_two_series_of_alike_pixels_other_digests(
    trial: Path, tmp_path: Path
) -> None:
    hand_over(trial, tmp_path / "out", as_it_is, "ES")

    assert audit_pixels(tmp_path / "out").series == 14
    with ReaderStudy.open(tmp_path / "out", "ES") as reader:
        case = reader.case(reader.worklist()[0].case)
    digests = {one.pixels_sha256 for visit in case.visits for one in visit.series}
    assert len(digests) == 14
    assert digests.isdisjoint(one.pixels_sha256 for one in _series(trial).values())
    file = tmp_path / "out" / IMAGES_FOLDER / case.visits[0].series[0].slices[0].file
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(RecordDamaged, match="aren't those that were imported"):
        audit_pixels(tmp_path / "out")


def test_a_digest_that_was_changed_with_the_pixels_is_found_by_the_record(trial: Path) -> None:
    with sqlite3.connect(trial / "study.db") as connection:
        connection.execute("UPDATE series SET pixels_sha256 = ? WHERE kind = 'PD'", ["0" * 64])
    connection.close()

    with pytest.raises(RecordDamaged, match="the images of subject"):
        audit(trial)


def _chooser(study: CoordinatorStudy) -> Chooser:
    return Chooser(study, "MO", lambda _: None, lambda: False)


def test_what_a_coordinator_blackens_is_on_the_record(trial: Path) -> None:
    code = _series(trial)[1, "PD", "COR"].code

    with CoordinatorStudy.open(trial) as study:
        _chooser(study).blank(code, [Region(0, 0, 2, 3)], "a name")

    assert not np.any(load_volume(_series(trial)[1, "PD", "COR"], trial / IMAGES_FOLDER)[:, :2, :3])
    assert audit_pixels(trial).series == 14


def test_stopped_between_index_and_files_the_next_answer_finishes_the_blackening(
    trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = _series(trial)[1, "PD", "COR"].code

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with CoordinatorStudy.open(trial) as study:
        with monkeypatch.context() as patch:
            patch.setattr("workstation.intake.writing.images_folder.publish", full)
            with pytest.raises(OSError, match="No space"):
                _chooser(study).blank(code, [Region(0, 0, 2, 3)], "a name")
        with pytest.raises(RecordDamaged, match="PD COR"):
            audit_pixels(trial)
        _chooser(study).choose_kind(_series(trial)[2, "PD", "COR"].code, "PD", "another answer")

    assert audit_pixels(trial).series == 14


def test_slices_that_come_later_are_on_the_record(tmp_path: Path) -> None:
    a_visit(tmp_path / "in", count=4)
    late = sorted((tmp_path / "in").glob("*.3"))
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        for file in late:
            file.rename(tmp_path / file.name)
        import_folders(study, [tmp_path / "in"])
        for file in late:
            (tmp_path / file.name).rename(file)
        import_folders(study, [tmp_path / "in"])

    assert audit_pixels(tmp_path / "trial") == PixelAudit(7, 0, 7 * 4 * ROWS * COLUMNS * 2)


def test_a_series_of_an_older_study_is_counted_as_unknown_and_shown_as_before(trial: Path) -> None:
    known = _series(trial)[1, "T1", "AX"]
    old = SeriesRecord(**{name: getattr(known, name) for name in known.__struct_fields__ if name != "pixels_sha256"})
    _black(trial)

    assert load_volume(old, trial / IMAGES_FOLDER).shape == (3, ROWS, COLUMNS)


def test_a_record_without_images_says_that_they_are_not_here(trial: Path) -> None:
    shutil.rmtree(trial / IMAGES_FOLDER)

    assert audit_pixels(trial) == PixelAudit(0, 14, 0, here=False)


def test_a_link_to_a_folder_among_the_images_is_of_no_series(trial: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (trial / IMAGES_FOLDER / "more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    assert audit_pixels(trial).strange == ("more",)


def test_where_the_images_are_not_here_none_was_verified_and_all_are_unknown(trial: Path) -> None:
    shutil.rmtree(trial / IMAGES_FOLDER)

    assert audit_pixels(trial) == PixelAudit(series=0, unknown=14, bytes=0, here=False)
