"""Projection of a skeleton onto the film: how much bone and flesh each ray goes through, in mm of water-like tissue.

Bones are bodies of revolution with a shell; erosions are taken out of bone and shell; what overlaps adds up. Rays are
parallel. NumPy and SciPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.phantom.radiographs.bones import Bone, Joint, Skeleton
from workstation.phantom.radiographs.illness import MADE_OF

Plane = NDArray[np.float32]
# attenuation of compact bone and of spongy bone, as so much soft tissue
COMPACT: Final = 3.6
SPONGY: Final = 1.05
# half the width of the flesh beside a bone's axis, mm, and its thickness
FLESH: Final[Mapping[str, float]] = {"MC": 15.0, "PP": 11.0, "MP": 9.3, "DP": 8.0, "MT": 15.5}
FLESH_OF: Final[Mapping[str, float]] = {
    "RAD": 18.0, "ULN": 18.0, "TAL": 31.0, "CAL": 31.0, "NVP": 27.0, "CU1": 22.0, "CU2": 22.0, "CU3": 22.0, "CUB": 22.0,
}  # fmt: skip
# radius of an erosion by grade, mm, as part of the half width of the bone that it is in
EROSION: Final[Mapping[int, float]] = {1: 0.34, 2: 0.72, 3: 1.12}
# the shell at the ends of a long bone
THIN_MM: Final = 0.6
SHORT_ENDS: Final = 2.6


@dataclass(frozen=True, slots=True)
class Grid:
    """Pixels of the film: size in mm, and where the first one lies, x to the right and y up."""

    pixel_mm: float
    rows: int
    columns: int
    left_mm: float
    top_mm: float

    def box(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[slice, slice]:
        """Rows and columns that hold what lies between these."""
        first = max(0, int((self.top_mm - y[1]) / self.pixel_mm)), max(0, int((x[0] - self.left_mm) / self.pixel_mm))
        last = int((self.top_mm - y[0]) / self.pixel_mm) + 2, int((x[1] - self.left_mm) / self.pixel_mm) + 2
        return slice(first[0], min(last[0], self.rows)), slice(first[1], min(last[1], self.columns))

    def at(self, where: tuple[slice, slice]) -> tuple[Plane, Plane]:
        """X and y of the middle of each pixel there, mm."""
        rows, columns = np.arange(where[0].start, where[0].stop), np.arange(where[1].start, where[1].stop)
        x = self.left_mm + (columns + 0.5) * self.pixel_mm
        y = self.top_mm - (rows + 0.5) * self.pixel_mm
        return x[np.newaxis, :].astype(np.float32), y[:, np.newaxis].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Bite:
    """What an erosion takes out of a bone: a ball of this radius here, mm."""

    bone: str
    x: float
    y: float
    radius_mm: float


def bites(skeleton: Skeleton, grades: Mapping[str, tuple[int, int]]) -> tuple[Bite, ...]:
    """The erosions of all sites, by code without the side; alternating margins, so that two are told apart."""
    found: list[Bite] = []
    for code, sides in grades.items():
        joint = skeleton.joints[code]
        for number, grade in enumerate(sides):
            bone = skeleton.bones[joint.bones[min(number, len(joint.bones) - 1)]]
            others = [bone]
            if len(MADE_OF[grade]) > 1 and not sides[1] and len(joint.bones) > 1:
                others = [skeleton.bones[name] for name in joint.bones]
            for k, single in enumerate(MADE_OF[grade]):
                found.append(_bite(others[k % len(others)], joint, single, -1 if (k + len(code)) % 2 else 1))
    return tuple(found)


def _bite(bone: Bone, joint: Joint, grade: int, margin: int) -> Bite:
    """At the corner between the joint's surface and the side of the bone."""
    along = bone.axis
    if not bone.length_mm:
        half, radius = bone.radii_mm[0], EROSION[grade] * bone.radii_mm[0]
        across = (along[1], -along[0])
        reach = half - 0.35 * radius
        return Bite(
            bone.name, bone.base[0] + margin * across[0] * reach, bone.base[1] + margin * across[1] * reach, radius
        )
    towards_head = _distance(bone.head, joint.at) < _distance(bone.base, joint.at)
    end, half = (bone.head, bone.radii_mm[2]) if towards_head else (bone.base, bone.radii_mm[0])
    radius = EROSION[grade] * half
    inwards = -1.0 if towards_head else 1.0
    across = (along[1], -along[0])
    side = margin * (half - 0.55 * radius)
    deep = inwards * 0.62 * half
    return Bite(
        bone.name, end[0] + across[0] * side + along[0] * deep, end[1] + across[1] * side + along[1] * deep, radius
    )


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


def drawn(skeleton: Skeleton, taken: Iterable[Bite], grid: Grid, random: np.random.Generator) -> Plane:
    """Soft tissue and bone along each ray, as mm of soft tissue."""
    flesh = np.zeros((grid.rows, grid.columns), np.float32)
    bone = np.zeros_like(flesh)
    grain = _grain(grid, random)
    by_bone: dict[str, list[Bite]] = {}
    for item in taken:
        by_bone.setdefault(item.bone, []).append(item)
    for each in skeleton.bones.values():
        _add_flesh(flesh, each, grid)
    for each in skeleton.bones.values():
        _add_bone(bone, each, by_bone.get(each.name, []), grid, grain)
    soft = ndimage.gaussian_filter(flesh, 1.6 / grid.pixel_mm)
    return np.asarray(soft + bone, dtype=np.float32)


def _grain(grid: Grid, random: np.random.Generator) -> Plane:
    """Trabeculae: noise of some tenths of a millimetre, 1 on average."""
    coarse = ndimage.gaussian_filter(
        random.normal(size=(grid.rows, grid.columns)).astype(np.float32), 0.32 / grid.pixel_mm
    )
    spread = float(coarse.std()) or 1.0
    return np.asarray(1 + 0.16 * np.clip(coarse / spread, -2.5, 2.5), dtype=np.float32)


def _local(bone: Bone, grid: Grid, margin: float) -> tuple[tuple[slice, slice], Plane, Plane]:
    """The pixels around a bone, and where they lie along and across it, mm from its base or from its middle."""
    reach = max(bone.radii_mm) + margin
    xs, ys = sorted((bone.base[0], bone.head[0])), sorted((bone.base[1], bone.head[1]))
    where = grid.box((xs[0] - reach, xs[1] + reach), (ys[0] - reach, ys[1] + reach))
    x, y = grid.at(where)
    dx, dy = x - bone.base[0], y - bone.base[1]
    along, across = dx * bone.axis[0] + dy * bone.axis[1], dx * bone.axis[1] - dy * bone.axis[0]
    return where, along.astype(np.float32), across.astype(np.float32)


def _half_width(bone: Bone, along: Plane) -> Plane:
    """Half the width of a long bone at each place along it: wide ends, narrow shaft, rounded off at both ends."""
    length = bone.length_mm
    part = np.clip(along / length, 0, 1)
    base, shaft, head = bone.radii_mm
    wide = shaft + (base - shaft) * np.exp(-((part / 0.2) ** 2)) + (head - shaft) * np.exp(-(((1 - part) / 0.17) ** 2))
    # a base is hollow and nearly flat, a head is round
    to_base, to_head = np.clip(along / (0.22 * base), 0, 1), np.clip((length - along) / (0.75 * head), 0, 1)
    closed = np.sqrt(1 - (1 - to_base) ** 2) * np.sqrt(1 - (1 - to_head) ** 2)
    return np.where((along >= 0) & (along <= length), wide * closed, 0).astype(np.float32)


def _chords(bone: Bone, along: Plane, across: Plane) -> tuple[Plane, Plane]:
    """What a ray goes through of the whole bone, and of what is inside of its shell; mm."""
    if bone.length_mm:
        half = _half_width(bone, along)
        middle = np.clip(1 - np.abs(2 * along / bone.length_mm - 1) ** 2, 0, 1)
        shell = 0.55 + (bone.cortex_mm - 0.55) * middle
        inner = np.clip(_half_width(bone, np.clip(along, 0, None)) - shell, 0, None)
        ends = np.minimum(along, bone.length_mm - along)
        inner = np.where(ends > THIN_MM, inner, 0)
        depth = 0.88
        return _chord(half, across, depth), _chord(inner.astype(np.float32), across, depth)
    wide, long_ = bone.radii_mm[0], bone.radii_mm[2]
    return _oval(along, across, (wide, long_)), _oval(along, across, (wide - bone.cortex_mm, long_ - bone.cortex_mm))


def _chord(half: Plane, across: Plane, depth: float) -> Plane:
    return np.asarray(2 * depth * np.sqrt(np.clip(half**2 - across**2, 0, None)), dtype=np.float32)


def _oval(along: Plane, across: Plane, half: tuple[float, float]) -> Plane:
    """A short bone: squarish in the plane, rounded towards the film."""
    inside = 1 - np.abs(across / half[0]) ** SHORT_ENDS - np.abs(along / half[1]) ** SHORT_ENDS
    return np.asarray(1.7 * half[0] * np.sqrt(np.clip(inside, 0, None)), dtype=np.float32)


def _add_bone(into: Plane, bone: Bone, taken: Iterable[Bite], grid: Grid, grain: Plane) -> None:
    where, along, across = _local(bone, grid, 1.0)
    outer, inner = _chords(bone, along, across)
    inner = np.minimum(inner, outer)
    mass = COMPACT * (outer - inner) + SPONGY * inner * grain[where]
    x, y = grid.at(where)
    for bite in taken:
        away = np.hypot(x - bite.x, y - bite.y) / bite.radius_mm
        # a ball in a bone of little more depth leaves a thin wall in front and behind, and a sharp rim
        left = 1 - 0.86 * np.clip((1 - away) / 0.16, 0, 1)
        mass = mass * left
    into[where] += mass


def _add_flesh(into: Plane, bone: Bone, grid: Grid) -> None:
    half = FLESH_OF.get(bone.name) or FLESH.get(bone.name[:2], 15.0)
    if bone.name in {"DP1", "PP1"} and bone.radii_mm[0] > FLESH["MP"] - 1:
        half = 13.0
    where, along, across = _local(bone, grid, half + 4)
    past = np.clip(np.maximum(-along, along - bone.length_mm), 0, None)
    cut = np.clip(half**2 - across**2 - (past * (half / (half + 1.5))) ** 2, 0, None)
    into[where] = np.maximum(into[where], 1.55 * np.sqrt(cut))
