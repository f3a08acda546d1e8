"""Radiograph by its header: CR and DX, the size of a pixel, and how its stored values become what is shown.

Modality LUT and VOI LUT are applied by pydicom to every value that can be stored, once for a file; what comes out is
kept in the pixels' own type. Linear windows leave the stored values as they are. Source: PS3.3 C.8.11, C.11.1, C.11.2.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    DigitalXRayImageStorageForProcessing,
)

from workstation.intake.errors import RADIOGRAPH, FileUnusable
from workstation.intake.frames import PixelLayout, Radiograph
from workstation.intake.headers import tags
from workstation.intake.headers.radiograph_size import hints, spacing_of

CLASSES: Final = frozenset({str(ComputedRadiographyImageStorage), str(DigitalXRayImageStorageForPresentation)})
MODALITIES: Final = frozenset({"CR", "DX"})
RAW: Final = str(DigitalXRayImageStorageForProcessing)
FEWEST_BITS, MOST_BITS = 8, 16
LEAST_WIDTH: Final = 1.0
# another factor than these is a slip: a hand lies on the detector or a hand's breadth above it
MAGNIFIED: Final = (1.0, 2.0)


def is_radiograph(dataset: Dataset) -> bool:
    """Whether a file is a radiograph that can be shown; False for what is none.

    Raises:
        FileUnusable: a radiograph for processing, or one whose Modality says something else.
    """
    sop_class, modality = tags.text(dataset, "SOPClassUID"), tags.text(dataset, "Modality").upper()
    raw = tags.text(dataset, "PresentationIntentType").upper() == "FOR PROCESSING"
    if sop_class == RAW or (raw and (sop_class in CLASSES or modality in MODALITIES)):
        raise FileUnusable(
            "for processing, not for presentation: raw values of the detector. Ask the site for the processed image",
            what=RADIOGRAPH,
        )
    if sop_class not in CLASSES:
        return not sop_class and modality in MODALITIES
    if modality not in {*MODALITIES, ""}:
        raise FileUnusable("Modality says another kind of image than SOPClassUID", what=RADIOGRAPH)
    return True


def radiograph_of(dataset: Dataset, layout: PixelLayout) -> Radiograph:
    """What the header says of the view, of the values and of the size.

    Raises:
        FileUnusable: more than one frame, or more bits than a table can be made for.
    """
    if layout.frames > 1:
        raise FileUnusable("NumberOfFrames: a radiograph has one", what=RADIOGRAPH)
    if not FEWEST_BITS <= layout.bits_stored <= MOST_BITS:
        raise FileUnusable(f"BitsStored: not one of {FEWEST_BITS} to {MOST_BITS}", what=RADIOGRAPH)
    factor = tags.number(dataset, "EstimatedRadiographicMagnificationFactor")
    view = tags.text(dataset, "ViewPosition").upper()
    magnification = factor if factor and MAGNIFIED[0] <= factor <= MAGNIFIED[1] else None
    sized = spacing_of((dataset,)) is not None
    size = () if sized else hints(dataset, layout.rows, layout.columns)
    why = _table_is_of(dataset)
    if not why:
        return Radiograph(view, _window(dataset), magnification=magnification, sized=sized, size_hints=size)
    values = _by_tables(dataset, layout)
    window = (0.0, float(_top(layout)))
    return Radiograph(view, window, values.tobytes(), why, magnification, sized=sized, size_hints=size)


def _table_is_of(dataset: Dataset) -> str:
    """What makes the values other than a straight line, in words; "" where nothing does."""
    if tags.items(dataset, "VOILUTSequence"):
        return "VOI LUT"
    if tags.text(dataset, "VOILUTFunction").upper() == "SIGMOID" and tags.numbers(dataset, "WindowWidth"):
        return "sigmoid window"
    return "Modality LUT" if tags.items(dataset, "ModalityLUTSequence") else ""


def _by_tables(dataset: Dataset, layout: PixelLayout) -> NDArray[np.integer[Any]]:
    """What each stored value becomes, lowest first, spread over the values that can be stored."""
    kind = np.dtype(f"<{'i' if layout.signed else 'u'}{layout.bits_allocated // 8}")
    lowest = -(1 << layout.bits_stored - 1) if layout.signed else 0
    stored = np.arange(lowest, lowest + (1 << layout.bits_stored)).astype(kind)
    try:
        shown = np.asarray(apply_voi_lut(apply_modality_lut(stored, dataset), dataset), dtype=np.float64)
    except Exception as error:  # a table that isn't one makes pydicom raise nearly anything; the file is named
        raise FileUnusable("its Modality LUT or VOI LUT can't be applied", what=RADIOGRAPH) from error
    low, high = float(shown.min()), float(shown.max())
    if high <= low:
        raise FileUnusable("its tables make one grey of every value", what=RADIOGRAPH)
    return np.rint((shown - low) / (high - low) * _top(layout)).astype(kind)


def _top(layout: PixelLayout) -> int:
    return (1 << (layout.bits_stored - 1 if layout.signed else layout.bits_stored)) - 1


def _window(dataset: Dataset) -> tuple[float, float] | None:
    """The first linear window, in stored values."""
    centre, width = tags.numbers(dataset, "WindowCenter"), tags.numbers(dataset, "WindowWidth")
    if not centre or not width or width[0] < LEAST_WIDTH:
        return None
    half, middle = width[0] / 2, centre[0]
    if tags.text(dataset, "VOILUTFunction").upper() != "LINEAR_EXACT":
        # LINEAR moves the centre by 0.5 and narrows the width by 1: PS3.3 C.11.2.1.2.1
        half, middle = (width[0] - 1) / 2, centre[0] - 0.5
    slope, intercept = tags.number(dataset, "RescaleSlope") or 1.0, tags.number(dataset, "RescaleIntercept") or 0.0
    low, high = sorted((end - intercept) / slope for end in (middle - half, middle + half))
    return (low, high) if high - low >= LEAST_WIDTH else None
