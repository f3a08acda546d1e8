"""Expected numbers by hand: squares, circles, and the phantom's own counts."""

from __future__ import annotations

import csv
from math import cos, pi, sin
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.values import replace
from workstation.imaging.measuring import PlanePoint, depth_line, overlap, share_percent, width_mm
from workstation.phantom import labels
from workstation.phantom.lesions import READING_ORDER
from workstation.phantom.people import pair
from workstation.phantom.realism.difficulty import EFFECTS
from workstation.phantom.study import SAMPLE_DIFFICULTY, SAMPLE_SEED, SAMPLE_SIZE

SAMPLE = Path(__file__).parents[2] / "sample_dicom"

Ring = tuple[PlanePoint, ...]


def square(left: float, top: float, side: float) -> Ring:
    return ((left, top), (left + side, top), (left + side, top + side), (left, top + side))


def circle(radius: float) -> Ring:
    return tuple((radius * cos(k * pi / 180), radius * sin(k * pi / 180)) for k in range(360))


def test_a_width_is_the_distance_in_millimetres() -> None:
    assert width_mm((1.0, 1.0), (4.0, 5.0)) == 5.0


def test_the_depth_guide_is_one_centimetre_along_and_across_it() -> None:
    # from (0, 0) straight down: the guide lies at down = 10, from left to right
    assert depth_line((0.0, 0.0), (0.0, 3.0), half_mm=4.0) == ((-4.0, 10.0), (4.0, 10.0))
    # along 3-4-5: ten millimetres are (6, 8)
    first, second = depth_line((1.0, 1.0), (4.0, 5.0), half_mm=5.0) or ((0.0, 0.0), (0.0, 0.0))
    assert [(a + b) / 2 for a, b in zip(first, second, strict=True)] == pytest.approx([7.0, 9.0])
    assert width_mm(first, second) == pytest.approx(10.0)


def test_without_a_clear_direction_there_is_no_line() -> None:
    assert depth_line((0.0, 0.0), (0.3, 0.4)) is None


def test_a_quarter_of_a_square_on_one_of_two_slices_is_an_eighth() -> None:
    bone = {3: [square(0, 0, 10)], 4: [square(0, 0, 10)]}

    assert share_percent(bone, {3: [square(0, 0, 5)]}) == pytest.approx(12.5)


def test_what_lies_outside_the_bone_does_not_count() -> None:
    assert share_percent({0: [square(0, 0, 10)]}, {0: [square(5, 0, 10)], 7: [square(0, 0, 10)]}) == pytest.approx(50)


def test_a_ring_inside_a_ring_is_a_hole() -> None:
    assert share_percent({0: [square(0, 0, 10)]}, {0: [square(0, 0, 10), square(0, 0, 5)]}) == pytest.approx(75)


def test_half_the_radius_is_a_quarter_of_a_disc() -> None:
    assert share_percent({0: [circle(8.0)]}, {0: [circle(4.0)]}) == pytest.approx(25.0, abs=0.1)


def test_rings_overlap_where_they_share_ground_and_not_where_one_lies_beside_the_other() -> None:
    assert overlap(square(0, 0, 10), square(5, 5, 10))
    assert overlap(square(0, 0, 10), square(4, 4, 2))
    assert overlap(square(4, 4, 2), square(0, 0, 10))
    assert not overlap(square(0, 0, 10), square(11, 0, 10))
    # inside the box of an L, and outside of the L
    assert not overlap(((0, 0), (10, 0), (10, 2), (2, 2), (2, 10), (0, 10)), square(5, 5, 3))


def test_without_a_bone_there_is_no_share() -> None:
    assert share_percent({}, {0: [square(0, 0, 1)]}) is None
    assert share_percent({0: [((0.0, 0.0), (1.0, 1.0))]}, {}) is None


def rings(mask: NDArray[np.bool_], pixel_mm: float) -> list[Ring]:
    """The edges of a mask's pixels joined to closed rings: the true outline of what is labelled."""
    padded = np.pad(mask, 1)
    following: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row, column in zip(*np.nonzero(padded), strict=True):
        # clockwise round each pixel, where no neighbour is
        for beside, start, end in (
            ((row - 1, column), (row, column), (row, column + 1)),
            ((row, column + 1), (row, column + 1), (row + 1, column + 1)),
            ((row + 1, column), (row + 1, column + 1), (row + 1, column)),
            ((row, column - 1), (row + 1, column), (row, column)),
        ):
            if not padded[beside]:
                following.setdefault(start, []).append(end)
    found: list[Ring] = []
    while following:
        first = place = next(iter(following))
        ring: list[PlanePoint] = []
        while place in following:
            ring.append((place[1] * pixel_mm, place[0] * pixel_mm))
            ends = following[place]
            onward = ends.pop()
            if not ends:
                del following[place]
            place = onward
            if place == first:
                break
        found.append(tuple(ring))
    return found


@pytest.mark.parametrize("visit", [1, 2])
def test_true_outlines_of_the_sample_give_its_true_shares_within_two_points(visit: int) -> None:
    """Truth: truth.csv, counted by the phantom on a finer grid than any image has."""
    with (SAMPLE / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {
            (row["feature"], row["site"]): float(row["counted"])
            for row in csv.DictReader(file)
            if row["visit"] == str(visit)
        }
    scan = pair(SAMPLE_SEED, 1, SAMPLE_SIZE, effects=EFFECTS[SAMPLE_DIFFICULTY]).scans[visit - 1]
    stack, hand = scan.layouts["COR"], scan.hand
    # where both are, the labels say eroded; osteitis is a share of the original bone, eroded or not (scoring-rules)
    uneroded = replace(hand, lesions=replace(hand.lesions, erosions={}))
    maps, maps_of_oedema = (
        np.stack([labels.labelled(seen, stack, index) for index in range(stack.slices)]) for seen in (hand, uneroded)
    )
    compared = []
    for k, site in enumerate(READING_ORDER):
        oedema = maps_of_oedema == labels.OEDEMA_FROM + k
        bone = oedema | (maps_of_oedema == labels.BONE_FROM + k)
        for feature, ill in (("ERO", maps == labels.EROSION_FROM + k), ("OST", oedema)):
            if ill.any():
                share = share_percent(outlined(bone, stack.pixel_mm), outlined(ill, stack.pixel_mm))
                assert share == pytest.approx(100 * truth[feature, site], abs=2.0), (feature, site)
                compared.append(feature)

    assert set(compared) == {"ERO", "OST"}
    assert len(compared) >= 10


def outlined(mask: NDArray[np.bool_], pixel_mm: float) -> dict[int, list[Ring]]:
    return {index: rings(part, pixel_mm) for index, part in enumerate(mask) if part.any()}
