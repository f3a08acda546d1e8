"""Bending of a hand between two visits: rows of bones turn about their joints, soft parts follow. Pure.

Each group of bones moves as one stiff piece; what lies between is drawn along by the nearest. The movement that the
bones share in the mean is taken out, so that it stays what the rigid movement of the visits says.

Where each row turns: the proximal one about the middle of its arch, the distal one about the head of the capitate, each
taking about half of a movement of the wrist (Kobayashi 1997, J Biomech 30:787).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.fields import Field, Point, Points

Matrix = NDArray[np.float64]
Motion = tuple[Matrix, Matrix]
"""Rotation (3 x 3) and translation, mm: p -> rotation @ p + translation."""

_GROUPS: dict[str, tuple[str, ...]] = {
    "forearm": ("RAD", "ULN"),
    "proximal": ("SCA", "LUN", "TRQ", "PIS"),
    "distal": ("CAP", "HAM", "TRD", "TRM", "MC2", "MC3"),
    "ulnar rays": ("MC4", "MC5"),
    "thumb": ("MC1",),
}
_ABOUT: dict[str, Point] = {
    "proximal": (-1.0, 0.0, -11.0),
    "distal": (0.0, -0.5, -5.0),
    "ulnar rays": (-13.0, 0.0, 13.4),
    "thumb": (24.6, -8.8, 13.4),
}
_IN_PROXIMAL_ROW = 0.48

_LOW, _HIGH, _STEP_MM = (-48.0, -40.0, -64.0), (70.0, 38.0, 64.0), 2.0
_NEAR_MM = 0.2
_EVERY = 4

_DEGREES = {"flexion": 2.2, "deviation": 1.8, "twist": 1.0, "ulnar rays": 1.2, "thumb": 2.5}
"""Standard deviations: two scans in one splint; cut at two of them."""

_SWELLING_MM = 0.35


@dataclass(frozen=True, slots=True)
class Bend:
    """How the hand of a visit is bent against the model.

    offsets: from a place in the bent hand to the same tissue in the model, mm, 3 x a lattice over the hand. turns: by
    group of bones, its movement from the model. swelling_mm: how much thicker the fat under the skin is.
    """

    offsets: NDArray[np.float32]
    turns: dict[str, Motion]
    swelling_mm: float

    @classmethod
    def drawn(cls, skeleton: Skeleton, strength: float, random: np.random.Generator) -> Bend:
        """A bend of a person, as far as two visits differ."""
        degrees = {
            name: strength * spread * float(np.clip(random.normal(), -2, 2)) for name, spread in _DEGREES.items()
        }
        turns = _centred(skeleton, _turns(degrees))
        swelling = strength * _SWELLING_MM * float(np.clip(random.normal(), -2, 2))
        return cls(_offsets(skeleton, turns), turns, swelling)

    def straightened(self, at: Points) -> Points:
        """Where in the model the tissues lie that are at these spots of a sheet (rows x columns)."""
        few = at.crop(slice(None, None, _EVERY), slice(None, None, _EVERY))
        lattice = np.stack(
            [
                (axis - np.float32(low)) / np.float32(_STEP_MM)
                for axis, low in zip((few.x, few.y, few.z), _LOW, strict=True)
            ]
        )
        moved = []
        for axis, offset in zip((at.x, at.y, at.z), self.offsets, strict=True):
            coarse = ndimage.map_coordinates(offset, lattice, order=1, mode="nearest")
            moved.append(axis + _finer(_finer(coarse, at.x.shape[0]).T, at.x.shape[1]).T)
        return Points(*moved)


def _finer(coarse: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Straight lines between every fourth of `size` rows; the last goes on. Without BLAS: the same bytes everywhere."""
    few = len(coarse)
    near = np.minimum(np.arange(size) / _EVERY, few - 1)
    below = np.minimum(near.astype(int), max(few - 2, 0))
    share = (near - below).astype(np.float32)[:, None]
    found: NDArray[np.float32] = coarse[below] * (1 - share) + coarse[np.minimum(below + 1, few - 1)] * share
    return found


def _turns(degrees: dict[str, float]) -> dict[str, Motion]:
    wrist = np.array([degrees["flexion"], degrees["deviation"], degrees["twist"]])
    still: Motion = (np.eye(3), np.zeros(3))
    proximal = _about(_ABOUT["proximal"], _IN_PROXIMAL_ROW * wrist)
    distal = _after(proximal, _about(_ABOUT["distal"], (1 - _IN_PROXIMAL_ROW) * wrist))
    return {
        "forearm": still,
        "proximal": proximal,
        "distal": distal,
        "ulnar rays": _after(distal, _about(_ABOUT["ulnar rays"], np.array([degrees["ulnar rays"], 0.0, 0.0]))),
        "thumb": _after(distal, _about(_ABOUT["thumb"], degrees["thumb"] * np.array([0.6, 0.7, 0.3]))),
    }


def _about(centre: Point, degrees: NDArray[np.float64]) -> Motion:
    """A turn about an axis through a place; degrees: along the axis, by the right hand."""
    angle = float(np.radians(np.linalg.norm(degrees)))
    if angle == 0:
        return np.eye(3), np.zeros(3)
    x, y, z = degrees / np.linalg.norm(degrees)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    middle = np.array(centre)
    return turn, middle - turn @ middle


def _after(second: Motion, first: Motion) -> Motion:
    return second[0] @ first[0], second[0] @ first[1] + second[1]


def _inverse(motion: Motion) -> Motion:
    return motion[0].T, -motion[0].T @ motion[1]


def mean_motion(skeleton: Skeleton, turns: dict[str, Motion]) -> Motion:
    """The stiff movement that is nearest to that of all bones, by least squares over their volumes (Kabsch 1976)."""
    axes = [np.arange(low, high, 2.5, dtype=np.float32) for low, high in ((-34, 44), (-24, 18), (-45, 40))]
    x, y, z = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    at = Points(x, y, z)
    before, after = [], []
    for group, codes in _GROUPS.items():
        inside = skeleton.nearest(at, codes) < 0
        spots = np.column_stack([x[inside], y[inside], z[inside]]).astype(float)
        before.append(spots)
        after.append(spots @ turns[group][0].T + turns[group][1])
    one, other = np.concatenate(before), np.concatenate(after)
    left, _, right = np.linalg.svd((one - one.mean(0)).T @ (other - other.mean(0)))
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    turn: Matrix = (left @ flip @ right).T
    return turn, other.mean(0) - turn @ one.mean(0)


def _centred(skeleton: Skeleton, turns: dict[str, Motion]) -> dict[str, Motion]:
    shared = _inverse(mean_motion(skeleton, turns))
    return {group: _after(shared, motion) for group, motion in turns.items()}


def _offsets(skeleton: Skeleton, turns: dict[str, Motion]) -> NDArray[np.float32]:
    axes = [np.arange(low, high + _STEP_MM, _STEP_MM) for low, high in zip(_LOW, _HIGH, strict=True)]
    grid = np.meshgrid(*axes, indexing="ij")
    spots = np.stack([axis.ravel() for axis in grid], axis=1)
    total, weights = np.zeros_like(spots), np.zeros(len(spots))
    for group, codes in _GROUPS.items():
        turn, by = _inverse(turns[group])
        straight = spots @ turn.T + by
        at = Points(*(straight[:, k].astype(np.float32) for k in range(3)))
        far = np.maximum(_rough(skeleton, codes, at), 0).astype(float) + _NEAR_MM
        cubed = far**3
        total += straight / cubed[:, None]
        weights += 1 / cubed
    offsets = (total / weights[:, None] - spots).astype(np.float32)
    shape = tuple(len(axis) for axis in axes)
    found: NDArray[np.float32] = np.stack([offsets[:, k].reshape(shape) for k in range(3)])
    return found


def _rough(skeleton: Skeleton, codes: tuple[str, ...], at: Points) -> Field:
    """Distance to the nearest of these bones, as if none were carved."""
    nearest = np.full(at.x.shape, np.float32(1e3))
    at = skeleton.common(at)
    for code in codes:
        for shape in skeleton.bones[code].shapes:
            nearest = np.minimum(nearest, shape.distance(at))
    return nearest
