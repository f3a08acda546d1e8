import numpy as np
import pytest

from workstation.phantom.anatomy.bones import assessed
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.tendons import nearest_tendon
from workstation.phantom.bands import grade
from workstation.phantom.hand import Hand
from workstation.phantom.lesions import CAPSULES, compartment


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
            bone = hands[0].skeleton.bones[code]
            at = scattered(*bone.box(0.5))
            at = at.where((hand.skeleton.distance(code, at) < 0) & assessed(bone, at))
            share = float((erosion.depth(at, hand.skeleton.phases) < 0).mean())
            # some thousands of random points in the smallest share: one per cent is three standard errors
            assert share == pytest.approx(erosion.share, abs=0.02), code


def test_an_erosion_breaks_the_cortex(hands: tuple[Hand, Hand]) -> None:
    for code, erosion in hands[0].lesions.erosions.items():
        at = scattered(*hands[0].skeleton.bones[code].box(0.5))
        shell = np.abs(hands[0].skeleton.distance(code, at)) < 0.4

        assert (erosion.depth(at.where(shell), hands[0].skeleton.phases) < 0).any(), code


def test_osteitis_takes_the_share_of_the_bone_that_truth_says(hands: tuple[Hand, Hand]) -> None:
    for code, osteitis in hands[0].lesions.osteitis.items():
        bone = hands[0].skeleton.bones[code]
        at = scattered(*bone.box(0.5))
        at = at.where((hands[0].skeleton.distance(code, at) < 0) & assessed(bone, at))
        share = float((osteitis.depth(at, hands[0].skeleton.phases) < 0).mean())

        assert share == pytest.approx(osteitis.share, abs=0.03), code


def test_synovitis_fills_the_share_of_its_compartment_that_truth_says(hands: tuple[Hand, Hand]) -> None:
    hand = hands[0]
    for code, synovitis in hand.lesions.synovitis.items():
        at = scattered(*CAPSULES[code][0].box())
        to_bone, to_tendon = hand.skeleton.nearest(at), nearest_tendon(hand.tubes, at)
        at = at.where(compartment(code, at, to_bone, to_tendon, hand.skeleton) < 0)
        share = float((synovitis.depth(at, hand.skeleton.phases) < 0).mean())

        assert share == pytest.approx(synovitis.share, abs=0.03), code


def test_compartments_keep_clear_of_bones_and_of_each_other(hands: tuple[Hand, Hand]) -> None:
    hand = hands[0]
    at = scattered((-30, -20, -45), (30, 20, 20))
    to_bone, to_tendon = hand.skeleton.nearest(at), nearest_tendon(hand.tubes, at)
    spaces = [compartment(code, at, to_bone, to_tendon, hand.skeleton) < 0 for code in CAPSULES]

    assert all(space.any() for space in spaces)
    assert not any((space & (to_bone < 0)).any() for space in spaces)
    assert not (spaces[0] & spaces[1]).any()
    assert not (spaces[0] & spaces[2]).any()
    assert not (spaces[1] & spaces[2]).any()


def test_a_sheath_is_exactly_as_wide_as_was_planned_even_on_a_band_edge(hands: tuple[Hand, Hand]) -> None:
    planned = {2.0, 5.0}
    for hand in hands:
        for area, sheath in hand.lesions.sheaths.items():
            assert sheath.width_mm == pytest.approx(sheath.target_mm, abs=0.005), area
            planned.discard(sheath.target_mm)
            # counted anew among random points about its middle: none lies farther out, and some lie nearly as far
            own = [tube for tube in hand.tubes if tube.area == area]
            box = own[0].box(16, sheath.centre_z - 2, sheath.centre_z + 2)
            assert box is not None
            at = scattered((*box[0][:2], sheath.centre_z - 2), (*box[1][:2], sheath.centre_z + 2))
            to_tendon = nearest_tendon(hand.tubes, at, area)
            others = (hand.nerve, *(tube for tube in hand.tubes if tube.area != area))
            free = (to_tendon > 0) & (hand.skeleton.nearest(at) > 0) & (nearest_tendon(others, at) > 0)
            width = float(to_tendon[free & (sheath.depth(at, to_tendon) < 0)].max())
            assert sheath.width_mm - 0.25 < width <= sheath.width_mm, area

    assert planned == set()


def test_tenosynovitis_is_seen_on_three_axial_slices_or_more(hands: tuple[Hand, Hand]) -> None:
    # Glinatsi 2017 asks for three consecutive slices; they are 3.3 mm apart
    for area, sheath in hands[0].lesions.sheaths.items():
        levels = np.arange(sheath.centre_z - sheath.reach_mm + 0.1, sheath.centre_z + sheath.reach_mm, 3.3)
        seen = 0
        for z in levels:
            own = [tube for tube in hands[0].tubes if tube.area == area and tube.z[0] < z < tube.z[-1]]
            x = np.concatenate([np.interp(z, t.z, t.x) + np.linspace(-9, 9, 91) for t in own]).astype(np.float32)
            y = np.concatenate([np.full(91, np.interp(z, t.z, t.y)) for t in own]).astype(np.float32)
            at = Points(x, y, np.full(x.shape, z, np.float32))
            to_tendon = nearest_tendon(hands[0].tubes, at, area)
            seen += bool(((sheath.depth(at, to_tendon) < 0) & (to_tendon > 0)).any())
        assert seen >= 3, area


def test_an_erosion_breaks_the_cortex_in_an_axial_and_a_coronal_sheet(hands: tuple[Hand, Hand]) -> None:
    for code, erosion in hands[0].lesions.erosions.items():
        x0, y0, z0 = erosion.seeds[0]
        across, other = (axis.astype(np.float32) for axis in np.meshgrid(*(np.arange(-6, 6, 0.2),) * 2))
        still = np.zeros_like(across)
        for at in (
            Points(across + np.float32(x0), other + np.float32(y0), still + np.float32(z0)),
            Points(across + np.float32(x0), still + np.float32(y0), other + np.float32(z0)),
        ):
            shell = np.abs(hands[0].skeleton.distance(code, at)) < 0.4
            assert (erosion.depth(at, hands[0].skeleton.phases) < 0)[shell].any(), code
