"""Bones differ from person to person in shape, within what is published, and fit each other in all of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial.transform import Rotation

from workstation.phantom.anatomy.bone_shapes import CODES
from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.own_shape import MOST_MM, warp_of
from workstation.phantom.anatomy.tendons import lay, nearest_tendon
from workstation.phantom.people import skeleton_of

PEOPLE = 30
REACH_MM = np.arange(1.0, 22.0, 0.15)
Surface = NDArray[np.float64]


@pytest.fixture(scope="module")
def people() -> list[Skeleton]:
    return [skeleton_of(9, number, lifelike=True) for number in range(1, PEOPLE + 1)]


def directions(count: int) -> NDArray[np.float64]:
    """Evenly over the sphere, by the golden angle."""
    z = 1 - 2 * (np.arange(count) + 0.5) / count
    turn = np.pi * (3 - np.sqrt(5)) * np.arange(count)
    return np.column_stack([np.sqrt(1 - z * z) * np.cos(turn), np.sqrt(1 - z * z) * np.sin(turn), z])


def surface(person: Skeleton, code: str, rays: NDArray[np.float64]) -> Surface:
    """Where rays from its centre of mass leave a bone, mm."""
    centre = np.array(person.bones[code].inside)
    for _ in range(3):
        places = centre + rays[:, None, :] * REACH_MM[:, None]
        at = Points(*(places[..., k].astype(np.float32) for k in range(3)))
        reach = REACH_MM[(person.distance(code, at) > 0).argmax(axis=1)]
        found = rays * reach[:, None]
        centre = centre + 0.75 * (found * reach[:, None] ** 3).sum(0) / (reach**3).sum()
    return np.asarray(found)


def same_size(found: Surface) -> Surface:
    """A bone scaled so that its mean radius is 1, by volume."""
    scaled: Surface = found / np.mean(np.linalg.norm(found, axis=1) ** 3) ** (1 / 3)
    return scaled


@pytest.mark.parametrize(("code", "published"), [("SCA", 0.60), ("LUN", 0.57)])
def test_many_modes_tell_a_bone_s_shape_as_in_a_published_model(
    people: list[Skeleton], code: str, published: float
) -> None:
    rays = directions(300)
    radii = np.array([np.linalg.norm(same_size(surface(person, code, rays)), axis=1) for person in people])
    share = np.linalg.svd(radii - radii.mean(0), compute_uv=False) ** 2
    share /= share.sum()

    # van de Giessen 2010, J Biomech 43:1463: the first five modes of the scaphoid 60 %, of the lunate 57 %, no higher
    # one more than 5 %; of thirty people the error of each share is some hundredths
    assert share[:5].sum() == pytest.approx(published, abs=0.15)
    assert share[5:].max() < 0.08


def test_the_height_of_the_carpus_over_the_length_of_the_capitate_is_as_in_healthy_people(
    people: list[Skeleton],
) -> None:
    z = np.arange(-45.0, 25.0, 0.1, dtype=np.float32)
    ratios = []
    for person in people:
        found = []
        for x, y in itertools.product((-3.0, -1.0, 1.0, 3.0), (-1.0, 0.5, 2.0)):
            at = Points(np.full_like(z, x), np.full_like(z, y), z)
            inside = {code: z[person.distance(code, at) < 0] for code in ("CAP", "RAD", "MC3")}
            if all(map(len, inside.values())):
                found.append((inside["CAP"].max(), inside["CAP"].min(), inside["RAD"].max(), inside["MC3"].min()))
        top, bottom, radius, base = np.array(found, float).T
        ratios.append((np.median(base) - np.median(radius)) / (top.max() - bottom.min()))

    # Nattrass 1994, J Bone Joint Surg 76A:88: 1.57 +- 0.05; Fuentes 2006, Cir Cir 74:457: 1.45 +- 0.05, read by hand
    assert 1.45 < np.mean(ratios) < 1.67
    assert 0.02 < np.std(ratios) < 0.06
    assert min(ratios) > 1.35
    assert max(ratios) < 1.72


def test_two_people_s_bones_laid_on_each_other_at_one_size_still_differ(people: list[Skeleton]) -> None:
    rays = directions(300)
    for code in ("SCA", "CAP", "LUN"):
        shapes = [surface(person, code, rays) for person in people[:6]]
        apart = []
        for one, other in itertools.combinations(shapes, 2):
            scale = np.mean(np.linalg.norm(one, axis=1) ** 3) ** (1 / 3)
            first, second = same_size(one), same_size(other)
            turn, _ = Rotation.align_vectors(first, second)
            apart.append(scale * np.sqrt(np.mean(np.sum((first - turn.apply(second)) ** 2, axis=1))))
        # more than the 0.3 mm to which that model tells a shape (van de Giessen 2010), and still the same bone
        assert min(apart) > 0.3, code
        assert max(apart) < 1.5, code


def test_a_person_s_place_and_the_common_one_lead_to_each_other(people: list[Skeleton]) -> None:
    random = np.random.default_rng(2)
    places = random.uniform((-30, -20, -40), (40, 18, 40), (400, 3))
    for person in people[:5]:
        warp = warp_of(person.shaped, person.phases)
        at = warp.common(Points(*(places[:, k].astype(np.float32) for k in range(3))))
        moved = np.column_stack([at.x, at.y, at.z]) - places
        # tissue isn't folded, and boxes that are larger by that much hold the bones
        assert np.linalg.norm(moved, axis=1).max() < MOST_MM
        there = warp.own((12.0, -2.0, -8.0))
        back = warp.common(Points(*(np.array([value], np.float32) for value in there)))
        assert (float(back.x[0]), float(back.y[0]), float(back.z[0])) == pytest.approx((12.0, -2.0, -8.0), abs=0.01)


@pytest.mark.parametrize("number", [2, 7, 11])
def test_each_bone_is_one_piece_and_neither_bones_nor_tendons_overlap(people: list[Skeleton], number: int) -> None:
    person = people[number]
    axes = [np.arange(a, b, 1.0, dtype=np.float32) for a, b in ((-34, 44), (-25, 19), (-44, 38))]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    grid = Points(x, y, z)
    inside = {code: person.distance(code, grid) < 0 for code in CODES}

    assert {code: int(ndimage.label(found)[1]) for code, found in inside.items()} == dict.fromkeys(CODES, 1)
    assert [pair for pair in itertools.combinations(CODES, 2) if (inside[pair[0]] & inside[pair[1]]).any()] == []
    tendon = nearest_tendon(lay(person), grid) < 0
    assert not (tendon & np.any(list(inside.values()), axis=0)).any()
    # a box holds the whole bone: what is counted in it is all there is
    for code, found in inside.items():
        assert grid.where(found).within(person.bones[code].box(0.0)).all(), code
