"""The process that registers: SimpleITK and its memory are here, and gone with it.

Runs as `python -P -m workstation.registering.worker`. Standard input is one NumPy archive (see `packed`), standard
output one JSON object: per plane what was found. Arrays alone pass, no file and no identity.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.records import Vector3
from workstation.imaging.reducing import Grid
from workstation.imaging.rigid import Rigid
from workstation.registering.proposal import OnePlane

Pair = tuple[Grid, Grid]


def packed(pairs: Mapping[str, Pair]) -> bytes:
    """Per plane the grid at baseline and at follow-up, as an archive without pickles."""
    arrays: dict[str, NDArray[Any]] = {}
    for plane, grids in pairs.items():
        for number, grid in enumerate(grids, start=1):
            arrays[f"{plane}.{number}.voxels"] = grid.voxels
            arrays[f"{plane}.{number}.grid"] = np.array([grid.spacing_mm, *grid.axes, grid.origin_mm])
    buffer = io.BytesIO()
    # the stubs think that any keyword could be allow_pickle
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def unpacked(content: bytes) -> dict[str, Pair]:
    """The inverse of `packed`."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        planes = sorted({name.partition(".")[0] for name in arrays.files})
        return {plane: (_grid(arrays, plane, 1), _grid(arrays, plane, 2)) for plane in planes}


def found_in(reply: bytes) -> dict[str, OnePlane]:
    """What the worker's output says; ValueError or KeyError where it isn't ours."""
    return {
        plane: OnePlane(
            Rigid(tuple(_vector(row) for row in entry["rotation"]), _vector(entry["translation_mm"])),  # type: ignore[arg-type]
            float(entry["correlation"]),
            float(entry["overlap"]),
            _vector(entry["centre_mm"]),
        )
        for plane, entry in json.loads(reply).items()
    }


def answer(content: bytes) -> bytes:
    """Register every plane of the archive, each from its own start alone, and say what was found."""
    from workstation.registering.align import align, by_mass, middle_of_mass  # noqa: PLC0415 - SimpleITK, here alone

    found: dict[str, object] = {}
    for plane, (fixed, moving) in unpacked(content).items():
        aligned = align(fixed, moving, [by_mass(fixed, moving)])
        found[plane] = {
            "rotation": aligned.movement.rotation,
            "translation_mm": aligned.movement.translation_mm,
            "correlation": aligned.correlation,
            "overlap": aligned.overlap,
            "centre_mm": middle_of_mass(fixed),
        }
    return json.dumps(found).encode()


def _grid(arrays: Mapping[str, NDArray[Any]], plane: str, number: int) -> Grid:
    spacing, right, down, normal, origin = (_vector(row) for row in arrays[f"{plane}.{number}.grid"])
    return Grid(arrays[f"{plane}.{number}.voxels"], spacing, (right, down, normal), origin)


def _vector(values: Any) -> Vector3:  # noqa: ANN401 - a row of an array or a list of JSON
    x, y, z = (float(value) for value in values)
    return (x, y, z)


def main() -> None:
    """The life of the process."""
    if hasattr(os, "nice"):
        # the window's drawing comes first
        os.nice(5)
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
