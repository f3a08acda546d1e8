"""Synthetic wrists as they are imaged: pixels of a series, where tissue truly is, and what may be planted in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from scoring.values import replace
from storage.records import SeriesRecord, SliceRecord, Vector3
from tests.builders.cases import a_series
from workstation.phantom.acquiring import clean_slices
from workstation.phantom.people import pair
from workstation.phantom.protocol import SERIES

SIZE = 96
BRIGHTEST = 1500
Volume = NDArray[np.int32]


class Imaged(Struct, frozen=True, eq=False):
    """One series. volume: (slice, row, column). body: where tissue is, likewise."""

    series: SeriesRecord
    volume: Volume
    body: NDArray[np.bool_]


@lru_cache(maxsize=8)
def imaged(plane: str, visit: int = 1, seed: int = 11, number: int = 1) -> Mapping[str, Imaged]:
    """The series of a plane without noise, by kind; air is 0."""
    scan = pair(seed, number, SIZE).scans[visit - 1]
    plans, stack = tuple(plan for plan in SERIES if plan.plane == plane), scan.layouts[plane]
    slices = list(clean_slices(scan.hand, stack, plans))
    # one point more than the painter put colour on
    body = np.stack([clean.water.max(axis=0) + clean.fat.max(axis=0) > 0 for clean in slices])
    found = {}
    for number_of, plan in enumerate(plans):
        pixels = np.stack([clean.water[number_of] + clean.fat[number_of] for clean in slices])
        entry = a_series(f"{plan.kind}{visit}", plan.kind, plane, slices=stack.slices, size=SIZE)
        record = replace(
            entry,
            orientation=(*_vector(stack.right), *_vector(stack.down)),
            pixel_spacing_mm=(stack.pixel_mm, stack.pixel_mm),
            slice_spacing_mm=stack.spacing_mm,
            minimum=0,
            slices=tuple(
                SliceRecord(f"{index}", f"{index}.raw", 0, _vector(stack.position(index)))
                for index in range(stack.slices)
            ),
        )
        found[plan.kind] = Imaged(record, np.rint(pixels * BRIGHTEST).astype(np.int32), body)
    return found


def noisy(one: Imaged, ratio: float = 8.0) -> Imaged:
    """With Rician noise; ratio: of the middle of all tissue to its deviation."""
    random = np.random.default_rng(5)
    deviation = float(np.median(one.volume[one.body])) / ratio
    real, imaginary = (random.normal(0, deviation, one.volume.shape) for _ in range(2))
    return replace(one, volume=np.rint(np.hypot(one.volume + real, imaginary)).astype(np.int32))


def shaded(one: Imaged) -> Imaged:
    """Beside a coil: seven times darker in the corner that is farthest from it."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    return replace(one, volume=np.rint(one.volume * 7.0 ** -((rows + columns) / 2)).astype(np.int32))


def on_a_pedestal(one: Imaged) -> Imaged:
    """Air at 120, as some scanners have it."""
    return replace(one, volume=one.volume + 120, series=replace(one.series, minimum=120))


def padded(one: Imaged) -> Imaged:
    """A pedestal, and a frame of zeros that the scanner put round the picture, over no tissue but where it left it."""
    wide = np.pad(on_a_pedestal(one).volume, ((0, 0), (8, 8), (8, 8)))
    body = np.pad(one.body, ((0, 0), (8, 8), (8, 8)))
    step = one.series.pixel_spacing_mm[0] * 8
    right, down = np.array(one.series.orientation[:3]), np.array(one.series.orientation[3:])
    moved = tuple(
        replace(entry, position_mm=_vector(np.array(entry.position_mm) - step * right - step * down))
        for entry in one.series.slices
    )
    series = replace(one.series, rows=SIZE + 16, columns=SIZE + 16, slices=moved, minimum=0)
    return Imaged(series, wide, body)


def negative(one: Imaged) -> Imaged:
    """Stored with high values for dark, as MONOCHROME1 has it."""
    return replace(one, volume=4000 - one.volume, series=replace(one.series, inverted=True, maximum=4000))


PLANTED: Mapping[str, Callable[[Imaged], Imaged]] = {
    "clean": lambda one: one,
    "noise": noisy,
    "twice the noise": lambda one: noisy(one, 4.0),
    "coil 7:1": shaded,
    "coil and noise": lambda one: noisy(shaded(one)),
    "pedestal": on_a_pedestal,
    "padding": padded,
    "inverted": negative,
}


def _vector(values: NDArray[np.floating]) -> Vector3:
    x, y, z = (float(value) for value in values)
    return (x, y, z)
