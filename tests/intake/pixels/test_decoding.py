"""Stored values out of pixel bytes; compressed ones in a process that may die."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate

from scoring.values import replace
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, pixels, written
from workstation.intake.errors import DecodingFailed
from workstation.intake.frames import PixelLayout
from workstation.intake.headers.header import header_of
from workstation.intake.headers.pixel_layout import layout_of
from workstation.intake.headers.pixel_span import pixel_bytes
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders
from workstation.intake.pixels import decode
from workstation.intake.pixels.decode import Decoder, masked, native_values
from workstation.runtime import own_process

J2K = "1.2.840.10008.1.2.4.90"
LAYOUT = PixelLayout(
    transfer_syntax=J2K,
    rows=12,
    columns=10,
    frames=1,
    bits_allocated=16,
    bits_stored=12,
    high_bit=11,
    signed=False,
    inverted=False,
    lossy=False,
)


def _coded(picture: NDArray[np.uint16]) -> bytes:
    """One frame of lossless JPEG 2000, as PixelData holds it."""
    return encapsulate([bytes(imagecodecs.jpeg2k_encode(picture, level=0, reversible=True))])


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder(limit_s=1.0) as opened:
        yield opened


@pytest.mark.case(36)
def test_bits_above_the_stored_ones_are_dropped() -> None:
    # by hand: 0xF123 with 12 bits stored is 0x123 = 291
    assert masked(np.array([0xF123], "<u2"), 12, 11, signed=False).tolist() == [291]


@pytest.mark.case(36)
def test_a_signed_value_of_twelve_bits_keeps_its_sign() -> None:
    # by hand: 0x0FFF is -1, 0x0800 is -2048, 0x07FF is 2047 in 12-bit two's complement; the high four bits are dirt
    values = masked(np.array([0x0FFF, 0x3800, 0x07FF], "<u2"), 12, 11, signed=True)

    assert values.tolist() == [-1, -2048, 2047]
    assert values.dtype == np.dtype("<i2")


def test_values_aligned_to_the_top_are_shifted_down() -> None:
    # by hand: HighBit 15, 12 stored: 0x1234 >> 4 = 0x123
    assert masked(np.array([0x1234], "<u2"), 12, 15, signed=False).tolist() == [0x123]


def test_big_endian_pixels_are_turned_round() -> None:
    layout = replace(LAYOUT, rows=1, columns=2, bits_stored=16, high_bit=15)

    assert native_values(b"\x01\x02\x00\x05", layout, big_endian=True).tolist() == [[[258, 5]]]


@pytest.mark.case(37)
@pytest.mark.parametrize("name", ["RLE", "bigendian", "expb", "implicit", "jp2klossless", "jpeg_ls_lossless", "padded"])
def test_one_picture_has_the_same_stored_values_in_each_transfer_syntax(name: str, decoder: Decoder) -> None:
    # pydicom's own sample, which it can read without a codec, is the judge
    wanted = pydicom.dcmread(str(get_testdata_file("MR_small.dcm"))).pixel_array
    with quiet():
        data = Path(str(get_testdata_file(f"MR_small_{name}.dcm"))).read_bytes()
        header = header_of(data)
        layout = layout_of(header.elements, header.transfer_syntax)

        values = decoder.stored_values(pixel_bytes(data, layout), layout)

    assert np.array_equal(values[0], wanted)


def test_a_damaged_code_stream_is_refused_and_the_next_one_decodes(decoder: Decoder) -> None:
    good = _coded(pixels(1))

    with pytest.raises(DecodingFailed, match="damaged"):
        decoder.stored_values(encapsulate([b"\xff\x4f\xff\x51 no picture "]), LAYOUT)

    assert np.array_equal(decoder.stored_values(good, LAYOUT)[0], pixels(1))


def test_a_picture_of_another_size_than_the_header_says_is_refused(decoder: Decoder) -> None:
    other = _coded(pixels(1, 20, 20))

    with pytest.raises(DecodingFailed):
        decoder.stored_values(other, LAYOUT)


@pytest.mark.case(29, 30)
@pytest.mark.parametrize(
    ("program", "fault"),
    [("import time\nwhile True: time.sleep(60)", "loops"), ("import os\nos.abort()", "crashes")],
)
def test_a_decoder_that_loops_or_crashes_costs_the_file_and_not_the_import(
    program: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / fault / "workstation" / "intake" / "pixels"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parents[1]):
        (folder / "__init__.py").touch()
    begun = tmp_path / "begun"
    said = f"open({str(begun)!r}, 'w').close()\n"
    (package / "decode_worker.py").write_text(said + program, encoding="utf-8")
    good = _coded(pixels(1))
    with Decoder(limit_s=0.2) as decoder:
        with monkeypatch.context() as patch:
            patch.setattr(own_process, "PACKAGE_ROOT", tmp_path / fault)
            patch.setattr(decode, "START_S", 0.5)
            with pytest.raises(DecodingFailed, match="crashed or did not finish in time"):
                decoder.stored_values(good, LAYOUT)
        assert begun.exists()

        # the real worker is started in its place
        assert np.array_equal(decoder.stored_values(good, LAYOUT)[0], pixels(1))


def test_workers_start_while_nobody_waits_for_them_and_are_the_ones_that_decode(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = []
    start = decode._start

    def counted() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(decode, "_start", counted)
    with Decoder() as decoder:
        decoder.prepare(2)
        decoder.prepare(2)
        assert len(started) == 2
        assert np.array_equal(decoder.stored_values(_coded(pixels(1)), LAYOUT)[0], pixels(1))
        assert len(started) == 2
        decoder.prepare(3)

    # none is left behind, used or not
    assert [worker.poll() is not None for worker in started] == [True] * 3


def test_a_slice_with_damaged_compressed_pixels_is_set_aside_and_the_rest_imported(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", count=2)
    dataset = a_slice("1.2.3.1.7", z_mm=4.0, PixelData=encapsulate([b"\xff\x4f\xff\x51 no picture "]))
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID(J2K)
    written(dataset, tmp_path / "in" / "damaged")

    report = import_folders(study, [tmp_path / "in"])

    assert len(study.subjects()[0].visits[0].series[0].slices) == 2
    assert [(item.count, item.why) for item in report.set_aside] == [
        (1, "the compressed pixels are damaged: they can't be decoded")
    ]
    assert any("damaged" in finding.text and finding.level == "warning" for finding in report.findings)


def test_a_lossy_series_is_imported_with_a_warning(study: CoordinatorStudy, tmp_path: Path) -> None:
    coded = _coded(pixels(1))
    dataset = a_slice("1.2.3.1.7", PixelData=coded)
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.JPEG2000
    written(dataset, tmp_path / "in" / "lossy")

    report = import_folders(study, [tmp_path / "in"])

    assert any("compressed with loss" in finding.text for finding in report.findings)


# signature box, then one of length 0, which is to the end of the file: pydicom 3.0.2 loops on it for ever
JP2_LOOP = b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0\0\0\0ftyp" + bytes(56)


@pytest.mark.case(29)
@pytest.mark.timeout(60)
def test_a_jp2_box_of_length_zero_is_refused_in_bounded_time(decoder: Decoder) -> None:
    with pytest.raises(DecodingFailed):
        decoder.stored_values(encapsulate([JP2_LOOP]), LAYOUT)


@pytest.mark.case(28, 30)
@pytest.mark.parametrize("name", ["RLE", "jp2klossless", "jpeg_ls_lossless"])
def test_damaged_code_streams_cost_their_file_and_the_decoder_goes_on(name: str, decoder: Decoder) -> None:
    wanted = pydicom.dcmread(str(get_testdata_file("MR_small.dcm"))).pixel_array
    with quiet():
        data = Path(str(get_testdata_file(f"MR_small_{name}.dcm"))).read_bytes()
        header = header_of(data)
        layout = layout_of(header.elements, header.transfer_syntax)
        whole = pixel_bytes(data, layout)
    dice = random.Random(3)
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(16):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        try:
            found = decoder.stored_values(bytes(damaged[: dice.choice([None, len(whole) // 2])]), layout)
        except DecodingFailed:
            continue
        assert found.shape == (1, 64, 64)

    assert np.array_equal(decoder.stored_values(whole, layout)[0], wanted)


@pytest.mark.case(30)
def test_a_decoder_killed_by_a_fault_in_its_memory_costs_the_file_and_the_next_one_decodes(decoder: Decoder) -> None:
    good = _coded(pixels(1))
    decoder.stored_values(good, LAYOUT)
    (worker,) = decoder._idle
    os.kill(worker.pid, signal.SIGSEGV)

    with pytest.raises(DecodingFailed, match="crashed"):
        decoder.stored_values(good, LAYOUT)

    assert np.array_equal(decoder.stored_values(good, LAYOUT)[0], pixels(1))
