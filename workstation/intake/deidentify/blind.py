"""The one door between identified and blinded. Copies by allow-list; never strips."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import numpy as np
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ComputedRadiographyImageStorage, ExplicitVRLittleEndian, MRImageStorage
from pydicom.valuerep import DSfloat

from workstation.intake.deidentify.template import (
    META_UID,
    NUMBER,
    POSITION,
    PREAMBLE,
    SLICE_UID,
    BlindingFailed,
    Template,
)
from workstation.intake.frames import Frame
from workstation.intake.pixels.decode import Stored

CODE_LENGTH = 8
# tag, VR OW, two reserved bytes, four bytes of length: PS3.5 7.1.2
PIXEL_HEADER = b"\xe0\x7f\x10\x00OW\x00\x00"
# The numbers of the acquisition that may pass, and the range in which each is a measurement and nothing else
NUMBERS = {
    "RepetitionTime": ("repetition_time", 0.0, 100_000.0),
    "EchoTime": ("echo_time", 0.0, 10_000.0),
    "InversionTime": ("inversion_time", 0.0, 20_000.0),
    "FlipAngle": ("flip_angle", 0.0, 360.0),
    "EchoTrainLength": ("echo_train_length", 0.0, 1_000.0),
    "SliceThickness": ("slice_thickness", 0.0, 500.0),
    "SpacingBetweenSlices": ("spacing_between_slices", 0.0, 500.0),
    "PixelBandwidth": ("pixel_bandwidth", 0.0, 100_000.0),
    "NumberOfAverages": ("averages", 0.0, 1_000.0),
}
WHOLE = frozenset({"EchoTrainLength"})
# how large a pixel of a radiograph is, in both of the attributes that programs look at
OF_DETECTOR = ("ImagerPixelSpacing", "PixelSpacing")
# A series has one, or one for each of the few kinds of slices in it
MOST_TEMPLATES = 64
SEQUENCES = ("SE", "IR", "GR", "EP", "RM")


@dataclass(frozen=True, slots=True)
class NewIdentifiers:
    """New identifiers of one slice: its own, those of its study, series and frame of reference, and its number."""

    slice_uid: str
    study_uid: str
    series_uid: str
    frame_uid: str
    number: int


@dataclass(frozen=True, slots=True)
class BlindFile:
    """A whole DICOM file in two parts: the header up to the first byte of the pixels, and the pixels."""

    header: bytes
    pixels: memoryview

    @property
    def pixel_offset(self) -> int:
        """Where the pixels start."""
        return len(self.header)

    @property
    def parts(self) -> tuple[bytes | memoryview, ...]:
        """What is written, in order; values have an even length: PS3.5 7.1.1."""
        return (self.header, self.pixels, b"\0" * (len(self.pixels) % 2))


class Disguise:
    """New names for old identifiers by HMAC-SHA256: the same each time, and nothing without the vault's secret."""

    def __init__(self, secret: bytes) -> None:
        # a copy of a keyed hash costs half of making one
        self._keyed = hmac.new(secret, digestmod="sha256")

    def uid(self, *parts: str) -> str:
        """A UID below 2.25: PS3.5 B.2."""
        return f"2.25.{int.from_bytes(self._digest(parts)[:16], 'big')}"

    def code(self, *parts: str) -> str:
        """Eight letters and digits (A-Z, 2-7)."""
        return base64.b32encode(self._digest(parts)).decode("ascii")[:CODE_LENGTH]

    def file_name(self, *parts: str) -> str:
        """A name that can be written everywhere."""
        return f"{self._digest(parts).hex()[:24]}.dcm"

    def _digest(self, parts: tuple[str, ...]) -> bytes:
        # lengths in front, so that parts can't run into each other
        message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (_raw(part) for part in parts))
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed.digest()


class Blinder:
    """Writes new MR and CR files with geometry, acquisition numbers and pixels, and nothing else of the old ones.

    pydicom writes one header for each set of attributes: the others are that one with other values in its gaps, and a
    new template must give pydicom's own bytes again. Slices of a series differ in a few values only, so each series
    has a template of its own, made of the one before.
    """

    def __init__(self) -> None:
        self._masters: dict[Hashable, Template] = {}
        self._templates: dict[Hashable, Template] = {}

    def blind(self, frame: Frame, values: Stored, ids: NewIdentifiers) -> BlindFile:
        """The new file.

        Args:
            frame: where the numbers come from.
            values: (row, column), stored values.
            ids: the new identifiers.

        Raises:
            BlindingFailed: the template doesn't give what pydicom gives.
        """
        pixels = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).data.cast("B")
        key = (
            (ids.study_uid, ids.series_uid, ids.frame_uid),
            (frame.orientation, frame.spacing_mm, frame.physics, frame.evidence.sequence),
            _kind(frame, values),
        )
        own = _of_a_slice(frame, ids)
        template = self._templates.get(key)
        if template is None:
            if len(self._templates) >= MOST_TEMPLATES:
                self._templates.clear()
            template = _template(self._header(frame, values, ids), own)
            self._templates[key] = template
        length = len(pixels) + len(pixels) % 2
        return BlindFile(template.filled(own) + PIXEL_HEADER + length.to_bytes(4, "little"), pixels)

    def _header(self, frame: Frame, values: Stored, ids: NewIdentifiers) -> bytes:
        """The header of a slice, by pydicom the first time that its attributes are met."""
        every = _of_a_slice(frame, ids) | _of_a_series(frame, ids)
        key = (frozenset(every), _kind(frame, values))
        master = self._masters.get(key)
        if master is None:
            master = self._masters[key] = _template(reference_header(frame, values, ids), every)
        return master.filled(every)


def _kind(frame: Frame, values: Stored) -> Hashable:
    """What of a header is neither a slice's nor a series' own value."""
    layout = frame.facts.layout
    return (layout.inverted, layout.bits_stored, values.shape, values.dtype.str, frame.facts.radiograph is None)


def _template(header: bytes, own: Mapping[bytes, str]) -> Template:
    template = Template.of(header, tuple(own))
    if template.filled(own) != header or header[:PREAMBLE].strip(b"\0"):
        raise BlindingFailed("a template doesn't give the header again that it was made of")
    return template


def _of_a_slice(frame: Frame, ids: NewIdentifiers) -> dict[bytes, str]:
    found = {
        SLICE_UID: ids.slice_uid,
        META_UID: ids.slice_uid,
        NUMBER: str(ids.number),
    }
    return found if frame.facts.radiograph else found | {POSITION: _decimals(frame.position_mm)}


def _of_a_series(frame: Frame, ids: NewIdentifiers) -> dict[bytes, str]:
    if frame.facts.radiograph:
        return {
            _tag("StudyInstanceUID"): ids.study_uid,
            _tag("SeriesInstanceUID"): ids.series_uid,
        } | (dict.fromkeys(map(_tag, OF_DETECTOR), _decimals(frame.spacing_mm)) if frame.facts.radiograph.sized else {})
    found = {
        _tag("StudyInstanceUID"): ids.study_uid,
        _tag("SeriesInstanceUID"): ids.series_uid,
        _tag("ImageOrientationPatient"): _decimals(frame.orientation),
        _tag("PixelSpacing"): _decimals(frame.spacing_mm),
        _tag("ScanningSequence"): "\\".join(_sequence(frame)),
        _tag("SliceThickness"): "",
    }
    if ids.frame_uid:
        found[_tag("FrameOfReferenceUID")] = ids.frame_uid
    return found | {_tag(keyword): str(value) for keyword, value in _measured(frame).items()}


def reference_header(frame: Frame, values: Stored, ids: NewIdentifiers) -> bytes:
    """All that stands before PixelData, as pydicom writes it; arguments as for `Blinder.blind`."""
    dataset = _new(ids)
    if frame.facts.radiograph:
        _make_radiograph(dataset, frame, sized=frame.facts.radiograph.sized)
    else:
        _copy_geometry(dataset, frame, ids)
        _copy_physics(dataset, frame)
    _copy_layout(dataset, frame, values)
    buffer = BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def _new(ids: NewIdentifiers) -> Dataset:
    """Attributes whose values are constants or new."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = UID(ids.slice_uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = Dataset()
    dataset.file_meta = meta
    dataset.preamble = b"\0" * 128
    dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = ids.slice_uid
    dataset.StudyInstanceUID = ids.study_uid
    dataset.SeriesInstanceUID = ids.series_uid
    dataset.Modality = "MR"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "Rebuilt from an allow-list"
    dataset.InstanceNumber = ids.number
    # type 2 of the patient, study and series modules: must be there, may be empty
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID"):
        setattr(dataset, keyword, "")
    for keyword in ("AccessionNumber", "ReferringPhysicianName", "SeriesNumber", "Manufacturer", "Laterality"):
        setattr(dataset, keyword, None if keyword == "SeriesNumber" else "")
    return dataset


def _make_radiograph(dataset: Dataset, frame: Frame, *, sized: bool) -> None:
    """What tells a radiograph from MR. Part, side and view are the index's: the header's words may be wrong.

    What its header didn't say of its size isn't said here either: what a person says later is the index's.
    """
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = ComputedRadiographyImageStorage
    dataset.Modality = "CR"
    for keyword in OF_DETECTOR if sized else ():
        setattr(dataset, keyword, [_decimal(value) for value in frame.spacing_mm])
    for keyword in ("BodyPartExamined", "ViewPosition"):
        setattr(dataset, keyword, "")


def _copy_geometry(dataset: Dataset, frame: Frame, ids: NewIdentifiers) -> None:
    if ids.frame_uid:
        dataset.FrameOfReferenceUID = ids.frame_uid
        dataset.PositionReferenceIndicator = ""
    dataset.ImagePositionPatient = [_decimal(value) for value in frame.position_mm]
    dataset.ImageOrientationPatient = [_decimal(value) for value in frame.orientation]
    dataset.PixelSpacing = [_decimal(value) for value in frame.spacing_mm]


def _copy_physics(dataset: Dataset, frame: Frame) -> None:
    dataset.ScanningSequence = _sequence(frame) or None
    dataset.SliceThickness = None
    for keyword, value in _measured(frame).items():
        setattr(dataset, keyword, value)


def _sequence(frame: Frame) -> list[str]:
    return [name for name in SEQUENCES if name in frame.evidence.sequence]


def _measured(frame: Frame) -> dict[str, DSfloat | int]:
    """The numbers of the acquisition that may pass, by keyword, as they are written."""
    found: dict[str, DSfloat | int] = {}
    for keyword, (name, low, high) in NUMBERS.items():
        value = getattr(frame.physics, name)
        if value is not None and low <= value <= high:
            found[keyword] = round(value) if keyword in WHOLE else _decimal(value)
    return found


def _copy_layout(dataset: Dataset, frame: Frame, values: Stored) -> None:
    layout = frame.facts.layout
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME1" if layout.inverted else "MONOCHROME2"
    dataset.Rows, dataset.Columns = values.shape
    dataset.BitsAllocated = values.dtype.itemsize * 8
    dataset.BitsStored = layout.bits_stored
    dataset.HighBit = layout.bits_stored - 1
    dataset.PixelRepresentation = int(np.issubdtype(values.dtype, np.signedinteger))


def _decimal(value: float) -> DSfloat:
    """A DS of at most 16 characters."""
    return DSfloat(value, auto_format=True)


def _decimals(values: Iterable[float]) -> str:
    return "\\".join(str(_decimal(value)) for value in values)


@cache
def _tag(keyword: str) -> bytes:
    """The four bytes that an element begins with."""
    number = tag_for_keyword(keyword)
    if number is None:
        raise KeyError(keyword)
    return (number >> 16).to_bytes(2, "little") + (number & 0xFFFF).to_bytes(2, "little")


def _raw(part: str) -> bytes:
    return part.encode("utf-8", "surrogatepass")
