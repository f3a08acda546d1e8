"""Joints bend between the visits of typical pairs: registration finds the movement of the bones in the mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.registering.test_recovering_the_movement import after
from workstation.imaging.reducing import Grid
from workstation.imaging.rigid import Rigid
from workstation.phantom.people import Pair, Scan, pair
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty
from workstation.phantom.rendering import Job, drawn_slices
from workstation.registering.proposal import LEAST_CORRELATION, LEAST_OVERLAP, REACH_MM

TYPICAL = EFFECTS[Difficulty.TYPICAL]
# a pixel of one millimetre, as the pictures are reduced to about that before they are registered
SIZE = 100


def axial_t1(seed: int, scan: Scan, visit: int) -> Grid:
    """The axial T1 of a visit from 0 to about 1, and where it lies."""
    job = Job(Path(), seed, 1, visit, SIZE, effects=TYPICAL)
    layout = scan.layouts["AX"]
    images = drawn_slices(job, scan, "AX", range(layout.slices))
    voxels = np.stack([values for _, plan, values in images if plan.kind == "T1"]).astype(np.float32)
    right, down, normal = (tuple(map(float, axis)) for axis in (layout.right, layout.down, layout.normal))
    return Grid(
        (voxels / np.percentile(voxels, 99.5)).clip(0, 1.2),
        (layout.pixel_mm, layout.pixel_mm, layout.spacing_mm),
        (right, down, normal),  # type: ignore[arg-type] # three numbers each
        tuple(map(float, layout.first)),  # type: ignore[arg-type] # three
    )


def movement(of: Pair) -> Rigid:
    rows = tuple(tuple(map(float, row)) for row in of.movement.rotation)
    return Rigid(rows, tuple(map(float, of.movement.translation_mm)))  # type: ignore[arg-type] # of three


@pytest.mark.parametrize("seed", [4, 9])
def test_a_wrist_that_has_bent_is_found_within_a_millimetre_and_a_degree(seed: int) -> None:
    from workstation.registering.align import align, by_mass  # noqa: PLC0415 - SimpleITK where needed

    person = pair(seed, 1, SIZE, effects=TYPICAL)
    bend = person.scans[1].hand.bend
    assert bend is not None
    # rows of bones do turn against each other, so no stiff movement fits all of them
    turned = [np.degrees(np.arccos(min((np.trace(turn) - 1) / 2, 1.0))) for turn, _ in bend.turns.values()]
    assert max(turned) > 1.0
    fixed, moving = (axial_t1(seed, scan, visit) for visit, scan in enumerate(person.scans, start=1))

    found = align(fixed, moving, [by_mass(fixed, moving)])

    wanted = movement(person)
    x, y, z = person.scans[0].hand.to_patient(np.zeros(3)).tolist()
    assert wanted.apart_mm(found.movement, (x, y, z), REACH_MM) < 1.0
    # axial slices alone, of a millimetre; for whole pairs, as in the room: `tests.benchmarks.wrists.bent_joints`
    assert after(wanted.inverse, found.movement).degrees < 1.0
    assert found.correlation > LEAST_CORRELATION
    assert found.overlap > LEAST_OVERLAP
