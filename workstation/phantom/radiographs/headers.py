"""Header of a synthetic radiograph, and a canary in every text of it. Source: PS3.3 A.2 (CR), A.26 (DX), C.8.11.3."""

from __future__ import annotations

from datetime import date

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
)
from pydicom.valuerep import format_number_as_ds

from workstation.phantom.identity import CANARY, Identity
from workstation.phantom.radiographs.films import HAND, Film, stored_of

CLASSES = {"CR": ComputedRadiographyImageStorage, "DX": DigitalXRayImageStorageForPresentation}
VIEWS = {"HAND": "PA", "FOOT": "AP"}
TABLE_ENTRIES = 1024
# a foot stands on the detector, a hand lies on it: from a metre away hardly larger
MAGNIFICATION = 1.02


def dataset(who: Identity, day: date, film: Film, uids: tuple[str, str, str], number: int) -> Dataset:
    """A whole file.

    Args:
        who: the person.
        day: of the visit.
        film: the picture.
        uids: of study, series and image.
        number: of the image within its study, from 1.
    """
    kind = film.kind
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = CLASSES[kind.modality]
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = UID(uids[2])
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.StudyInstanceUID, ds.SeriesInstanceUID = uids[0], uids[1]
    _person(ds, who, day)
    ds.Modality = kind.modality
    ds.Manufacturer = f"{CANARY} X-ray"
    ds.StationName = f"{CANARY}-XR1"
    ds.SeriesNumber = ds.InstanceNumber = ds.AcquisitionNumber = number
    ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = f"08{10 + 2 * number:02d}00"
    ds.SeriesDescription = f"{CANARY} {film.part.lower()} {'right' if film.side == 'R' else 'left'}"
    ds.ProtocolName = f"{CANARY} {film.part.lower()}"
    ds.BodyPartExamined = film.part
    ds.ViewPosition = VIEWS[film.part]
    ds.ImageType = ["ORIGINAL", "PRIMARY", ""]
    ds.BurnedInAnnotation = "NO"
    ds.ImagerPixelSpacing = [format_number_as_ds(film.pixel_mm)] * 2
    if kind.modality == "DX":
        ds.ImageLaterality = film.side
        ds.PresentationIntentType = "FOR PRESENTATION"
        ds.PresentationLUTShape = "INVERSE" if kind.inverted else "IDENTITY"
        ds.PixelIntensityRelationship = "LOG"
        ds.PixelIntensityRelationshipSign = 1 if kind.inverted else -1
        ds.PatientOrientation = ["R" if film.side == "L" else "L", "F"] if film.part == HAND else ["L", "P"]
        ds.EstimatedRadiographicMagnificationFactor = format_number_as_ds(MAGNIFICATION)
        ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "US"
    else:
        ds.Laterality = film.side
    _pixels(ds, film)
    return ds


def _person(ds: Dataset, who: Identity, day: date) -> None:
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName, ds.PatientID, ds.PatientSex = who.name, who.patient_id, who.sex
    ds.IssuerOfPatientID = f"{CANARY} Clinic"
    ds.PatientBirthDate = who.birth_date.strftime("%Y%m%d")
    ds.PatientAge = f"{day.year - who.birth_date.year:03d}Y"
    ds.ReferringPhysicianName = f"{CANARY}^Referrer"
    ds.OperatorsName = f"{CANARY}^Operator"
    ds.InstitutionName = f"{CANARY} General Hospital"
    ds.StudyID = f"{CANARY}XR"
    ds.AccessionNumber = f"{CANARY}XR"
    ds.StudyDescription = f"{CANARY} hands and feet RA"
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = day.strftime("%Y%m%d")
    ds.StudyTime = "081000"


def _pixels(ds: Dataset, film: Film) -> None:
    kind = film.kind
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME1" if kind.inverted else "MONOCHROME2"
    ds.Rows, ds.Columns = film.values.shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, kind.bits, kind.bits - 1, 0
    low, high = sorted(stored_of(mm, kind) for mm in film.shown)
    match kind.shown_by:
        case "window":
            ds.WindowCenter = format_number_as_ds(round((low + high) / 2, 1))
            ds.WindowWidth = format_number_as_ds(round(high - low, 1))
        case "table":
            ds.VOILUTSequence = Items([_table(low, high)])
    ds.PixelData = film.values.tobytes()


def _table(low: float, high: float) -> Dataset:
    """The bend of a film: flat at both ends, steep between."""
    item = Dataset()
    part = np.linspace(-1, 1, TABLE_ENTRIES)
    values = np.rint(((np.tanh(1.5 * part) / np.tanh(1.5)) + 1) / 2 * 0xFFFF).astype(np.uint16)
    first = round((low + high) / 2 - TABLE_ENTRIES / 2 * max(1.0, (high - low) / TABLE_ENTRIES))
    stretched = np.interp(np.linspace(0, TABLE_ENTRIES - 1, round(high - low)), np.arange(TABLE_ENTRIES), values)
    item.LUTDescriptor = [len(stretched), max(first, 0), 16]
    item.LUTExplanation = f"{CANARY} film"
    item.LUTData = np.rint(stretched).astype(np.uint16).tobytes()
    item["LUTData"].VR = "OW"
    return item
