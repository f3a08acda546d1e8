"""Wrists of synthetic persons in the scanner, as a visit's geometry and where their sites truly lie. No pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord, SliceRecord, Vector3, VisitRecord
from tests.builders.cases import a_series
from workstation.imaging.geometry import add
from workstation.phantom.anatomy.bones import Skeleton, assessed
from workstation.phantom.anatomy.fields import Point, Points
from workstation.phantom.anatomy.tendons import lay
from workstation.phantom.hand import turn
from workstation.phantom.lesions import CAPSULE_MM, CAPSULES, CARTILAGE_MM, LEVEL_HIGH_MM, LEVEL_LOW_MM, LEVELS
from workstation.phantom.people import skeleton_of
from workstation.phantom.protocol import layout

# how the hand lies: turns of the model's axes, which are those of a hand above the head, palm forward
OVER_THE_HEAD, PALM_BACK = (0.0, 0.0, 0.0), (0.0, 0.0, 180.0)
BESIDE_THE_BODY, BESIDE_PALM_BACK = (0.0, 180.0, 0.0), (180.0, 0.0, 0.0)
WAYS = (OVER_THE_HEAD, PALM_BACK, BESIDE_THE_BODY, BESIDE_PALM_BACK)
_STEP_MM = 1.5
_SIZE = 128


@dataclass(frozen=True, slots=True)
class Wrist:
    """A visit without pixels, and the middle of what is assessed of each site, LPS mm."""

    visit: VisitRecord
    truth: dict[str, Vector3]

    def series(self, plane: str) -> SeriesRecord:
        return next(series for series in self.visit.series if series.plane == plane)


@lru_cache(maxsize=64)
def sites_of(seed: int, number: int, *, tendons: bool = False) -> dict[str, NDArray[np.float64]]:
    """Where the sites of a person lie in the model's axes, mm of that person: bones and joints, tendons if wanted."""
    skeleton = skeleton_of(seed, number)
    found = {code: _bone(skeleton, code) for code in skeleton.bones} | {code: _joint(skeleton, code) for code in LEVELS}
    if tendons:
        areas: dict[str, list[NDArray[np.float64]]] = {}
        for tube in lay(skeleton):
            z = np.linspace(max(LEVEL_LOW_MM, float(tube.z[0])), min(LEVEL_HIGH_MM, float(tube.z[-1])), 20)
            along = np.stack([np.interp(z, tube.z, tube.x), np.interp(z, tube.z, tube.y), z])
            areas.setdefault(tube.area, []).append(along.mean(axis=1))
        found |= {area: np.mean(tubes, axis=0) for area, tubes in areas.items()}
    return {site: place * skeleton.size for site, place in found.items()}


def a_wrist(
    number: int,
    *,
    way: tuple[float, float, float] = OVER_THE_HEAD,
    side: str = "R",
    off_mm: float = 0.0,
    tendons: bool = False,
    fingers_up: bool = True,
) -> Wrist:
    """Person `number` in the scanner, a few degrees askew as they lie, the stacks `off_mm` from the carpus.

    fingers_up: coronal images have the fingers at the top, as a technologist turns them; else the patient's head.
    """
    random = np.random.default_rng((7, number))
    mirror = np.array([-1.0 if side == "L" else 1.0, 1.0, 1.0])
    rotation = turn(way) @ turn(_askew(random, 4.0))
    placed = np.array([12.0, 30.0, -8.0]) + random.normal(0, 10, 3)
    truth = {
        site: _vector(rotation @ (place * mirror) + placed)
        for site, place in sites_of(3, number, tendons=tendons).items()
    }
    away = random.normal(size=3)
    centre = placed + off_mm * away / np.linalg.norm(away)
    # the stacks are laid along the forearm as well as a technologist does it; their own axes stay the patient's
    about = rotation @ turn(_askew(random, 2.0)) @ np.linalg.inv(turn(way))
    series = []
    for plane in ("AX", "COR"):
        stack = layout(plane, centre, about, _SIZE)
        entry = a_series(plane, "T1", plane, slices=stack.slices, size=_SIZE, spacing_mm=stack.spacing_mm)
        right, down = stack.right, stack.down
        flipped = plane == "COR" and fingers_up and way in {BESIDE_THE_BODY, BESIDE_PALM_BACK}
        first = stack.first + (_SIZE - 1) * stack.pixel_mm * down if flipped else stack.first
        down = -down if flipped else down
        # the normal turns with it, and slices are ordered along the normal
        order = range(stack.slices)[::-1] if flipped else range(stack.slices)
        step = stack.spacing_mm * stack.normal
        series.append(
            replace(
                entry,
                orientation=(*_vector(right), *_vector(down)),
                pixel_spacing_mm=(stack.pixel_mm, stack.pixel_mm),
                slices=tuple(
                    SliceRecord(f"{plane}.{k}", f"{plane}.raw", 0, _vector(first + index * step))
                    for k, index in enumerate(order)
                ),
            )
        )
    return Wrist(VisitRecord(1, tuple(series), side), truth)


def _bone(skeleton: Skeleton, code: str) -> NDArray[np.float64]:
    bone = skeleton.bones[code]
    low, high = bone.box(0.5)
    if bone.articular is not None:
        low, high = (*low[:2], max(low[2], bone.articular[2] - 22)), (*high[:2], min(high[2], bone.articular[2] + 22))
    at = _grid((low[0], low[1], low[2]), (high[0], high[1], high[2]))
    return _middle(at.where((skeleton.distance(code, at) < 0) & assessed(bone, at, skeleton.size)))


def _joint(skeleton: Skeleton, code: str) -> NDArray[np.float64]:
    shape, (low, high) = CAPSULES[code][0], LEVELS[code]
    at = _grid(*shape.box())
    near = skeleton.nearest(at)
    inside = (shape.distance(at) < 0) & (near > CARTILAGE_MM) & (near < CAPSULE_MM) & (at.z > low) & (at.z < high)
    return _middle(at.where(inside))


def _grid(low: Point, high: Point) -> Points:
    axes = [np.arange(a, b, _STEP_MM, dtype=np.float32) for a, b in zip(low, high, strict=True)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    return Points(x.ravel(), y.ravel(), z.ravel())


def _middle(at: Points) -> NDArray[np.float64]:
    return np.array([float(axis.mean()) for axis in (at.x, at.y, at.z)])


def _askew(random: np.random.Generator, degrees: float) -> tuple[float, float, float]:
    x, y, z = random.normal(0, degrees, 3).clip(-2 * degrees, 2 * degrees)
    return (float(x), float(y), float(z))


def _vector(values: NDArray[np.float64]) -> Vector3:
    return (float(values[0]), float(values[1]), float(values[2]))


def a_wrist_case(code: str = "K7QM2", side: str = "R", moved_mm: Vector3 = (2.0, -1.0, 6.0)) -> CaseRecord:
    """A pair without pixels of one person, series AX1, COR1, AX2 and COR2; the follow-up lies moved."""
    first = a_wrist(1, side=side).visit
    visits = []
    for number, by in ((1, (0.0, 0.0, 0.0)), (2, moved_mm)):
        series = [
            replace(
                entry,
                code=f"{entry.code}{number}",
                frame=f"F{number}",
                slices=tuple(replace(item, position_mm=add(item.position_mm, by)) for item in entry.slices),
            )
            for entry in first.series
        ]
        visits.append(VisitRecord(number, tuple(series), first.side))
    return CaseRecord(code, Path("images"), tuple(visits))
