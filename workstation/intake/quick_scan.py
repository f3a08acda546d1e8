"""Headers of many files, fast: what a series shares is typed once, by the same functions as in the careful scan.

The careful scan takes over wherever the quick one isn't sure, so both give the same frames; a test compares them.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from pydicom.datadict import tag_for_keyword
from pydicom.filereader import read_dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from storage.records import Vector3
from workstation.intake import headers
from workstation.intake.errors import FileUnusable
from workstation.intake.findings import SetAside
from workstation.intake.frames import FileFacts, Frame, PixelLayout, stamp_of
from workstation.intake.pixel_layout import LOSSLESS, LOSSY, check_size, frame_bytes
from workstation.intake.quick_header import (
    PIXELS,
    SEQUENCE_END,
    UNDEFINED,
    Header,
    Odd,
    Picked,
    Pixels,
    Runs,
    Short,
    Want,
    meta,
    traced,
    walk,
)  # fmt: skip
from workstation.intake.scan import MAGIC, MEDIA_DIRECTORY, PREAMBLE, Scanned, scan

FIRST_READ = 4096
READ_STEP = 4096
LONGEST_HEADER = 1 << 20
FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
IMPLICIT = str(ImplicitVRLittleEndian)
KNOWN = LOSSLESS | LOSSY | {str(ExplicitVRLittleEndian), IMPLICIT}
TAIL = SEQUENCE_END + bytes(4)
MOST_SERIES = 4096
# The files of a series, counted from 0, that are compared with its first; more cost more than they gain
LEARN_AT = (1,)

# Alike in all slices of most series; where they differ, each variant is typed once
SERIES = (
    "SpecificCharacterSet", "ImageType", "SOPClassUID", "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate",
    "SeriesTime", "Modality", "SeriesDescription", "PatientName", "PatientID", "IssuerOfPatientID",
    "PatientBirthDate", "ContrastBolusAgent", "ContrastBolusAgentSequence", "ScanningSequence", "ScanOptions",
    "SequenceName", "PulseSequenceName", "ProtocolName", "FrameType", "ComplexImageComponent", "StudyInstanceUID",
    "SeriesInstanceUID", "FrameOfReferenceUID", "ImageOrientationPatient", "PixelSpacing", "EchoNumbers",
    "TemporalPositionIndex", "TemporalPositionIdentifier", "StackID", "DiffusionBValue", "SamplesPerPixel",
    "PhotometricInterpretation", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "NumberOfFrames", "LossyImageCompression", "BurnedInAnnotation",
    *(keyword for keywords in headers.FIELDS.values() for keyword in keywords),
    *(keyword for keyword, _, _ in headers.SEQUENCE_MARKS),
    *headers.FAT_MARKS,
    *headers.SIDES,
    "BodyPartExamined",
)  # fmt: skip
# Those of them that differ between series where all else may be alike
BELONGING = (
    "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "SeriesTime", "PatientName", "PatientID",
    "IssuerOfPatientID", "PatientBirthDate", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID",
    "ImageOrientationPatient",
)  # fmt: skip
# Looked for inside Philips' private (2005,140F) too
INNER = (
    "ScanningSequence", "ImageType", "FrameType", "ComplexImageComponent",
    *(keyword for keyword, _, _ in headers.SEQUENCE_MARKS), *headers.FAT_MARKS,
)  # fmt: skip
# Parts of enhanced headers, which the careful scan knows
STRANGE = (
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "FrameAcquisitionDateTime",
    "FrameAcquisitionNumber",
)  # fmt: skip
REALS = re.compile(rb"[0-9+\-.eE \\]+")
WHOLE = re.compile(rb" *[+-]?[0-9]{1,10} *")
CLOCK = re.compile(rb"[0-9.: ]*")
UID = re.compile(rb"[0-9.]+")


def _tag(keyword: str) -> bytes:
    number = tag_for_keyword(keyword)
    if number is None:
        raise KeyError(keyword)
    return (number >> 16).to_bytes(2, "little") + (number & 0xFFFF).to_bytes(2, "little")


SOP, POSITION = _tag("SOPInstanceUID"), _tag("ImagePositionPatient")
ACQUISITION_TIME, CONTENT_TIME = _tag("AcquisitionTime"), _tag("ContentTime")
ACQUISITION, INSTANCE = _tag("AcquisitionNumber"), _tag("InstanceNumber")
PHILIPS = b"".join(part.to_bytes(2, "little") for part in headers.PHILIPS)
WANTED = {
    **{_tag(keyword): Want.WHOLE for keyword in SERIES},
    **{_tag(keyword): Want.ODD for keyword in STRANGE},
    **dict.fromkeys((SOP, POSITION, ACQUISITION_TIME, CONTENT_TIME, ACQUISITION, INSTANCE), Want.VALUE),
    PHILIPS: Want.FIRST_ITEM,
    # who owns a private block decides what pydicom takes its elements for
    **{PHILIPS[:2] + bytes((block, 0)): Want.WHOLE for block in range(0x10, 0x100)},
    PIXELS: Want.PIXELS,
}
BELONGING_TAGS = frozenset(map(_tag, BELONGING))
CHARACTER_SET = _tag("SpecificCharacterSet")
WANTED_INSIDE = {_tag(keyword): Want.WHOLE for keyword in INNER}
# Any place will do where the series is typed; each slice gets its own
SOMEWHERE = {False: POSITION + b"DS\x06\x000\\0\\0 ", True: POSITION + b"\x06\0\0\x000\\0\\0 "}


class QuickScan:
    """Scans file after file, remembering what the series seen so far are."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, bytes], Seen] = {}
        self._alike: dict[tuple[str, bytes], Frame] = {}
        self._runs = Runs()
        self._read = FIRST_READ

    def __call__(self, path: Path) -> Scanned | SetAside:
        """What `scan.scan` would say of the file."""
        try:
            return Scanned(path, (self._frame(path),))
        except (Odd, Short, OSError, ValueError, FileUnusable):
            return scan(path)

    def _frame(self, path: Path) -> Frame:
        handle = os.open(path, FLAGS)
        try:
            status = os.fstat(handle)
            data = os.read(handle, self._read)
            while True:
                try:
                    syntax, picked, pixels = _walked(data, self._runs)
                    break
                except Short as short:
                    data = self._longer(handle, data, short.needed, status.st_size)
            frame = self._described(path, stamp_of(status), syntax, picked, data)
            _check_length(handle, frame.facts.layout, pixels, status.st_size)
            return frame
        finally:
            os.close(handle)

    def _longer(self, handle: int, data: bytes, needed: int, size: int) -> bytes:
        """More of the file; the next ones are read as far at once, since their headers are as long."""
        if needed > min(size, LONGEST_HEADER) or len(data) >= size:
            raise Odd
        self._read = max(self._read, -(-max(needed, 2 * len(data)) // READ_STEP) * READ_STEP)
        return data + os.read(handle, max(self._read, needed) - len(data))

    def _described(self, path: Path, stamp: str, syntax: str, picked: Picked, data: bytes) -> Frame:
        header = b"".join(picked.whole)
        seen = self._series.get((syntax, header))
        if seen is None:
            if len(self._series) >= MOST_SERIES:
                self._series.clear()
            seen = self._series[syntax, header] = Seen(self._typed(picked.whole, syntax), data)
        elif seen.first and seen.count in LEARN_AT:
            self._runs.learn(_traced(seen.first), _traced(data))
            if seen.count == LEARN_AT[-1]:
                seen.first = b""
        seen.count += 1
        series = seen.frame
        values, facts = picked.values, series.facts
        acquired = _clock(values.get(ACQUISITION_TIME, b""))
        return Frame(
            FileFacts(
                path, stamp, _uid(values.get(SOP, b"")), facts.series_uid, facts.study_uid, facts.frame_of_reference,
                facts.identity, facts.date, facts.series_time or acquired, facts.description, facts.burned_in,
                facts.layout,
            ),
            0, _position(values.get(POSITION, b"")), series.orientation, series.spacing_mm, series.physics,
            series.evidence, series.echo_number, series.temporal_position, series.stack_id, series.b_value,
            _whole(values.get(ACQUISITION, b"")), _whole(values.get(INSTANCE, b"")),
            acquired or _clock(values.get(CONTENT_TIME, b"")),
        )  # fmt: skip

    def _typed(self, whole: Sequence[bytes], syntax: str) -> Frame:
        """What the slices of a series share; from a series that is alike but for whose it is, when there was one."""
        rest = b"".join(part for part in whole if part[:4] not in BELONGING_TAGS)
        alike = self._alike.get((syntax, rest))
        if alike is None:
            if len(self._alike) >= MOST_SERIES:
                self._alike.clear()
            alike = self._alike[syntax, rest] = _typed(b"".join(whole), syntax)
            return alike
        own = b"".join(part for part in whole if part[:4] in BELONGING_TAGS or part[:4] == CHARACTER_SET)
        dataset = read_dataset(BytesIO(own), syntax == IMPLICIT, is_little_endian=True)
        facts = replace(alike.facts, **headers.belonging(dataset))
        return replace(alike, facts=facts, orientation=headers.orientation_of((dataset,)))


def native_pixels(data: bytes, layout: PixelLayout) -> bytes | None:
    """The exact bytes of one uncompressed frame, found without pydicom; None when that is for pydicom to say.

    Args:
        data: the whole file.
        layout: from its scan.
    """
    try:
        syntax, _, pixels = _walked(data, Runs())
    except (Odd, Short):
        return None
    end = pixels.start + frame_bytes(layout) * layout.frames
    plain = pixels.length != UNDEFINED and syntax == layout.transfer_syntax and end <= pixels.start + pixels.length
    return data[pixels.start : end] if plain and pixels.start + pixels.length == len(data) else None


@dataclass(slots=True)
class Seen:
    """A series as its first file gave it. first: that header, until the files after it were compared with it."""

    frame: Frame
    first: bytes
    count: int = 0


def _traced(data: bytes) -> Header:
    syntax, _, start = meta(data, PREAMBLE + len(MAGIC))
    return traced(data, start, WANTED, WANTED_INSIDE, implicit=syntax == IMPLICIT)


def _walked(data: bytes, runs: Runs) -> tuple[str, Picked, Pixels]:
    if data[PREAMBLE : PREAMBLE + len(MAGIC)] != MAGIC:
        raise Odd
    syntax, storage, start = meta(data, PREAMBLE + len(MAGIC))
    if syntax not in KNOWN or storage == MEDIA_DIRECTORY:
        raise Odd
    picked, pixels = walk(data, start, WANTED, WANTED_INSIDE, runs, implicit=syntax == IMPLICIT)
    return syntax, picked, pixels


def _typed(header: bytes, syntax: str) -> Frame:
    """A frame with all that the slices of a series share, by the functions of the careful scan."""
    implicit = syntax == IMPLICIT
    dataset = read_dataset(BytesIO(header + SOMEWHERE[implicit]), implicit, is_little_endian=True)
    frames = headers.frames_of(dataset, Path(), "", syntax, lambda _, layout: check_size(layout))
    if len(frames) != 1 or frames[0].facts.layout.frames != 1:
        raise Odd
    return replace(frames[0], acquired="")


def _check_length(handle: int, layout: PixelLayout, pixels: Pixels, size: int) -> None:
    """Whether the pixels are there and are the last thing in the file; else the careful scan looks at them."""
    if pixels.length != UNDEFINED:
        wanted = frame_bytes(layout)
        native = layout.transfer_syntax not in LOSSLESS | LOSSY
        if not (native and wanted <= pixels.length <= wanted + 1 and pixels.start + pixels.length == size):
            raise Odd
        return
    os.lseek(handle, -len(TAIL), os.SEEK_END)
    if layout.transfer_syntax not in LOSSLESS | LOSSY or os.read(handle, len(TAIL)) != TAIL:
        raise Odd
    if pixels.start + len(TAIL) >= size:
        raise Odd


def _position(value: bytes) -> Vector3:
    if not REALS.fullmatch(value):
        raise Odd
    x, y, z = map(float, value.split(b"\\"))
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        raise Odd
    return (x, y, z)


def _whole(value: bytes) -> int | None:
    if not value:
        return None
    if not WHOLE.fullmatch(value):
        raise Odd
    return int(value)


def _clock(value: bytes) -> str:
    if not CLOCK.fullmatch(value):
        raise Odd
    return headers.moment_of(value.decode("ascii").strip())


def _uid(value: bytes) -> str:
    plain = value.rstrip(b"\0 ")
    if not UID.fullmatch(plain):
        raise Odd
    return plain.decode("ascii")
