"""Voxels as other programs read the same files, where each lies and what it holds: GDCM (in SimpleITK) and dcm2niix."""

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import dcm2niix
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - the name that its own documentation uses
from numpy.typing import NDArray
from pydicom import Dataset, dcmread

from workstation.phantom.people import pair
from workstation.phantom.protocol import SERIES, Layout

VISITS = ("VEXHOLLOW scan old", "VEXHOLLOW scan NEW (2)")
PLANS = {plan.number: plan for plan in SERIES}


@dataclass(frozen=True)
class Seen:
    """A volume as another program has it: stored values by (i, j, k), and affine from there to LPS mm (4 x 4)."""

    values: NDArray[np.int64]
    affine: NDArray[np.float64]

    def in_order_of(self, layout: Layout) -> NDArray[np.int64]:
        """The values by slice, row and column of our layout, found by their places.

        Some programs turn rows or slices round, with the affine; a voxel counts where it says it lies.
        """
        corners = np.array([[i, j, k, 1] for i in (0, 1) for j in (0, 1) for k in (0, 1)], float)
        corners[:, :3] *= np.array(self.values.shape) - 1
        offset = (corners @ self.affine.T)[:, :3] - layout.first
        place = np.column_stack(
            [
                offset @ layout.normal / layout.spacing_mm,
                offset @ layout.down / layout.pixel_mm,
                offset @ layout.right / layout.pixel_mm,
            ]
        )
        expected = np.array([[k, j, i] for i in (0, 1) for j in (0, 1) for k in (0, 1)], float)
        expected *= np.array([layout.slices, layout.size, layout.size]) - 1
        # the corners are the corners, to a hundredth of a voxel, in whatever order
        assert sorted(map(tuple, np.rint(place))) == sorted(map(tuple, expected))
        assert place == pytest.approx(np.rint(place), abs=0.01)
        turned = self.values.transpose(2, 1, 0)
        for axis in range(3):
            step = np.zeros(4)
            step[2 - axis] = 1
            ours = (layout.normal, layout.down, layout.right)[axis]
            if (self.affine @ step)[:3] @ ours < 0:
                turned = np.flip(turned, axis)
        return turned


@pytest.fixture(scope="module", params=["single-frame", "multi-frame"])
def written(request: pytest.FixtureRequest, small: Path, multi_frame: Path) -> Path:
    """The pair, both ways that it can be written."""
    return small if request.param == "single-frame" else multi_frame


def by_series(folder: Path) -> dict[int, list[Dataset]]:
    found: dict[int, list[Dataset]] = {}
    for path in folder.glob("*.dcm"):
        ds = dcmread(path, stop_before_pixels=True)
        found.setdefault(int(ds.SeriesNumber), []).append(ds)
    return found


def along(ds: Dataset) -> float:
    right, down = np.split(np.array(ds.ImageOrientationPatient, float), 2)
    return float(np.array(ds.ImagePositionPatient, float) @ np.cross(right, down))


def by_gdcm(slices: list[Dataset]) -> Seen:
    """A series as GDCM reads it; the files of single slices are handed over in order along the normal."""
    files = [str(ds.filename) for ds in (slices if len(slices) == 1 else sorted(slices, key=along))]
    image = sitk.ReadImage(files if len(files) > 1 else files[0], imageIO="GDCMImageIO")
    first = slices[0]
    if "RescaleSlope" in first:
        slope = float(first.RescaleSlope)
    else:
        slope = float(first.SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence[0].RescaleSlope)
    values = np.rint(sitk.GetArrayFromImage(image) / slope).astype(np.int64).transpose(2, 1, 0)
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    return Seen(values, affine)


def by_dcm2niix(folder: Path, out: Path) -> dict[int, Seen]:
    """The series of a folder as dcm2niix converts them, by series number."""
    out.mkdir()
    subprocess.run([dcm2niix.bin, "-b", "n", "-z", "n", "-f", "%s", "-o", out, folder], check=True, capture_output=True)
    return {int(path.stem): nifti(path) for path in out.glob("*.nii")}


def nifti(path: Path) -> Seen:
    """A NIfTI-1 file: dim at 40, datatype at 70, vox_offset at 108, sform at 280; RAS (nifti1.h)."""
    raw = path.read_bytes()
    shape = struct.unpack_from("<8h", raw, 40)[1:4]
    assert struct.unpack_from("<h", raw, 70)[0] in {4, 512}, "16 bit"
    start = int(struct.unpack_from("<f", raw, 108)[0])
    values = np.frombuffer(raw, "<i2", count=int(np.prod(shape)), offset=start).reshape(shape, order="F")
    affine = np.eye(4)
    affine[:3] = np.array(struct.unpack_from("<12f", raw, 280)).reshape(3, 4)
    return Seen(values.astype(np.int64), np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine)


@pytest.mark.parametrize("visit", [1, 2])
def test_gdcm_and_dcm2niix_see_each_voxel_where_the_model_put_it(written: Path, visit: int, tmp_path: Path) -> None:
    folder = written / "VEXHOLLOW_0001" / VISITS[visit - 1]
    layouts = pair(5, 1, 48).scans[visit - 1].layouts
    converted = by_dcm2niix(folder, tmp_path / "nifti")

    series = by_series(folder)

    assert sorted(converted) == sorted(series) == sorted(PLANS)
    for number, slices in series.items():
        layout = layouts[PLANS[number].plane]
        here, there = by_gdcm(slices).in_order_of(layout), converted[number].in_order_of(layout)
        assert here.max() > 300, number
        assert (here == there).all(), number
