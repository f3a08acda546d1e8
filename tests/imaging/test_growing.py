"""A region grown from one pixel: areas are those of discs and squares, by arithmetic."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.imaging.growing import AGAIN, grown
from workstation.imaging.rings import area_mm2, distance_mm, pulled

MM = (0.3, 0.3)
WINDOW = (0.0, 1000.0)
SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


def disc(radius: float, value: float = 800.0, *, at: tuple[int, int] = (100, 90)) -> NDArray[np.float64]:
    """On a ground of 100, with noise of 20 as scanners have it."""
    rows, columns = np.ogrid[:200, :200]
    inside = np.hypot(rows - at[0], columns - at[1]) < radius
    noise: NDArray[np.float64] = np.random.default_rng(1).normal(0, 20, (200, 200))
    return np.where(inside, value, 100.0) + noise


def area_of(picture: NDArray[np.float64], seed: tuple[int, int], bridge_mm: float = 0.0) -> float:
    found = grown(picture, seed, WINDOW, MM, bridge_mm)
    assert found is not None
    return area_mm2(found.ring) * MM[0] * MM[1]


@pytest.mark.parametrize("radius", [10.0, 20.0, 30.0])
def test_a_click_in_a_disc_gives_its_area_wherever_it_is(radius: float) -> None:
    for seed in ((100, 90), (95, 85)):
        # a border one pixel wide is the least that can be wrong of a disc of pixels
        assert area_of(disc(radius), seed) == pytest.approx(pi * radius**2 * 0.09, abs=pi * radius * 0.09)


def test_the_ring_lies_round_what_was_clicked_in_rows_and_columns_of_the_picture() -> None:
    found = grown(disc(20.0, at=(60, 140)), (60, 140), WINDOW, MM)

    assert found is not None
    assert np.mean(found.ring, axis=0) == pytest.approx((60, 140), abs=0.5)
    assert not found.bounded


def test_holes_belong_to_what_lies_round_them() -> None:
    picture = disc(20.0)
    picture[98:103, 100:105] = 100.0

    assert area_of(picture, (100, 80)) == pytest.approx(area_of(disc(20.0), (100, 80)), abs=0.5)


def test_a_narrower_window_parts_what_a_wide_one_joins() -> None:
    picture = disc(20.0, value=300.0)
    picture[:, 90:] -= np.where(picture[:, 90:] > 200, 90.0, 0.0)

    whole = grown(picture, (100, 80), WINDOW, MM)
    half = grown(picture, (100, 80), (100.0, 400.0), MM)

    assert whole is not None
    assert half is not None
    assert area_mm2(half.ring) == pytest.approx(area_mm2(whole.ring) / 2, rel=0.1)


def shaded() -> NDArray[np.float64]:
    """A disc of 500 at its left to 900 at its right, as marrow is under a coil."""
    return np.where(disc(20.0) > 400, disc(20.0) + 10.0 * (np.arange(200) - 90) - 100, disc(20.0))


def test_a_shaded_bone_is_found_whole_when_it_goes_on_from_the_middle_of_what_was_found() -> None:
    # by arithmetic: 12 % of the window either way reach 12 columns, of 20
    part, whole = (grown(shaded(), (100, 90), WINDOW, MM, again=again) for again in ((), AGAIN))

    assert part is not None
    assert whole is not None
    assert area_mm2(part.ring) < 0.75 * pi * 400
    assert area_mm2(whole.ring) == pytest.approx(pi * 400, rel=0.06)
    assert not whole.bounded


@pytest.mark.parametrize("ground", [580.0, 620.0, 655.0])
def test_where_that_would_run_out_of_the_bone_it_goes_on_less_far_or_not_at_all(ground: float) -> None:
    # beside 800, these are within 25, 20 and 16 % of the window
    picture = np.where(disc(20.0) > 400, 800.0, ground)

    found = grown(picture, (100, 90), WINDOW, MM, again=AGAIN)

    assert found is not None
    assert area_mm2(found.ring) == pytest.approx(pi * 400, rel=0.06)
    assert not found.bounded


def test_a_pixel_that_is_not_as_what_lies_round_it_keeps_what_is_alike_to_it() -> None:
    # a step of 100 greys: the pixel's side is small, the median is the other's, and at 50 the pixel is none of it
    picture = disc(20.0, value=500.0)
    picture[95:106, 85:96] = 600.0

    alone, again = (grown(picture, (100, 90), (0.0, 1000.0), MM, again=more) for more in ((), (0.05,)))

    assert alone is not None
    assert again is not None
    assert again.ring == alone.ring


def test_a_bridge_to_a_neighbour_is_cut() -> None:
    both = np.maximum(disc(20.0, at=(100, 60)), disc(20.0, at=(100, 110)))
    both[97:103, 70:100] = 800.0

    # 6 pixels of 0.3 mm are 1.8 mm wide
    assert area_of(both, (100, 60)) > 1.8 * pi * 400 * 0.09
    assert area_of(both, (100, 60), bridge_mm=3.0) == pytest.approx(pi * 400 * 0.09, rel=0.06)


def test_it_goes_no_farther_than_20_mm_and_says_so() -> None:
    found = grown(np.full((400, 400), 500.0), (200, 200), WINDOW, MM)

    assert found is not None
    assert found.bounded
    assert area_mm2(found.ring) * 0.09 == pytest.approx(pi * 20**2, rel=0.02)


@pytest.mark.parametrize("seed", [(-1, 5), (5, 200), (0, 0)])
def test_outside_the_picture_or_where_nothing_is_alike_nothing_grows(seed: tuple[int, int]) -> None:
    # a checkerboard whose squares of one pixel differ by more than the window's tolerance, beside the median's reach
    rows, columns = np.ogrid[:200, :200]
    picture = np.where((rows // 2 + columns // 2) % 2, 900.0, 100.0)

    assert grown(picture, seed, WINDOW, MM) is None


def test_a_region_of_the_edge_of_the_picture_is_closed_there() -> None:
    assert area_of(np.full((20, 20), 500.0), (10, 10)) == pytest.approx(36.0, abs=0.2)


def test_the_area_of_a_square_and_the_way_to_its_border() -> None:
    assert area_mm2(SQUARE) == 100
    assert distance_mm(SQUARE, (5.0, -0.5)) == pytest.approx(0.5)
    assert distance_mm(SQUARE, (5.0, 5.0)) == pytest.approx(5)


def test_a_pull_moves_the_border_there_by_as_much_and_nothing_beyond_its_reach() -> None:
    ring = pulled(SQUARE, (5.0, 0.0), (5.0, -2.0))

    assert (5.0, -2.0) in ring
    assert all(point in ring for point in SQUARE[2:])
    # the integral of (1 + cos) / 2 over 8 mm is 4 mm, pulled out by 2 mm
    assert area_mm2(ring) == pytest.approx(108, abs=0.2)
