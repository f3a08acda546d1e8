"""The difference of two visits, against arithmetic by hand and scipy.ndimage.map_coordinates."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from scoring.values import replace
from storage.records import SeriesRecord
from tests.builders.cases import a_series
from workstation.imaging.geometry import Stack, add
from workstation.imaging.light.difference import difference
from workstation.imaging.rigid import UNTURNED, Rigid

# 10 degrees about z, and a shift
TURN = np.radians(10)
MOVED = Rigid(
    ((np.cos(TURN), -np.sin(TURN), 0.0), (np.sin(TURN), np.cos(TURN), 0.0), (0.0, 0.0, 1.0)), (2.0, -3.0, 1.5)
)


def field(series: SeriesRecord, back: Rigid) -> NDArray[np.float32]:
    """A brightness that grows evenly along the first visit's axes, 500 + 3 x + 2 y - 4 z, wherever it has moved."""
    stack, (slices, rows, columns) = Stack.of(series), (len(series.slices), series.rows, series.columns)
    found = np.empty((slices, rows, columns), np.float32)
    for index in range(slices):
        for row in range(rows):
            for column in range(columns):
                x, y, z = back(stack.pixel_to_mm(index, row, column))
                found[index, row, column] = 500 + 3 * x + 2 * y - 4 * z
    return found


@pytest.fixture(scope="module")
def pair() -> tuple[SeriesRecord, SeriesRecord]:
    first = a_series("A", first_mm=(-8.0, -8.0, -6.0), slices=5, size=16)
    # laid elsewhere, and larger
    return first, a_series("B", first_mm=(-14.0, -15.0, -9.0), slices=9, size=30)


@pytest.mark.parametrize("gain", [1.0, 2.0])
def test_what_has_only_moved_and_become_brighter_differs_by_nothing(
    pair: tuple[SeriesRecord, SeriesRecord], gain: float
) -> None:
    first, second = pair
    ours, theirs = field(first, Rigid(UNTURNED, (0.0, 0.0, 0.0))), gain * field(second, MOVED.inverse)

    found = difference((first, ours), 2, (second, theirs), MOVED, gain)

    assert found.shape == (16, 16)
    assert float(np.nanmax(np.abs(found))) < 0.01
    assert np.isfinite(found).mean() > 0.9


def test_a_change_stands_where_it_lies_at_the_first_visit_in_the_firsts_units(
    pair: tuple[SeriesRecord, SeriesRecord],
) -> None:
    first, second = pair
    ours, theirs = np.full((5, 16, 16), 300, np.uint16), np.full((9, 30, 30), 600, np.uint16)
    # 5 mm to the left of the first voxel of slice 2, at row 8 and column 5, in a cube of 5 mm
    middle = MOVED(Stack.of(first).pixel_to_mm(2, 8, 5))
    stack = Stack.of(second)
    for index, row, column in np.ndindex(theirs.shape):
        at = stack.pixel_to_mm(index, row, column)
        if max(abs(a - b) for a, b in zip(at, middle, strict=True)) <= 4:
            theirs[index, row, column] += 100

    found = difference((first, ours), 2, (second, theirs), MOVED, 2.0)

    # 700 / 2 - 300, and 600 / 2 - 300 elsewhere
    assert found[8, 5] == pytest.approx(50, abs=0.01)
    assert found[8, 13] == pytest.approx(0, abs=0.01)
    assert found[1, 5] == pytest.approx(0, abs=0.01)


def test_values_between_voxels_are_those_of_scipy(pair: tuple[SeriesRecord, SeriesRecord]) -> None:
    first, second = pair
    random = np.random.default_rng(4)
    ours, theirs = (random.integers(0, 4000, shape).astype(np.uint16) for shape in ((5, 16, 16), (9, 30, 30)))
    one, other = Stack.of(first), Stack.of(second)
    at = np.empty((3, 16, 16))
    for row in range(16):
        for column in range(16):
            off = add(MOVED(one.pixel_to_mm(1, row, column)), other.positions_mm[0], -1.0)
            # 3 mm slices, 1 mm pixels, along the patient's axes
            at[:, row, column] = (off[2] / 3, off[1], off[0])
    wanted = map_coordinates(theirs.astype(float), at, order=1, cval=np.nan) - ours[1]

    found = difference((first, ours), 1, (second, theirs), MOVED, 1.0)

    inside = np.isfinite(found)
    assert inside.mean() > 0.9
    assert np.allclose(found[inside], wanted[inside], atol=0.01)


def test_where_the_second_visit_shows_nothing_there_is_no_difference_at_all(
    pair: tuple[SeriesRecord, SeriesRecord],
) -> None:
    first, second = pair
    far = Rigid(UNTURNED, (500.0, 0.0, 0.0))

    found = difference((first, np.ones((5, 16, 16))), 0, (second, np.ones((9, 30, 30))), far, 1.0)

    assert np.isnan(found).all()


def test_a_series_whose_high_values_are_dark_is_compared_by_its_signal(pair: tuple[SeriesRecord, SeriesRecord]) -> None:
    first, second = (replace(series, inverted=True, minimum=0, maximum=1000) for series in pair)
    # signals 1000 - 400 and 1000 - 300
    ours, theirs = np.full((5, 16, 16), 400, np.uint16), np.full((9, 30, 30), 300, np.uint16)

    found = difference((first, ours), 2, (second, theirs), Rigid(UNTURNED, (0.0, 0.0, 0.0)), 1.0)

    assert found[8, 8] == pytest.approx(100, abs=0.01)
