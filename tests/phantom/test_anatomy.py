"""The model itself: what may not overlap, and what each contrast must show."""

import itertools

import numpy as np
import pytest

from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode
from workstation.phantom.anatomy.bone_shapes import CODES
from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.tendons import AREAS, lay
from workstation.phantom.anatomy.tissues import Material, signal
from workstation.phantom.protocol import PD, T1, T1FSGD, T2FS


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    random = np.random.default_rng(11)
    return Skeleton(np.column_stack([random.normal(size=(3, 3)), random.uniform(0, 2 * np.pi, 3)]))


@pytest.fixture(scope="module")
def grid() -> Points:
    axes = [np.arange(low, high, 1.0, dtype=np.float32) for low, high in ((-35, 45), (-25, 20), (-60, 50))]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    return Points(x.ravel(), y.ravel(), z.ravel())


def test_bones_do_not_overlap(skeleton: Skeleton, grid: Points) -> None:
    inside = {code: skeleton.distance(code, grid) < 0 for code in CODES}

    assert all(count.sum() > 20 for count in inside.values())
    shared = [(a, b) for a, b in itertools.combinations(CODES, 2) if (inside[a] & inside[b]).any()]
    assert shared == []


def test_tendons_do_not_cross_bones(skeleton: Skeleton, grid: Points) -> None:
    bone = skeleton.nearest(grid) < 0

    crossing = [tube.area for tube in lay(skeleton) if (bone & (tube.distance(grid) < 0)).any()]

    assert crossing == []


def test_there_are_the_fifteen_bones_and_ten_areas_of_the_scheme() -> None:
    assert set(CODES) == {site.code for site in shipped_scheme().feature(FeatureCode("ERO")).sites}
    assert set(AREAS) == {site.code for site in shipped_scheme().feature(FeatureCode("TEN")).sites}


def test_each_contrast_shows_what_it_shows_in_life() -> None:
    t1, t2fs, pd, gd = ({m: signal(m.value, s) for m in Material} for s in (T1, T2FS, PD, T1FSGD))
    m = Material

    # fat and marrow are bright on T1, dark where fat is suppressed
    assert t1[m.FAT] > 1.5 * t1[m.MUSCLE]
    assert t1[m.MARROW] > 1.5 * t1[m.MUSCLE]
    assert t2fs[m.FAT] < t2fs[m.MUSCLE]
    assert gd[m.FAT] < gd[m.MUSCLE]
    # fluid, oedema and erosion are bright on fat-suppressed T2, oedema dark on T1
    assert t2fs[m.FLUID] > t2fs[m.OEDEMA] > 2 * t2fs[m.MARROW]
    assert t1[m.OEDEMA] < 0.7 * t1[m.MARROW]
    assert t1[m.EROSION] < 0.7 * t1[m.MARROW]
    # inflamed synovium is bright after gadolinium only
    assert gd[m.SYNOVITIS] > 2 * gd[m.MUSCLE]
    assert t1[m.SYNOVITIS] < 0.5 * t1[m.FAT]
    # cortex and tendon are dark everywhere
    for contrast in (t1, t2fs, pd, gd):
        assert max(contrast[m.CORTEX], contrast[m.TENDON]) < 0.35 * max(contrast.values())
