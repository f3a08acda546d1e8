"""The header that a Philips Achieva 3T gives a slice, and a canary in every text of it.

Oddities are those of real files: SliceLocation runs the other way, instance numbers don't follow the slices, windows
differ per slice, the fat suppression stands in a nested private sequence. Sources: Philips DICOM conformance statement
of Achieva release 5; the public test files of dcm_qa_philips and hazen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID, MRImageStorage
from pydicom.valuerep import format_number_as_ds

from workstation.phantom.compressing import BITS_STORED, TRANSFER_SYNTAXES, compressed
from workstation.phantom.identity import CANARY, Identity
from workstation.phantom.protocol import Layout, SeriesPlan
from workstation.phantom.realism.manner import PLAIN, Manner
from workstation.phantom.reconstructing import FAT_SHIFT_MM

_PRIVATE_IMAGING = 0x2001
_PRIVATE_MR = 0x2005
_ECHO_FIELD_MHZ = 127.77


@dataclass(frozen=True, slots=True)
class Occasion:
    """One visit to the scanner: when, and the UIDs that its files share."""

    number: int
    day: date
    study_uid: str
    frame_uid: str
    side: str = "R"


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice to be written: its place in the stack from 0, its number on the console from 1, its pixels."""

    index: int
    instance: int
    values: NDArray[np.uint16]
    sop_uid: str


def template(
    who: Identity,
    occasion: Occasion,
    *,
    plan: SeriesPlan,
    series_uid: str,
    layout: Layout,
    manner: Manner = PLAIN,
) -> Dataset:
    """What all slices of a series have in common."""
    ds = Dataset()
    ds.file_meta = _meta(plan)
    _identity(ds, who, occasion)
    _equipment(ds)
    _series(ds, occasion, plan, series_uid, layout)
    _stack(ds, layout)
    _physics(ds, plan, layout, manner)
    _private(ds, plan, layout)
    _encoding(ds, plan)
    return ds


def fill(ds: Dataset, *, plan: SeriesPlan, layout: Layout, item: Slice) -> None:
    """Make the image of one slice of a series' template, over the one before; ready to be written."""
    ds.file_meta.MediaStorageSOPInstanceUID = UID(item.sop_uid)
    _geometry(ds, layout, item)
    _pixels(ds, plan, item)


def _meta(plan: SeriesPlan) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.TransferSyntaxUID = TRANSFER_SYNTAXES[plan.transfer]
    meta.ImplementationVersionName = f"{CANARY}_IMPL"
    meta.SourceApplicationEntityTitle = f"{CANARY}_AE"
    return meta


def _identity(ds: Dataset, who: Identity, occasion: Occasion) -> None:
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName = who.name
    ds.PatientID = who.patient_id
    ds.OtherPatientIDs = f"{CANARY}-OTHER"
    ds.IssuerOfPatientID = f"{CANARY} Clinic"
    ds.PatientBirthDate = who.birth_date.strftime("%Y%m%d")
    ds.PatientSex = who.sex
    years = occasion.day.year - who.birth_date.year
    ds.PatientAge = f"{years:03d}Y"
    ds.PatientWeight = "67"
    ds.PatientAddress = f"{CANARY} Lane 4"
    ds.PatientTelephoneNumbers = f"{CANARY} 5550"
    ds.PatientComments = f"{CANARY} fears tunnels"
    ds.EthnicGroup = CANARY
    ds.Occupation = f"{CANARY} keeper"
    ds.AdditionalPatientHistory = f"RA since long, {CANARY}"
    ds.MedicalAlerts = f"{CANARY} nickel"
    ds.ReferringPhysicianName = f"{CANARY}^Referrer"
    ds.PerformingPhysicianName = f"{CANARY}^Performer"
    ds.OperatorsName = f"{CANARY}^Operator"
    ds.NameOfPhysiciansReadingStudy = f"{CANARY}^Reader"
    ds.RequestingPhysician = f"{CANARY}^Requester"
    ds.InstitutionName = f"{CANARY} General Hospital"
    ds.InstitutionAddress = f"1 {CANARY} Street"
    ds.InstitutionalDepartmentName = f"{CANARY} Radiology"
    ds.StudyInstanceUID = occasion.study_uid
    ds.StudyID = f"{CANARY}{occasion.number}"
    ds.AccessionNumber = f"{CANARY}{occasion.number:03d}"
    ds.StudyDescription = f"{CANARY} wrist RA month {0 if occasion.number % 2 else 4}"
    day = occasion.day.strftime("%Y%m%d")
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = day
    ds.PerformedProcedureStepStartDate = day
    ds.StudyTime = "091500"
    request = Dataset()
    request.RequestedProcedureDescription = f"{CANARY} MR wrist"
    request.ScheduledProcedureStepDescription = f"{CANARY} wrist RA"
    request.RequestedProcedureID = f"{CANARY}RP"
    request.ScheduledProcedureStepID = f"{CANARY}SPS"
    ds.RequestAttributesSequence = Items([request])
    ds.RequestedProcedureDescription = f"{CANARY} MR wrist"
    ds.PerformedProcedureStepDescription = f"{CANARY} wrist"
    ds.PerformedProcedureStepID = f"{CANARY}PPS"


def _equipment(ds: Dataset) -> None:
    ds.Modality = "MR"
    ds.Manufacturer = f"Philips Medical Systems {CANARY}"
    ds.ManufacturerModelName = f"Achieva {CANARY}"
    ds.StationName = f"{CANARY}-MR3"
    ds.DeviceSerialNumber = f"{CANARY}-17"
    ds.SoftwareVersions = f"5.4.1 {CANARY}"
    ds.MagneticFieldStrength = "3"
    ds.ReceiveCoilName = f"{CANARY}WR"


def _series(ds: Dataset, occasion: Occasion, plan: SeriesPlan, series_uid: str, layout: Layout) -> None:
    ds.SOPClassUID = MRImageStorage
    ds.SeriesInstanceUID = series_uid
    ds.FrameOfReferenceUID = occasion.frame_uid
    ds.PositionReferenceIndicator = CANARY
    ds.SeriesNumber = plan.number
    ds.AcquisitionNumber = plan.number // 100
    # some six minutes a series from a quarter past nine, the agent before the last two
    minute = 15 + 6 * (plan.number // 100 - 1)
    ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = f"09{minute:02d}30"
    ds.SeriesDescription = f"{CANARY} {plan.shorthand}"
    ds.ProtocolName = f"{CANARY} {plan.shorthand}"
    ds.SequenceName = f"{CANARY}SE"
    ds.BodyPartExamined = "WRIST"
    ds.Laterality = occasion.side
    ds.PatientPosition = "HFP"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"]
    ds.ImageComments = f"{CANARY} image"
    ds.ImagesInAcquisition = layout.slices


def _stack(ds: Dataset, layout: Layout) -> None:
    ds.ImageOrientationPatient = [format_number_as_ds(float(value)) for value in (*layout.right, *layout.down)]
    ds.PixelSpacing = [format_number_as_ds(layout.pixel_mm)] * 2
    ds.SliceThickness = format_number_as_ds(layout.thickness_mm)
    ds.SpacingBetweenSlices = format_number_as_ds(layout.spacing_mm)
    ds.Rows = ds.Columns = layout.size


def _geometry(ds: Dataset, layout: Layout, item: Slice) -> None:
    position = layout.position(item.index)
    ds.SOPInstanceUID = item.sop_uid
    ds.InstanceNumber = item.instance
    ds.ImagePositionPatient = [format_number_as_ds(float(value)) for value in position]
    ds.SliceLocation = format_number_as_ds(round(-float(position @ layout.normal), 4))


def _physics(ds: Dataset, plan: SeriesPlan, layout: Layout, manner: Manner) -> None:
    sequence = plan.sequence
    ds.ScanningSequence = "SE"
    ds.SequenceVariant = "SK"
    ds.ScanOptions = "FS" if sequence.fat_suppressed else "OTHER"
    ds.MRAcquisitionType = "2D"
    ds.RepetitionTime = format_number_as_ds(sequence.repetition_ms)
    ds.EchoTime = format_number_as_ds(sequence.echo_ms)
    ds.EchoTrainLength = plan.echoes
    ds.EchoNumbers = 1
    ds.FlipAngle = "90"
    ds.NumberOfAverages = "2"
    ds.ImagingFrequency = format_number_as_ds(_ECHO_FIELD_MHZ)
    # 440 Hz, the distance of fat from water, over as many points as fat is shifted
    points = FAT_SHIFT_MM / layout.acquired_mm if manner.shift_points is None else manner.shift_points
    ds.PixelBandwidth = format_number_as_ds(round(440 / points, 1))
    lines = layout.acquired * 9 // 10 if manner.kept == 1 else round(layout.acquired * manner.kept)
    # frequency rows, frequency columns, phase rows, phase columns: PS3.3 C.8.3.1
    across = manner.frequency_axis == 1
    ds.AcquisitionMatrix = [0, layout.acquired, lines, 0] if across else [layout.acquired, 0, 0, lines]
    ds.InPlanePhaseEncodingDirection = "COL" if across else "ROW"
    if sequence.after_agent:
        ds.ContrastBolusAgent = f"{CANARY} Gd"
        ds.ContrastBolusRoute = f"{CANARY} IV"


def _private(ds: Dataset, plan: SeriesPlan, layout: Layout) -> None:
    imaging = ds.private_block(_PRIVATE_IMAGING, "Philips Imaging DD 001", create=True)
    imaging.add_new(0x0B, "CS", "TRANSVERSAL" if layout.plane == "AX" else "CORONAL")
    imaging.add_new(0x18, "SL", layout.slices)
    imaging.add_new(0x20, "LO", f"{CANARY} SE")
    values = ds.private_block(_PRIVATE_MR, "Philips MR Imaging DD 001", create=True)
    values.add_new(0x0D, "FL", 0.0)
    values.add_new(0x0E, "FL", 0.004 + plan.number * 1e-6)
    values.add_new(0x20, "LO", f"{CANARY} private")
    nested = Dataset()
    nested.AcquisitionContrast = "PROTON_DENSITY" if plan.kind == "PD" else plan.kind[:2]
    nested.SpectrallySelectedSuppression = "FAT" if plan.sequence.fat_suppressed else "NONE"
    nested.PulseSequenceName = f"{CANARY}TSE"
    nested.FrameComments = f"{CANARY} nested"
    # Philips keeps this block at (2005,14xx), so the sequence is (2005,140F)
    ds.add_new((_PRIVATE_MR, 0x0014), "LO", "Philips MR Imaging DD 005")
    ds.add_new((_PRIVATE_MR, 0x140F), "SQ", Items([nested]))


def _encoding(ds: Dataset, plan: SeriesPlan) -> None:
    ds.WindowCenterWidthExplanation = CANARY
    ds.RescaleIntercept = "0"
    ds.RescaleSlope = format_number_as_ds(1.0 + plan.number / 1000)
    ds.RescaleType = f"{CANARY} n"
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated = 16
    ds.BitsStored = BITS_STORED
    ds.HighBit = BITS_STORED - 1
    ds.PixelRepresentation = 0
    ds.LossyImageCompression = "00"


def _pixels(ds: Dataset, plan: SeriesPlan, item: Slice) -> None:
    bright = float(np.percentile(item.values, 99))
    ds.WindowCenter = format_number_as_ds(round(bright / 2, 2))
    ds.WindowWidth = format_number_as_ds(round(max(bright, 1.0), 2))
    ds.PixelData = encapsulate([compressed(item.values, plan.transfer)])
    ds["PixelData"].VR = "OB"
