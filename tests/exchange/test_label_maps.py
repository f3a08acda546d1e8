"""Label maps: rings become voxels where they were drawn, whatever way the picture was turned. Numbers by hand."""

from __future__ import annotations

from math import pi
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from scoring.readings.reading import SiteKey
from scoring.values import replace
from storage.records import SeriesRecord, Sighting
from tests.builders.series import a_series
from tests.builders.sessions import SCHEME
from tests.builders.studies import key
from tests.exchange.conftest import circle
from workstation.exchange.label_maps import LabelMap, label_maps
from workstation.imaging.turning import TURNS
from workstation.reading.marks import Marks, marks_text
from workstation.reading.tools.outlines import BONE, LESION, Outline

CAP, HAM = key("1 OST CAP"), key("1 OST HAM")


def _maps(series: SeriesRecord, drawn: dict[SiteKey, tuple[Outline, ...]]) -> list[LabelMap]:
    seen = {
        at: Sighting(series.code, 0, (0.0, 0.0, 0.0), 0.0, 1.0, marks=marks_text(Marks(marks)))
        for at, marks in drawn.items()
    }
    return list(label_maps(SCHEME, MappingProxyType({series.code: (1, series)}), seen))


@pytest.fixture
def series(tmp_path: Path) -> SeriesRecord:
    """240 x 200 pixels of 0.4 x 0.5 mm, oblique, 5 slices of 3 mm."""
    return a_series(
        tmp_path,
        "S",
        rows=200,
        columns=240,
        spacing_mm=(0.5, 0.4),
        slice_spacing_mm=3.0,
        centre_mm=(12.0, -7.0, 30.0),
        orientation=(0.8, 0.6, 0.0, 0.0, 0.0, -1.0),
    )


def test_bone_and_lesion_have_the_volumes_of_their_rings_and_the_lesion_lies_over_the_bone(
    series: SeriesRecord,
) -> None:
    drawn = (circle(series, 2, 8.0, BONE), circle(series, 2, 3.0, LESION), circle(series, 3, 8.0, BONE))
    (found,) = _maps(series, {CAP: drawn})

    assert [(label.number, label.key, label.part) for label in found.labels] == [(1, CAP, BONE), (2, CAP, LESION)]
    bone, lesion = (label.voxels * (found.voxel_mm3 or 0) for label in found.labels)
    # pi r^2 of each slice, 3 mm thick; what the raster makes of a circle of 90 corners is within 1 % of that
    assert lesion == pytest.approx(pi * 9 * 3, rel=0.02)
    assert bone == pytest.approx((2 * pi * 64 - pi * 9) * 3, rel=0.01)
    assert sorted(np.unique(found.values[2])) == [0, 1, 2]
    assert not found.values[[0, 1, 4]].any()


@pytest.mark.parametrize("turn", sorted(TURNS))
def test_a_ring_lies_on_the_same_pixels_however_the_picture_was_turned_for_showing(
    series: SeriesRecord, turn: str
) -> None:
    turned = replace(series, turn=turn)
    (found,) = _maps(turned, {CAP: (circle(turned, 1, 5.0, BONE, aside_mm=20.0),)})

    row, column = (axis.mean() for axis in np.nonzero(found.values[1]))
    right, down = {
        "": (20, 0), "90": (0, -20), "180": (-20, 0), "270": (0, 20),
        "mirrored": (-20, 0), "mirrored-90": (0, -20), "mirrored-180": (20, 0), "mirrored-270": (0, 20),
    }[turn]  # fmt: skip
    assert (column - 119.5, row - 99.5) == pytest.approx((right / 0.4, down / 0.5), abs=0.6)


def test_a_ring_in_a_ring_is_a_hole_and_rings_of_two_sites_are_two_labels(series: SeriesRecord) -> None:
    hole = circle(series, 2, 3.0, BONE)
    (found,) = _maps(series, {CAP: (circle(series, 2, 8.0, BONE), hole), HAM: (circle(series, 2, 5.0, BONE, 25.0),)})

    assert found.values[2, 100, 120] == 0
    assert [(label.number, label.key.site) for label in found.labels] == [(1, "CAP"), (2, "HAM")]


def test_features_are_apart_and_what_lies_outside_of_a_series_is_left_out(series: SeriesRecord) -> None:
    erosion = key("1 ERO CAP")
    ring = circle(series, 2, 6.0, BONE)
    gone = Outline("another", 2, BONE, ring.ring)

    found = _maps(series, {CAP: (ring, replace(ring, slice_index=99)), erosion: (ring, gone)})

    assert [each.feature.code for each in found] == ["OST", "ERO"]
    assert [int(each.values.astype(bool).sum(axis=(1, 2)).astype(bool).sum()) for each in found] == [1, 1]
    assert _maps(series, {CAP: ()}) == []
