import numpy as np
import pytest

from workstation.phantom.bands import grade
from workstation.phantom.bones import BONE, assessed
from workstation.phantom.fields import Points
from workstation.phantom.hand import Hand
from workstation.phantom.lesions import CAPSULES, compartment
from workstation.phantom.plan import draw
from workstation.phantom.tendons import nearest_tendon


def scattered(low: tuple[float, ...], high: tuple[float, ...]) -> Points:
    """Random points in a box: a count that shares nothing with the model's own grid."""
    drawn = np.random.default_rng(3).uniform(low, high, (150_000, 3)).astype(np.float32)
    return Points(drawn[:, 0], drawn[:, 1], drawn[:, 2])


@pytest.mark.parametrize(
    ("feature", "quantity", "expected"),
    [
        # Ostergaard 2003: erosion by tenths, osteitis and synovitis by thirds; any definite lesion is at least 1
        ("ERO", 0.0, 0),
        ("ERO", 0.004, 1),
        ("ERO", 0.10, 1),
        ("ERO", 0.13, 2),
        ("ERO", 0.30, 3),
        ("ERO", 0.95, 10),
        ("ERO", 1.0, 10),
        ("OST", 0.0, 0),
        ("OST", 0.01, 1),
        ("OST", 0.33, 1),
        ("OST", 0.40, 2),
        ("OST", 0.66, 2),
        ("OST", 0.70, 3),
        ("SYN", 0.2, 1),
        ("SYN", 0.5, 2),
        ("SYN", 0.8, 3),
        # Haavardsholm 2007: below 2 mm, from 2 to below 5, from 5
        ("TEN", 0.0, 0),
        ("TEN", 1.99, 1),
        ("TEN", 2.0, 2),
        ("TEN", 4.99, 2),
        ("TEN", 5.0, 3),
    ],
)
def test_grades_follow_the_bands_of_the_papers(feature: str, quantity: float, expected: int) -> None:
    assert grade(feature, quantity) == expected


def test_an_erosion_takes_the_share_of_the_assessed_bone_that_truth_says(hands: tuple[Hand, Hand]) -> None:
    for hand in hands:
        for code, erosion in hand.lesions.erosions.items():
            bone = BONE[code]
            at = scattered(*bone.box(0.5))
            at = at.where((hand.skeleton.distance(code, at) < 0) & assessed(bone, at))
            share = float((erosion.depth(at, hand.skeleton.phases) < 0).mean())
            # some thousands of random points in the smallest share: one per cent is three standard errors
            assert share == pytest.approx(erosion.share, abs=0.02), code


def test_an_erosion_breaks_the_cortex(hands: tuple[Hand, Hand]) -> None:
    for code, erosion in hands[0].lesions.erosions.items():
        at = scattered(*BONE[code].box(0.5))
        shell = np.abs(hands[0].skeleton.distance(code, at)) < 0.4

        assert (erosion.depth(at.where(shell), hands[0].skeleton.phases) < 0).any(), code


def test_osteitis_takes_the_share_of_the_bone_that_truth_says(hands: tuple[Hand, Hand]) -> None:
    for code, osteitis in hands[0].lesions.osteitis.items():
        bone = BONE[code]
        at = scattered(*bone.box(0.5))
        at = at.where((hands[0].skeleton.distance(code, at) < 0) & assessed(bone, at))
        share = float((osteitis.depth(at, hands[0].skeleton.phases) < 0).mean())

        assert share == pytest.approx(osteitis.share, abs=0.03), code


def test_synovitis_fills_the_share_of_its_compartment_that_truth_says(hands: tuple[Hand, Hand]) -> None:
    hand = hands[0]
    for code, synovitis in hand.lesions.synovitis.items():
        at = scattered(*CAPSULES[code][0].box())
        to_bone, to_tendon = hand.skeleton.nearest(at), nearest_tendon(hand.tubes, at)
        at = at.where(compartment(code, at, to_bone, to_tendon, hand.skeleton.phases) < 0)
        share = float((synovitis.depth(at, hand.skeleton.phases) < 0).mean())

        assert share == pytest.approx(synovitis.share, abs=0.03), code


def test_compartments_keep_clear_of_bones_and_of_each_other(hands: tuple[Hand, Hand]) -> None:
    hand = hands[0]
    at = scattered((-30, -20, -45), (30, 20, 20))
    to_bone, to_tendon = hand.skeleton.nearest(at), nearest_tendon(hand.tubes, at)
    spaces = [compartment(code, at, to_bone, to_tendon, hand.skeleton.phases) < 0 for code in CAPSULES]

    assert all(space.any() for space in spaces)
    assert not any((space & (to_bone < 0)).any() for space in spaces)
    assert not (spaces[0] & spaces[1]).any()
    assert not (spaces[0] & spaces[2]).any()
    assert not (spaces[1] & spaces[2]).any()


def test_a_sheath_is_as_wide_as_was_planned_within_a_grid_step(hands: tuple[Hand, Hand]) -> None:
    for hand in hands:
        for area, sheath in hand.lesions.sheaths.items():
            assert sheath.width_mm == pytest.approx(sheath.target_mm, abs=0.5), area
            assert grade("TEN", sheath.width_mm) == grade("TEN", sheath.target_mm), area


def test_every_person_has_several_grades_of_each_feature_and_some_that_change() -> None:
    for seed in range(20):
        first, second = draw(np.random.default_rng(seed))

        assert len({grade("ERO", share) for share in first.erosion.values()}) >= 4
        assert {grade("OST", share) for share in first.osteitis.values()} == {0, 1, 2, 3}
        assert {grade("SYN", share) for share in first.synovitis.values()} == {1, 2, 3}
        assert {grade("TEN", width) for width in first.sheath_mm.values()} == {0, 1, 2, 3}
        assert all(second.erosion[code] >= share for code, share in first.erosion.items())
        assert first.synovitis != second.synovitis
        assert first.sheath_mm != second.sheath_mm
