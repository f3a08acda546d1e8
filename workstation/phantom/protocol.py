"""The seven series of a visit: timing, geometry, order of acquisition, as a wrist protocol at 3 T has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.tissues import Sequence

FIELD_OF_VIEW_MM = 100.0
PLANES = ("COR", "AX")
ACQUIRED = 320
"""Largest matrix that is acquired; larger images are interpolated from it, as Philips does."""

T1 = Sequence(repetition_ms=610.0, echo_ms=17.0, fat_suppressed=False, after_agent=False)
T2FS = Sequence(repetition_ms=3600.0, echo_ms=62.0, fat_suppressed=True, after_agent=False)
PD = Sequence(repetition_ms=2700.0, echo_ms=25.0, fat_suppressed=False, after_agent=False)
T1FSGD = Sequence(repetition_ms=640.0, echo_ms=17.0, fat_suppressed=True, after_agent=True)


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """One series of the protocol. `shorthand` is what the console shows; `echoes` the length of the echo train."""

    number: int
    kind: str
    plane: str
    sequence: Sequence
    shorthand: str
    echoes: int
    transfer: str


# In the order in which they are acquired: contrast is given before the last two.
SERIES: tuple[SeriesPlan, ...] = (
    SeriesPlan(201, "T1", "COR", T1, "T1W_TSE COR", 5, "jpeg-ls"),
    SeriesPlan(301, "T2FS", "COR", T2FS, "T2W_SPAIR COR", 14, "jpeg-lossless"),
    SeriesPlan(401, "PD", "COR", PD, "PDW_TSE COR", 8, "jpeg-2000"),
    SeriesPlan(501, "T1", "AX", T1, "T1W_TSE AX", 5, "jpeg-ls"),
    SeriesPlan(601, "T2FS", "AX", T2FS, "T2W_SPAIR AX", 14, "rle"),
    SeriesPlan(701, "T1FSGD", "AX", T1FSGD, "T1W_SPIR +C AX", 5, "jpeg-ls"),
    SeriesPlan(801, "T1FSGD", "COR", T1FSGD, "T1W_SPIR +C COR", 5, "jpeg-ls"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """A stack of slices. Axes LPS mm; position of slice k: first + k * spacing along the normal.

    right, down, normal: unit vectors of increasing column, row, slice. first: centre of the first voxel.
    """

    plane: str
    right: NDArray[np.float64]
    down: NDArray[np.float64]
    normal: NDArray[np.float64]
    first: NDArray[np.float64]
    slices: int
    thickness_mm: float
    spacing_mm: float
    size: int

    @property
    def acquired(self) -> int:
        """Rows and columns of the acquired matrix."""
        return min(self.size, ACQUIRED)

    @property
    def acquired_mm(self) -> float:
        """Distance of neighbouring points of the acquired matrix; its first point is the image's first."""
        return FIELD_OF_VIEW_MM / self.acquired

    @property
    def pixel_mm(self) -> float:
        """Distance of neighbouring pixels, equal both ways."""
        return FIELD_OF_VIEW_MM / self.size

    def position(self, index: float) -> NDArray[np.float64]:
        """Centre of the first voxel of a slice; halves lie between slices."""
        return self.first + index * self.spacing_mm * self.normal


def layout(
    plane: str, centre: NDArray[np.float64], tilt: NDArray[np.float64], size: int, *, coarse: bool = False
) -> Layout:
    """The stack of a plane, centred on a point, turned by the rotation `tilt` from the body's axes (3 x 3).

    Axial slices are 3 mm with a gap of 0.3 mm, coronal ones 2 mm with 0.2 mm: the usual choices for the wrist. Coarse
    ones cover the same wrist in a third of the slices; nobody can score them.
    """
    if plane == "AX":
        right, down, slices, thickness, gap = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 22, 3.0, 0.3
    else:
        right, down, slices, thickness, gap = (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), 16, 2.0, 0.2
    if coarse:
        slices, thickness, gap = (slices + 2) // 3, 3 * thickness, 3 * gap
    across, along = tilt @ np.array(right), tilt @ np.array(down)
    normal = np.cross(across, along)
    pixel = FIELD_OF_VIEW_MM / size
    half = (size - 1) / 2 * pixel
    first = centre - half * across - half * along - (slices - 1) / 2 * (thickness + gap) * normal
    return Layout(plane, across, along, normal, first, slices, thickness, thickness + gap, size)
