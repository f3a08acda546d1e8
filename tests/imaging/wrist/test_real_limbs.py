"""No box cuts a real limb, by another opinion on what is limb: half of the middle of what is bright, smoothed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from scipy import ndimage

from scoring.values import replace
from storage.records import SliceRecord
from tests.builders.cases import a_series
from tests.real_files import FOLDER, needs_real_files
from workstation.imaging.geometry import Stack
from workstation.imaging.wrist.outline import field_of
from workstation.imaging.wrist.tissue_box import tissue_box

# limbs, a head and a fruit; scanners of GE, Siemens, Philips and Varian
STACKS = (
    *sorted((FOLDER / "ibsi_sts" / "dicom").glob("*/MR_T1/image")),
    FOLDER / "dcm_qa_philips" / "In" / "Bangalore_2008",
    FOLDER / "dcm_qa_deident" / "In",
    FOLDER / "hazen" / "tests" / "data" / "acr" / "PhilipsAchieva",
    FOLDER / "dicom2nifti" / "tests" / "data" / "hitachi" / "anatomical" / "001",
)


@needs_real_files
@pytest.mark.parametrize("folder", STACKS, ids=lambda folder: "/".join(folder.parts[-4:]))
def test_what_is_bright_in_a_real_stack_lies_inside_its_box(folder: Path) -> None:
    slices = [dcmread(path) for path in sorted(folder.rglob("*")) if path.is_file()]
    slices = [one for one in slices if "ImageOrientationPatient" in one]
    first = slices[0]
    normal = np.cross(first.ImageOrientationPatient[:3], first.ImageOrientationPatient[3:])
    slices.sort(key=lambda one: float(np.dot(normal, one.ImagePositionPatient)))
    volume = np.stack([one.pixel_array for one in slices])
    points = [[float(part) for part in one.ImagePositionPatient] for one in slices]
    axes = [float(part) for part in first.ImageOrientationPatient]
    row_mm, column_mm = (float(part) for part in first.PixelSpacing)
    series = replace(
        a_series(slices=len(slices)),
        rows=first.Rows,
        columns=first.Columns,
        minimum=int(volume.min()),
        orientation=(axes[0], axes[1], axes[2], axes[3], axes[4], axes[5]),
        pixel_spacing_mm=(row_mm, column_mm),
        slices=tuple(SliceRecord(str(n), "", 0, (x, y, z)) for n, (x, y, z) in enumerate(points)),
    )
    field = field_of(Stack.of(series))
    box = tissue_box(series, volume) or field

    smooth = ndimage.gaussian_filter(volume.astype(np.float32), (0, 1.5, 1.5))
    bright = smooth > np.median(smooth[smooth > np.percentile(smooth, 80)]) / 2
    labels, count = ndimage.label(bright)
    sizes = ndimage.sum_labels(bright, labels, np.arange(1, count + 1))
    large = np.isin(labels, 1 + np.flatnonzero(sizes > 0.05 * sizes.max()))
    limb: NDArray[np.bool_] = np.asarray(large).max(axis=0)
    rows, columns = np.flatnonzero(limb.any(axis=1)), np.flatnonzero(limb.any(axis=0))
    assert box.left <= field.left + columns[0] * column_mm
    assert box.right >= field.left + (columns[-1] + 1) * column_mm - 1e-6
    assert box.top <= field.top + rows[0] * row_mm
    assert box.bottom >= field.top + (rows[-1] + 1) * row_mm - 1e-6
