"""Series of a made-up wrist as raw files, in patient space: what the planes show agrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.records import CaseRecord, SeriesRecord, SliceRecord, Vector3, VisitRecord
from workstation.imaging.geometry import add, cross

Orientation = tuple[float, float, float, float, float, float]

# rows of coronal and sagittal images run towards the feet, those of axial ones towards the back
ORIENTATIONS: dict[str, Orientation] = {
    "AX": (1, 0, 0, 0, 1, 0),
    "COR": (1, 0, 0, 0, 0, -1),
    "SAG": (0, 1, 0, 0, 0, -1),
}


def a_series(
    images: Path,
    code: str,
    kind: str = "T1",
    plane: str = "AX",
    *,
    rows: int = 32,
    columns: int = 32,
    spacing_mm: tuple[float, float] = (3.0, 3.0),
    slices: int = 5,
    slice_spacing_mm: float = 4.0,
    frame: str = "F1",
    centre_mm: Vector3 = (0.0, 0.0, 0.0),
    orientation: Orientation | None = None,
    dtype: str = "uint16",
    inverted: bool = False,
    volume: NDArray[Any] | None = None,
    offset: int = 0,
) -> SeriesRecord:
    """A series written below `images`, one file a slice, its stack centred on `centre_mm`."""
    axes = orientation or ORIENTATIONS[plane]
    right, down = axes[:3], axes[3:]
    normal = cross(right, down)
    corner = add(centre_mm, right, -(columns - 1) / 2 * spacing_mm[1])
    corner = add(corner, down, -(rows - 1) / 2 * spacing_mm[0])
    corner = add(corner, normal, -(slices - 1) / 2 * slice_spacing_mm)
    positions = [add(corner, normal, index * slice_spacing_mm) for index in range(slices)]
    if volume is None:
        grid = np.stack([_slice(position, axes, spacing_mm, (rows, columns)) for position in positions])
        gain = {"T1": 1.0, "T2FS": 0.6, "PD": 1.2, "T1FSGD": 0.8}.get(kind, 1.0)
        volume = (grid * gain).astype(dtype)
    low, high = np.percentile(volume, [1, 99.5])
    records: list[SliceRecord] = []
    for index, position in enumerate(positions):
        name = f"{code}-{index:04d}.raw"
        (images / name).write_bytes(b"\0" * offset + volume[index].astype(f"{np.dtype(dtype).str}").tobytes())
        records.append(SliceRecord(f"1.2.{index}", name, offset, position))
    return SeriesRecord(
        code=code,
        kind=kind,
        plane=plane,
        frame=frame,
        rows=rows,
        columns=columns,
        pixel_spacing_mm=spacing_mm,
        slice_spacing_mm=slice_spacing_mm if slices > 1 else None,
        orientation=axes,
        dtype=dtype,
        inverted=inverted,
        minimum=int(volume.min()),
        maximum=int(volume.max()),
        window_low=float(low),
        window_high=max(float(high), float(low) + 1),
        slices=tuple(records),
    )


def a_visit(images: Path, number: int, *, size: int = 32, slices: int = 5, shift_mm: float = 0.0) -> VisitRecord:
    """The seven series of the wrist protocol, 96 mm wide, each visit with a frame of its own."""
    wanted = [
        ("T1", "AX"),
        ("T1", "COR"),
        ("T2FS", "AX"),
        ("T2FS", "COR"),
        ("PD", "COR"),
        ("T1FSGD", "AX"),
        ("T1FSGD", "COR"),
    ]
    return VisitRecord(
        number,
        tuple(
            a_series(
                images,
                f"V{number}{kind}{plane}",
                kind,
                plane,
                rows=size,
                columns=size,
                spacing_mm=(96 / size, 96 / size),
                slices=slices,
                slice_spacing_mm=(60.0 if plane == "AX" else 40.0) / slices,
                frame=f"F{number}",
                centre_mm=(shift_mm, 0.0, shift_mm),
            )
            for kind, plane in wanted
        ),
    )


def a_case(images: Path, *, size: int = 32, slices: int = 5) -> CaseRecord:
    """A pair of visits with everything that the protocol asks for."""
    images.mkdir(parents=True, exist_ok=True)
    visits = (a_visit(images, 1, size=size, slices=slices), a_visit(images, 2, size=size, slices=slices, shift_mm=6.0))
    return CaseRecord("C001", images, visits)


def _slice(
    corner: Vector3, axes: Orientation, spacing_mm: tuple[float, float], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Stored values of one slice: a forearm with bones as ellipsoids, 0 to some 1,200."""
    row, column = np.meshgrid(np.arange(shape[0]) * spacing_mm[0], np.arange(shape[1]) * spacing_mm[1], indexing="ij")
    x, y, z = (corner[axis] + row * axes[3 + axis] + column * axes[axis] for axis in range(3))
    arm = (x / 30) ** 2 + (y / 18) ** 2 < 1
    values = np.where(arm, 350.0 + 40 * np.sin(x / 2) * np.cos(z / 3), 10.0)
    bones: list[tuple[float, float, float, float, float, float]] = [(-14, 0, -25, 11, 8, 22), (13, 1, -28, 7, 6, 20)]
    bones += [(-16 + 11 * k, 0, 8 + 2 * (k % 2), 5, 6, 6) for k in range(4)]
    bones += [(-18 + 9 * k, 0, 32, 3.6, 5, 16) for k in range(5)]
    for bx, by, bz, wide, deep, long in bones:
        reach = ((x - bx) / wide) ** 2 + ((y - by) / deep) ** 2 + ((z - bz) / long) ** 2
        values = np.where(reach < 1, 1000.0, np.where(reach < 1.3, 60.0, values))
    generator = np.random.default_rng(abs(int(corner[2] * 10)))
    return np.asarray(np.clip(values + generator.normal(0, 12, shape), 0, None))
