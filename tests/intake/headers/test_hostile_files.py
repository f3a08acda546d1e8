"""Files that mean harm, or do it by accident: each ends as one counted finding, in bounded time, and the rest imports.

Beside the tests of other modules (setting files aside, archives and discs, decoding, blinding) these are the cases of
malformed files that had none: length fields that lie, odd depths, photometric kinds, counts, charsets, preambles,
decoders that hang, panic or ask for all memory, and cancelling while they do.
"""

from __future__ import annotations

import random
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import DeflatedExplicitVRLittleEndian

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, pixels, written
from workstation.intake.findings import SetAside
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders
from workstation.intake.pixels.decode_worker import limit_memory
from workstation.runtime import own_process

J2K = "1.2.840.10008.1.2.4.90"


def _judged(path: Path) -> Scanned | SetAside:
    """What the import says of one file."""
    with quiet():
        return scan(path)


@pytest.mark.case(5)
@pytest.mark.parametrize("length", [0, 1, 3, 0x7FFF, 0xFFFE, 0xFFFF])
@pytest.mark.parametrize(
    "tag", [b"\x28\x00\x10\x00US", b"\x18\x00\x50\x00DS", b"\x10\x00\x10\x00PN", b"\x08\x00\x60\x00CS"]
)
def test_a_length_that_lies_ends_in_a_finding_or_an_image_and_never_in_a_crash(
    tag: bytes, length: int, tmp_path: Path
) -> None:
    data = written(a_slice("1.2.3.1.0", SliceThickness=2), tmp_path / "file").read_bytes()
    at = data.index(tag) + len(tag)
    (tmp_path / "file").write_bytes(data[:at] + length.to_bytes(2, "little") + data[at + 2 :])

    assert isinstance(_judged(tmp_path / "file"), Scanned | SetAside)


@pytest.mark.case(5, 12)
@pytest.mark.parametrize("length", [0, 1, 239, 241, 242, 0x7FFFFFFF, 0xFFFFFFFE])
def test_pixels_whose_length_lies_are_refused_or_cut_to_what_rows_and_columns_ask_for(
    length: int, tmp_path: Path
) -> None:
    data = written(a_slice("1.2.3.1.0"), tmp_path / "file").read_bytes()
    at = data.index(b"\xe0\x7f\x10\x00OW") + 8
    (tmp_path / "file").write_bytes(data[:at] + length.to_bytes(4, "little") + data[at + 4 :])

    # 12 rows, 10 columns, 2 bytes: 240
    found = _judged(tmp_path / "file")

    assert isinstance(found, SetAside) or length > 240


@pytest.mark.case(13, 14, 15, 16)
@pytest.mark.parametrize(
    "attributes",
    [
        *({"BitsAllocated": bits} for bits in (0, 1, 7, 12, 24, 64, 65535)),
        {"BitsStored": 17},
        {"BitsStored": 0},
        {"HighBit": 16},
        {"PixelRepresentation": 2},
        *({"SamplesPerPixel": samples} for samples in (2, 3, 255)),
        *({"PhotometricInterpretation": kind} for kind in ("RGB", "PALETTE COLOR", "YBR_FULL", "", "\x1b[2J")),
        *({"NumberOfFrames": frames} for frames in (0, -1, 2**31 - 1)),
        *({"Rows": rows} for rows in (0, 65535)),
        {"Rows": 65535, "Columns": 65535},
    ],
)
def test_a_picture_that_cannot_be_is_refused_before_memory_is_asked_for(
    attributes: dict[str, Any], tmp_path: Path
) -> None:
    with quiet():
        written(a_slice("1.2.3.1.0", **attributes), tmp_path / "file")

    assert isinstance(_judged(tmp_path / "file"), SetAside)


@pytest.mark.case(22)
@pytest.mark.parametrize(
    "uid", ["1." * 40 + "1", "../../etc/passwd", "CON", "a\nb", "1.2;DROP TABLE series", "=cmd()", "1.2.\0.3"]
)
def test_an_identifier_is_never_part_of_a_path(uid: str, study: CoordinatorStudy, tmp_path: Path) -> None:
    with quiet():
        for number in range(2):
            dataset = a_slice("1.2.3", uid, z_mm=number, SOPInstanceUID=f"{uid}{number}")
            dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.UID("1.2.3")
            dataset.SOPInstanceUID = f"{uid}{number}"
            dataset.save_as(_made(tmp_path / "in") / f"{number}", enforce_file_format=False)

    import_folders(study, [tmp_path / "in"])

    files = [path for path in study.path.rglob("*") if path.is_file()]
    assert all(path.resolve().is_relative_to(study.path.resolve()) for path in files)
    assert not [path for path in files if uid in str(path.relative_to(study.path))]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.case(24)
@pytest.mark.parametrize(
    "charset", ["ISO_IR 999", "\\ISO 2022 IR 87", "nonsense\\\\", "ISO 2022 IR 6\\ISO 2022 IR 149"]
)
def test_names_in_an_unknown_or_broken_character_set_do_not_keep_the_image_out(charset: str, tmp_path: Path) -> None:
    data = written(a_slice("1.2.3.1.0", SpecificCharacterSet="ISO_IR 100"), tmp_path / "file").read_bytes()
    raw = charset.encode() + b" " * (len(charset) % 2)
    at = data.index(b"\x08\x00\x05\x00CS")
    (tmp_path / "file").write_bytes(
        data[:at] + b"\x08\x00\x05\x00CS" + len(raw).to_bytes(2, "little") + raw + data[at + 18 :]
    )

    assert isinstance(_judged(tmp_path / "file"), Scanned)


@pytest.mark.case(26)
def test_an_executable_preamble_does_not_come_along(study: CoordinatorStudy, tmp_path: Path) -> None:
    files = a_series(tmp_path / "in", count=2)
    for file in files:
        data = file.read_bytes()
        file.write_bytes(b"MZ" + b"\x90" * 126 + data[128:])

    import_folders(study, [tmp_path / "in"])

    images = list(study.images.rglob("*.dcm"))
    assert len(images) == 2
    assert all(image.read_bytes()[:128] == bytes(128) for image in images)


@pytest.mark.case(32)
def test_twenty_thousand_private_elements_are_read_in_bounded_time(tmp_path: Path) -> None:
    dataset = a_slice("1.2.3.1.0")
    for block in range(80):
        creator = dataset.private_block(0x0009 + 2 * block, "NOBODY", create=True)
        for element in range(250):
            creator.add_new(element, "LO", "x")
    written(dataset, tmp_path / "file")
    begun = time.process_time()

    assert isinstance(_judged(tmp_path / "file"), Scanned)
    # a second is wanted of one reading; both ways are gone here, and other work may be on the machine
    assert time.process_time() - begun < 10


def test_a_deflated_series_is_imported_as_if_it_were_not(study: CoordinatorStudy, tmp_path: Path) -> None:
    for number in range(3):
        dataset = a_slice(f"1.2.3.1.{number}", z_mm=2.0 * number, seed=number)
        dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
        written(dataset, tmp_path / "in" / str(number))

    import_folders(study, [tmp_path / "in"])

    series = study.subjects()[0].visits[0].series[0]
    stored = [(study.images / item.file).read_bytes()[item.pixel_offset :] for item in series.slices]
    assert stored == [pixels(number).tobytes() for number in range(3)]


@pytest.mark.case(10)
@pytest.mark.parametrize("what", ["cut", "damaged", "bomb", "behind"])
def test_a_deflated_file_that_lies_is_refused(what: str, tmp_path: Path) -> None:
    dataset = a_slice("1.2.3.1.0")
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = written(dataset, tmp_path / "file").read_bytes()
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(bytes(64 << 20)) + packer.flush()
    start = 132 + 12 + int.from_bytes(data[140:144], "little")
    changed = {
        "cut": data[:-20],
        "damaged": data[: start + 9] + bytes(40) + data[start + 49 :],
        "bomb": data[:start] + bomb,
        "behind": data[:160],
    }
    (tmp_path / "file").write_bytes(changed[what])

    assert isinstance(_judged(tmp_path / "file"), SetAside)


@pytest.mark.case(4)
def test_both_ways_of_looking_survive_random_bytes(tmp_path: Path) -> None:
    dice = random.Random(2)
    whole = written(a_slice("1.2.3.1.0"), tmp_path / "whole").read_bytes()
    for _ in range(40):
        begin = dice.randrange(132, len(whole))
        (tmp_path / "file").write_bytes(whole[:begin] + dice.randbytes(dice.randrange(1, 400)) + whole[begin + 60 :])
        assert isinstance(_judged(tmp_path / "file"), Scanned | SetAside)


def _compressed(folder: Path, *, count: int) -> None:
    for number in range(count):
        dataset: Dataset = a_slice(
            f"1.2.9.{number}", "1.2.9", z_mm=2.0 * number, PixelData=encapsulate([b"\xff\x4f\xff\x51"])
        )
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(J2K)
        written(dataset, folder / f"z{number}")


def test_a_wish_to_stop_is_heard_while_a_decoder_hangs(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "hangs" / "workstation" / "intake" / "pixels"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parents[1]):
        (folder / "__init__.py").touch()
    program = f"import time\nopen({str(tmp_path / 'begun')!r}, 'w').close()\nwhile True: time.sleep(60)"
    (package / "decode_worker.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(own_process, "PACKAGE_ROOT", tmp_path / "hangs")
    _compressed(tmp_path / "in", count=3)
    wish = threading.Event()
    threading.Timer(0.5, wish.set).start()
    begun = time.monotonic()

    report = import_folders(study, [tmp_path / "in"], cancelled=wish.is_set)

    assert (tmp_path / "begun").exists()
    # the decoder's own limit is 25 s for the first file
    assert report.cancelled
    assert time.monotonic() - begun < 10
    assert study.subjects() == ()
    assert not [path for path in study.images.iterdir() if path.name.startswith(".incoming")]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX alone limits the address space")
def test_the_decoder_may_not_ask_for_all_memory_and_leaves_no_core_file(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource  # noqa: PLC0415 - POSIX alone has it

    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)

    limit_memory()

    assert limits == {resource.RLIMIT_AS: (4 << 30, 4 << 30), resource.RLIMIT_CORE: (0, 0)}
