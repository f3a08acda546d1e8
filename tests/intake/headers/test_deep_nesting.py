"""Sequences within sequences: 64 levels are read, more are refused, in each way in which they can be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.builders.dicom_files import a_slice, pixels, written
from workstation.intake.findings import SetAside
from workstation.intake.headers.dicomdir import listed
from workstation.intake.headers.nesting import MOST_LEVELS, TOO_DEEP, too_deep
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.headers.tags import quiet

# ReferencedSeriesSequence, which no import looks into
TAG = b"\x08\x00\x15\x11"
ITEM, ITEM_END, SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0"
UNDEFINED = b"\xff\xff\xff\xff"


def _defined(depth: int, head: bytes) -> bytes:
    nested = b""
    for _ in range(depth):
        item = ITEM + len(nested).to_bytes(4, "little") + nested
        nested = head + len(item).to_bytes(4, "little") + item
    return nested


def _unclosed(depth: int, head: bytes) -> bytes:
    return (head + UNDEFINED + ITEM + UNDEFINED) * depth


def _undefined(depth: int, head: bytes) -> bytes:
    return _unclosed(depth, head) + (ITEM_END + bytes(4) + SEQUENCE_END + bytes(4)) * depth


def _by_turns(depth: int, head: bytes) -> bytes:
    """Sequences of undefined length whose items have a length."""
    nested = b""
    for _ in range(depth):
        nested = head + UNDEFINED + ITEM + len(nested).to_bytes(4, "little") + nested + SEQUENCE_END + bytes(4)
    return nested


WAYS = {"defined": _defined, "undefined": _undefined, "unclosed": _unclosed, "by turns": _by_turns}
EXPLICIT, IMPLICIT = TAG + b"SQ\0\0", TAG


def _plain(folder: Path, syntax: str = ExplicitVRLittleEndian) -> bytes:
    dataset = a_slice("1.2.3.1.0")
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    if syntax == ExplicitVRBigEndian:
        dataset.PixelData = pixels(0).astype(">u2").tobytes()
    return written(dataset, folder / "plain").read_bytes()


def _judged(file: Path, data: bytes) -> Scanned | SetAside:
    file.write_bytes(data)
    with quiet():
        return scan(file)


def _with(nested: bytes, plain: bytes) -> bytes:
    at = plain.index(b"\x08\x00\x16\x00")
    return plain[:at] + nested + plain[at:]


@pytest.mark.case(9)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("implicit", [False, True], ids=["explicit", "implicit"])
@pytest.mark.parametrize("depth", [64, 65, 100, 249, 250, 4000])
def test_more_than_64_levels_are_refused_however_they_are_written(
    depth: int, way: str, implicit: bool, tmp_path: Path
) -> None:
    plain = _plain(tmp_path, ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian)
    nested = WAYS[way](depth, IMPLICIT if implicit else EXPLICIT)

    found = _judged(tmp_path / "file", _with(nested, plain))

    if depth > MOST_LEVELS:
        assert isinstance(found, SetAside)
        assert found.why == TOO_DEEP
    else:
        assert isinstance(found, SetAside if way == "unclosed" else Scanned)


def _in_big_endian(plain: bytes) -> bytes:
    nested = (b"\x00\x08\x11\x15SQ\0\0" + UNDEFINED + b"\xff\xfe\xe0\x00" + UNDEFINED) * 70
    at = plain.index(b"\x00\x08\x00\x16UI")
    return plain[:at] + nested + plain[at:]


def _in_an_unknown_vr(plain: bytes) -> bytes:
    # what lies in a UN of undefined length has no VRs: PS3.5 6.2.2
    return _with(TAG + b"UN\0\0" + UNDEFINED + ITEM + UNDEFINED + _unclosed(70, IMPLICIT), plain)


@pytest.mark.case(9)
@pytest.mark.parametrize(
    ("syntax", "make"),
    [(ExplicitVRBigEndian, _in_big_endian), (ExplicitVRLittleEndian, _in_an_unknown_vr)],
    ids=["big endian", "unknown VR"],
)
def test_no_spelling_hides_the_levels(syntax: str, make: Callable[[bytes], bytes], tmp_path: Path) -> None:
    found = _judged(tmp_path / "file", make(_plain(tmp_path, syntax)))

    assert isinstance(found, SetAside)
    assert found.why == TOO_DEEP


@pytest.mark.case(9)
def test_many_items_side_by_side_are_no_levels(tmp_path: Path) -> None:
    plain = _plain(tmp_path)
    items = ITEM + bytes(4)
    beside = EXPLICIT + (500 * len(items)).to_bytes(4, "little") + 500 * items

    assert isinstance(_judged(tmp_path / "file", _with(beside, plain)), Scanned)


@pytest.mark.case(9, 63)
def test_a_list_of_files_that_is_nested_too_deeply_names_none(tmp_path: Path) -> None:
    plain = _plain(tmp_path)
    (tmp_path / "DICOMDIR").write_bytes(_with(_undefined(100, b"\x04\x00\x20\x12SQ\0\0"), plain))

    assert listed(tmp_path / "DICOMDIR").files == ()


def test_bytes_without_any_sense_are_nested_in_nothing() -> None:
    for data in (ITEM * 100, (ITEM + UNDEFINED) * 100, EXPLICIT * 100, bytes(5000), _unclosed(64, EXPLICIT)):
        assert not too_deep(data)
