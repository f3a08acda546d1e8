"""ZIP archives and DICOMDIR file-sets: read within caps, nothing written, nothing outside looked at."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, written
from workstation.intake.files import member
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport


def _zipped(target: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target


def _slices(folder: Path, count: int = 3) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in a_series(folder, count=count)}


def _counts(report: ImportReport) -> list[int]:
    return [series.slices for subject in report.subjects for v in subject.visits for series in v.series]


def _why(report: ImportReport) -> str:
    return "; ".join(f"{item.count} {item.what}: {item.why}" for item in report.set_aside)


def _all(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_images_in_an_archive_are_imported_as_if_they_lay_in_a_folder(study: CoordinatorStudy, tmp_path: Path) -> None:
    members = _slices(tmp_path / "out")
    _zipped(tmp_path / "in" / "scans.zip", {"readme.txt": b"no image", "CD/": b""} | members)

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == [3]
    assert (report.seen, report.accepted) == (4, 3)
    with CoordinatorStudy.create(tmp_path / "other") as other:
        plain = import_folders(other, [tmp_path / "out"])
        window = other.subjects()[0].visits[0].series[0].window_high
    assert _counts(plain) == [3]
    assert study.subjects()[0].visits[0].series[0].window_high == window


def test_an_archive_imported_again_adds_nothing(study: CoordinatorStudy, tmp_path: Path) -> None:
    archive = _zipped(tmp_path / "scans.zip", _slices(tmp_path / "out"))
    import_folders(study, [archive])
    before = study.subjects()

    report = import_folders(study, [archive])

    assert study.subjects() == before
    assert _counts(report) == [3]


@pytest.mark.case(11)
@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "C:\\evil", "..\\..\\evil", "a/../../evil", "\n\u202eevil", "x" * 500]
)
def test_a_name_in_an_archive_leads_nowhere(name: str, study: CoordinatorStudy, tmp_path: Path) -> None:
    _zipped(tmp_path / "in" / "scans.zip", {name: a_bytes(tmp_path)})
    before = _all(tmp_path) - _all(study.path)

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == [1]
    assert _all(tmp_path) - _all(study.path) == before


def a_bytes(folder: Path) -> bytes:
    path = written(a_slice("1.2.3.1.0"), folder / "one")
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.mark.case(11)
def test_a_bomb_is_refused_by_what_it_claims_before_it_is_unpacked(study: CoordinatorStudy, tmp_path: Path) -> None:
    _zipped(tmp_path / "in" / "bomb.zip", {"a": bytes(64 << 20)})

    report = import_folders(study, [tmp_path / "in"])

    assert "1 archive: unpacks to more than 100 times its size" in _why(report)


def test_an_archive_of_more_than_the_cap_is_refused(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "MOST_BYTES", 1000)
    _zipped(tmp_path / "in" / "large.zip", _slices(tmp_path / "out"))

    assert "unpacks to more than 2 GiB" in _why(import_folders(study, [tmp_path / "in"]))


def test_a_member_that_claims_to_be_smaller_than_it_is_gives_no_more_than_it_claims(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    archive = _zipped(tmp_path / "in" / "lying.zip", {"a": bytes(8 << 20)})
    content = bytearray(archive.read_bytes())
    # the size in the central directory: 24 bytes behind its signature, APPNOTE 4.3.12
    struct.pack_into("<I", content, content.rfind(b"PK\x01\x02") + 24, 500)
    archive.write_bytes(content)

    report = import_folders(study, [tmp_path / "in"])

    assert "damaged in its archive" in _why(report)


@pytest.mark.case(11)
def test_an_archive_inside_an_archive_is_set_aside(study: CoordinatorStudy, tmp_path: Path) -> None:
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a", a_bytes(tmp_path))
    _zipped(tmp_path / "in" / "outer.zip", {"inner.zip": inner.getvalue()} | _slices(tmp_path / "out", 2))

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == [2]
    assert "1 archive: an archive inside an archive" in _why(report)


def test_damage_in_one_member_leaves_the_others(study: CoordinatorStudy, tmp_path: Path) -> None:
    members = _slices(tmp_path / "out")
    archive = _zipped(tmp_path / "in" / "scans.zip", members, zipfile.ZIP_STORED)
    content = bytearray(archive.read_bytes())
    content[content.find(members["1.2.3.1-1"]) + 700] ^= 255
    archive.write_bytes(content)

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == [2]
    assert "1 file in an archive: damaged in its archive" in _why(report)


@pytest.mark.parametrize("length", [4, 30, 200, 1000])
def test_an_archive_cut_short_is_set_aside(length: int, study: CoordinatorStudy, tmp_path: Path) -> None:
    archive = _zipped(tmp_path / "in" / "scans.zip", _slices(tmp_path / "out"))
    archive.write_bytes(archive.read_bytes()[:length])

    assert "1 archive: the archive is damaged" in _why(import_folders(study, [tmp_path / "in"]))


def test_an_encrypted_member_is_set_aside_and_says_what_to_do(study: CoordinatorStudy, tmp_path: Path) -> None:
    archive = _zipped(tmp_path / "in" / "scans.zip", {"a": a_bytes(tmp_path)})
    content = bytearray(archive.read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)

    assert "encrypted; unpack it" in _why(import_folders(study, [tmp_path / "in"]))


def _a_disc(folder: Path, *references: list[str]) -> Path:
    """A DICOMDIR that lists those files, also under names that the standard doesn't allow."""
    with quiet():
        records = [_record(parts) for parts in references]
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
        dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.99")
        dataset.DirectoryRecordSequence = Sequence(records)
        return written(dataset, folder / "DICOMDIR")


def _record(parts: list[str]) -> Dataset:
    record = Dataset()
    record.OffsetOfTheNextDirectoryRecord = 0
    record.DirectoryRecordType = "IMAGE"
    record.ReferencedFileID = parts
    return record


def test_a_disc_directory_by_itself_brings_the_files_that_it_lists(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "cd" / "IMAGES", "1.2.3.1")
    a_series(tmp_path / "cd" / "OTHER", "1.2.3.2")
    disc = _a_disc(tmp_path / "cd", *(["IMAGES", f"1.2.3.1-{number}"] for number in range(3)))

    report = import_folders(study, [disc])

    assert _counts(report) == [3]
    assert not any("DICOMDIR lists" in item.text for item in report.findings)


@pytest.mark.case(63)
def test_names_of_another_case_are_found_and_a_missing_file_is_told(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "cd" / "images", "1.2.3.1", count=1)
    disc = _a_disc(tmp_path / "cd", ["IMAGES", "1.2.3.1-0"], ["IMAGES", "GONE"])

    report = import_folders(study, [disc])

    assert _counts(report) == [1]
    assert any("DICOMDIR lists 1 files that aren't there and 0 outside" in item.text for item in report.findings)


@pytest.mark.case(63)
@pytest.mark.parametrize(
    "reference",
    [
        ["..", "outside", "1.2.3.1-0"],
        ["..", "..", "outside", "1.2.3.1-0"],
        ["/etc", "passwd"],
        ["link", "1.2.3.1-0"],
        [".", "x"],
    ],
)
def test_a_disc_directory_leads_nowhere_outside_its_folder(
    reference: list[str], study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "outside")
    (tmp_path / "cd").mkdir()
    (tmp_path / "cd" / "link").symlink_to(tmp_path / "outside")
    disc = _a_disc(tmp_path / "cd", reference)

    report = import_folders(study, [disc])

    assert _counts(report) == []
    assert any("1 outside its folder" in item.text for item in report.findings)


def test_a_disc_in_a_folder_is_read_once(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "cd" / "IMAGES")
    _a_disc(tmp_path / "cd", *([["IMAGES", f"1.2.3.1-{number}"] for number in range(3)] * 2))

    report = import_folders(study, [tmp_path / "cd"])

    assert (_counts(report), report.seen, report.accepted) == ([3], 4, 3)


@pytest.mark.case(63)
def test_records_that_point_at_each_other_do_no_harm(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "cd" / "IMAGES", count=1)
    disc = _a_disc(tmp_path / "cd", ["IMAGES", "1.2.3.1-0"])
    content = disc.read_bytes()
    # OffsetOfTheNextDirectoryRecord, UL: the record itself
    at = content.index(b"\x04\x00\x00\x14UL\x04\x00") + 8
    disc.write_bytes(content[:at] + content.index(b"\xfe\xff\x00\xe0").to_bytes(4, "little") + content[at + 4 :])

    assert _counts(import_folders(study, [disc])) == [1]
