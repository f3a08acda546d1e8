"""CR and DX files as departments send them, for import tests: one picture with the attributes that are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
)

ROWS, COLUMNS = 60, 48
CLASSES = {"CR": ComputedRadiographyImageStorage, "DX": DigitalXRayImageStorageForPresentation}


def a_radiograph(uid: str, modality: str = "DX", **attributes: Any) -> Dataset:  # noqa: ANN401 - values of any attribute
    """A right hand PA of 12 bits; attributes by keyword replace or, with None, remove what stands there."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = CLASSES[modality]
    dataset.file_meta.MediaStorageSOPInstanceUID = UID(uid)
    values = np.random.default_rng(crc32(uid.encode())).integers(200, 3900, (ROWS, COLUMNS), dtype=np.uint16)
    said: dict[str, Any] = {
        "SOPClassUID": CLASSES[modality],
        "SOPInstanceUID": uid,
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": f"{uid}.1",
        "Modality": modality,
        "PatientID": "P01",
        "PatientName": "Test^Person",
        "PatientBirthDate": "19600203",
        "StudyDate": "20010310",
        "SeriesTime": "101500",
        "BodyPartExamined": "HAND",
        "ViewPosition": "PA",
        "Laterality": "R",
        "SeriesDescription": "Hand right",
        "PresentationIntentType": "FOR PRESENTATION",
        "ImagerPixelSpacing": [0.2, 0.2],
        "Rows": ROWS,
        "Columns": COLUMNS,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "PixelData": values.tobytes(),
    }
    for keyword, value in (said | attributes).items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def a_table(first: int, values: list[int], bits: int = 12) -> Items:
    """A LUT sequence of one item, for values from `first` on."""
    item = Dataset()
    item.LUTDescriptor = [len(values), first, bits]
    item.LUTData = np.array(values, np.uint16).tobytes()
    item["LUTData"].VR = "OW"
    return Items([item])


def saved(folder: Path, *datasets: Dataset) -> Path:
    """The files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, dataset in enumerate(datasets):
        dataset.save_as(folder / f"{number:03}.dcm", enforce_file_format=True)
    return folder
