"""Scan of one file, whatever its name: its frames, or a plain reason why it stays outside."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from scoring.values import replace
from workstation.intake.errors import FileUnusable
from workstation.intake.files import archives
from workstation.intake.findings import SetAside
from workstation.intake.frames import Frame, digest, stamp_of
from workstation.intake.headers import tags
from workstation.intake.headers.deflated import inflated
from workstation.intake.headers.frames_of import frames_of
from workstation.intake.headers.nesting import TOO_DEEP, Encoding, too_deep
from workstation.intake.headers.pixel_layout import DEFLATED

LARGEST_FILE = 1 << 30
PREAMBLE = 128
MAGIC = b"DICM"
META_GROUP = 2
MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
NOT_DICOM = ("file that is not DICOM", "not DICOM")
# a file that became a named pipe since it was found must not be waited for
FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
# Without the 128 bytes in front a DICOM file starts with group 2 or group 8, in one byte order or the other
FIRST_GROUPS = (b"\x02\x00", b"\x08\x00", b"\x00\x08")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file that holds MR images."""

    path: Path
    frames: tuple[Frame, ...]


def scan(path: Path) -> Scanned | SetAside:
    """Read one file's header and check that its pixels are there. Never raises because of what a file holds."""
    try:
        data, stamp = read_file(path)
    except FileUnusable as refusal:
        return SetAside(path, refusal.what, refusal.why)
    except OSError:
        return SetAside(path, "file", "the file can't be read")
    return _scanned(path, data, stamp)


def _scanned(path: Path, data: bytes, stamp: str) -> Scanned | SetAside:
    try:
        dataset, syntax = parse(data)
        frames = frames_of(dataset, path, stamp, syntax)
        if not frames[0].facts.sop_uid:
            facts = replace(frames[0].facts, sop_uid=f"file:{digest(data)}")
            frames = tuple(replace(frame, facts=facts) for frame in frames)
        return Scanned(path, frames)
    except FileUnusable as refusal:
        return SetAside(path, refusal.what, refusal.why)
    except RecursionError:
        return SetAside(path, "DICOM file", TOO_DEEP)
    except Exception:  # noqa: BLE001 - a damaged file makes pydicom raise nearly anything; the file is named and counted
        return SetAside(path, "DICOM file", "the file is damaged: its header can't be read")


def parse(data: bytes) -> tuple[Dataset, str]:
    """The whole dataset of a file's bytes and its transfer syntax; of a deflated file that which it has inflated.

    Raises:
        FileUnusable: not DICOM, a media directory, deflated beyond the cap, or nested too deeply.
        Exception: whatever pydicom raises on a damaged file.
    """
    check_start(data)
    syntax, storage = _meta(data)
    if storage == MEDIA_DIRECTORY:
        raise FileUnusable("a list of files, no image; the files themselves are found without it", what="DICOMDIR")
    if syntax == DEFLATED:
        # pydicom would inflate the whole file before anything can be checked: 1 MB can become 1 GB
        inside = inflated(data)
        _check_nesting(too_deep(inside, 0, encoding=Encoding()))
        dataset = read_dataset(BytesIO(inside), is_implicit_VR=False, is_little_endian=True)
        syntax = str(ExplicitVRLittleEndian)
    else:
        _check_nesting(too_deep(data))
        dataset = pydicom.dcmread(BytesIO(data), force=True)
    if not tags.has(dataset, "SOPClassUID") and not tags.has(dataset, "Modality"):
        raise FileUnusable("neither SOPClassUID nor Modality says what it is", what="DICOM file")
    if not syntax:
        syntax = str(ImplicitVRLittleEndian if dataset.original_encoding[0] else ExplicitVRLittleEndian)
    return dataset, syntax


def _check_nesting(deep: bool) -> None:
    if deep:
        raise FileUnusable(TOO_DEEP, what="DICOM file")


def _meta(data: bytes) -> tuple[str, str]:
    """Transfer syntax and storage class as the file meta group has them, "" where it has none."""
    buffer = BytesIO(data)
    if data[PREAMBLE : PREAMBLE + len(MAGIC)] == MAGIC:
        buffer.seek(PREAMBLE + len(MAGIC))
    meta = read_dataset(buffer, is_implicit_VR=False, is_little_endian=True, stop_when=_after_meta)
    return tags.text(meta, "TransferSyntaxUID"), tags.text(meta, "MediaStorageSOPClassUID")


def _after_meta(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag.group != META_GROUP


def check_start(data: bytes) -> None:
    """Refuse what doesn't start like DICOM.

    Raises:
        FileUnusable: it doesn't.
    """
    if data[PREAMBLE : PREAMBLE + len(MAGIC)] != MAGIC and not data.startswith(FIRST_GROUPS):
        raise FileUnusable(*reversed(NOT_DICOM))


def read_file(path: Path) -> tuple[bytes, str]:
    """All bytes of a file that starts like DICOM, and its stamp.

    Raises:
        FileUnusable: not DICOM, or too large.
        OSError: the file can't be read.
    """
    if archives.is_member(path):
        data, stamp = archives.read_member(path)
        check_start(data)
        return data, stamp
    handle = os.open(path, FLAGS)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise FileUnusable("not a regular file", what="special file")
        data = os.read(handle, min(status.st_size, PREAMBLE + len(MAGIC)))
        check_start(data)
        if status.st_size > LARGEST_FILE:
            raise FileUnusable("larger than 1 GiB", what="DICOM file")
        return _whole(handle, status.st_size), stamp_of(status)
    finally:
        os.close(handle)


def _whole(handle: int, size: int) -> bytes:
    """All bytes of a file, whose first ones were read already."""
    os.lseek(handle, 0, os.SEEK_SET)
    data = os.read(handle, size)
    if len(data) == size:
        return data
    # one call may give less, of a file above 2 GiB or on a network drive
    parts = [data]
    left = size - len(data)
    while left > 0 and (part := os.read(handle, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
