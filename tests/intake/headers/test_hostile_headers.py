"""Headers as no scanner writes them: each file is an image all the same, or one counted finding; never a crash."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, pixels, written
from workstation.imaging.windowing import to_screen
from workstation.intake.findings import SetAside
from workstation.intake.headers.elements import explicit_element
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders

META = 132


def _judged(file: Path, data: bytes) -> Scanned | SetAside:
    """What the import says of a file with these bytes."""
    file.write_bytes(data)
    with quiet():
        return scan(file)


def _plain(folder: Path, **attributes: Any) -> bytes:  # noqa: ANN401 - values of any attribute
    return written(a_slice("1.2.3.1.0", SliceThickness=2, **attributes), folder / "plain").read_bytes()


def _elements(data: bytes) -> list[bytes]:
    """The elements behind the file meta group, one after the other."""
    pos = META + 12 + int.from_bytes(data[META + 8 : META + 12], "little")
    found = []
    while pos < len(data):
        _, start, length = explicit_element(data, pos)
        found.append(data[pos : start + length])
        pos = start + length
    return found


def _with(data: bytes, elements: list[bytes]) -> bytes:
    return data[: len(data) - sum(map(len, _elements(data)))] + b"".join(elements)


@pytest.mark.case(6)
@pytest.mark.parametrize("vr", [b"OB", b"UN", b"SQ", b"ZZ", b"\0\0", b"US", b"DS"])
def test_a_wrong_or_unknown_vr_ends_in_a_finding_or_an_image(vr: bytes, tmp_path: Path) -> None:
    data = _plain(tmp_path)
    for element in _elements(data)[::3]:
        at = data.index(element) + 4

        found = _judged(tmp_path / "file", data[:at] + vr + data[at + 2 :])

        assert isinstance(found, Scanned | SetAside)


@pytest.mark.case(7)
@pytest.mark.parametrize(
    "tag", [b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0", b"\xe0\x7f\x10\x00", bytes(4)]
)
def test_an_element_under_the_tag_of_a_delimiter_or_of_pixels_is_no_image(tag: bytes, tmp_path: Path) -> None:
    data = _plain(tmp_path)
    at = data.index(b"\x28\x00\x10\x00US")

    found = _judged(tmp_path / "file", data[:at] + tag + data[at + 4 :])

    assert isinstance(found, SetAside)


@pytest.mark.case(8)
def test_elements_that_are_deleted_doubled_or_moved_end_in_a_finding_or_an_image(tmp_path: Path) -> None:
    data = _plain(tmp_path)
    elements = _elements(data)
    dice = random.Random(8)
    for number in range(len(elements)):
        one = elements[number]
        without = elements[:number] + elements[number + 1 :]
        place = dice.randrange(len(without))

        for changed in (
            without,
            [*elements[:number], one, *elements[number:]],
            [*without[:place], one, *without[place:]],
        ):
            assert isinstance(_judged(tmp_path / "file", _with(data, changed)), Scanned | SetAside)


@pytest.mark.case(8)
def test_of_an_element_that_comes_twice_the_last_one_counts_as_for_pydicom(tmp_path: Path) -> None:
    data = _plain(tmp_path)
    rows = b"\x28\x00\x10\x00US\x02\x00"
    at = data.index(rows)

    found = _judged(tmp_path / "file", data[:at] + rows + (13).to_bytes(2, "little") + data[at:])

    assert isinstance(found, Scanned)
    assert found.frames[0].facts.layout.rows == 12


@pytest.mark.case(12, 37)
def test_an_odd_number_of_bytes_with_its_padding_is_whole(study: CoordinatorStudy, tmp_path: Path) -> None:
    picture = np.arange(9, dtype=np.uint8)
    layout: dict[str, Any] = {"Rows": 3, "Columns": 3, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
    dataset = a_slice("1.2.3.1.0", **layout, PixelData=picture.tobytes() + b"\0")
    dataset["PixelData"].VR = "OB"
    written(dataset, tmp_path / "in" / "odd")

    import_folders(study, [tmp_path / "in"])

    series = study.subjects()[0].visits[0].series[0]
    stored = (study.images / series.slices[0].file).read_bytes()[series.slices[0].pixel_offset :]
    assert stored == picture.tobytes() + b"\0"


@pytest.mark.case(19)
@pytest.mark.parametrize("text", [b"99999999999999", b"1.5", b"one", b"", b"-"])
def test_a_whole_number_that_is_none_is_taken_for_missing(text: bytes, tmp_path: Path) -> None:
    data = _plain(tmp_path, InstanceNumber=12)
    raw = text + b" " * (len(text) % 2)
    old = b"\x20\x00\x13\x00IS\x02\x0012"

    found = _judged(tmp_path / "file", data.replace(old, old[:6] + len(raw).to_bytes(2, "little") + raw))

    assert isinstance(found, Scanned)
    assert found.frames[0].instance_number is None


HARMFUL = (
    "'; DROP TABLE subject; --",
    "<img src=x onerror=alert(1)>",
    "=HYPERLINK(1)",
    "\x1b[2J\x1b]0;x\x07",
    "a\u202eb\u0000c\nd",
    "x" * 60_000,
)


@pytest.mark.case(23)
@pytest.mark.parametrize("text", HARMFUL, ids=["sql", "html", "formula", "escape", "bidi and NUL", "60 kB"])
def test_text_that_means_harm_is_text_and_its_report_is_printable(
    text: str, study: CoordinatorStudy, tmp_path: Path
) -> None:
    with quiet():
        said: dict[str, Any] = {
            "SpecificCharacterSet": "ISO_IR 192",
            "SeriesDescription": text,
            "PatientComments": text,
        }
        a_series(tmp_path / "in", PatientName=f"{text[:50]}^A", **said)

    report = import_folders(study, [tmp_path / "in"])

    assert report.accepted == 3
    assert all(line.isprintable() for line in report.as_text())
    assert json.loads(json.dumps(report.as_json()))["subjects"][0]["code"] == "S001"
    inside = b"".join(file.read_bytes() for file in study.images.rglob("*.dcm"))
    assert text[:50].encode() not in inside


@pytest.mark.case(25)
@pytest.mark.parametrize("date", ["20201345", "00000000", "20200101-20210101", "yesterday", "18991230"])
def test_a_date_that_is_none_is_said_to_be_unknown(date: str, study: CoordinatorStudy, tmp_path: Path) -> None:
    with quiet():
        a_series(tmp_path / "in", StudyDate=date)

    report = import_folders(study, [tmp_path / "in"])

    assert any("the date of the visit is unknown" in item.text for item in report.findings)


@pytest.mark.case(26)
@pytest.mark.parametrize("shift", [1, 2, 3, 8])
def test_a_preamble_that_is_shifted_is_not_dicom(shift: int, tmp_path: Path) -> None:
    found = _judged(tmp_path / "file", b"\x01" * shift + _plain(tmp_path))

    assert isinstance(found, SetAside)
    assert found.why == "not DICOM"


@pytest.mark.case(27)
@pytest.mark.parametrize("length", [0, 1, 50, 5000, 0xFFFFFFFF])
def test_a_wrong_length_of_the_meta_group_ends_in_a_finding_or_the_same_image(length: int, tmp_path: Path) -> None:
    data = _plain(tmp_path)
    whole = _judged(tmp_path / "file", data)
    assert isinstance(whole, Scanned)

    found = _judged(tmp_path / "file", data[: META + 8] + length.to_bytes(4, "little") + data[META + 12 :])

    assert isinstance(found, SetAside) or found.frames[0].position_mm == whole.frames[0].position_mm


@pytest.mark.case(27)
@pytest.mark.parametrize("said", [ImplicitVRLittleEndian, ExplicitVRBigEndian, "1.2.840.10008.1.2.4.70"])
def test_a_wrong_transfer_syntax_ends_in_a_finding_or_an_image(said: str, tmp_path: Path) -> None:
    data = _plain(tmp_path)
    new = said.encode().ljust(len(said) + len(said) % 2, b"\0")
    # 8 bytes of header, 20 of value
    at = data.index(b"\x02\x00\x10\x00UI")

    found = _judged(tmp_path / "file", data[: at + 6] + len(new).to_bytes(2, "little") + new + data[at + 28 :])

    assert isinstance(found, Scanned | SetAside)


@pytest.mark.case(27)
def test_a_file_without_its_meta_group_is_read_by_guess(tmp_path: Path) -> None:
    data = _plain(tmp_path)

    found = _judged(tmp_path / "file", b"".join(_elements(data)))

    assert isinstance(found, Scanned)


@pytest.mark.case(31)
@pytest.mark.parametrize(
    ("syntax", "name"),
    [("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000"), ("1.2.840.10008.1.2.4.102", "MPEG-4"), ("1.2.3.4", "")],
)
def test_a_transfer_syntax_without_a_decoder_is_named_in_words(syntax: str, name: str, tmp_path: Path) -> None:
    data = _plain(tmp_path)
    at = data.index(b"\x02\x00\x10\x00UI")
    new = syntax.encode().ljust(len(syntax) + len(syntax) % 2, b"\0")

    found = _judged(tmp_path / "file", data[: at + 6] + len(new).to_bytes(2, "little") + new + data[at + 28 :])

    assert isinstance(found, SetAside)
    assert "transfer syntax that is not supported" in found.why
    assert name in found.why
    assert syntax not in found.why


@pytest.mark.case(32)
def test_a_megabyte_of_zeros_behind_the_pixels_does_no_harm(tmp_path: Path) -> None:
    data = _plain(tmp_path) + b"\xfc\xff\xfc\xffOB\0\0" + (1 << 20).to_bytes(4, "little") + bytes(1 << 20)

    assert isinstance(_judged(tmp_path / "file", data), Scanned)


@pytest.mark.case(33)
def test_overlays_and_curves_of_wrong_sizes_are_ignored_and_do_not_come_along(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    for number in range(2):
        dataset = a_slice(f"1.2.3.1.{number}", z_mm=number)
        dataset.add_new(0x50003000, "OW", b"curve!")
        dataset.add_new(0x60000010, "US", 60_000)
        dataset.add_new(0x60000011, "US", 0)
        dataset.add_new(0x60003000, "OW", b"over")
        written(dataset, tmp_path / "in" / str(number))

    import_folders(study, [tmp_path / "in"])

    groups = {element.tag.group for file in study.images.rglob("*.dcm") for element in pydicom.dcmread(file)}
    assert groups.isdisjoint({0x5000, 0x6000})
    assert len(list(study.images.rglob("*.dcm"))) == 2


@pytest.mark.case(34)
def test_a_monochrome1_series_looks_like_its_inverted_twin(study: CoordinatorStudy, tmp_path: Path) -> None:
    upright = [pixels(number) for number in range(2)]
    for number, picture in enumerate(upright):
        turned: dict[str, Any] = {"PhotometricInterpretation": "MONOCHROME1", "PixelData": (4095 - picture).tobytes()}
        written(a_slice(f"1.2.1.{number}", "1.2.1", z_mm=number, PixelData=picture.tobytes()), tmp_path / f"a{number}")
        written(a_slice(f"1.2.2.{number}", "1.2.2", z_mm=number, **turned), tmp_path / f"b{number}")

    import_folders(study, [tmp_path])

    shown = {}
    for series in study.subjects()[0].visits[0].series:
        stored = (study.images / series.slices[0].file).read_bytes()[series.slices[0].pixel_offset :]
        values = np.frombuffer(stored, "<u2").reshape(series.rows, series.columns)
        low, high = (1000, 3000) if not series.inverted else (4095 - 3000, 4095 - 1000)
        out = np.zeros(values.shape, np.uint32)
        to_screen(values, low, high, out, inverted=series.inverted)
        shown[series.inverted] = (out & 0xFF).astype(int)
    assert set(shown) == {False, True}
    assert np.abs(shown[True] - shown[False]).max() <= 1


@pytest.mark.case(35)
def test_rescale_values_that_differ_from_slice_to_slice_leave_stored_values_as_they_are(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    for number, slope in enumerate(("1.2345678", "2.5", None)):
        said: dict[str, Any] = {"RescaleSlope": slope, "RescaleIntercept": None if slope is None else "-7.5"}
        written(a_slice(f"1.2.3.1.{number}", z_mm=number, seed=number, **said), tmp_path / "in" / str(number))

    import_folders(study, [tmp_path / "in"])

    series = study.subjects()[0].visits[0].series[0]
    stored = [(study.images / item.file).read_bytes()[item.pixel_offset :] for item in series.slices]
    assert stored == [pixels(number).tobytes() for number in range(3)]
    assert not [file for file in study.images.rglob("*.dcm") if "RescaleSlope" in pydicom.dcmread(file)]


@pytest.mark.case(44)
def test_a_gap_is_told_and_slices_keep_their_positions(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", count=6)
    (tmp_path / "in" / "1.2.3.1-3").unlink()

    report = import_folders(study, [tmp_path / "in"])

    heights = [item.position_mm[2] for item in study.subjects()[0].visits[0].series[0].slices]
    assert [b - a for a, b in pairwise(heights)] == [2, 2, 4, 2]
    assert any("a gap of 4.00 mm between slices 3 and 4" in item.text for item in report.findings)


@pytest.mark.case(39)
def test_what_is_no_image_is_listed_by_its_name_and_a_scout_is_a_series_of_its_own(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", count=3)
    a_series(tmp_path / "in", "1.2.3.2", count=1, SeriesDescription="Scout", EchoTime=3)
    kinds = {"1.2.840.10008.5.1.4.1.1.88.22": "SR", "1.2.840.10008.5.1.4.1.1.104.1": "DOC",
             "1.2.840.10008.5.1.4.1.1.11.1": "PR", "1.2.840.10008.5.1.4.1.1.88.59": "KO"}  # fmt: skip
    for number, (kind, modality) in enumerate(kinds.items()):
        dataset: Dataset = a_slice(f"1.2.9.{number}", "1.2.9", SOPClassUID=kind, Modality=modality, PixelData=None)
        written(dataset, tmp_path / "in" / f"other{number}")

    report = import_folders(study, [tmp_path / "in"])

    assert sorted(series.slices for series in report.subjects[0].visits[0].series) == [1, 3]
    assert {(item.count, item.why) for item in report.set_aside} == {(1, "neither an MR image nor a radiograph")}
    assert any("Encapsulated PDF" in item.what for item in report.set_aside)
