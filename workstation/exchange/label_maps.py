"""Label maps of what readers outlined: rings on slices become labels of voxels, in the series' own geometry. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import Feature, Scheme
from storage.records import SeriesRecord, Sighting, Vector3
from workstation.imaging.geometry import Stack, add, dot
from workstation.imaging.measuring import PlanePoint, inside
from workstation.reading.marks import marks_from
from workstation.reading.tools.outlines import BONE, LESION, Outline

# a lesion lies in its bone: where both are, the voxel is the lesion's
PARTS: Final = (BONE, LESION)


class Label(Struct, frozen=True):
    """What a number in a label map stands for: a part of a site. number: from 1, in reading order; 0 is all else."""

    number: int
    key: SiteKey
    part: str
    voxels: int


class LabelMap(Struct, frozen=True):
    """One feature in one series. values: (slice, row, column) as the pixels lie in their files; labels: those in it."""

    series: SeriesRecord
    feature: Feature
    values: NDArray[np.uint8]
    labels: tuple[Label, ...]

    @property
    def voxel_mm3(self) -> float | None:
        """Volume of a voxel; None where slices have no distance."""
        row_mm, column_mm = self.series.pixel_spacing_mm
        gap = self.series.slice_spacing_mm
        return None if gap is None else row_mm * column_mm * gap


def label_maps(
    scheme: Scheme, series: Mapping[str, tuple[int, SeriesRecord]], sighted: Mapping[SiteKey, Sighting]
) -> Iterator[LabelMap]:
    """A label map for each feature and series in which something was outlined, in reading order.

    Args:
        scheme: says the order of sites.
        series: all of the case, by code, with the visit of each.
        sighted: where answers were given, with what was drawn then.

    Features are apart since an outline of oedema and one of an erosion share ground. A ring inside a ring of the same
    part of a site is a hole, as it is where shares are measured.
    """
    rings = _rings(sighted)
    for feature in scheme.features:
        keys = [key for key in keys_in_reading_order(scheme) if key.feature == feature.code]
        codes = dict.fromkeys(code for key in keys for code, _, _ in rings.get(key, {}) if code in series)
        for code in codes:
            visit, record = series[code]
            mine = [key for key in keys if key.visit == visit and any(at[0] == code for at in rings.get(key, {}))]
            found = _label_map(feature, record, {key: rings[key] for key in mine})
            if found is not None:
                yield found


# by series code, slice and part
_Rings = Mapping[tuple[str, int, str], Sequence[Sequence[PlanePoint]]]


def _rings(sighted: Mapping[SiteKey, Sighting]) -> Mapping[SiteKey, _Rings]:
    found: dict[SiteKey, dict[tuple[str, int, str], list[Sequence[PlanePoint]]]] = {}
    for key, sighting in sighted.items():
        for mark in marks_from(sighting.marks).of(Outline):
            at = mark.series, mark.slice_index, mark.part
            found.setdefault(key, defaultdict(list))[at].append(mark.ring)
    return found


def _label_map(feature: Feature, series: SeriesRecord, rings: Mapping[SiteKey, _Rings]) -> LabelMap | None:
    shown, stored = Stack.of(series), Stack.stored(series)
    values = np.zeros((len(series.slices), series.rows, series.columns), np.uint8)
    numbers: dict[int, tuple[SiteKey, str]] = {}
    for part in PARTS:
        for key, drawn in rings.items():
            of_part = {at[1]: them for at, them in drawn.items() if at[0] == series.code and at[2] == part}
            if of_part:
                number = len(numbers) + 1
                numbers[number] = (key, part)
                for index, them in of_part.items():
                    if 0 <= index < len(series.slices):
                        values[index][_mask(shown, stored, index, them)] = number
    if not values.any():
        return None
    counts = np.bincount(values.ravel(), minlength=len(numbers) + 1)
    labels = tuple(Label(number, *numbers[number], int(counts[number])) for number in numbers)
    return LabelMap(series, feature, values, labels)


def _mask(shown: Stack, stored: Stack, index: int, rings: Sequence[Sequence[PlanePoint]]) -> NDArray[np.bool_]:
    """The pixels whose middles lie inside, (row, column) as they are stored."""
    height = shown.heights_mm[index]
    turned = [[_in_plane(stored, _in_space(shown, point, height)) for point in ring] for ring in rings]
    (row_mm, column_mm), first = stored.spacing_mm, stored.positions_mm[index]
    across: NDArray[Any] = dot(first, stored.right) + np.arange(stored.columns) * column_mm
    along: NDArray[Any] = dot(first, stored.down) + np.arange(stored.rows) * row_mm
    return inside(turned, across, along)


def _in_space(stack: Stack, point: PlanePoint, height: float) -> Vector3:
    """A point of a slice as it is shown, in the patient's system."""
    right, down = point
    return add(add(add((0.0, 0.0, 0.0), stack.right, right), stack.down, down), stack.normal, height)


def _in_plane(stack: Stack, point_mm: Vector3) -> PlanePoint:
    return dot(point_mm, stack.right), dot(point_mm, stack.down)
