"""Scan of one file, whatever its name: its frames, or a plain reason why it stays outside."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from scoring.values import replace
from workstation.intake.errors import FileUnusable
from workstation.intake.files import archives
from workstation.intake.findings import SetAside
from workstation.intake.frames import Frame, PixelLayout, digest, stamp_of
from workstation.intake.headers import tags
from workstation.intake.headers.frames_of import frames_of
from workstation.intake.headers.header import META_AT, Header, check_start, header_of, is_deflated
from workstation.intake.headers.nesting import TOO_DEEP
from workstation.intake.headers.pixel_span import span_of

LARGEST_FILE = 1 << 30
# headers of scanners end before it, mostly; of those that don't more is read, some times as much at once
FIRST_READ = 1 << 16
READ_STEP = 4
# a file that became a named pipe since it was found must not be waited for
FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file that holds MR images."""

    path: Path
    frames: tuple[Frame, ...]


def scan(path: Path) -> Scanned | SetAside:
    """Read one file's header and check that its pixels are there. Never raises because of what a file holds."""
    try:
        with _opened(path) as (file, size, stamp):
            return Scanned(path, _frames(path, file, size, stamp))
    except OSError:
        refusal = _unreadable()
    except FileUnusable as error:
        refusal = error
    return SetAside(path, refusal.what, refusal.why)


def _frames(path: Path, file: BinaryIO, size: int, stamp: str) -> tuple[Frame, ...]:
    header = _header(file, size)

    def span(layout: PixelLayout) -> tuple[int, int] | None:
        if header.inflated is not None:
            span_of(header.pixels, layout, BytesIO(header.inflated), len(header.inflated))
            return None
        try:
            return span_of(header.pixels, layout, file, size)
        except OSError as error:
            raise _unreadable() from error

    try:
        frames = frames_of(header.elements, path, stamp, header.transfer_syntax, span)
    except FileUnusable:
        raise
    except Exception as error:
        raise _damaged() from error
    if frames[0].facts.sop_uid:
        return frames
    facts = replace(frames[0].facts, sop_uid=f"file:{digest(_bytes(file, 0, size))}")
    return tuple(replace(frame, facts=facts) for frame in frames)


def _header(file: BinaryIO, size: int) -> Header:
    """The header, of as few bytes as hold it."""
    data = _bytes(file, 0, min(size, FIRST_READ))
    check_start(data)
    if size > LARGEST_FILE:
        raise FileUnusable("larger than 1 GiB", what="DICOM file")
    if len(data) < size and is_deflated(data):
        data += _bytes(file, len(data), size)
    while True:
        header = _header_in(data, whole=len(data) >= size)
        if header is not None:
            return header
        more = _bytes(file, len(data), min(size, READ_STEP * len(data)))
        if not more:
            # the file became shorter
            size = len(data)
        data += more


def _header_in(data: bytes, *, whole: bool) -> Header | None:
    """The header of a file's first bytes; None when more of them are needed.

    Raises:
        FileUnusable: not an MR image, or damaged.
    """
    try:
        header = header_of(data)
    except FileUnusable:
        raise
    except RecursionError:
        raise FileUnusable(TOO_DEEP, what="DICOM file") from None
    except Exception as error:  # a damaged file makes pydicom raise nearly anything; the file is named and counted
        if whole:
            raise _damaged() from error
        return None
    if header.pixels is None and not whole:
        return None
    if not tags.has(header.elements, "SOPClassUID") and not tags.has(header.elements, "Modality"):
        raise FileUnusable("neither SOPClassUID nor Modality says what it is", what="DICOM file")
    return header


def _unreadable() -> FileUnusable:
    return FileUnusable("the file can't be read", what="file")


def _damaged() -> FileUnusable:
    return FileUnusable("the file is damaged: its header can't be read", what="DICOM file")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int, str]]:
    """The bytes of a file or of an archive's member, how many they are, and its stamp."""
    if archives.is_member(path):
        data, stamp = archives.read_member(path)
        yield BytesIO(data), len(data), stamp
        return
    handle = os.open(path, FLAGS)
    with os.fdopen(handle, "rb", buffering=0) as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise FileUnusable("not a regular file", what="special file")
        yield file, status.st_size, stamp_of(status)


def read_file(path: Path) -> tuple[bytes, str]:
    """All bytes of a file that starts like DICOM, and its stamp.

    Raises:
        FileUnusable: not DICOM, or too large.
        OSError: the file can't be read.
    """
    with _opened(path) as (file, size, stamp):
        start = _bytes(file, 0, min(size, META_AT))
        check_start(start)
        if size > LARGEST_FILE:
            raise FileUnusable("larger than 1 GiB", what="DICOM file")
        return _bytes(file, 0, size), stamp


def _bytes(file: BinaryIO, start: int, end: int) -> bytes:
    """Those bytes of a file, or fewer where it ends."""
    file.seek(start)
    data = file.read(end - start)
    if len(data) == end - start:
        return data
    # one call may give less, of a file above 2 GiB or on a network drive
    parts = [data]
    left = end - start - len(data)
    while left > 0 and (part := file.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
