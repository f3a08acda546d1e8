"""The quick scan says what the careful one says of every file, and leaves to it whatever is odd."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, a_visit, written
from tests.real_files import FOLDER, needs_real_files
from workstation.intake.headers import quick_scan
from workstation.intake.headers.quick_scan import QuickScan
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet():
        yield


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _assert_alike(files: list[Path]) -> None:
    quick = QuickScan()
    for path in files:
        assert quick(path) == scan(path), path.name
    # and once more with everything learned
    for path in files:
        assert quick(path) == scan(path), path.name


def _careful_files(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that the quick scan hands on."""
    handed: list[Path] = []

    def counted(path: Path) -> object:
        handed.append(path)
        return scan(path)

    monkeypatch.setattr(quick_scan, "scan", counted)
    return handed


@needs_real_files
@pytest.mark.timeout(300)
def test_both_scans_say_the_same_of_every_real_and_every_malformed_file() -> None:
    _assert_alike(_files(FOLDER))


def test_both_scans_say_the_same_of_the_sample_and_it_is_read_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    files = _files(ROOT / "sample_dicom")[::3]

    _assert_alike(files)

    handed = _careful_files(monkeypatch)
    quick = QuickScan()
    for path in files:
        quick(path)
    assert {path.suffix for path in handed} <= {".md", ".csv", ".json"}


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"SpecificCharacterSet": "ISO_IR 192", "PatientName": "Müller^Jürgen"},
        {"PatientID": None, "PatientName": None, "StudyDate": "00000000"},
        {"ImagePositionPatient": None},
        {"PixelSpacing": [0.0, 0.4]},
        {"Modality": "CT", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2"},
        {"SOPInstanceUID": None},
        {"AcquisitionTime": "10:15:00.5", "AcquisitionNumber": 7, "InstanceNumber": 3},
        {"SeriesTime": "noon", "AcquisitionTime": "101500"},
        {"Rows": 13},
        {"NumberOfFrames": 2},
        {"BitsAllocated": 12},
        {"ReferencedImageSequence": Sequence([Dataset()])},
        {"ContrastBolusAgentSequence": Sequence([a_slice("1.2.3.4.5")])},
        {"BurnedInAnnotation": "YES"},
    ],
)
def test_both_scans_say_the_same_of_each_kind_of_header(attributes: dict[str, Any], tmp_path: Path) -> None:
    a_series(tmp_path, count=4, **attributes)

    _assert_alike(_files(tmp_path))


def test_both_scans_say_the_same_of_private_philips_items(tmp_path: Path) -> None:
    for number, undefined in enumerate((False, True, True, False, True)):
        dataset = a_slice(f"1.2.3.1.{number}", z_mm=number, ScanningSequence=None)
        inner = Dataset()
        inner.add_new((0x0018, 0x9008), "CS", "SPIN")
        inner.add_new((0x0018, 0x9025), "CS", "FAT")
        inner.add_new((0x0008, 0x0018), "UI", f"1.2.{number}")
        dataset.add_new((0x2005, 0x0014), "LO", "Philips MR Imaging DD 005")
        dataset.add_new((0x2005, 0x140F), "SQ", Sequence([inner]))
        dataset[0x2005, 0x140F].is_undefined_length = undefined
        written(dataset, tmp_path / str(number))

    _assert_alike(_files(tmp_path))
    found = QuickScan()(tmp_path / "0")
    assert isinstance(found, Scanned)
    assert (found.frames[0].evidence.sequence, found.frames[0].evidence.fat) == (frozenset({"SE"}), "YES")


@pytest.mark.case(37)
@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_both_scans_say_the_same_of_other_byte_orders_and_of_headers_without_types(
    syntax: Any,  # noqa: ANN401 - pydicom's own UID type
    tmp_path: Path,
) -> None:
    for number in range(4):
        dataset = a_slice(f"1.2.3.1.{number}", z_mm=number)
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset["PixelData"].VR = "OW"
        written(dataset, tmp_path / str(number))

    _assert_alike(_files(tmp_path))


def test_a_slice_whose_header_differs_in_the_middle_of_what_was_learned_keeps_its_own_values(tmp_path: Path) -> None:
    a_series(tmp_path, count=8)
    for number in range(8, 14):
        written(
            a_slice(f"1.2.3.1.{number}", z_mm=2.0 * number, RepetitionTime=550 + number, EchoNumbers=number),
            tmp_path / str(number),
        )

    _assert_alike(_files(tmp_path))


@pytest.mark.case(1)
def test_both_scans_say_the_same_of_a_file_cut_at_any_byte(tmp_path: Path) -> None:
    whole = written(a_slice("1.2.3.1.0"), tmp_path / "whole").read_bytes()
    quick = QuickScan()
    quick(tmp_path / "whole")
    for length in range(0, len(whole), 7):
        (tmp_path / "cut").write_bytes(whole[:length])

        assert quick(tmp_path / "cut") == scan(tmp_path / "cut"), length


@pytest.mark.case(4)
def test_both_scans_say_the_same_of_files_with_flipped_bits(tmp_path: Path) -> None:
    whole = written(a_slice("1.2.3.1.0"), tmp_path / "whole").read_bytes()
    quick = QuickScan()
    dice = random.Random(1)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            damaged[dice.randrange(132, len(damaged))] ^= 1 << dice.randrange(8)
        (tmp_path / "damaged").write_bytes(damaged)

        theirs = scan(tmp_path / "damaged")

        # where the careful scan refuses what it can't parse behind the pixels' start, the quick one may not accept
        assert quick(tmp_path / "damaged") == theirs


@pytest.mark.parametrize(
    "vr",
    # as what pydicom takes the value then: numbers, a name, bytes, a tag, nothing that it knows
    ["DS", "IS", "PN", "OB", "AT", "UN", "SQ", "ZZ"],
)
def test_a_character_set_of_another_type_is_that_files_fault_and_the_rest_comes_in(
    vr: str, study: CoordinatorStudy, tmp_path: Path
) -> None:
    """Two bits that flip make CS another type; pydicom then raises TypeError, which ended the whole import."""
    files = a_series(tmp_path / "in", count=4, SpecificCharacterSet="ISO_IR 100")
    content = files[1].read_bytes()
    at = content.index(b"\x08\x00\x05\x00CS")
    # a number, so that DS and IS can be made of it
    value = b"1.5       "[: content[at + 6]].ljust(content[at + 6])
    damaged = content[: at + 4] + vr.encode() + content[at + 6 : at + 8] + value + content[at + 8 + len(value) :]
    files[1].write_bytes(damaged)

    _assert_alike(files)
    report = import_folders(study, [tmp_path / "in"])

    assert report.seen == 4
    assert report.accepted >= 3


def test_whatever_a_header_makes_the_quick_scan_raise_the_careful_one_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = a_series(tmp_path / "in", count=1)

    def raises(*_: object) -> None:
        raise TypeError

    monkeypatch.setattr(QuickScan, "_frame", raises)

    assert QuickScan()(file) == scan(file)


def test_a_whole_visit_is_read_the_quick_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_visit(tmp_path)
    handed = _careful_files(monkeypatch)

    quick = QuickScan()
    found = [quick(path) for path in _files(tmp_path)]

    assert all(isinstance(item, Scanned) for item in found)
    assert handed == []
