"""Faults to plant in the first person's files, each as it happens in life, for whoever tests an intake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.uid import UID

from workstation.errors import UsageRefused
from workstation.phantom.identity import CANARY
from workstation.phantom.people import uid

_AXIAL_T1, _AXIAL_T2FS = 501, 601
_AFTER_AGENT = (701, 801)


def plant(name: str, folder: Path) -> None:
    """Spoil a study that was just written, by the fault of that name."""
    FAULTS[name](folder)


def check(name: str) -> None:
    """Refuse a name that isn't one of the faults.

    Raises:
        UsageRefused: says which there are.
    """
    if name not in FAULTS:
        raise UsageRefused(f"fault {name!r}: there are {', '.join(FAULTS)}")


def _missing_slice(folder: Path) -> None:
    """The middle slice of baseline's axial T1 was never sent."""
    _middle(folder).unlink()


def _duplicate_slice(folder: Path) -> None:
    """The same slice was sent twice, under another name and instance UID."""
    path = _middle(folder)
    ds = dcmread(path)
    ds.SOPInstanceUID = UID(uid("twice", str(ds.SOPInstanceUID)))
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.save_as(path.with_name(f"{path.stem}_copy.dcm"), enforce_file_format=True)


def _swapped_visits(folder: Path) -> None:
    """The dates of the two visits stand in each other's headers."""
    visits = _visits(folder)
    days = [str(dcmread(_files(visit)[0], stop_before_pixels=True).StudyDate) for visit in visits]
    for visit, day in zip(visits, reversed(days), strict=True):
        for path in _files(visit):
            ds = dcmread(path)
            ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = day
            ds.PerformedProcedureStepStartDate = day
            ds.save_as(path, enforce_file_format=True)


def _truncated_file(folder: Path) -> None:
    """A copy broke off: the last two fifths of a file are missing."""
    path = _middle(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 5])


def _two_patients(folder: Path) -> None:
    """One series of the follow-up was made under somebody else's name."""
    for path, ds in _series(_visits(folder)[1], _AXIAL_T2FS):
        whole = dcmread(path)
        whole.PatientName, whole.PatientID = f"{CANARY}^Stranger", f"{ds.PatientID}-OTHER"
        whole.save_as(path, enforce_file_format=True)


def _no_contrast(folder: Path) -> None:
    """The agent wasn't given at the follow-up: the series after it are absent."""
    for number in _AFTER_AGENT:
        for path, _ in _series(_visits(folder)[1], number):
            path.unlink()


FAULTS: dict[str, Callable[[Path], None]] = {
    "missing-slice": _missing_slice,
    "duplicate-slice": _duplicate_slice,
    "swapped-visits": _swapped_visits,
    "truncated-file": _truncated_file,
    "two-patients": _two_patients,
    "no-contrast": _no_contrast,
}


def _visits(folder: Path) -> list[Path]:
    """Both visits of the first person, baseline first."""
    person = folder / f"{CANARY}_0001"
    return [person / f"{CANARY} scan old", person / f"{CANARY} scan NEW (2)"]


def _files(visit: Path) -> list[Path]:
    return sorted(visit.glob("*.dcm"))


def _series(visit: Path, number: int) -> list[tuple[Path, Dataset]]:
    """The files and headers of a series, in order along the normal."""
    read = [(path, dcmread(path, stop_before_pixels=True)) for path in _files(visit)]
    found = [(path, ds) for path, ds in read if int(ds.SeriesNumber) == number]
    return sorted(found, key=lambda item: _along(item[1]))


def _along(ds: Dataset) -> float:
    right, down = np.split(np.array(ds.ImageOrientationPatient, float), 2)
    return float(np.array(ds.ImagePositionPatient, float) @ np.cross(right, down))


def _middle(folder: Path) -> Path:
    slices = _series(_visits(folder)[0], _AXIAL_T1)
    return slices[len(slices) // 2][0]
