"""Headers of many files, fast: what a series shares is typed once, by the same functions as in the careful scan.

The careful scan takes over wherever the quick one isn't sure, so both give the same frames; a test compares them.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from pydicom.datadict import tag_for_keyword
from pydicom.filereader import read_dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from scoring.values import replace
from storage.records import Vector3
from workstation.intake.errors import FileUnusable
from workstation.intake.findings import SetAside
from workstation.intake.frames import FileFacts, Frame, PixelLayout, stamp_of
from workstation.intake.headers import frames_of
from workstation.intake.headers.nesting import too_deep
from workstation.intake.headers.pixel_layout import LOSSLESS, LOSSY, check_size, frame_bytes
from workstation.intake.headers.plain_header import PlainHeader
from workstation.intake.headers.quick_header import (  # fmt: skip
    PIXELS,
    SEQUENCE_END,
    UNDEFINED,
    Odd,
    Picked,
    Pixels,
    Short,
    Want,
    meta,
    walk,
)
from workstation.intake.headers.scan import MAGIC, MEDIA_DIRECTORY, PREAMBLE, Scanned, scan
from workstation.intake.headers.skeleton import Header, Skeleton, differences, may_differ, meta_steps
from workstation.intake.headers.tags import Elements

FIRST_READ = 4096
READ_STEP = 4096
LONGEST_HEADER = 1 << 20
FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
IMPLICIT = str(ImplicitVRLittleEndian)
KNOWN = LOSSLESS | LOSSY | {str(ExplicitVRLittleEndian), IMPLICIT}
TAIL = SEQUENCE_END + bytes(4)
# Series that are remembered; each takes some 10 kB, and folders seldom mix more of them
MOST_SERIES = 512
# How often a series is learned from; a series that still surprises is walked file by file
MOST_LESSONS = 4
# Skeletons of one series that a file is held against
MOST_TRIED = 24

# Alike in all slices of most series; where they differ, each variant is typed once
SERIES = (
    "SpecificCharacterSet", "ImageType", "SOPClassUID", "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate",
    "SeriesTime", "Modality", "SeriesDescription", "PatientName", "PatientID", "IssuerOfPatientID",
    "PatientBirthDate", "ContrastBolusAgent", "ContrastBolusAgentSequence", "ContrastBolusRoute",
    "ContrastBolusAdministrationRouteSequence", *frames_of.AGENT_DOSES, "ContrastBolusAgentAdministered",
    "ScanningSequence", "ScanOptions",
    "SequenceName", "PulseSequenceName", "ProtocolName", "FrameType", "ComplexImageComponent", "StudyInstanceUID",
    "SeriesInstanceUID", "FrameOfReferenceUID", "ImageOrientationPatient", "PixelSpacing", "EchoNumbers",
    "TemporalPositionIndex", "TemporalPositionIdentifier", "StackID", "DiffusionBValue", "SamplesPerPixel",
    "PhotometricInterpretation", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "NumberOfFrames", "LossyImageCompression", "BurnedInAnnotation", "PixelPaddingValue", "PixelPaddingRangeLimit",
    *(keyword for keywords in frames_of.FIELDS.values() for keyword in keywords),
    *(keyword for keyword, _, _ in frames_of.SEQUENCE_MARKS),
    *frames_of.FAT_MARKS,
    *frames_of.SIDES,
    "BodyPartExamined",
    *frames_of.OCCASION,
    *frames_of.BODY,
)  # fmt: skip
# Those of them that differ between series where all else may be alike
BELONGING = (
    "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "SeriesTime", "PatientName", "PatientID",
    "IssuerOfPatientID", "PatientBirthDate", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID",
    "ImageOrientationPatient", *frames_of.OCCASION, *frames_of.BODY,
)  # fmt: skip
# Not wanted, and known to differ between the slices of a series; what else does is learned
OF_A_SLICE_KEYWORDS = (
    "FileMetaInformationGroupLength", "MediaStorageSOPInstanceUID", "InstanceCreationTime", "SliceLocation",
    "WindowCenter", "WindowWidth", "SmallestImagePixelValue", "LargestImagePixelValue", "RescaleSlope",
    "RescaleIntercept",
)  # fmt: skip
# Looked for inside Philips' private (2005,140F) too
INNER = (
    "ScanningSequence", "ImageType", "FrameType", "ComplexImageComponent",
    *(keyword for keyword, _, _ in frames_of.SEQUENCE_MARKS), *frames_of.FAT_MARKS,
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


SERIES_UID = _tag("SeriesInstanceUID")
SOP, POSITION = _tag("SOPInstanceUID"), _tag("ImagePositionPatient")
ACQUISITION_TIME, CONTENT_TIME = _tag("AcquisitionTime"), _tag("ContentTime")
ACQUISITION_MOMENT = _tag("AcquisitionDateTime")
RESCALE = _tag("RescaleSlope")
ACQUISITION, INSTANCE = _tag("AcquisitionNumber"), _tag("InstanceNumber")
VR_OF = {SOP: b"UI", POSITION: b"DS", ACQUISITION_TIME: b"TM", CONTENT_TIME: b"TM", ACQUISITION: b"IS", INSTANCE: b"IS"}
PHILIPS, PLANNED = (
    b"".join(part.to_bytes(2, "little") for part in tag) for tag in (frames_of.PHILIPS, frames_of.PLANNED)
)
WANTED = {
    **{_tag(keyword): Want.WHOLE for keyword in SERIES},
    **{_tag(keyword): Want.ODD for keyword in STRANGE},
    **dict.fromkeys(VR_OF, Want.VALUE),
    PHILIPS: Want.FIRST_ITEM,
    # who owns a private block decides what pydicom takes its elements for
    **{group + bytes((block, 0)): Want.WHOLE for group in (PHILIPS[:2], PLANNED[:2]) for block in range(0x10, 0x100)},
    PLANNED: Want.WHOLE,
    PIXELS: Want.PIXELS,
}
BELONGING_TAGS = frozenset(map(_tag, BELONGING))
OF_A_SLICE = frozenset(map(_tag, OF_A_SLICE_KEYWORDS))
CHARACTER_SET = _tag("SpecificCharacterSet")
WANTED_INSIDE = {_tag(keyword): Want.WHOLE for keyword in INNER}
# Any place will do where the series is typed; each slice gets its own
SOMEWHERE = {False: POSITION + b"DS\x06\x000\\0\\0 ", True: POSITION + b"\x06\0\0\x000\\0\\0 "}


class QuickScan:
    """Scans file after file, remembering what the series seen so far are."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, bytes], Seen] = {}
        self._alike: dict[tuple[str, bytes], Frame] = {}
        # by the first mention of a SeriesInstanceUID; the ones that fitted last first
        self._fitting: dict[bytes, list[Seen]] = {}
        self._read = FIRST_READ

    def __call__(self, path: Path) -> Scanned | SetAside:
        """What `scan.scan` would say of the file."""
        try:
            return Scanned(path, (self._frame(path),))
        except (Odd, Short, OSError, ValueError, FileUnusable):
            return scan(path)
        except Exception:  # noqa: BLE001 - pydicom, asked for one value of a damaged file, raises nearly anything
            # the careful scan says what is wrong with the file, and the rest of the import goes on
            return scan(path)

    def _frame(self, path: Path) -> Frame:
        handle = os.open(path, FLAGS)
        try:
            status = os.fstat(handle)
            data = os.read(handle, self._read)
            fitting = self._fits(data)
            if fitting is None:
                seen, values, pixels = self._walked(handle, data, status.st_size)
            else:
                seen, values, pixels = fitting
            frame = _frame_of(path, stamp_of(status), seen.frame, values, pixels.start)
            if not (frame.facts.date and frame.acquired) and ACQUISITION_MOMENT in data:
                # it differs from slice to slice, and is read only where day or time stand nowhere else
                raise Odd
            if frame.facts.layout.padding and RESCALE in data:
                # it may be written as it is after rescale, which differs from slice to slice
                raise Odd
            _check_length(handle, frame.facts.layout, pixels, status.st_size)
            return frame
        finally:
            os.close(handle)

    def _fits(self, data: bytes) -> tuple[Seen, dict[bytes, bytes], Pixels] | None:
        """The series whose skeleton the header fits; the next file probably belongs to the same."""
        candidates = self._fitting.get(_mark(data))
        if candidates is None:
            return None
        for number, seen in enumerate(candidates):
            found = seen.skeleton.match(data) if seen.skeleton else None
            if found is not None:
                if seen.skeleton is not None and seen.skeleton.may_nest and too_deep(data, end=found[1].start):
                    raise Odd
                if number:
                    candidates.insert(0, candidates.pop(number))
                return seen, *found
        return None

    def _walked(self, handle: int, data: bytes, size: int) -> tuple[Seen, dict[bytes, bytes], Pixels]:
        while True:
            try:
                syntax, picked, pixels = _walked(data)
                break
            except Short as short:
                data = self._longer(handle, data, short.needed, size)
        header = b"".join(picked.whole)
        seen = self._series.get((syntax, header))
        if seen is None:
            if len(self._series) >= MOST_SERIES:
                self._series.clear()
            seen = self._series[syntax, header] = Seen(self._typed(picked.whole, syntax))
        if seen.lessons < MOST_LESSONS:
            self._learn(seen, _with_meta(data, picked, pixels), implicit=syntax == IMPLICIT)
        return seen, picked.values, pixels

    def _learn(self, seen: Seen, header: Header, *, implicit: bool) -> None:
        seen.lessons += 1
        if seen.skeleton is None:
            seen.skeleton = Skeleton.of(header, may_differ(header, OF_A_SLICE), WANTED_INSIDE, implicit=implicit)
            if len(self._fitting) >= MOST_SERIES:
                self._fitting.clear()
            alike = self._fitting.setdefault(_mark(header.data), [])
            alike.insert(0, seen)
            del alike[MOST_TRIED:]
            return
        found = differences(seen.skeleton.header, header, implicit=implicit)
        if found is not None:
            differing = seen.skeleton.differing | found
            seen.skeleton = Skeleton.of(seen.skeleton.header, differing, WANTED_INSIDE, implicit=implicit)

    def _longer(self, handle: int, data: bytes, needed: int, size: int) -> bytes:
        """More of the file; the next ones are read as far at once, since their headers are as long."""
        if needed > min(size, LONGEST_HEADER) or len(data) >= size:
            raise Odd
        self._read = max(self._read, -(-max(needed, 2 * len(data)) // READ_STEP) * READ_STEP)
        return data + os.read(handle, max(self._read, needed) - len(data))

    def _typed(self, whole: Sequence[bytes], syntax: str) -> Frame:
        """What the slices of a series share; from a series that is alike but for whose it is, when there was one."""
        rest = b"".join(part for part in whole if part[:4] not in BELONGING_TAGS)
        alike = self._alike.get((syntax, rest))
        if alike is None:
            if len(self._alike) >= MOST_SERIES:
                self._alike.clear()
            alike = self._alike[syntax, rest] = _typed(whole, syntax)
            return alike
        own = [part for part in whole if part[:4] in BELONGING_TAGS or part[:4] == CHARACTER_SET]
        header = _header(own, syntax)
        facts = replace(alike.facts, **frames_of.belonging(header))
        return replace(alike, facts=facts, orientation=frames_of.orientation_of((header,)))


@dataclass(slots=True)
class Seen:
    """A series as its first file gave it, and how often its headers were looked at one by one."""

    frame: Frame
    skeleton: Skeleton | None = None
    lessons: int = 0


def _frame_of(path: Path, stamp: str, series: Frame, values: dict[bytes, bytes], pixels_at: int) -> Frame:
    """The frame of one file: what its series shares, and its own values."""
    facts = series.facts
    acquired = _clock(values.get(ACQUISITION_TIME, b""))
    return Frame(
        FileFacts(
            path, stamp, _uid(values.get(SOP, b"")), facts.series_uid, facts.study_uid, facts.frame_of_reference,
            facts.identity, facts.date, facts.series_time or acquired, facts.description, facts.burned_in,
            facts.layout, pixels_at, facts.occasion,
        ),
        0, _position(values.get(POSITION, b"")), series.orientation, series.spacing_mm, series.physics,
        series.evidence, series.echo_number, series.temporal_position, series.stack_id, series.b_value,
        _whole(values.get(ACQUISITION, b"")), _whole(values.get(INSTANCE, b"")),
        acquired or _clock(values.get(CONTENT_TIME, b"")),
    )  # fmt: skip


def _mark(data: bytes) -> bytes:
    """The first mention of a SeriesInstanceUID: where to look for a skeleton, whatever the bytes really are."""
    at = data.find(SERIES_UID)
    if at < 0 or at + 8 > len(data):
        return b""
    length = data[at + 6] if data[at + 4 : at + 6] == b"UI" else data[at + 4]
    return data[at : at + 8 + length]


def _with_meta(data: bytes, picked: Picked, pixels: Pixels) -> Header:
    return Header(data, [*meta_steps(data, PREAMBLE + len(MAGIC)), *picked.passed], pixels)


def _walked(data: bytes) -> tuple[str, Picked, Pixels]:
    if data[PREAMBLE : PREAMBLE + len(MAGIC)] != MAGIC:
        raise Odd
    syntax, storage, start = meta(data, PREAMBLE + len(MAGIC))
    if syntax not in KNOWN or storage == MEDIA_DIRECTORY:
        raise Odd
    picked, pixels = walk(data, start, WANTED, WANTED_INSIDE, implicit=syntax == IMPLICIT)
    if too_deep(data, end=pixels.start):
        raise Odd
    if syntax != IMPLICIT:
        _check_vrs(data, picked)
    return syntax, picked, pixels


def _check_vrs(data: bytes, picked: Picked) -> None:
    """Leave it to pydicom to read a value whose VR isn't the standard's."""
    for at, _, _, want in picked.passed:
        if want is Want.VALUE and data[at + 4 : at + 6] != VR_OF[data[at : at + 4]]:
            raise Odd


def _header(elements: Sequence[bytes], syntax: str) -> Elements:
    """The elements typed by us where that is plain, else by pydicom."""
    implicit = syntax == IMPLICIT
    try:
        return PlainHeader(elements, implicit=implicit)
    except Odd:
        return read_dataset(BytesIO(b"".join(elements)), implicit, is_little_endian=True)


def _typed(whole: Sequence[bytes], syntax: str) -> Frame:
    """A frame with all that the slices of a series share, by the functions of the careful scan."""
    implicit = syntax == IMPLICIT
    elements = [*whole, SOMEWHERE[implicit]]
    try:
        frames = _frames(_header(elements, syntax), syntax)
    except Odd:
        frames = _frames(read_dataset(BytesIO(b"".join(elements)), implicit, is_little_endian=True), syntax)
    if len(frames) != 1 or frames[0].facts.layout.frames != 1:
        raise Odd
    return replace(frames[0], acquired="")


def _frames(header: Elements, syntax: str) -> tuple[Frame, ...]:
    return frames_of.frames_of(header, Path(), "", syntax, lambda _, layout: check_size(layout))


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


@lru_cache
def _whole(value: bytes) -> int | None:
    if not value:
        return None
    if not WHOLE.fullmatch(value) or abs(int(value)) > frames_of.LARGEST_WHOLE:
        raise Odd
    return int(value)


@lru_cache
def _clock(value: bytes) -> str:
    if not CLOCK.fullmatch(value):
        raise Odd
    return frames_of.moment_of(value.decode("ascii").strip())


def _uid(value: bytes) -> str:
    plain = value.rstrip(b"\0 ")
    if not UID.fullmatch(plain):
        raise Odd
    return plain.decode("ascii")
