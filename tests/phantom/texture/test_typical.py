"""Typical pictures: within what 36 series of real limbs show, by the stick; who is ill and how stays what it was."""

from pathlib import Path

import numpy as np
import pytest

from tests.phantom.texture.air import air, ghosts
from tests.phantom.texture.blocks import Texture
from tests.phantom.texture.borders import edge_widths
from tests.phantom.texture.drawn import Drawn, cortex_of, draw, marrow
from tests.phantom.texture.lesions import inside, spread
from tests.phantom.texture.shading import bright_tissue, landmarks, shading
from workstation.phantom import labels
from workstation.phantom.bands import grade
from workstation.phantom.people import pair
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty
from workstation.phantom.rendering import Job

TYPICAL = EFFECTS[Difficulty.TYPICAL]
PEOPLE = (1, 3)
SIZE = 320
CORONAL, AXIAL = (6, 8, 10), (8, 11, 14)
POINT_MM = 100 / 320


def series_of(seed: int, plane: str) -> dict[str, Drawn]:
    job = Job(Path(), seed, 1, 1, SIZE, effects=TYPICAL)
    scan = pair(seed, 1, SIZE, effects=TYPICAL).scans[0]
    return draw(scan, plane, CORONAL if plane == "COR" else AXIAL, job)


@pytest.fixture(scope="module")
def coronal() -> list[dict[str, Drawn]]:
    return [series_of(seed, "COR") for seed in PEOPLE]


@pytest.fixture(scope="module")
def axial() -> list[dict[str, Drawn]]:
    return [series_of(seed, "AX") for seed in PEOPLE]


def textures(people: list[dict[str, Drawn]], *kinds: str) -> list[Texture]:
    return [marrow(person[kind], CORONAL) for person in people for kind in kinds]


def test_marrow_of_t1_and_pd_is_dense_fine_and_even_handed(coronal: list[dict[str, Drawn]]) -> None:
    for found in textures(coronal, "T1", "PD"):
        assert 0.03 <= found.cv <= 0.06
        assert 0.007 <= found.structure <= 0.02
        assert abs(found.skew) < 0.4
        assert found.kurtosis < 1
        # 0.8 to 1.3 points in PD; in T1 patches carry it farther, as they do in real ones: 0.47 to 0.83 mm
        assert 0.8 * POINT_MM <= found.length_mm <= 0.70
        assert -3.0 <= found.slope <= -0.7


def test_marrow_without_fat_is_noise_and_patches(coronal: list[dict[str, Drawn]]) -> None:
    for found in textures(coronal, "T2FS"):
        assert 0.12 <= found.cv <= 0.33
        assert 0.015 <= found.structure <= 0.07
        assert -0.1 <= found.skew <= 0.8


def test_the_cortex_fades_and_is_missing_here_and_there(coronal: list[dict[str, Drawn]]) -> None:
    for person in coronal:
        for kind in ("T1", "PD"):
            found = cortex_of(person[kind], CORONAL)
            assert 0.60 <= found.visible <= 0.90
            assert 0.04 <= found.minimum <= 0.27
            assert 0.35 <= found.most <= 0.80
            assert 0.15 <= found.black <= 0.65
            assert 0.02 <= found.grey <= 0.15


def test_air_has_the_grain_of_noise_unless_the_console_has_masked_it(coronal: list[dict[str, Drawn]]) -> None:
    found = {
        kind: air(person[kind].images[8], person[kind].pixel_mm)
        for person in coronal[:1]
        for kind in ("T1", "PD", "T2FS", "T1FSGD")
    }

    for kind, measured in found.items():
        assert measured.zeros < 0.05
        assert 1.55 <= measured.ratio <= 2.6
        assert 0.3 <= measured.skew <= 2.5
        low, high = (0.017, 0.05) if kind in {"T1", "PD"} else (0.04, 0.13)
        assert low <= measured.spread <= high
    assert air(coronal[1]["T1"].images[8], POINT_MM).zeros == 1


def test_arteries_leave_ghosts_along_the_phase_axis_of_axial_slices(axial: list[dict[str, Drawn]]) -> None:
    for person in axial:
        along, across = ghosts(person["T2FS"].images[11], POINT_MM, phase_axis=0)
        assert 0.012 <= along <= 0.08
        assert across < 0.6 * along


def test_fat_and_marrow_are_shaded_as_a_coil_near_the_skin_shades(coronal: list[dict[str, Drawn]]) -> None:
    for person in coronal:
        image = person["PD"].images[8]
        low, high, whole = shading(image, bright_tissue(image, POINT_MM), POINT_MM)
        assert 0.66 <= low <= 0.87
        assert 1.15 <= high <= 1.55
        assert 1.5 <= whole <= 2.7
        assert 1.5 <= landmarks(person["T1"].images[8])[95] <= 2.6
        assert 3 <= landmarks(person["T2FS"].images[8])[95] <= 6


def lesions(of: Drawn, first: int, kinds: int) -> tuple[list[float], list[float], list[float]]:
    levels, variations, edges = [], [], []
    for index, image in of.images.items():
        for k in range(kinds):
            region = of.labels[index] == first + k
            level, variation = inside(image, region, of.pixel_mm)
            if np.isfinite(level):
                levels.append(level)
                variations.append(variation)
                edges += list(edge_widths(image, of.pixel_mm, region))
    return levels, variations, edges


def test_oedema_is_graded_feathery_and_well_below_fluid(coronal: list[dict[str, Drawn]]) -> None:
    for person in coronal:
        of = person["T2FS"]
        levels, variations, edges = lesions(of, labels.OEDEMA_FROM, 15)
        healthy = np.median([np.median(of.images[i][of.labels[i] - 1 < 15]) for i in CORONAL])
        fluid = np.percentile(np.concatenate([of.images[i].ravel() for i in CORONAL]), 99.9)

        assert 2 <= np.median(levels) / healthy <= 6
        assert 0.2 <= np.median(levels) / fluid <= 0.55
        assert 0.08 <= np.median(variations) <= 0.2
        assert 3 <= np.median(edges) <= 5
        assert spread(levels) >= 1.5


def test_erosions_differ_in_level_and_have_something_inside(coronal: list[dict[str, Drawn]]) -> None:
    found = [lesions(person["T2FS"], labels.EROSION_FROM, 15) for person in coronal]
    levels = [level for each in found for level in each[0]]

    assert spread(levels) >= 1.6
    assert 0.07 <= np.median([v for each in found for v in each[1]]) <= 0.2
    assert 1.8 <= np.median([e for each in found for e in each[2]]) <= 4


def test_who_is_ill_and_how_much_hangs_on_no_difficulty() -> None:
    plain, seen = pair(3, 2, 48), pair(3, 2, 48, effects=TYPICAL)

    for before, now in zip(plain.scans, seen.scans, strict=True):
        quantities = now.hand.lesions.quantities()
        # counted in bones of other shapes: the same but for the last of the voxels
        assert quantities == pytest.approx(before.hand.lesions.quantities(), abs=0.002)
        for key, quantity in before.hand.lesions.quantities().items():
            assert grade(key[0], quantities[key]) == grade(key[0], quantity), key
        assert (now.hand.pose.rotation == before.hand.pose.rotation).all()


def test_with_plain_bones_labels_are_those_of_the_easy_pictures() -> None:
    plain = pair(3, 2, 48).scans[0]
    seen = pair(3, 2, 48, effects=TYPICAL.without("bones")).scans[0]

    assert seen.hand.lesions == plain.hand.lesions
    mark = labels.labelled(seen.hand, seen.layouts["COR"], 8)
    assert (mark == labels.labelled(plain.hand, plain.layouts["COR"], 8)).all()
