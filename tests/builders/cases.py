"""Cases made by hand: stacks with round numbers, and raw pixels where a test wants to see something."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from storage.records import CaseRecord, SeriesRecord, SliceRecord, Vector3, VisitRecord
from workstation.imaging.geometry import add, cross

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
# rows run to the patient's left, columns to the feet
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
PROTOCOL = (
    ("T1", "AX"),
    ("T1", "COR"),
    ("T2FS", "AX"),
    ("T2FS", "COR"),
    ("PD", "COR"),
    ("T1FSGD", "AX"),
    ("T1FSGD", "COR"),
)


def a_series(
    code: str = "S1",
    kind: str = "T1",
    plane: str = "AX",
    *,
    first_mm: Vector3 = (0.0, 0.0, 0.0),
    spacing_mm: float = 3.0,
    slices: int = 20,
    size: int = 64,
) -> SeriesRecord:
    """A stack of `slices` images, 1 mm pixels, `first_mm` the centre of the first voxel of the lowest slice."""
    orientation = CORONAL if plane == "COR" else AXIAL
    normal = cross(orientation[:3], orientation[3:])
    places = [add(first_mm, normal, spacing_mm * index) for index in range(slices)]
    return SeriesRecord(
        code=code,
        kind=kind,
        plane=plane,
        frame="F",
        rows=size,
        columns=size,
        pixel_spacing_mm=(1.0, 1.0),
        slice_spacing_mm=spacing_mm,
        orientation=orientation,
        dtype="uint16",
        inverted=False,
        minimum=0,
        maximum=1000,
        window_low=0.0,
        window_high=900.0,
        slices=tuple(
            SliceRecord(f"{code}.{index}", f"{code}.raw", index * size * size * 2, place)
            for index, place in enumerate(places)
        ),
    )


def a_case(code: str = "K7QM2", images: Path = Path("images"), moved_mm: Vector3 = (2.0, -1.0, 6.0)) -> CaseRecord:
    """A whole pair, the follow-up's stacks shifted by `moved_mm`."""
    visits = []
    for number, shift in ((1, (0.0, 0.0, 0.0)), (2, moved_mm)):
        series = []
        for place, (kind, plane) in enumerate(PROTOCOL):
            first = (-32.0, -32.0, -30.0) if plane == "AX" else (-32.0, -30.0, 32.0)
            series.append(a_series(f"{code}{number}{place}", kind, plane, first_mm=add(first, shift)))
        visits.append(VisitRecord(number, tuple(series)))
    return CaseRecord(code, images, tuple(visits))


def with_pixels(case: CaseRecord) -> CaseRecord:
    """Write raw pixels for every series of the case, so that they can be drawn; a bright disc on grey."""
    case.images.mkdir(parents=True, exist_ok=True)
    for visit in case.visits:
        for series in visit.series:
            down, right = np.mgrid[: series.rows, : series.columns]
            disc = ((down - series.rows / 2) ** 2 + (right - series.columns / 2) ** 2) < (series.rows / 3) ** 2
            stack = [disc * 500 + 100 + 15 * index for index in range(len(series.slices))]
            (case.images / f"{series.code}.raw").write_bytes(np.stack(stack).astype("<u2").tobytes())
    return case
