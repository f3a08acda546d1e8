"""Files set aside: each ends accepted or outside with a plain reason; an unreadable one never stops the rest."""

from __future__ import annotations

import os
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, written
from workstation.errors import IntakeRefused
from workstation.intake.findings import SetAside
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport


def _why(report: ImportReport) -> dict[str, int]:
    return {group.why: group.count for group in report.set_aside}


def _scanned(file: Path) -> Scanned | SetAside:
    with quiet():
        return scan(file)


def test_a_path_that_does_not_exist_is_refused_before_anything_is_written(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in")

    with pytest.raises(IntakeRefused, match="nowhere: no such file or folder"):
        import_folders(study, [tmp_path / "in", tmp_path / "nowhere"])

    assert study.subjects() == ()
    assert study.vault.people() == ()


@pytest.mark.case(3, 62)
def test_files_that_are_not_dicom_are_counted_and_the_images_beside_them_imported(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in")
    for name, content in {"Thumbs.db": b"x" * 300, "notes.txt": b"T1", "empty": b"", "one": b"\x08"}.items():
        (tmp_path / "in" / name).write_bytes(content)
    (tmp_path / "in" / "magic only").write_bytes(b"\0" * 128 + b"DICM")

    report = import_folders(study, [tmp_path / "in"])

    assert (report.seen, report.accepted) == (8, 3)
    assert _why(report)["not DICOM"] == 4
    assert sum(_why(report).values()) == 5


@pytest.mark.case(58)
def test_links_fifos_and_loops_neither_hang_nor_lead_out_of_the_folder(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "elsewhere", "1.2.3.8")
    folder = tmp_path / "in"
    a_series(folder)
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "file").symlink_to(tmp_path / "elsewhere" / "1.2.3.8-0")
    os.mkfifo(folder / "fifo")

    report = import_folders(study, [folder])

    assert (report.seen, report.accepted) == (7, 3)
    assert _why(report) == {
        "links are not followed; what they point to is read where it lies": 3,
        "not a regular file": 1,
    }


@pytest.mark.case(60)
def test_names_with_line_breaks_and_broken_encodings_import_and_are_reported_escaped(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    files = a_series(tmp_path / "in")
    files[0].rename(files[0].parent / os.fsdecode(b"-a\nb\xff'\""))
    files[1].write_bytes(files[1].read_bytes()[:400])
    files[1].rename(files[1].parent / os.fsdecode(b"cut\n\xff"))

    report = import_folders(study, [tmp_path / "in"])

    assert report.accepted == 2
    assert all(line.isprintable() for line in report.as_text())


def test_the_study_folder_itself_is_never_imported(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path])

    report = import_folders(study, [tmp_path])

    assert report.seen == 3


@pytest.mark.case(2, 18, 20, 21)
@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"ImagePositionPatient": None}, "ImagePositionPatient"),
        ({"ImageOrientationPatient": None}, "ImageOrientationPatient"),
        ({"ImageOrientationPatient": [0.0] * 6}, "ImageOrientationPatient"),
        ({"ImageOrientationPatient": [1.0, 0, 0, 0.7, 0.7, 0]}, "ImageOrientationPatient"),
        ({"ImageOrientationPatient": [2.0, 0, 0, 0, 1, 0]}, "ImageOrientationPatient"),
        ({"PixelSpacing": None}, "PixelSpacing"),
        ({"PixelSpacing": [0.0, 0.5]}, "PixelSpacing"),
        ({"PixelSpacing": [-0.5, 0.5]}, "PixelSpacing"),
        ({"PixelSpacing": 0.5}, "PixelSpacing"),
        ({"PixelSpacing": [0.5, 0.5, 0.5]}, "PixelSpacing"),
        ({"ImageOrientationPatient": [1.0, 0, 0, 0, 1]}, "ImageOrientationPatient"),
        ({"Rows": 0}, "Rows"),
        ({"Rows": 65535, "Columns": 65535}, "Rows"),
        ({"BitsAllocated": 12}, "BitsAllocated"),
        ({"BitsStored": 17}, "BitsStored"),
        ({"HighBit": 16}, "HighBit"),
        ({"SamplesPerPixel": 3}, "SamplesPerPixel"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "PhotometricInterpretation"),
        ({"NumberOfFrames": 0}, "NumberOfFrames"),
        ({"NumberOfFrames": 2147483647}, "NumberOfFrames"),
        ({"SeriesInstanceUID": None}, "SeriesInstanceUID"),
        ({"PixelData": None}, "no pixel data"),
        ({"Modality": "CT", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2"}, "neither an MR image nor a radiograph"),
    ],
)
def test_a_file_without_readable_geometry_or_pixels_is_set_aside_and_the_attribute_named(
    attributes: dict[str, Any], named: str, tmp_path: Path
) -> None:
    file = written(a_slice("1.2.3.1.1", **attributes), tmp_path / "a")

    result = _scanned(file)

    assert isinstance(result, SetAside)
    assert named in result.why


@pytest.mark.case(17)
@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "1,5", "", "\u0661", "1" * 14])
def test_a_position_that_is_no_finite_number_is_not_taken_for_one(text: str, tmp_path: Path) -> None:
    file = written(a_slice("1.2.3.1.1", ImagePositionPatient=[1.25, 2.25, 3.25]), tmp_path / "a")
    raw = text.encode("utf-8")
    file.write_bytes(file.read_bytes().replace(b"1.25\\2.25\\3.25", (raw + b"\\2.25\\3.25         ")[:14]))

    assert isinstance(_scanned(file), SetAside)


@pytest.mark.case(1)
def test_every_truncation_of_a_file_is_set_aside(tmp_path: Path) -> None:
    whole = written(a_slice("1.2.3.1.1"), tmp_path / "whole").read_bytes()
    cut = tmp_path / "cut"
    for length in range(0, len(whole), 7):
        cut.write_bytes(whole[:length])

        assert isinstance(_scanned(cut), SetAside), length


@pytest.mark.case(10)
def test_a_deflated_bomb_is_refused_before_it_has_swollen(tmp_path: Path) -> None:
    dataset = a_slice("1.2.3.1.1")
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    whole = written(dataset, tmp_path / "deflated").read_bytes()
    # the group's length stands in its first element: PS3.10 7.1
    head = whole[: 144 + int.from_bytes(whole[140:144], "little")]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = head + b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    (tmp_path / "deflated").write_bytes(bomb)

    tracemalloc.start()
    try:
        result = _scanned(tmp_path / "deflated")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(result, SetAside)
    assert "deflated" in result.why
    # it would be 256 MB
    assert peak < 32 << 20


def test_nested_sequences_without_end_are_set_aside_and_not_a_crash(tmp_path: Path) -> None:
    whole = written(a_slice("1.2.3.1.1"), tmp_path / "deep").read_bytes()
    place = whole.index(b"\x08\x00\x16\x00UI")
    opened = b"\x08\x00\x15\x11SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    (tmp_path / "deep").write_bytes(whole[:place] + opened * 4000 + whole[place:])

    assert isinstance(_scanned(tmp_path / "deep"), SetAside)


@pytest.mark.case(26)
def test_a_file_without_preamble_is_an_image_all_the_same(tmp_path: Path) -> None:
    whole = written(a_slice("1.2.3.1.1"), tmp_path / "bare").read_bytes()
    (tmp_path / "bare").write_bytes(whole[132:])

    assert isinstance(_scanned(tmp_path / "bare"), Scanned)


@pytest.mark.case(41)
def test_the_same_image_in_two_files_is_imported_once(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in" / "a")
    a_series(tmp_path / "in" / "b", ImageComments="sent twice")

    report = import_folders(study, [tmp_path / "in"])

    assert [len(series.slices) for series in study.subjects()[0].visits[0].series] == [3]
    assert _why(report) == {"the same image is in another file": 3}
    assert (report.seen, report.accepted) == (6, 3)


@pytest.mark.case(42)
def test_two_pictures_under_one_uid_keep_the_whole_series_out(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.1")
    a_series(tmp_path / "in", "1.2.3.2")
    written(a_slice("1.2.3.1.0", "1.2.3.1", seed=77), tmp_path / "in" / "other")

    report = import_folders(study, [tmp_path / "in"])

    assert len(study.subjects()[0].visits[0].series) == 1
    assert report.accepted == 3
    assert "two different pictures under one SOPInstanceUID" in report.findings[0].text


@pytest.mark.case(50)
def test_a_series_under_two_patients_is_not_imported(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", count=2)
    written(a_slice("1.2.3.1.9", z_mm=9.0, PatientID="P2"), tmp_path / "in" / "other")

    report = import_folders(study, [tmp_path / "in"])

    assert study.subjects() == ()
    assert "one series under two patients" in report.findings[0].text
