"""Ground of a visit: where tissue is, by the series that shows it best. T1 or PD; fat is bright there and air dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from workstation.imaging.light.sampling import Mask, indices_in, marked, points_of
from workstation.imaging.light.tissue import below_skin, tissue, tissue_by_logarithm
from workstation.imaging.light.window import Bright, brightness
from workstation.imaging.reducing import Grid

KINDS = ("T1", "PD")
PLANES = ("AX", "COR", "SAG")
# what rounding of DICOM decimals moves a voxel
_SAME_MM = 0.05

Name = tuple[str, str]


class Grounds:
    """Of the series of one visit and frame, by kind and plane; each is computed once."""

    def __init__(self, grids: Mapping[Name, Grid]) -> None:
        self._grids = grids
        self._tissue: dict[Name, Mask] = {}
        self._inner: dict[Name, Mask] = {}

    def best(self, names: Sequence[Name]) -> Name:
        """Of these the one that shows tissue best, axial before coronal."""
        return min(names, key=_rank)

    def ground(self, name: Name) -> tuple[Grid, Mask]:
        """A series, and where it shows tissue."""
        grid = self._grids[name]
        if name not in self._tissue:
            self._tissue[name] = tissue(grid) if name[0] in KINDS else tissue_by_logarithm(grid)
        return grid, self._tissue[name]

    def under(self, plane: str) -> tuple[Grid, Mask]:
        """What tells tissue in a plane: its T1 or PD, else another plane's, else a series of its own."""
        return self.ground(self._under(plane))

    def brightness(self, name: Name) -> Bright:
        """How bright the tissue of a series is."""
        under = self._under(name[1])
        ground, shown = self.ground(under)
        if under not in self._inner:
            self._inner[under] = below_skin(shown, ground)
        grid, inner = self._grids[name], self._inner[under]
        if _same_voxels(ground, grid):
            return brightness(grid, shown, inner)
        indices = indices_in(ground, points_of(grid, np.arange(grid.voxels.size)))
        shape = grid.voxels.shape
        return brightness(grid, marked(shown, indices).reshape(shape), marked(inner, indices).reshape(shape))

    def _under(self, plane: str) -> Name:
        return min(self._grids, key=lambda name: (name[0] not in KINDS, name[1] != plane, _rank(name)))


def _rank(name: Name) -> tuple[int, int, Name]:
    kind, plane = name
    return (
        KINDS.index(kind) if kind in KINDS else len(KINDS),
        PLANES.index(plane) if plane in PLANES else len(PLANES),
        name,
    )


def _same_voxels(one: Grid, other: Grid) -> bool:
    here, there = (np.array((grid.origin_mm, grid.spacing_mm, *grid.axes)) for grid in (one, other))
    return one.voxels.shape == other.voxels.shape and bool(np.abs(here - there).max() < _SAME_MM)
