"""Bending between the visits: bones stay stiff and the movement in the mean is the one that truth tells."""

import numpy as np
import pytest

from workstation.phantom.acquiring import points
from workstation.phantom.anatomy.bending import Bend, mean_motion
from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.fields import Points
from workstation.phantom.people import pair
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    random = np.random.default_rng(4)
    phases = np.column_stack([random.normal(size=(3, 3)), random.uniform(0, 6.28, 3)])
    return Skeleton(phases, lifelike=True)


@pytest.fixture(scope="module")
def bend(skeleton: Skeleton) -> Bend:
    return Bend.drawn(skeleton, 1.0, np.random.default_rng(8))


def degrees(turn: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float(np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))))


def test_all_bones_together_move_by_nothing_but_the_rigid_movement(skeleton: Skeleton, bend: Bend) -> None:
    turn, shift = mean_motion(skeleton, bend.turns)

    assert degrees(turn) < 1e-3
    assert np.linalg.norm(shift) < 1e-3
    # and yet the rows move against each other, as far as two scans in one splint differ
    assert 0.3 < max(degrees(turn) for turn, _ in bend.turns.values()) < 9


def test_a_bone_stays_as_stiff_as_it_is(skeleton: Skeleton, bend: Bend) -> None:
    x, z = (axis.astype(np.float32) for axis in np.meshgrid(np.arange(-30, 40, 0.5), np.arange(40, -45, -0.5)))
    straight = bend.straightened(Points(x, np.zeros_like(x), z))
    for group, code in (("proximal", "LUN"), ("distal", "CAP"), ("forearm", "RAD"), ("ulnar rays", "MC4")):
        inside = skeleton.distance(code, straight) < -0.8
        assert inside.sum() > 60, code
        found = np.column_stack([axis[inside] for axis in (straight.x, straight.y, straight.z)]).astype(float)
        turn, shift = bend.turns[group]
        bent = found @ turn.T + shift
        given = np.column_stack([x[inside], np.zeros(inside.sum()), z[inside]])
        # a tenth of a millimetre is a third of a voxel as acquired
        assert np.median(np.linalg.norm(bent - given, axis=1)) < 0.1, code
        assert np.linalg.norm(bent - given, axis=1).max() < 0.5, code


def test_the_first_visit_is_the_straight_one_and_easy_hands_never_bend() -> None:
    typical = pair(3, 2, 48, effects=EFFECTS[Difficulty.TYPICAL])

    assert typical.scans[0].hand.bend is None
    bend = typical.scans[1].hand.bend
    assert bend is not None
    assert abs(bend.swelling_mm) <= 0.7
    assert pair(3, 2, 48).scans[1].hand.bend is None
    assert pair(3, 2, 48, effects=EFFECTS[Difficulty.TYPICAL].without("bend")).scans[1].hand.bend is None


def test_the_same_bones_are_found_where_they_have_moved_to() -> None:
    scan = pair(3, 2, 64, effects=EFFECTS[Difficulty.TYPICAL]).scans[1]
    layout = scan.layouts["COR"]
    volumes = dict.fromkeys(("CAP", "LUN", "HAM"), 0)
    for index in range(layout.slices):
        at = points(scan.hand, layout, index, 160)
        for code in volumes:
            volumes[code] += int((scan.hand.skeleton.distance(code, at) < 0).sum())
    voxel = (100 / 160) ** 2 * layout.spacing_mm / scan.hand.skeleton.size**3
    axes = [np.arange(a, b, 0.7, dtype=np.float32) for a, b in ((-26, 16), (-20, 14), (-26, 18))]
    x, y, z = (axis.ravel() for axis in np.meshgrid(*axes))
    for code, counted in volumes.items():
        model = float((scan.hand.skeleton.distance(code, Points(x, y, z)) < 0).sum()) * 0.7**3
        assert counted * voxel == pytest.approx(model, rel=0.06), code
