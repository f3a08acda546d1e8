"""Voxels that the room can show are the scanner's own, each where it was: judged by GDCM on the source files."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - the name that its own documentation uses
from numpy.typing import NDArray
from pydicom import dcmread

from storage.records import SeriesRecord
from storage.study.reader import ReaderStudy
from tests.journeys.conftest import ROOT
from workstation.imaging.geometry import Stack
from workstation.imaging.volume import load_volume

# series number on the console -> what it must be recognised as, from the phantom's protocol
CONSOLE = {
    201: ("T1", "COR"),
    301: ("T2FS", "COR"),
    401: ("PD", "COR"),
    501: ("T1", "AX"),
    601: ("T2FS", "AX"),
    701: ("T1FSGD", "AX"),
    801: ("T1FSGD", "COR"),
}
Position = tuple[float, ...]


def rounded(position: object) -> Position:
    return tuple(round(float(value), 3) for value in position)  # type: ignore[attr-defined] # a DICOM multi-value or a tuple


@pytest.fixture(scope="module")
def source() -> dict[tuple[int, str, str], dict[Position, NDArray[np.float64]]]:
    """Pixels of the sample as GDCM decodes them, by visit, kind and plane, then by position."""
    headers = [(path, dcmread(path, stop_before_pixels=True)) for path in (ROOT / "sample_dicom").rglob("*.dcm")]
    days = sorted({str(ds.StudyDate) for _, ds in headers})
    found: dict[tuple[int, str, str], dict[Position, NDArray[np.float64]]] = defaultdict(dict)
    for path, ds in headers:
        key = (days.index(str(ds.StudyDate)) + 1, *CONSOLE[int(ds.SeriesNumber)])
        stored = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))[0] / float(ds.RescaleSlope)
        found[key][rounded(ds.ImagePositionPatient)] = stored
    return found


def test_each_slice_holds_the_pixels_that_the_scanner_put_at_its_position(
    study: Path, source: dict[tuple[int, str, str], dict[Position, NDArray[np.float64]]]
) -> None:
    with ReaderStudy.open(study, "R1") as door:
        case = door.case(door.worklist()[0].case)
    seen = 0
    for visit in case.visits:
        for series in visit.series:
            there = source[visit.number, series.kind, series.plane]
            volume = load_volume(series, case.images, None)
            assert len(series.slices) == len(there)
            for index, part in enumerate(series.slices):
                assert np.abs(volume[index].astype(float) - there[rounded(part.position_mm)]).max() < 0.01
                seen += 1
    # two visits of four coronal series with 16 slices and three axial ones with 22
    assert seen == 2 * (4 * 16 + 3 * 22)


def test_a_point_of_the_patient_is_found_on_the_same_slice_by_us_and_by_simpleitk(study: Path) -> None:
    with ReaderStudy.open(study, "R1") as door:
        case = door.case(door.worklist()[0].case)
    random = np.random.default_rng(3)
    for series in case.visits[0].series:
        image, stack = as_sitk(series), Stack.of(series)
        for _ in range(50):
            index = [int(random.integers(0, size)) for size in image.GetSize()]
            point = image.TransformIndexToPhysicalPoint(index)
            column, row, place = index
            assert stack.nearest(point) == place
            assert stack.pixel_to_mm(place, row, column) == pytest.approx(point, abs=1e-3)


def as_sitk(series: SeriesRecord) -> sitk.Image:
    """An empty image of SimpleITK with the geometry of a series: its own arithmetic from here on."""
    image = sitk.Image(series.columns, series.rows, len(series.slices), sitk.sitkUInt8)
    assert series.slice_spacing_mm is not None
    image.SetSpacing((series.pixel_spacing_mm[1], series.pixel_spacing_mm[0], series.slice_spacing_mm))
    image.SetOrigin(series.slices[0].position_mm)
    right, down = np.array(series.orientation[:3]), np.array(series.orientation[3:])
    image.SetDirection(np.column_stack([right, down, np.cross(right, down)]).ravel().tolist())
    return image
