"""NIfTI-1 files of volumes, gzipped: one header, one affine, the voxels. Written here; the same volume, the same bytes.

Source: nifti1.h of the NIfTI Data Format Working Group (nifti.nimh.nih.gov/nifti-1), the 348 bytes of the header.
NIfTI counts (column, row, slice) and its axes are right, anterior and superior; DICOM's are left, posterior, superior.
"""

from __future__ import annotations

import gzip
import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from storage.records import SeriesRecord, Vector3
from workstation.imaging.geometry import Stack

_HEADER: Final = "<i10s18sihcB8h3f4h8f3fhBB4f2i80s24s2h18f16s4s4x"
_TYPES: Final = {"u1": (2, 8), "i2": (4, 16), "i4": (8, 32), "i1": (256, 8), "u2": (512, 16), "u4": (768, 32)}
_MM: Final = 2
_SCANNER: Final = 1
# a slice further off its sighting than this share of the distance isn't where the affine says
_EVEN: Final = 0.01


def nifti(values: NDArray[Any], series: SeriesRecord) -> bytes:
    """A volume (slice, row, column) of a series as its pixels are stored, as .nii.gz."""
    kind = values.dtype.newbyteorder("<")
    code, bits = _TYPES[kind.str[1:]]
    columns = affine_ras(series)
    slices, rows, across = values.shape
    spacing = [float(np.linalg.norm(columns[:3, axis])) for axis in range(3)]
    header = struct.pack(
        _HEADER,
        348, b"", b"", 0, 0, b"r", 0,
        3, across, rows, slices, 1, 1, 1, 1,
        0.0, 0.0, 0.0, 0,
        code, bits, 0,
        1.0, *spacing, 0.0, 0.0, 0.0, 0.0,
        352.0, 1.0, 0.0, 0, 0, _MM,
        0.0, 0.0, 0.0, 0.0, 0, 0,
        b"", b"", 0, _SCANNER,
        *([0.0] * 6), *columns[0], *columns[1], *columns[2],
        b"", b"n+1\0",
    )  # fmt: skip
    # no moment and no name in it: the same volume gives the same bytes
    return gzip.compress(header + np.ascontiguousarray(values, kind).tobytes(), mtime=0)


def affine_ras(series: SeriesRecord) -> NDArray[np.float64]:
    """(column, row, slice, 1) -> right, anterior, superior in mm, of the pixels as they are stored."""
    stack = Stack.stored(series)
    (row_mm, column_mm), first, last = stack.spacing_mm, stack.positions_mm[0], stack.positions_mm[-1]
    count = len(stack.positions_mm)
    step = np.subtract(last, first) / (count - 1) if count > 1 else np.array(stack.normal)
    along: tuple[tuple[Vector3, float], ...] = ((stack.right, column_mm), (stack.down, row_mm))
    found = np.eye(4)
    for axis, (direction, size) in enumerate(along):
        found[:3, axis] = np.multiply(direction, size)
    found[:3, 2], found[:3, 3] = step, first
    found[:2] *= -1
    return found


def is_even(series: SeriesRecord) -> bool:
    """Whether every slice lies where one affine has it."""
    positions = np.array([item.position_mm for item in series.slices])
    if len(positions) < len("ab"):
        return True
    steps = np.linspace(positions[0], positions[-1], len(positions))
    gap = float(np.linalg.norm(positions[-1] - positions[0])) / (len(positions) - 1)
    return bool(np.abs(steps - positions).max() <= _EVEN * gap)
