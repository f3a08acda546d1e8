"""Single slices of a series made into one Enhanced MR object, as the same scanner exports it on request.

What is the same in all slices goes to the shared functional groups, what differs to the frames'. Frames stand in order
along the normal: GDCM 3.0 takes the first two for the whole stack's spacing. Source: PS3.3 A.36.2 and C.7.6.16.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate, get_frame
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID, EnhancedMRImageStorage

from workstation.phantom.identity import CANARY
from workstation.phantom.people import uid

_PER_SLICE = (
    *("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "SliceLocation"),
    *("SpacingBetweenSlices", "WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "InstanceNumber"),
    *("RescaleIntercept", "RescaleSlope", "RescaleType", "EchoTime", "EchoTrainLength", "FlipAngle"),
)


def merge(folder: Path) -> None:
    """Replace the slices of every series in a folder by one multi-frame file."""
    series: dict[str, list[tuple[Path, Dataset]]] = defaultdict(list)
    for path in sorted(folder.glob("*.dcm")):
        ds = dcmread(path)
        series[str(ds.SeriesInstanceUID)].append((path, ds))
    for slices in series.values():
        slices.sort(key=lambda item: _along(item[1]))
        whole = _joined([ds for _, ds in slices])
        for path, _ in slices:
            path.unlink()
        whole.preamble = CANARY.encode().ljust(128, b"\0")
        whole.save_as(folder / f"{CANARY}_enhanced_{int(whole.SeriesNumber)}.dcm", enforce_file_format=True)


def _along(ds: Dataset) -> float:
    """Place of a slice along the normal, mm."""
    right, down = np.split(np.array(ds.ImageOrientationPatient, float), 2)
    return float(np.array(ds.ImagePositionPatient, float) @ np.cross(right, down))


def _joined(slices: list[Dataset]) -> Dataset:
    first = slices[0]
    streams = [get_frame(ds.PixelData, 0, number_of_frames=1) for ds in slices]
    whole = Dataset()
    whole.file_meta = first.file_meta
    whole.update({element.tag: element for element in first if element.keyword not in {*_PER_SLICE, "PixelData"}})
    whole.SOPClassUID = whole.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    whole.SOPInstanceUID = whole.file_meta.MediaStorageSOPInstanceUID = UID(
        uid("enhanced", str(first.SeriesInstanceUID))
    )
    whole.InstanceNumber = 1
    whole.NumberOfFrames = len(slices)
    whole.ImageType = ["ORIGINAL", "PRIMARY", "SE", "NONE"]
    whole.AcquisitionDateTime = f"{first.StudyDate}{first.AcquisitionTime}"
    _said_of_all(whole, first)
    whole.SharedFunctionalGroupsSequence = Items([_shared(first)])
    whole.PerFrameFunctionalGroupsSequence = Items([_frame(ds, index) for index, ds in enumerate(slices, start=1)])
    _dimension(whole)
    whole.PixelData = encapsulate(streams)
    whole["PixelData"].VR = "OB"
    return whole


def _said_of_all(whole: Dataset, first: Dataset) -> None:
    contrast = str(first[0x2005, 0x140F].value[0].AcquisitionContrast)
    whole.AcquisitionContrast = contrast
    whole.PixelPresentation, whole.VolumetricProperties = "MONOCHROME", "VOLUME"
    whole.VolumeBasedCalculationTechnique, whole.ComplexImageComponent = "NONE", "MAGNITUDE"
    whole.ContentQualification, whole.BurnedInAnnotation = "RESEARCH", "NO"
    whole.PresentationLUTShape = "IDENTITY"


def _shared(first: Dataset) -> Dataset:
    group = Dataset()
    group.PixelMeasuresSequence = _one(first, "PixelSpacing", "SliceThickness", "SpacingBetweenSlices")
    group.PlaneOrientationSequence = _one(first, "ImageOrientationPatient")
    group.PixelValueTransformationSequence = _one(first, "RescaleIntercept", "RescaleSlope", "RescaleType")
    timing = _one(first, "RepetitionTime", "FlipAngle", "EchoTrainLength")
    group.MRTimingAndRelatedParametersSequence = timing
    echo = Dataset()
    echo.EffectiveEchoTime = float(first.EchoTime)
    group.MREchoSequence = Items([echo])
    modifier = Dataset()
    modifier.SpectrallySelectedSuppression = first[0x2005, 0x140F].value[0].SpectrallySelectedSuppression
    group.MRModifierSequence = Items([modifier])
    frame_type = Dataset()
    frame_type.FrameType = ["ORIGINAL", "PRIMARY", "SE", "NONE"]
    frame_type.AcquisitionContrast = first[0x2005, 0x140F].value[0].AcquisitionContrast
    group.MRImageFrameTypeSequence = Items([frame_type])
    anatomy = Dataset()
    anatomy.FrameLaterality = first.Laterality
    group.FrameAnatomySequence = Items([anatomy])
    return group


def _frame(ds: Dataset, index: int) -> Dataset:
    group = Dataset()
    content = Dataset()
    content.StackID, content.InStackPositionNumber = f"{CANARY}1", index
    content.DimensionIndexValues = [1, index]
    group.FrameContentSequence = Items([content])
    group.PlanePositionSequence = _one(ds, "ImagePositionPatient")
    group.FrameVOILUTSequence = _one(ds, "WindowCenter", "WindowWidth", "WindowCenterWidthExplanation")
    return group


def _dimension(whole: Dataset) -> None:
    organization = uid("dimension", str(whole.SOPInstanceUID))
    named = Dataset()
    named.DimensionOrganizationUID = organization
    whole.DimensionOrganizationSequence = Items([named])
    indices = []
    for pointer in (0x00209056, 0x00209057):  # stack and place in it, both in the frame content (PS3.3 C.7.6.17)
        item = Dataset()
        item.DimensionOrganizationUID = organization
        item.DimensionIndexPointer, item.FunctionalGroupPointer = pointer, 0x00209111
        indices.append(item)
    whole.DimensionIndexSequence = Items(indices)


def _one(source: Dataset, *keywords: str) -> Items:
    item = Dataset()
    for keyword in keywords:
        setattr(item, keyword, getattr(source, keyword))
    return Items([item])
