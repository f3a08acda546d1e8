"""Frames of a DICOM header: classic MR has one, enhanced MR has functional groups, shared and per frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import UID, EnhancedMRImageStorage, LegacyConvertedEnhancedMRImageStorage, MRImageStorage

from scoring.values import replace
from workstation.intake.errors import RADIOGRAPH, FileUnusable
from workstation.intake.frames import (
    Evidence,
    FileFacts,
    Frame,
    Identity,
    Orientation,
    Physics,
    PixelLayout,
)
from workstation.intake.headers import tags
from workstation.intake.headers.pixel_layout import layout_of
from workstation.intake.headers.radiograph import is_radiograph, radiograph_of
from workstation.intake.headers.radiograph_size import detector_mm

ENHANCED = frozenset({str(EnhancedMRImageStorage), str(LegacyConvertedEnhancedMRImageStorage)})
CLASSIC = str(MRImageStorage)
PHILIPS = (0x2005, 0x140F)
# a radiograph has no place in the patient; it lies as it is seen, its top towards the head
NOWHERE: tuple[float, float, float] = (0.0, 0.0, 0.0)
UPRIGHT: Orientation = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
UNIT_TOLERANCE = 0.01
TALLEST_M, CENTIMETRES = 3.0, 100.0
# of an IS: PS3.5 6.2
LARGEST_WHOLE = (1 << 31) - 1
# before the first MR image any date is a placeholder
EARLIEST = date(1975, 1, 1)
FIELDS = {
    "repetition_time": ("RepetitionTime",),
    "echo_time": ("EchoTime", "EffectiveEchoTime"),
    "inversion_time": ("InversionTime",),
    "flip_angle": ("FlipAngle",),
    "echo_train_length": ("EchoTrainLength", "RFEchoTrainLength"),
    "slice_thickness": ("SliceThickness",),
    "spacing_between_slices": ("SpacingBetweenSlices",),
    "pixel_bandwidth": ("PixelBandwidth",),
    "averages": ("NumberOfAverages",),
    "field_strength": ("MagneticFieldStrength",),
}
# What enhanced headers, and Philips in its private (2005,140F), say in place of ScanningSequence: PS3.3 C.8.13.5.2
SEQUENCE_MARKS = (
    ("EchoPulseSequence", "SPIN", "SE"),
    ("EchoPulseSequence", "GRADIENT", "GR"),
    ("EchoPulseSequence", "BOTH", "GR"),
    ("InversionRecovery", "YES", "IR"),
    ("EchoPlanarPulseSequence", "YES", "EP"),
    ("PhaseContrast", "YES", "PC"),
    ("TimeOfFlightContrast", "YES", "TOF"),
)
FAT_MARKS = ("SpectrallySelectedSuppression", "SpectrallySelectedExcitation")
# what is suppressed, or what alone is excited: PS3.3 C.8.13.5.2
FAT_SUPPRESSED = (
    ("SpectrallySelectedSuppression", "FAT"),
    ("SpectrallySelectedSuppression", "FAT_AND_WATER"),
    ("SpectrallySelectedExcitation", "WATER"),
)
IMAGE_TYPES = ("ImageType", "FrameType", "ComplexImageComponent")
# PS3.3 C.8.13.3.1.1, and the letters that classic images have in their place
COMPONENTS = frozenset({"M", "MAGNITUDE", "P", "PHASE", "R", "REAL", "I", "IMAGINARY", "MIXED"})
# Philips, slice orientation: TRANSVERSAL, CORONAL, SAGITTAL
PLANNED = (0x2001, 0x100B)
SIDES = ("ImageLaterality", "Laterality", "FrameLaterality")
# which visit a site took the study for; other text than this isn't looked at
OCCASION = ("StudyDescription", "ClinicalTrialTimePointID", "ClinicalTrialTimePointDescription")
DESCRIPTIONS = ("SeriesDescription", "ProtocolName")
SEQUENCE_NAMES = ("SequenceName", "PulseSequenceName")
AGENT_DOSES = ("ContrastBolusVolume", "ContrastBolusTotalDose")
# an agent that is listed without a name
UNNAMED = "?"
BODY = ("PatientSex", "PatientAge", "PatientWeight", "PatientSize")


def frames_of(
    dataset: Dataset,
    path: Path,
    stamp: str,
    transfer_syntax: str,
    span: Callable[[PixelLayout], tuple[int, int] | None],
) -> tuple[Frame, ...]:
    """All frames of one file of MR or radiographs, in file order.

    Args:
        dataset: the header.
        path: of the file.
        stamp: of the file, see `frames.stamp_of`.
        transfer_syntax: UID.
        span: where the pixels are, see `FileFacts`; raises FileUnusable when they aren't what the layout asks for.

    Raises:
        FileUnusable: neither an MR image nor a radiograph, or pixels or geometry can't be read; the message names the
            attribute.
    """
    if not is_radiograph(dataset):
        _check_kind(tags.text(dataset, "SOPClassUID"), tags.text(dataset, "Modality").upper())
        return _frames(dataset, path, stamp, transfer_syntax, span, x_ray=False)
    try:
        return _frames(dataset, path, stamp, transfer_syntax, span, x_ray=True)
    except FileUnusable as error:
        raise FileUnusable(error.why, RADIOGRAPH) from error


def _frames(
    dataset: Dataset,
    path: Path,
    stamp: str,
    transfer_syntax: str,
    span: Callable[[PixelLayout], tuple[int, int] | None],
    *,
    x_ray: bool,
) -> tuple[Frame, ...]:
    sop_class = tags.text(dataset, "SOPClassUID")
    layout = layout_of(dataset, transfer_syntax)
    pixels = span(layout)
    facts = FileFacts(
        path=path,
        stamp=stamp,
        sop_uid=tags.text(dataset, "SOPInstanceUID"),
        **_belonging(dataset),
        description=tags.text(dataset, "SeriesDescription"),
        burned_in=tags.text(dataset, "BurnedInAnnotation").upper() == "YES",
        layout=layout,
        pixels=pixels,
        radiograph=radiograph_of(dataset, layout) if x_ray else None,
    )
    groups = tags.items(dataset, "PerFrameFunctionalGroupsSequence") if sop_class in ENHANCED else ()
    if layout.frames > 1 and len(groups) != layout.frames:
        raise FileUnusable("PerFrameFunctionalGroupsSequence: not one item for each frame")
    shared = tags.items(dataset, "SharedFunctionalGroupsSequence")[:1]
    return tuple(
        _frame(facts, index, (*_parts(group), *(part for item in shared for part in _parts(item)), dataset))
        for index, group in enumerate(groups or (Dataset(),))
    )


def _belonging(dataset: Dataset) -> dict[str, Any]:
    """The fields of `FileFacts` that say whose image it is and of which series; they differ where all else is alike.

    Raises:
        FileUnusable: there is no series or no study.
    """
    for keyword in ("SeriesInstanceUID", "StudyInstanceUID"):
        if not tags.text(dataset, keyword):
            raise FileUnusable(f"{keyword}: missing, so it can't be told what the image belongs to")
    return {
        "series_uid": tags.text(dataset, "SeriesInstanceUID"),
        "study_uid": tags.text(dataset, "StudyInstanceUID"),
        "frame_of_reference": tags.text(dataset, "FrameOfReferenceUID"),
        "identity": _identity(dataset),
        "date": _date(dataset),
        "occasion": " ".join(found for keyword in OCCASION if (found := tags.text(dataset, keyword))),
        "series_time": moment_of(tags.text(dataset, "SeriesTime")) or moment_of(tags.text(dataset, "AcquisitionTime")),
    }


def _check_kind(sop_class: str, modality: str) -> None:
    if sop_class in ENHANCED or sop_class == CLASSIC:
        if modality not in {"MR", ""}:
            raise FileUnusable("Modality says another kind of image than SOPClassUID")
        return
    if not sop_class and modality == "MR":
        return
    name = UID(sop_class).name if sop_class else ""
    raise FileUnusable(
        "neither an MR image nor a radiograph",
        what=name if name and name != sop_class else "DICOM object of another kind",
    )


def _parts(group: Dataset) -> tuple[Dataset, ...]:
    """The first items of the sequences of a functional group: macros hold their attributes one level down."""
    found = (tags.items(group, element.tag)[:1] for element in group if element.VR == "SQ")
    return tuple(item for part in found for item in part)


def _frame(facts: FileFacts, index: int, parts: tuple[Dataset, ...]) -> Frame:
    physics = Physics(**{name: _first(parts, keywords) for name, keywords in FIELDS.items()})
    return Frame(
        facts=facts,
        index=index,
        position_mm=_position(parts) if facts.radiograph is None else NOWHERE,
        orientation=_orientation(parts) if facts.radiograph is None else UPRIGHT,
        spacing_mm=_spacing(parts) if facts.radiograph is None else detector_mm(parts, facts.radiograph.size_hints),
        physics=_measured(physics),
        evidence=_evidence(parts),
        echo_number=_whole(parts, "EchoNumbers"),
        temporal_position=_whole(parts, "TemporalPositionIndex", "TemporalPositionIdentifier"),
        stack_id=_text(parts, "StackID"),
        b_value=_first(parts, ("DiffusionBValue",)),
        acquisition_number=_whole(parts, "AcquisitionNumber", "FrameAcquisitionNumber"),
        instance_number=_whole(parts, "InstanceNumber"),
        acquired=_acquired(parts),
    )


def _measured(physics: Physics) -> Physics:
    """Times of zero or below are how some scanners write "not applicable"."""
    tr, te = physics.repetition_time, physics.echo_time
    ti, flip = physics.inversion_time, physics.flip_angle
    return replace(
        physics,
        repetition_time=tr if tr and tr > 0 else None,
        echo_time=te if te and te > 0 else None,
        inversion_time=ti if ti and ti > 0 else None,
        flip_angle=flip if flip and flip > 0 else None,
    )


def _identity(dataset: Dataset) -> Identity:
    return Identity(
        patient_id=tags.text(dataset, "PatientID"),
        issuer=tags.text(dataset, "IssuerOfPatientID"),
        name=tags.text(dataset, "PatientName"),
        birth_date=tags.text(dataset, "PatientBirthDate"),
        sex=tags.text(dataset, "PatientSex").upper(),
        age=tags.text(dataset, "PatientAge"),
        weight_kg=tags.number(dataset, "PatientWeight") or 0.0,
        height_m=_metres(tags.number(dataset, "PatientSize") or 0.0),
    )


def _metres(size: float) -> float:
    """PatientSize is in metres; who is taller than three was typed in in centimetres."""
    return size / CENTIMETRES if size > TALLEST_M else size


def _position(parts: tuple[Dataset, ...]) -> tuple[float, float, float]:
    match _numbers(parts, "ImagePositionPatient"):
        case (x, y, z):
            return (x, y, z)
    raise FileUnusable("ImagePositionPatient: missing or not three finite numbers")


def _spacing(parts: tuple[Dataset, ...]) -> tuple[float, float]:
    match _numbers(parts, "PixelSpacing"):
        case (row, column) if row > 0 and column > 0:
            return (row, column)
    raise FileUnusable("PixelSpacing: missing or not two positive numbers")


def _orientation(parts: tuple[Dataset, ...]) -> Orientation:
    """Unit row cosines, then unit column cosines.

    Raises:
        FileUnusable: missing, or not two perpendicular unit vectors.
    """
    match _numbers(parts, "ImageOrientationPatient"):
        case (a, b, c, d, e, f):
            right = (a * a + b * b + c * c) ** 0.5
            down = (d * d + e * e + f * f) ** 0.5
            if abs(right - 1) < UNIT_TOLERANCE and abs(down - 1) < UNIT_TOLERANCE:
                unit = (a / right, b / right, c / right, d / down, e / down, f / down)
                if abs(unit[0] * unit[3] + unit[1] * unit[4] + unit[2] * unit[5]) < UNIT_TOLERANCE:
                    return unit
    raise FileUnusable("ImageOrientationPatient: missing or not two perpendicular unit vectors")


def _evidence(parts: tuple[Dataset, ...]) -> Evidence:
    private = tuple(item for part in parts for item in tags.items(part, PHILIPS)[:1])
    sources = (*parts, *private)
    sequence = {value.upper() for part in sources for value in tags.texts(part, "ScanningSequence")}
    for keyword, value, mark in SEQUENCE_MARKS:
        if any(tags.text(part, keyword).upper() == value for part in sources):
            sequence.add(mark)
    marks = {(name, value) for part in sources for name in FAT_MARKS if (value := tags.text(part, name).upper())}
    return Evidence(
        sequence=frozenset(sequence - {"", "NONE"}),
        scan_options=tuple(value.upper() for part in parts for value in tags.texts(part, "ScanOptions") if value),
        image_type=_image_type(parts, private),
        fat="YES" if marks & set(FAT_SUPPRESSED) else "NO" if marks else "",
        side=_side(parts),
        planned=next((found for part in parts if (found := tags.text(part, PLANNED).upper())), ""),
        position=_text(parts, "PatientPosition").upper(),
        body_part=_text(parts, "BodyPartExamined").upper(),
        words=_texts(parts, DESCRIPTIONS),
        sequence_names=_texts(parts, SEQUENCE_NAMES),
        agent=_agent(parts),
        agent_dose=max(
            (dose for part in parts for name in AGENT_DOSES if (dose := tags.number(part, name)) is not None),
            default=None,
        ),
        agent_route=_route(parts),
    )


def _image_type(parts: tuple[Dataset, ...], private: tuple[Dataset, ...]) -> tuple[str, ...]:
    """Each value once. Philips' private copy counts only where the public ones name no component.

    Its releases 2 and 3 write REAL there into magnitude images: Bangalore_2008 of the public set dcm_qa_philips.
    """
    public = _types_in(parts)
    return public if COMPONENTS & set(public) else tuple(dict.fromkeys((*public, *_types_in(private))))


def _types_in(parts: tuple[Dataset, ...]) -> tuple[str, ...]:
    return tuple(
        {
            value.upper(): None
            for part in parts
            for keyword in IMAGE_TYPES
            for value in tags.texts(part, keyword)
            if value
        }
    )


def _texts(parts: tuple[Dataset, ...], keywords: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(found.upper() for keyword in keywords for part in parts if (found := tags.text(part, keyword)))


def _agent(parts: tuple[Dataset, ...]) -> tuple[str, ...]:
    """What stands for the contrast agent; nothing where the header says that it wasn't given yet: C.8.13.5.14."""
    if any(tags.text(part, "ContrastBolusAgentAdministered").upper() == "NO" for part in parts):
        return ()
    listed = tuple(
        tags.text(item, "CodeMeaning").upper() or UNNAMED
        for part in parts
        for item in tags.items(part, "ContrastBolusAgentSequence")
    )
    return (*_texts(parts, ("ContrastBolusAgent",)), *listed)


def _route(parts: tuple[Dataset, ...]) -> tuple[str, ...]:
    items = [item for part in parts for item in tags.items(part, "ContrastBolusAgentSequence")]
    coded = tuple(
        route
        for part in (*parts, *items)
        for item in tags.items(part, "ContrastBolusAdministrationRouteSequence")
        if (route := tags.text(item, "CodeMeaning").upper())
    )
    return (*_texts(parts, ("ContrastBolusRoute",)), *coded)


def _side(parts: tuple[Dataset, ...]) -> str:
    """The first letters of all that is said of the side; more than one where they contradict each other."""
    said = {found.upper()[:1] for keyword in SIDES for part in parts if (found := tags.text(part, keyword))}
    return "".join(sorted(said))


def _date(dataset: Dataset) -> str:
    """The day of the scan as YYYYMMDD, or "" when none of the dates is one."""
    for keyword in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        digits = tags.text(dataset, keyword).replace(".", "").replace("-", "")
        if len(digits) == len("YYYYMMDD") and digits.isascii() and digits.isdigit() and _is_day(digits):
            return digits
    # one value for date and time, which de-identifiers forget
    digits = tags.text(dataset, "AcquisitionDateTime")[: len("YYYYMMDD")]
    return digits if digits.isascii() and digits.isdigit() and _is_day(digits) else ""


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) >= EARLIEST
    except ValueError:
        return False


def moment_of(value: str) -> str:
    """A TM value as digits that sort by time, "" when it isn't one."""
    whole, _, fraction = value.replace(":", "").partition(".")
    return f"{whole:0<6}{fraction[:6]:0<6}" if whole.isascii() and whole.isdigit() else ""


def _acquired(parts: tuple[Dataset, ...]) -> str:
    moment = _text(parts, "FrameAcquisitionDateTime")
    if moment:
        return moment_of(moment[8:])
    for keyword in ("AcquisitionTime", "ContentTime"):
        if found := moment_of(_text(parts, keyword)):
            return found
    return moment_of(_text(parts, "AcquisitionDateTime")[8:])


def _text(parts: tuple[Dataset, ...], *keywords: str) -> str:
    return next((found for keyword in keywords for part in parts if (found := tags.text(part, keyword))), "")


def _numbers(parts: tuple[Dataset, ...], keyword: str) -> tuple[float, ...]:
    """From the first place that has the attribute; () when it is absent or broken there."""
    for part in parts:
        if tags.has(part, keyword):
            return tags.numbers(part, keyword) or ()
    return ()


def _first(parts: tuple[Dataset, ...], keywords: tuple[str, ...]) -> float | None:
    for keyword in keywords:
        for part in parts:
            found = tags.number(part, keyword)
            if found is not None:
                return found
    return None


def _whole(parts: tuple[Dataset, ...], *keywords: str) -> int | None:
    found = _first(parts, keywords)
    return int(found) if found is not None and found == int(found) and abs(found) <= LARGEST_WHOLE else None
