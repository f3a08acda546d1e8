"""The box of tissue: holds all of it whatever the scanner adds, and takes the air away."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.values import replace
from tests.builders.imaged_wrists import PLANTED, Imaged, imaged
from workstation.imaging.geometry import Stack
from workstation.imaging.wrist.outline import Box, field_of
from workstation.imaging.wrist.tissue_box import _bounds, tissue_box


def box_of(one: Imaged) -> Box:
    """What is shown: the whole image where no box is believed."""
    return tissue_box(one.series, one.volume) or field_of(Stack.of(one.series))


def cut_px(one: Imaged, box: Box) -> float:
    """How many pixels of true tissue lie outside of the box, at the side where most do."""
    field, (row_mm, column_mm) = field_of(Stack.of(one.series)), one.series.pixel_spacing_mm
    rows, columns = np.flatnonzero(one.body.any(axis=(0, 2))), np.flatnonzero(one.body.any(axis=(0, 1)))
    return float(
        max(
            (box.left - field.left) / column_mm - columns[0],
            columns[-1] + 1 - (box.right - field.left) / column_mm,
            (box.top - field.top) / row_mm - rows[0],
            rows[-1] + 1 - (box.bottom - field.top) / row_mm,
        )
    )


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize(("plane", "kind"), [("AX", "T1"), ("COR", "T1"), ("COR", "PD")])
@pytest.mark.parametrize("visit", [1, 2])
def test_no_box_of_t1_or_pd_cuts_tissue(plane: str, kind: str, visit: int, planted: str) -> None:
    one = PLANTED[planted](imaged(plane, visit)[kind])

    assert cut_px(one, box_of(one)) <= 0


# round a frame of zeros nothing can be told of air that isn't zero, so the whole image is shown there
@pytest.mark.parametrize("planted", sorted(PLANTED.keys() - {"padding"}))
def test_an_axial_wrist_fills_a_wide_cell_at_least_1_6_times_larger(planted: str) -> None:
    # 632 x 338: a cell of three rows on a screen of 1920 x 1080; 1.6 is the least that was asked for
    one = PLANTED[planted](imaged("AX")["T1"])

    def mm_per_pixel(box: Box) -> float:
        return max(box.size_mm[0] / 632, box.size_mm[1] / 338)

    assert mm_per_pixel(field_of(Stack.of(one.series))) / mm_per_pixel(box_of(one)) >= 1.6


def test_where_arm_and_hand_leave_a_coronal_image_the_box_reaches_its_edges() -> None:
    one = imaged("COR")["T1"]
    box, field = box_of(one), field_of(Stack.of(one.series))

    assert (box.top, box.bottom) == pytest.approx((field.top, field.bottom))
    assert box.right < field.right - 2


def test_a_picture_turned_a_quarter_has_the_box_turned_with_it() -> None:
    one = imaged("AX")["T1"]
    turned = replace(one, volume=np.ascontiguousarray(np.rot90(one.volume, axes=(1, 2))))
    upright, field = box_of(one), field_of(Stack.of(one.series))
    lying = box_of(turned)

    assert lying.size_mm == pytest.approx(upright.size_mm[::-1])
    # what was on the left is below after a quarter turn to the left
    assert lying.top - field.top == pytest.approx(field.right - upright.right)


@pytest.mark.parametrize("volume", [np.zeros((5, 96, 96), np.int32), np.full((5, 96, 96), 700, np.int32)])
def test_a_picture_of_nothing_has_no_box(volume: np.ndarray) -> None:
    assert tissue_box(imaged("AX")["T1"].series, volume) is None


def test_noise_alone_has_no_box() -> None:
    noise = np.random.default_rng(3).rayleigh(40, (22, 96, 96)).astype(np.int32)

    assert tissue_box(imaged("AX")["T1"].series, noise) is None


def test_what_is_small_in_its_image_isnt_believed() -> None:
    volume = np.zeros((22, 96, 96), np.int32)
    volume[:, 40:60, 40:60] = 900

    assert tissue_box(imaged("AX")["T1"].series, volume) is None


def test_a_speck_far_from_the_wrist_doesnt_count() -> None:
    one = imaged("AX")["T1"]
    specked = one.volume.copy()
    specked[3, 1:3, 1:5] = 1500

    assert tissue_box(one.series, specked) == tissue_box(one.series, one.volume)


def test_two_fingers_apart_are_both_inside() -> None:
    volume = np.random.default_rng(3).rayleigh(8, (22, 96, 96)).astype(np.int32)
    volume[:, 30:70, 10:30] += 800
    volume[:, 30:70, 60:80] += 800
    series = imaged("AX")["T1"].series
    box, field = tissue_box(series, volume), field_of(Stack.of(series))

    assert box is not None
    pixel = series.pixel_spacing_mm[0]
    assert (box.left - field.left) / pixel < 10
    assert (box.right - field.left) / pixel > 80


def test_in_air_that_a_scanner_blanked_a_line_of_one_pixel_is_no_tissue() -> None:
    # by hand: a square of 20 x 20 in air of zeros, and a bright line of one column beside it
    coarse = np.zeros((1, 40, 40), np.float32)
    coarse[0, 10:30, 10:30] = 100
    coarse[0, 5:35, 4] = 100

    assert _bounds(coarse) == ((10, 30), (10, 30))
