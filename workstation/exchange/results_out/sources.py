"""Headers of the images that results are about: as the study has them, by codes; or as the scanner sent them.

What a result says of person and examination is what these headers say. Nothing else of an image is needed but its name,
so one header of a series is read and the others follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Protocol

import pydicom
from msgspec import Struct

from scoring.ordinary_file import content_of
from storage.errors import StudyError
from storage.records import SeriesRecord
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.volume import stays_inside

_PERSON: Final = ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex")
_STUDY: Final = (
    "StudyInstanceUID",
    "StudyID",
    "StudyDate",
    "StudyTime",
    "StudyDescription",
    "AccessionNumber",
    "ReferringPhysicianName",
)
# what needn't stand in an object at all; the others are of type 2, and empty where nothing is known
_MAY_LACK: Final = frozenset({"IssuerOfPatientID", "StudyDescription"})
_SEXES: Final = frozenset({"M", "F", "O"})


class Sources(Protocol):
    """Where headers come from."""

    def headers(self, series: SeriesRecord, subject: str) -> tuple[Any, ...]:
        """Of all slices, in the order of the record. `subject`: the person's code.

        Raises:
            ImagesUnreachable: an image isn't there.
            StudyError: it isn't known what the scanner sent.
        """
        ...

    def whole(self, series: SeriesRecord) -> bool:
        """Whether each image of the study is one image there, and not one frame of many."""
        ...


class ByCodes:
    """As the study has them: the person is a code, and there is no day."""

    def __init__(self, images: Path) -> None:
        self._images = images

    def headers(self, series: SeriesRecord, subject: str) -> tuple[Any, ...]:
        """See `Sources`."""
        first = read_header(self._images, series.slices[0].file)
        first.PatientID = subject
        return tuple(_of_slice(first, series, index, item.uid) for index, item in enumerate(series.slices))

    def whole(self, series: SeriesRecord) -> bool:  # noqa: ARG002 - the other's needs it
        """Every slice is a file."""
        return True


class Original(Struct, frozen=True):
    """What the vault knows of a series: a file that it came from, its SHA-256 and UID; slices by their new UID."""

    file: Path
    sha256: str
    series_uid: str
    sop_uids: Mapping[str, str]


class Identified:
    """As the scanner sent them: the file that a series came from is read again, and must be what it was."""

    def __init__(self, images: Path, originals: Mapping[str, Original]) -> None:
        self._images, self._originals = images, originals

    def headers(self, series: SeriesRecord, subject: str) -> tuple[Any, ...]:  # noqa: ARG002 - the other's needs it
        """See `Sources`."""
        original = self._original(series)
        sent = _sent(original, series.code)
        first = read_header(self._images, series.slices[0].file)
        for name in (*_PERSON, *_STUDY):
            value = _as_sent(sent, name)
            if value or name not in _MAY_LACK:
                setattr(first, name, value)
            elif name in first:
                del first[name]
        first.SOPClassUID, first.SeriesInstanceUID = sent.get("SOPClassUID"), original.series_uid
        uids = (first.SOPClassUID, first.StudyInstanceUID, first.SeriesInstanceUID, *original.sop_uids.values())
        if not all(pydicom.uid.UID(str(uid or "")).is_valid for uid in uids):
            raise StudyError(
                f"Not exported: the scans of series {series.code} don't say by valid UIDs which examination and images "
                "they are, so no archive could tell what a result is of; export with codes"
            )
        if "FrameOfReferenceUID" in first and "FrameOfReferenceUID" in sent:
            first.FrameOfReferenceUID = sent.FrameOfReferenceUID
        for name in ("PatientIdentityRemoved", "DeidentificationMethod"):
            if name in first:
                del first[name]
        return tuple(
            _of_slice(first, series, index, original.sop_uids[item.uid]) for index, item in enumerate(series.slices)
        )

    def whole(self, series: SeriesRecord) -> bool:
        """Whether no two slices came from one object."""
        uids = [self._original(series).sop_uids[item.uid] for item in series.slices]
        return len(set(uids)) == len(uids)

    def _original(self, series: SeriesRecord) -> Original:
        found = self._originals.get(series.code)
        if found is None or any(item.uid not in found.sop_uids for item in series.slices):
            raise StudyError(f"Not exported: the vault doesn't know which images series {series.code} came from")
        return found


def read_header(images: Path, file: str) -> Any:  # noqa: ANN401 - pydicom's reader says no more
    """Of an image of the study.

    Raises:
        ImagesUnreachable: it isn't there, or can't be read.
    """
    if stays_inside(file):
        try:
            return pydicom.dcmread(images / file, stop_before_pixels=True)
        except (OSError, pydicom.errors.InvalidDicomError):
            pass
    raise ImagesUnreachable("an image of the series isn't there, or can't be read")


def _as_sent(sent: Any, name: str) -> Any:  # noqa: ANN401 - a dataset and what is in it
    """A value as the scanner sent it; "" where it is none of its kind: no result must fail for a day that is none."""
    value = sent[name].value if name in sent else ""
    try:
        if name.endswith("Date") and value:
            pydicom.valuerep.DA(value)
        if name.endswith("Time") and value:
            pydicom.valuerep.TM(value)
    except (ValueError, TypeError):
        return ""
    if name == "PatientSex" and value not in _SEXES:
        return ""
    return "" if value is None else value


def _of_slice(first: Any, series: SeriesRecord, index: int, uid: str) -> Any:  # noqa: ANN401 - datasets
    # Dataset(first) would share its elements
    found = pydicom.Dataset()
    found.update(first)
    found.file_meta = first.file_meta
    found.SOPInstanceUID = uid
    if "ImagePositionPatient" in first:
        found.ImagePositionPatient = list(series.slices[index].position_mm)
    return found


def _sent(original: Original, code: str) -> Any:  # noqa: ANN401 - a dataset
    """The header of the file as it came, from the very bytes that were imported."""
    try:
        raw = content_of(original.file)
    except OSError:
        why = "aren't where they were imported from"
    else:
        why = "" if sha256(raw).hexdigest() == original.sha256 else "have changed since they were imported"
    if not why:
        try:
            return pydicom.dcmread(BytesIO(raw), stop_before_pixels=True, force=True)
        # what could be imported can be read; what pydicom raises else is its own
        except Exception:  # noqa: BLE001 - see above
            why = "can't be read any more"
    raise StudyError(
        f"Not exported: the scans of series {code} {why}. The archive gets what the scanner's own files say; put them "
        "back there, or export with codes"
    )
