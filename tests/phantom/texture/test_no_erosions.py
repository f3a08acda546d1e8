"""Cysts and canals of vessels in bones: what resembles an erosion and is none, and changes no truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from workstation.phantom import labels
from workstation.phantom.acquiring import points
from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.facets import Chain
from workstation.phantom.anatomy.fields import Ellipsoid, Points
from workstation.phantom.counting import count
from workstation.phantom.people import Scan, pair, skeleton_of
from workstation.phantom.protocol import SERIES
from workstation.phantom.realism import cysts
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty
from workstation.phantom.rendering import Job, drawn_slices
from workstation.phantom.surveying import survey

TYPICAL = EFFECTS[Difficulty.TYPICAL]
EVERY_BONE = 100.0
PEOPLE = 12


def about(place: tuple[float, float, float], reach_mm: float, step_mm: float) -> Points:
    """Places in a cube about a place of the model."""
    steps = np.arange(-reach_mm, reach_mm + step_mm, step_mm)
    x, y, z = (axis.ravel().astype(np.float32) for axis in np.meshgrid(steps, steps, steps))
    return Points(x + np.float32(place[0]), y + np.float32(place[1]), z + np.float32(place[2]))


def people() -> list[tuple[Skeleton, cysts.Cysts, cysts.Canals]]:
    found = []
    for number in range(1, PEOPLE + 1):
        skeleton = skeleton_of(6, number, lifelike=True)
        found.append((skeleton, *cysts.drawn(skeleton, EVERY_BONE, np.random.default_rng(number))))
    return found


def test_no_break_of_the_cortex_leads_to_a_cyst() -> None:
    # an erosion breaks the cortex (Ostergaard 2003); a cyst with its dense wall has marrow all round
    for skeleton, found, _ in people():
        assert len(found) >= 5
        for code, (cyst,) in found.items():
            at = about(cyst.centre, 3.0, 0.25)
            inside = cyst.distance(at) < 0
            assert inside.any()
            # its own wall of 0.45 mm, and half a millimetre of marrow or cortex
            assert float(skeleton.distance(code, at)[inside].max()) < -0.9, (code, cyst)


def test_a_canal_is_thinner_than_a_voxel_and_opens_at_the_back_of_the_bone() -> None:
    for skeleton, _, canals in people():
        assert len(canals) == 7
        for code, (canal,) in canals.items():
            at = about(skeleton.bones[code].inside, 16.0, 0.4)
            of_bone = skeleton.distance(code, at)
            inside = canal.distance(at) < 0
            # it reaches the surface, and it lies on the way from the middle to the back of the hand
            assert (np.abs(of_bone[inside]) < 0.4).any(), code
            within = inside & (of_bone < 0)
            # 0.35 mm about its axis: at most two voxels of 0.4 mm across, a thirtieth of the smallest of these bones
            assert within.sum() < 0.03 * (of_bone < 0).sum(), code


def a_scan(strength: float) -> Scan:
    return pair(3, 2, 96, effects=replace(TYPICAL, cysts=strength)).scans[0]


@pytest.fixture(scope="module")
def with_and_without() -> tuple[Scan, Scan]:
    return a_scan(EVERY_BONE), a_scan(0.0)


def test_truth_knows_nothing_of_them(with_and_without: tuple[Scan, Scan]) -> None:
    having, free = with_and_without
    assert having.hand.looks is not None
    assert len(having.hand.looks.canals) == 7
    assert len(having.hand.looks.cysts) >= 5
    assert having.hand.lesions == free.hand.lesions
    layout = free.layouts["COR"]
    for index in (6, 8, 10):
        assert (labels.labelled(having.hand, layout, index) == labels.labelled(free.hand, layout, index)).all()
        sheets = [survey(scan.hand, points(scan.hand, layout, index), layout.pixel_mm) for scan in with_and_without]
        counts = [
            count(scan.hand, sheet.at, sheet.distances)
            for scan, sheet in zip(with_and_without, sheets, strict=True)
            if sheet is not None
        ]
        assert counts[0] == counts[1]
        assert counts[0]


def pictures(scan: Scan, strength: float) -> dict[str, NDArray[np.float64]]:
    """Coronal series by kind, (slice, row, column), without noise and movement."""
    quiet = replace(TYPICAL, cysts=strength).without("noise", "motion", "ghosts", "zipper")
    job = Job(Path(), 3, 2, 1, 96, effects=quiet)
    found: dict[str, list[NDArray[np.float64]]] = {plan.kind: [] for plan in SERIES if plan.plane == "COR"}
    for _, plan, values in drawn_slices(job, scan, "COR", range(scan.layouts["COR"].slices)):
        found[plan.kind].append(values.astype(float))
    return {kind: np.stack(images) for kind, images in found.items()}


def test_a_cyst_looks_like_fluid_and_nothing_else_is_altered(with_and_without: tuple[Scan, Scan]) -> None:
    having, free = with_and_without
    after, before = pictures(having, EVERY_BONE), pictures(free, 0.0)
    looks, layout = having.hand.looks, having.layouts["COR"]
    assert looks is not None
    far = np.full(after["T1"].shape, np.inf, np.float32)
    middle = np.zeros(after["T1"].shape, dtype=np.bool_)
    for index in range(layout.slices):
        at = points(having.hand, layout, index)
        shapes: list[Ellipsoid | Chain] = [shape for each in (looks.cysts, looks.canals) for (shape,) in each.values()]
        far[index] = np.min([shape.distance(at) for shape in shapes], axis=0)
        middle[index] = np.min([cyst.distance(at) for (cyst,) in looks.cysts.values()], axis=0) < -0.8
    assert middle.any()

    # water is dark in T1 and bright without fat: T1 of fluid is longer than a repetition, T2 than an echo
    assert after["T1"][middle].mean() < 0.75 * before["T1"][middle].mean()
    assert after["T2FS"][middle].mean() > 2.0 * before["T2FS"][middle].mean()
    # no more than a slice away, but for the ringing of each edge and grain of noise that is left
    for kind, images in after.items():
        away = far > 4.0
        assert np.abs(images - before[kind])[away].mean() < 0.02 * before[kind][away].max(), kind
