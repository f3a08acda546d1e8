"""Proportions of bones: they vary between people, and the bones fit each other in all of them."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.phantom.anatomy.bone_shapes import CODES, Proportions
from workstation.phantom.anatomy.bones import Skeleton, depth_mm
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.tendons import lay, median_nerve, nearest_tendon
from workstation.phantom.identity import identity
from workstation.phantom.people import skeleton_of

EXTREMES = [
    Proportions(-2.2, 17.0, 4.0, False),
    Proportions(2.2, 31.0, 20.0, True),
    Proportions(2.2, 17.0, 20.0, False),
]


def skeleton(proportions: Proportions) -> Skeleton:
    random = np.random.default_rng(4)
    return Skeleton(np.column_stack([random.normal(size=(3, 3)), random.uniform(0, 6.28, 3)]), 1.0, proportions)


@pytest.fixture(scope="module")
def grid() -> Points:
    axes = [np.arange(a, b, 1.0, dtype=np.float32) for a, b in ((-35, 45), (-25, 20), (-50, 45))]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    return Points(x.ravel(), y.ravel(), z.ravel())


@pytest.mark.parametrize("proportions", EXTREMES)
def test_bones_tendons_and_nerve_keep_apart_at_the_ends_of_the_normal_ranges(
    proportions: Proportions, grid: Points
) -> None:
    person = skeleton(proportions)
    inside = {code: person.distance(code, grid) < 0 for code in CODES}
    bone = np.any(list(inside.values()), axis=0)
    tubes = lay(person)
    tendon = nearest_tendon(tubes, grid) < 0

    assert [pair for pair in itertools.combinations(CODES, 2) if (inside[pair[0]] & inside[pair[1]]).any()] == []
    assert not (bone & tendon).any()
    for swelling_mm in (0.0, 5.5):
        nerve = median_nerve(person, tubes, swelling_mm).distance(grid) < 0
        assert nerve.sum() > 100
        assert not (nerve & (bone | tendon)).any()


def highest(person: Skeleton, code: str, x: float, y: float) -> float:
    """Level at which a bone ends distally over a place of its cross section."""
    z = np.arange(-45.0, 0.0, 0.05, dtype=np.float32)
    at = Points(np.full_like(z, x), np.full_like(z, y), z)
    return float(z[np.flatnonzero(person.distance(code, at) < 0)[-1]])


def test_the_ulna_s_head_stands_out_by_the_ulnar_variance() -> None:
    levels = [highest(skeleton(Proportions(variance)), "ULN", -14.2, 1.5) for variance in (-2.0, 0.0, 2.0)]

    assert np.diff(levels) == pytest.approx([2.0, 2.0], abs=0.4)
    # neutral: level with the edge of the radius's joint surface beside it, give or take a millimetre of unevenness
    assert levels[1] == pytest.approx(highest(skeleton(Proportions()), "RAD", -3.5, 1.5), abs=1.5)


def test_the_radius_rises_to_its_styloid_by_the_inclination() -> None:
    for degrees in (18.0, 29.0):
        person = skeleton(Proportions(inclination_degrees=degrees))
        styloid, edge = (highest(person, "RAD", x, 0.0) for x in (19.5, -3.5))
        # from the ulnar edge of the joint surface to the styloid, as on a radiograph
        assert np.degrees(np.arctan2(styloid - edge, 23.0)) == pytest.approx(degrees, abs=6.0)


def test_a_hamate_without_a_facet_stays_clear_of_the_lunate(grid: Points) -> None:
    def gap(proportions: Proportions) -> float:
        person = skeleton(proportions)
        inside: NDArray[np.bool_] = person.distance("HAM", grid) < 0
        return float(person.distance("LUN", grid.where(inside)).min())

    # Akkaya 2022, J Ankara Univ Fac Med 75:530: abutting cartilage in one type, a distance in the other
    assert gap(Proportions(hamate_facet=True)) < 2.4
    assert gap(Proportions(hamate_facet=False)) > 3.0


def test_people_of_a_trial_differ_in_proportions_within_normal_ranges() -> None:
    skeletons = [skeleton_of(9, number) for number in range(1, 67)]

    assert len({found.proportions for found in skeletons}) == 66
    # Hadi 2013: 24.0 +- 3.8 degrees and -0.45 +- 2.0 mm, here cut at two deviations and at 2 mm
    inclinations = [found.proportions.inclination_degrees for found in skeletons]
    variances = [found.proportions.ulnar_variance_mm * found.size for found in skeletons]
    assert 16 <= min(inclinations) < 20
    assert 28 < max(inclinations) <= 32
    assert -2.01 <= min(variances) < -1.4
    assert 0.8 < max(variances) <= 2.01
    # Viegas 1990: 65.5 % with a facet; of 66 drawn, three standard errors are 18 %
    assert np.mean([found.proportions.hamate_facet for found in skeletons]) == pytest.approx(0.655, abs=0.18)


def test_men_s_hands_are_larger() -> None:
    # Crisco 2005: men's carpal bones are larger in all directions
    sizes: dict[str, list[float]] = {"F": [], "M": []}
    for number in range(1, 67):
        sex = identity(number, np.random.default_rng((9, number, 1))).sex
        sizes[sex].append(skeleton_of(9, number).size)

    assert np.mean(sizes["M"]) / np.mean(sizes["F"]) == pytest.approx(1.13, abs=0.03)
    assert min(sizes["F"]) >= 0.87
    assert max(sizes["M"]) <= 1.11


def test_the_depth_of_the_radius_is_measured_from_its_slanting_joint_surface() -> None:
    person = skeleton(Proportions())
    radius = person.bones["RAD"]
    for x in (0.0, 8.0, 15.0):
        surface = highest(person, "RAD", x, 1.0)
        depth = depth_mm(radius, Points(*(np.array([value], np.float32) for value in (x, 1.0, surface))))
        assert depth is not None
        assert abs(float(depth[0])) < 2.5, x
