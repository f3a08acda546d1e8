"""Header of one file: the elements in front of its pixels, and where those lie. What is behind them is never read.

Elements come in the order of their tags (PS3.5 7.1): behind PixelData are signatures and padding, whatever their size.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_partial
from pydicom.tag import BaseTag
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from workstation.intake.errors import FileUnusable
from workstation.intake.headers import tags
from workstation.intake.headers.deflated import inflated
from workstation.intake.headers.elements import UNDEFINED, Odd, meta
from workstation.intake.headers.nesting import TOO_DEEP, Encoding, too_deep
from workstation.intake.headers.pixel_layout import BIG_ENDIAN, DEFLATED

PREAMBLE: Final = 128
MAGIC: Final = b"DICM"
META_AT: Final = PREAMBLE + len(MAGIC)
MEDIA_DIRECTORY: Final = "1.2.840.10008.1.3.10"
NOT_DICOM: Final = ("file that is not DICOM", "not DICOM")
# Without the 128 bytes in front a DICOM file starts with group 2 or group 8, in one byte order or the other
FIRST_GROUPS: Final = (b"\x02\x00", b"\x08\x00", b"\x00\x08")
COMMAND_GROUP: Final = b"\0\0"
IMPLICIT: Final = str(ImplicitVRLittleEndian)
PIXELS: Final = 0x7FE00010
# FloatPixelData and DoubleFloatPixelData end a header too, and are no grey-scale image
ENDS: Final = frozenset({PIXELS, 0x7FE00008, 0x7FE00009})


@dataclass(frozen=True, slots=True)
class Pixels:
    """Where the value of PixelData starts, and how long it says to be; None when it is fragments up to a delimiter."""

    start: int
    length: int | None


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in front of the pixels.

    pixels: None where the bytes end before them. inflated: the bytes in which they lie, of a file that was deflated.
    """

    elements: Dataset
    transfer_syntax: str
    pixels: Pixels | None
    inflated: bytes | None = None


def check_start(data: bytes) -> None:
    """Refuse what doesn't start like DICOM.

    Raises:
        FileUnusable: it doesn't.
    """
    if data[PREAMBLE:META_AT] != MAGIC and not data.startswith(FIRST_GROUPS):
        raise FileUnusable(*reversed(NOT_DICOM))


def is_deflated(data: bytes) -> bool:
    """Whether the file is compressed as a whole, so that nothing is known of it before all of it was read."""
    return _meta(data)[0] == DEFLATED


def header_of(data: bytes) -> Header:
    """The header of a file from its bytes: all of them, or as many from the beginning as hold it.

    Raises:
        FileUnusable: not DICOM, a media directory, deflated beyond the cap, or nested too deeply.
        Exception: whatever pydicom raises on a damaged file.
    """
    check_start(data)
    syntax, storage, start = _meta(data)
    if storage == MEDIA_DIRECTORY:
        raise FileUnusable("a list of files, no image; the files themselves are found without it", what="DICOMDIR")
    if syntax == DEFLATED:
        # pydicom would inflate the whole file before anything can be checked: 1 MB can become 1 GB
        inside = inflated(data)
        _check_nesting(too_deep(inside, 0, encoding=Encoding()))
        elements, pixels = _read(inside, 0, str(ExplicitVRLittleEndian))
        return Header(elements, str(ExplicitVRLittleEndian), pixels, inside)
    _check_nesting(too_deep(data))
    elements, pixels = _read(data, start, syntax)
    if not syntax:
        syntax = IMPLICIT if elements.original_encoding[0] else str(ExplicitVRLittleEndian)
    return Header(elements, syntax, pixels)


def _read(data: bytes, start: int | None, syntax: str) -> tuple[Dataset, Pixels | None]:
    buffer = BytesIO(data)
    stop = _Stop(buffer)
    if start is None or not syntax or data[start : start + 2] == COMMAND_GROUP:
        return read_partial(buffer, stop_when=stop, force=True), stop.pixels
    # what `read_partial` does then, without a dataset for the file meta group: PS3.5 A.4, all others are explicit
    buffer.seek(start)
    return read_dataset(buffer, syntax == IMPLICIT, syntax != BIG_ENDIAN, stop_when=stop), stop.pixels


class _Stop:
    """Asked by pydicom at each element, when it was read up to its value."""

    def __init__(self, buffer: BytesIO) -> None:
        self._buffer = buffer
        self.pixels: Pixels | None = None

    def __call__(self, tag: BaseTag, _vr: str | None, length: int) -> bool:
        # a look into a set first: pydicom compares tags in Python, for each element of each file
        if tag not in ENDS:
            return False
        if tag == PIXELS:
            self.pixels = Pixels(self._buffer.tell(), None if length == UNDEFINED else length)
        return True


def _check_nesting(deep: bool) -> None:
    if deep:
        raise FileUnusable(TOO_DEEP, what="DICOM file")


def _meta(data: bytes) -> tuple[str, str, int | None]:
    """Transfer syntax and storage class, "" where there is none, and where the dataset starts if that is plain."""
    try:
        return meta(data, META_AT if data[PREAMBLE:META_AT] == MAGIC else 0)
    except Odd:
        buffer = BytesIO(data)
        buffer.seek(META_AT if data[PREAMBLE:META_AT] == MAGIC else 0)
        found = read_dataset(buffer, is_implicit_VR=False, is_little_endian=True, stop_when=_after_meta)
        return tags.text(found, "TransferSyntaxUID"), tags.text(found, "MediaStorageSOPClassUID"), None


def _after_meta(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag.group != 2  # noqa: PLR2004 - the file meta group
