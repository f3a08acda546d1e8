"""Soft parts of typical pictures: ligaments by name, muscles that fill their places, tendons of their own sizes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.soft_parts import BANDS, BUNDLES
from workstation.phantom.anatomy.tissues import Material, signal
from workstation.phantom.hand import Hand
from workstation.phantom.painting import paint
from workstation.phantom.people import pair
from workstation.phantom.protocol import PD, T1
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty
from workstation.phantom.surveying import survey

SEQUENCES = (T1, PD)
STEP_MM = 0.4


@pytest.fixture(scope="module")
def hand() -> Hand:
    """Somebody with few lesions, in typical pictures."""
    return pair(3, 4, 48, effects=EFFECTS[Difficulty.TYPICAL]).scans[0].hand


def axial(z: float) -> Points:
    x, y = np.meshgrid(np.arange(-38, 48, STEP_MM), np.arange(-30, 20, STEP_MM))
    return Points(x.astype(np.float32), y.astype(np.float32), np.full(x.shape, z, np.float32))


def picture(hand: Hand, at: Points) -> NDArray[np.float32]:
    colours = {m: np.array([signal(m.value, s) for s in SEQUENCES], np.float32) for m in Material}
    found = np.zeros((len(SEQUENCES), *at.x.shape), np.float32)
    surveyed = survey(hand, at, STEP_MM)
    assert surveyed is not None
    paint(hand, surveyed, colours, found)
    return found


def test_the_ligaments_that_readers_know_are_dark_between_their_bones(hand: Hand) -> None:
    # scapholunate and lunotriquetral with their parts, the palmar V of the radius, the dorsal one: any atlas of anatomy
    names = {band.name for band in BANDS}
    for part in ("scapholunate, dorsal", "scapholunate, palmar", "lunotriquetral, dorsal", "lunotriquetral, palmar"):
        assert part in names
    fat = signal(Material.FAT.value, T1)
    for name in ("scapholunate, dorsal", "radioscaphocapitate", "long radiolunate", "dorsal radiocarpal"):
        shape = next(band.shape for band in BANDS if band.name == name)
        low, high = shape.box()
        found = []
        for z in np.arange(low[2] + 1, high[2] - 0.5, 0.8):
            at = axial(float(z))
            inside = (shape.distance(at) < -0.3) & (hand.skeleton.nearest(at) > 0.4)
            inside &= np.min([tube.distance(at) for tube in hand.tubes], axis=0) > 0.4
            found += list(picture(hand, at)[0][inside])
        assert len(found) >= 15, name
        assert np.median(found) < 0.6 * fat, name


def test_muscle_fills_the_spaces_between_the_metacarpals_and_both_balls_of_the_hand(hand: Hand) -> None:
    at = axial(34.0)
    t1 = picture(hand, at)[0]
    muscle, fat = (signal(m.value, T1) for m in (Material.MUSCLE, Material.FAT))
    free = (hand.skeleton.nearest(at) > 0.8) & (np.min([tube.distance(at) for tube in hand.tubes], axis=0) > 0.8)

    for low, high in (((-16, -3), (11, 2)), ((14, -16), (20, -9)), ((-27, -12), (-20, -6))):
        place = free & (at.x > low[0]) & (at.x < high[0]) & (at.y > low[1]) & (at.y < high[1])
        assert place.sum() > 80
        assert (np.abs(t1[place] - muscle) < np.abs(t1[place] - fat)).mean() > 0.65, low
    assert len(BUNDLES) > 20


def test_no_two_tendons_are_alike_and_the_thumb_s_abductor_has_slips(hand: Hand) -> None:
    sections = {tube.name: (tube.radius_mm, tube.half_mm, tube.uneven) for tube in hand.tubes}
    areas = np.array([np.pi * r * r + 4 * r * h for r, h, _ in sections.values()])

    assert len(set(sections.values())) == len(sections)
    # areas of the plain ones lie between 3 and 14 mm2
    assert areas.std() / areas.mean() > 0.33
    assert areas.max() / areas.min() > 3
    assert sum(name.startswith("APL") for name in sections) == 2


def test_the_disc_is_thin_in_the_middle_and_thick_at_its_edges(hand: Hand) -> None:
    z = np.arange(-29.0, -18.0, 0.05, dtype=np.float32)

    def thickness(y: float) -> float:
        at = Points(np.full_like(z, -11.4), np.full_like(z, y), z)
        return float(sum((shape.distance(at) < 0).sum() for shape in hand.skeleton.disc)) * 0.05

    # Palmer 1984, J Hand Surg 9A:681: thinner in the middle, thinner the longer the ulna
    assert 0.5 < thickness(1.5) < 2.6
    assert thickness(5.5) > 1.3 * thickness(1.5)


def test_two_people_have_not_the_same_tendons() -> None:
    one, other = (pair(3, number, 48, effects=EFFECTS[Difficulty.TYPICAL]).scans[0].hand for number in (4, 5))

    assert [tube.uneven for tube in one.tubes] != [tube.uneven for tube in other.tubes]
    assert one.looks is not None
    assert other.looks is not None
    assert one.looks.fatness != other.looks.fatness
