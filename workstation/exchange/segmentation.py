"""DICOM segmentation of a label map: every label a segment, on the images that it was drawn in. By highdicom.

Source: DICOM PS3.3 A.51 (Segmentation IOD) and, for label maps, Supplement 243. Codes are of SNOMED CT, CID 7150.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pydicom
from msgspec import Struct

from scoring.values import replace
from storage.version import VERSION
from workstation.errors import EnvironmentLacks
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.volume import stays_inside
from workstation.reading.tools.outlines import BONE

if TYPE_CHECKING:
    from highdicom.seg import SegmentDescription

    from workstation.exchange.label_maps import Label, LabelMap

EXTRA: Final = 'pip install "ramris[seg]"'
_STRUCTURE: Final = ("123037004", "SCT", "Anatomical Structure")
_BONE: Final = ("272673000", "SCT", "Bone")
_ABNORMAL: Final = ("49755003", "SCT", "Morphologically Abnormal Structure")
_LESION: Final = ("52988006", "SCT", "Lesion")
# a UID below 2.25 is a whole number of 128 bits (DICOM PS3.5 B.2)
_UID_BYTES: Final = 16


class Names(Struct, frozen=True):
    """What tells one label map from another; the same again gives the same UIDs. study: of the record."""

    study: str
    case: str
    series: str
    feature: str


def need_highdicom(what: str = "DICOM segmentations") -> None:
    """Refuse where the library isn't installed, with the line that brings it."""
    if find_spec("highdicom") is None:
        raise EnvironmentLacks(f"{what} need highdicom, which isn't installed: {EXTRA}")


def segmentation(of: LabelMap, images: Path, names: Names) -> pydicom.Dataset:
    """The label map as a DICOM object; its images are named by their UIDs, and nobody is.

    Raises:
        ImagesUnreachable: an image isn't there.
    """
    made = segmentation_on([_header(images, item.file) for item in of.series.slices], of, names)
    made.PatientIdentityRemoved = "YES"
    made.DeidentificationMethod = "Rebuilt from an allow-list"
    return made


def segmentation_on(sources: Sequence[Any], of: LabelMap, names: Names, *, binary: bool = False) -> pydicom.Dataset:
    """The same on the images of these headers, of whom they are. binary: as archives read it that know no label maps.

    A label map of DICOM 2024c holds each label once; in a binary one each segment has frames of its own.
    """
    from highdicom.seg import Segmentation  # noqa: PLC0415 - an extra, and slow to import

    labels = tuple(label for label in of.labels if label.voxels)
    values = of.values
    if binary:
        # its segments are numbered without gaps
        values = np.stack([of.values == label.number for label in labels], axis=-1).astype(np.uint8)
        labels = tuple(replace(label, number=at) for at, label in enumerate(labels, 1))
    return Segmentation(
        source_images=list(sources),
        pixel_array=values,
        segmentation_type="BINARY" if binary else "LABELMAP",
        segment_descriptions=[_described(label) for label in labels],
        series_instance_uid=_uid(names, "series"),
        series_number=1,
        sop_instance_uid=_uid(names, "instance"),
        instance_number=1,
        manufacturer="ramris",
        manufacturer_model_name="ramris",
        software_versions=VERSION,
        device_serial_number="0",
        content_label="OUTLINES",
        content_description=of.feature.name,
        omit_empty_frames=binary,
    )


def _described(label: Label) -> SegmentDescription:
    from highdicom.seg import SegmentDescription  # noqa: PLC0415 - see above
    from highdicom.sr import CodedConcept  # noqa: PLC0415 - see above

    category, kind = (_STRUCTURE, _BONE) if label.part == BONE else (_ABNORMAL, _LESION)
    return SegmentDescription(
        segment_number=label.number,
        segment_label=label_name(label),
        segmented_property_category=CodedConcept(*category),
        segmented_property_type=CodedConcept(*kind),
        algorithm_type="MANUAL",
    )


def label_name(label: Label) -> str:
    """Such as "ERO CAP lesion": codes of the scheme, which a dictionary explains."""
    return f"{label.key.feature} {label.key.site} {label.part}"


def _header(images: Path, file: str) -> Any:  # noqa: ANN401 - pydicom's reader says no more
    trouble = not stays_inside(file)
    if not trouble:
        try:
            return pydicom.dcmread(images / file, stop_before_pixels=True)
        except (OSError, pydicom.errors.InvalidDicomError):
            trouble = True
    raise ImagesUnreachable("an image of the series isn't there, or can't be read")


def _uid(names: Names, what: str) -> str:
    parts = (names.study, names.case, names.series, names.feature, what)
    digest = sha256("\0".join(parts).encode()).digest()[:_UID_BYTES]
    return f"2.25.{int.from_bytes(digest, 'big')}"
