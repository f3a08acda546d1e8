"""A plane cut through a stack shows what lies there, where it lies, and no finer than it was imaged."""

from __future__ import annotations

from math import radians, sin
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.values import replace
from storage.records import Vector3
from tests.builders.series import a_series
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.reformatting import Cuts, cut_through, plane_name, sampled, why_not

# patient millimetres -> value: linear, so that what is between pixels and between lines is known exactly
GRADIENT = (7.0, 11.0, 5.0)


def value_at(point: Vector3) -> float:
    return 5000 + dot(point, GRADIENT)


def a_stack(
    images: Path, plane: str, *, slices: int = 12, rows: int = 64, columns: int = 80
) -> tuple[Stack, NDArray[np.uint16]]:
    series = a_series(
        images, "S1", "T1", plane, rows=rows, columns=columns, spacing_mm=(0.5, 0.4), slices=slices,
        slice_spacing_mm=3.3, centre_mm=(4.0, -7.0, 12.0),
    )  # fmt: skip
    stack = Stack.of(series)
    volume = np.empty((slices, rows, columns))
    for index in range(slices):
        for row in range(rows):
            for column in range(columns):
                volume[index, row, column] = value_at(stack.pixel_to_mm(index, row, column))
    return stack, np.rint(volume).astype(np.uint16)


@pytest.mark.parametrize("plane", ["AX", "COR", "SAG"])
@pytest.mark.parametrize("degrees", [0, 15, 45, 90, 120, 165])
def test_each_pixel_of_a_cut_has_the_value_of_the_place_where_its_geometry_says_that_it_lies(
    tmp_path: Path, plane: str, degrees: int
) -> None:
    stack, volume = a_stack(tmp_path, plane)
    cut = cut_through(stack, (5.0, -6.0, 13.0), degrees)

    (picture,) = sampled(volume, stack, cut, 0)

    assert picture.shape == (cut.rows, cut.columns)
    looked = 0
    for row in range(0, cut.rows, 3):
        for column in range(0, cut.columns, 3):
            if picture[row, column]:
                wanted = value_at(cut.pixel_to_mm(0, row, column))
                # rounded twice; half a pixel outside the last row and column their values go on
                assert picture[row, column] == pytest.approx(wanted, abs=1 + 0.25 * sum(sorted(GRADIENT)[1:]))
                looked += 1
    assert looked > 20


def test_the_cut_goes_through_the_point_and_holds_the_normal_of_the_stack(tmp_path: Path) -> None:
    stack, _ = a_stack(tmp_path, "COR")
    point = (5.0, -6.0, 13.0)

    for degrees in range(0, 180, 15):
        cut = cut_through(stack, point, degrees)
        assert dot(point, cut.normal) == pytest.approx(cut.heights_mm[0], abs=1e-6)
        assert dot(cut.normal, stack.normal) == pytest.approx(0, abs=1e-9)
        assert dot(cut.right, cut.down) == pytest.approx(0, abs=1e-9)
        assert abs(dot(cut.normal, stack.right)) == pytest.approx(sin(radians(degrees)), abs=1e-9)


def test_a_line_of_it_is_as_thick_as_a_slice(tmp_path: Path) -> None:
    stack, _ = a_stack(tmp_path, "COR")

    cut = cut_through(stack, stack.centre_mm, 0)

    assert list(cut.spacing_mm) == pytest.approx([3.3, 0.4])
    assert (cut.rows, cut.columns) == (12, 80)


@pytest.mark.parametrize(
    ("plane", "degrees", "named", "axes"),
    [
        ("COR", 0, "AX", ((1, 0, 0), (0, 1, 0))),
        ("COR", 90, "SAG", ((0, 1, 0), (0, 0, -1))),
        ("AX", 0, "COR", ((1, 0, 0), (0, 0, -1))),
        ("AX", 90, "SAG", ((0, 1, 0), (0, 0, -1))),
        ("SAG", 0, "AX", ((1, 0, 0), (0, 1, 0))),
        ("SAG", 90, "COR", ((1, 0, 0), (0, 0, -1))),
        ("COR", 45, "", None),
    ],
)
def test_it_is_named_and_lies_as_such_planes_do(
    tmp_path: Path, plane: str, degrees: int, named: str, axes: tuple[Vector3, Vector3] | None
) -> None:
    stack, _ = a_stack(tmp_path, plane)

    cut = cut_through(stack, stack.centre_mm, degrees)

    assert plane_name(cut) == named
    if axes is not None:
        assert cut.right == pytest.approx(axes[0])
        assert cut.down == pytest.approx(axes[1])


def test_it_lies_as_another_series_of_that_plane_does(tmp_path: Path) -> None:
    stack, _ = a_stack(tmp_path, "COR")
    upside_down = replace(a_series(tmp_path, "S2", plane="AX", orientation=(-1.0, 0.0, 0.0, 0.0, -1.0, 0.0)), turn="")

    cut = cut_through(stack, stack.centre_mm, 0, (Stack.of(upside_down),))

    assert cut.right == pytest.approx((-1, 0, 0))
    assert cut.down == pytest.approx((0, -1, 0))


def test_outside_of_the_images_it_is_dark(tmp_path: Path) -> None:
    stack, volume = a_stack(tmp_path, "AX")
    far = (stack.centre_mm[0], stack.centre_mm[1] + 200.0, stack.centre_mm[2])

    (picture,) = sampled(volume, stack, cut_through(stack, far, 0), 17)

    assert set(np.unique(picture)) == {17}


def test_few_slices_and_slices_that_are_missing_are_no_volume(tmp_path: Path) -> None:
    few = a_series(tmp_path, "S3", slices=3)
    whole = a_series(tmp_path, "S4", slices=9)
    gap = replace(whole, slices=whole.slices[:4] + whole.slices[6:])

    assert why_not(few) == "it has fewer than 4 slices"
    assert why_not(gap) == "slices of it are missing"
    assert why_not(whole) == ""


def test_the_same_cut_is_the_same_picture_and_goes_with_the_pixels(tmp_path: Path) -> None:
    stack, volume = a_stack(tmp_path, "COR")
    cuts, cut = Cuts(2), cut_through(stack, stack.centre_mm, 0)

    first = cuts.of(volume, stack, cut, 0)

    assert cuts.of(volume, stack, cut, 0) is first
    assert cuts.of(volume.copy(), stack, cut, 0) is not first
