"""MR files as scanners write them, for import tests: one slice, one series, one visit, or a pair of visits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, MRImageStorage

ROWS, COLUMNS = 12, 10
AXIAL = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
CORONAL = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0]
T1: Mapping[str, Any] = {"RepetitionTime": 550, "EchoTime": 12, "SeriesDescription": "T1W_TSE"}
T2FS: Mapping[str, Any] = {
    "RepetitionTime": 3200,
    "EchoTime": 60,
    "ScanOptions": "FS",
    "SeriesDescription": "T2W_SPAIR",
}
PD: Mapping[str, Any] = {"RepetitionTime": 3000, "EchoTime": 25, "SeriesDescription": "PDW_TSE"}
T1FSGD: Mapping[str, Any] = {
    "RepetitionTime": 600,
    "EchoTime": 11,
    "ScanOptions": "FS",
    "ContrastBolusAgent": "DOTAREM",
    "SeriesDescription": "T1W_SPIR_GD",
}
PROTOCOL = (
    ("T1", "AX", T1),
    ("T1", "COR", T1),
    ("T2FS", "AX", T2FS),
    ("T2FS", "COR", T2FS),
    ("PD", "COR", PD),
    ("T1FSGD", "AX", T1FSGD),
    ("T1FSGD", "COR", T1FSGD),
)


def pixels(seed: int, rows: int = ROWS, columns: int = COLUMNS) -> NDArray[np.uint16]:
    """Reproducible 12-bit noise, (row, column)."""
    return np.random.default_rng(seed).integers(0, 4096, (rows, columns), dtype=np.uint16)


def a_slice(uid: str, series: str = "1.2.3.1", *, z_mm: float = 0.0, seed: int = 0, **attributes: Any) -> Dataset:  # noqa: ANN401 - values of any attribute
    """One axial slice at height z; attributes by keyword replace or, with None, remove what stands there."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = MRImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = UID(uid)
    values: dict[str, Any] = {
        "SOPClassUID": MRImageStorage,
        "SOPInstanceUID": uid,
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": series,
        "FrameOfReferenceUID": "1.2.3.9",
        "Modality": "MR",
        "ImageType": ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"],
        "StudyDate": "20240105",
        "AcquisitionTime": "101500",
        "PatientID": "P1",
        "PatientName": "Doe^Jane",
        "PatientBirthDate": "19700101",
        "ScanningSequence": "SE",
        "RepetitionTime": 550,
        "EchoTime": 12,
        "ImagePositionPatient": [-5.0, -6.0, z_mm],
        "ImageOrientationPatient": AXIAL,
        "PixelSpacing": [0.4, 0.5],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": ROWS,
        "Columns": COLUMNS,
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "PixelData": pixels(seed).tobytes(),
    }
    for keyword, value in (values | attributes).items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def written(dataset: Dataset, path: Path) -> Path:
    """The dataset as a file; parents are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def a_series(folder: Path, series: str = "1.2.3.1", *, count: int = 3, **attributes: Any) -> list[Path]:  # noqa: ANN401 - values of any attribute
    """An axial series, 2 mm apart from z = 0 upwards, one file a slice, named by number."""
    return [
        written(
            a_slice(f"{series}.{number}", series, z_mm=2.0 * number, seed=number, **attributes),
            folder / f"{series}-{number}",
        )
        for number in range(count)
    ]


def a_visit(folder: Path, root: str = "1.2.3", *, count: int = 3, **attributes: Any) -> None:  # noqa: ANN401 - values of any attribute
    """The seven series of the protocol in one folder, an hour apart."""
    for number, (_, plane, physics) in enumerate(PROTOCOL, start=1):
        for index in range(count):
            uid = f"{root}.{number}.{index}"
            position = [-5.0, -6.0, 2.0 * index] if plane == "AX" else [-5.0, 2.0 * index, 6.0]
            values = {
                "StudyInstanceUID": root,
                "FrameOfReferenceUID": f"{root}.99",
                "AcquisitionTime": f"1{number}0000",
                "ImagePositionPatient": position,
                "ImageOrientationPatient": AXIAL if plane == "AX" else CORONAL,
                **physics,
                **attributes,
            }
            seed = crc32(uid.encode())
            written(a_slice(uid, f"{root}.{number}", seed=seed, **values), folder / uid)
