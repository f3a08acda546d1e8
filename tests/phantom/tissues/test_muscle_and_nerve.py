"""Muscle with fat along its fibres, and nerves with fascicles of unlike size."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from tests.phantom.tissues.painted import hand_of, painted, sheet
from workstation.phantom.anatomy.facets import Chain
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.soft_parts import BUNDLES
from workstation.phantom.protocol import T1
from workstation.phantom.realism import muscle, nerve

STEP_MM = 0.3


def test_streaks_of_fat_run_along_the_fibres_of_a_muscle() -> None:
    """In the thumb's short abductor, which runs at some 30 degrees to the arm, as it does in Gray's Anatomy."""
    looks = hand_of(4).looks
    assert looks is not None
    number, bundle = next((k, each) for k, each in enumerate(BUNDLES) if each.name == "abductor brevis")
    assert isinstance(bundle.shape, Chain)
    (start, _), (end, _) = bundle.shape.links[1:3]

    def cut(z: float, aside: float = 0.0) -> NDArray[np.float32]:
        share = (z - start[2]) / (end[2] - start[2])
        x, y = (start[k] + share * (end[k] - start[k]) for k in (0, 1))
        at = sheet(np.arange(x - 4 + aside, x + 4 + aside, 0.2), np.arange(y - 4, y + 4, 0.2), z)
        along, _ = muscle.along_fibres(bundle.shape, at)
        return muscle.feather(looks, along, number)

    first = cut(16.0).ravel()
    # two millimetres farther the axis has moved by more than one: a cut that follows it looks alike
    assert np.corrcoef(first, cut(18.0).ravel())[0, 1] > 0.45
    # 1.5 mm beside it doesn't
    assert np.corrcoef(first, cut(16.0, 1.5).ravel())[0, 1] < 0.35


def test_the_fibres_of_a_muscle_come_together_at_its_ends() -> None:
    bundle = next(each for each in BUNDLES if each.name == "abductor minimi")
    assert isinstance(bundle.shape, Chain)
    (start, _), *_ = bundle.shape.links
    at = Points(*(np.array([[start[k] + (1.0 if k == 0 else 0.0)]], np.float32) for k in range(3)))
    along, near_end = muscle.along_fibres(bundle.shape, at)

    # what is a millimetre from the axis where it begins, and it is 2 mm wide there, is 3.1 mm from it in a belly of 6.2
    assert along.x[0, 0] == pytest.approx(3.1, abs=0.01)
    assert near_end[0, 0] == pytest.approx(1.0)


def test_muscle_has_no_dark_scratches() -> None:
    found = []
    for corner in ((-29.0, -12.0, 30.0), (8.0, -13.0, 50.0)):
        at = sheet(
            np.arange(corner[0], corner[0] + 6, STEP_MM), np.arange(corner[1], corner[1] + 6, STEP_MM), corner[2]
        )
        for number in (4, 5):
            t1 = painted(hand_of(number), at, T1, STEP_MM)
            found.append(float((t1 < 0.6 * np.median(t1)).mean()))

    # in boxes of muscle of four real T1 series nothing is darker than the rest but vessels (skew 0 to 1.3)
    assert np.mean(found) < 0.012


def test_the_median_nerve_has_as_many_fascicles_as_under_the_microscope_and_of_unlike_size() -> None:
    counts, largest, shares = [], [], []
    for seed in range(12):
        middles = nerve.drawn(np.random.default_rng(seed))
        y, x = np.mgrid[0 : nerve.TILE_MM : 0.03, 0 : nerve.TILE_MM : 0.03].astype(np.float32)
        # an ellipse of 9.2 mm2, twice as wide as thick
        inside = ((x - 3.0) / 2.42) ** 2 + ((y - 3.0) / 1.21) ** 2 < 1
        cells, _ = ndimage.label((nerve.between(middles, x, y) < 0.5) & inside)
        areas = np.bincount(cells.ravel())[1:] * 0.03**2
        counts.append(int((areas > 0.08).sum()))
        largest.append(float(areas.max()))
        shares.append(float(areas.sum() / (inside.sum() * 0.03**2)))

    # histology of median nerves, Sci Rep 2024 (s41598-024-84396-y), table 1: 10.07 +- 2.87 fascicles in 9.2 mm2, which
    # take 0.55 +- 0.09 of it, the largest of 1.49 +- 0.85 mm2; those that the edge cuts count too
    assert 7.2 < np.mean(counts) < 15
    assert 0.46 < np.mean(shares) < 0.68
    assert 0.64 < np.mean(largest) < 2.34


@pytest.mark.parametrize("z", [-30.0, 0.0])
def test_the_median_nerve_keeps_its_fascicles_from_slice_to_slice(z: float) -> None:
    hand = hand_of(4)
    assert hand.looks is not None
    cuts = []
    for level in (z, z + 1.5):
        x, y = (float(middle[0]) for middle in hand.nerve.middle(np.array([level], np.float32)))
        across, up = np.meshgrid(np.arange(-2.0, 2.0, 0.1), np.arange(-1.0, 1.0, 0.1))
        at = Points(
            (across + x).astype(np.float32), (up + y).astype(np.float32), np.full(across.shape, level, np.float32)
        )
        cuts.append(hand.looks.between_fascicles(at, hand.nerve.middle(at.z)))

    assert np.corrcoef(cuts[0].ravel(), cuts[1].ravel())[0, 1] > 0.5
