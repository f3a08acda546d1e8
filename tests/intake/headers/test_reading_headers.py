"""One reader of headers: it reads what stands in front of the pixels, and says of each file what is in that file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, pixels, written
from workstation.intake.findings import SetAside
from workstation.intake.frames import Frame
from workstation.intake.headers.header import header_of
from workstation.intake.headers.scan import FIRST_READ, Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders

PRIVATE = (0x0019, 0x1010)
TAIL = 64 << 20


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet():
        yield


def _frame(file: Path) -> Frame:
    found = scan(file)
    assert isinstance(found, Scanned)
    return found.frames[0]


@pytest.mark.case(37)
@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_byte_order_and_missing_types_change_nothing_but_how_the_pixels_are_stored(
    syntax: Any,  # noqa: ANN401 - pydicom's own UID type
    tmp_path: Path,
) -> None:
    plain = _frame(written(a_slice("1.2.3.1.0", AcquisitionNumber=7), tmp_path / "plain"))
    dataset = a_slice("1.2.3.1.0", AcquisitionNumber=7)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset["PixelData"].VR = "OW"

    other = _frame(written(dataset, tmp_path / "other"))

    assert other.facts.layout.transfer_syntax == syntax
    same = replace(
        other.facts,
        path=plain.facts.path,
        stamp=plain.facts.stamp,
        layout=plain.facts.layout,
        pixels=plain.facts.pixels,
    )
    assert replace(other, facts=same) == plain


@pytest.mark.parametrize("size", [FIRST_READ - 2000, FIRST_READ, 5 * FIRST_READ])
def test_a_header_of_any_length_is_read_to_its_pixels(size: int, tmp_path: Path) -> None:
    dataset = a_slice("1.2.3.1.0")
    dataset.add_new((0x0019, 0x0010), "LO", "SOMEBODY")
    dataset.add_new(PRIVATE, "OB", bytes(size))
    file = written(dataset, tmp_path / "long")

    frame = _frame(file)

    assert frame.facts.pixels is not None
    start, end = frame.facts.pixels
    assert np.array_equal(np.frombuffer(file.read_bytes()[start:end], "<u2").reshape(12, 10), pixels(0))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "behind",
    # padding; noise; and what were read as elements, one after the other, for a quarter of a second per MiB
    [b"\0", b"\xff", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\x09\x10\x01\x10LO\x02\x00ab"],
    ids=["zeros", "noise", "delimiters", "elements"],
)
def test_bytes_behind_the_pixels_cost_nothing_and_the_image_comes_in(
    behind: bytes, study: CoordinatorStudy, tmp_path: Path
) -> None:
    files = a_series(tmp_path / "in", count=2)
    with files[0].open("ab") as file:
        file.write(behind * (TAIL // len(behind)))

    report = import_folders(study, [tmp_path / "in"])

    assert (report.seen, report.accepted) == (2, 2)


def test_what_is_behind_the_pixels_is_no_part_of_the_image(tmp_path: Path) -> None:
    dataset = a_slice("1.2.3.1.0")
    dataset.add_new((0xFFFC, 0xFFFC), "OB", bytes(4000))

    padded = _frame(written(dataset, tmp_path / "padded"))
    plain = _frame(written(a_slice("1.2.3.1.0"), tmp_path / "plain"))

    assert padded.facts.pixels == plain.facts.pixels


def test_private_philips_items_say_how_it_was_scanned(tmp_path: Path) -> None:
    for number, undefined in enumerate((False, True)):
        dataset = a_slice(f"1.2.3.1.{number}", z_mm=number, ScanningSequence=None)
        inner = Dataset()
        inner.add_new((0x0018, 0x9008), "CS", "SPIN")
        inner.add_new((0x0018, 0x9025), "CS", "FAT")
        dataset.add_new((0x2005, 0x0014), "LO", "Philips MR Imaging DD 005")
        dataset.add_new((0x2005, 0x140F), "SQ", Sequence([inner]))
        dataset[0x2005, 0x140F].is_undefined_length = undefined

        frame = _frame(written(dataset, tmp_path / str(number)))

        assert (frame.evidence.sequence, frame.evidence.fat) == (frozenset({"SE"}), "YES")


def test_each_slice_has_its_own_values_though_most_of_its_header_is_that_of_the_one_before(tmp_path: Path) -> None:
    for number in range(6):
        dataset = a_slice(f"1.2.3.1.{number}", z_mm=2.0 * number, RepetitionTime=550 + number, EchoNumbers=number)
        frame = _frame(written(dataset, tmp_path / str(number)))

        told = (frame.position_mm[2], frame.physics.repetition_time, frame.echo_number)
        assert told == (2.0 * number, 550 + number, number)


def test_the_same_bytes_are_another_name_in_another_character_set(tmp_path: Path) -> None:
    names = []
    for number, (characters, name) in enumerate([("ISO_IR 100", "Gr\u00fcn"), ("ISO_IR 144", "\u0413\u0440")]):
        dataset = a_slice(f"1.2.3.1.{number}", SpecificCharacterSet=characters, PatientName=name)
        file = written(dataset, tmp_path / str(number))
        raw = file.read_bytes()
        at = raw.index(b"\x10\x00\x10\x00PN") + 8
        file.write_bytes(raw[:at] + b"\xc3\xe0\xc0\xe0"[: raw[at - 2]].ljust(raw[at - 2]) + raw[at + raw[at - 2] :])
        names.append(_frame(file).facts.identity.name)

    # read by Python's own tables of Latin-1 and of ISO 8859-5
    assert names == [b"\xc3\xe0\xc0\xe0".decode("latin-1"), b"\xc3\xe0".decode("iso8859-5")]


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

    report = import_folders(study, [tmp_path / "in"])

    assert report.seen == 4
    assert report.accepted >= 3


def test_whatever_a_header_makes_the_reader_raise_is_that_files_fault(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_series(tmp_path / "in", count=3)
    calls: list[int] = []

    def raises(data: bytes) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise TypeError
        return header_of(data)

    monkeypatch.setattr("workstation.intake.headers.scan.header_of", raises)

    report = import_folders(study, [tmp_path / "in"])

    assert (report.seen, report.accepted) == (3, 2)
    assert [item.why for item in report.set_aside] == ["the file is damaged: its header can't be read"]


@pytest.mark.parametrize(
    "damage", [b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"\xfe\xff\x00\xe0\x00\x00\x00\x01", b"abcdefgh"]
)
def test_fragments_that_lead_nowhere_are_that_files_fault(damage: bytes, tmp_path: Path) -> None:
    dataset = a_slice("1.2.3.1.0")
    file = written(dataset, tmp_path / "file")
    whole = file.read_bytes()
    at = whole.index(b"\xe0\x7f\x10\x00OW")
    rle = whole.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0")[:at]
    file.write_bytes(rle + b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff" + damage)

    found = scan(file)

    assert isinstance(found, SetAside)
    assert "compressed pixels" in found.why
