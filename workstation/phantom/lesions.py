"""Lesions: each grows from a seed until it fills the share that was planned, counted on a fine grid.

A lesion is a growth field (mm from its seed, made uneven) and a limit: what lies below the limit is ill. The limit is
the quantile of the field over the counted volume, so the share is measured, not claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.bone_shapes import CODES, Bone
from workstation.phantom.anatomy.bones import Skeleton, assessed
from workstation.phantom.anatomy.fields import Ellipsoid, Field, Point, Points, RoundedBox, Shape, ripple
from workstation.phantom.anatomy.tendons import AREAS, Tube, nearest_tendon
from workstation.phantom.plan import Illness

_REACH_MM = 22.0
"""How far along z the assessed end of a long bone goes either way from its joint: 1 cm, and the joint's own slope."""

CARTILAGE_MM = 0.6
CAPSULE_MM = 3.2
"""Synovium lies outside the cartilage and within the capsule, this far from bone."""

CAPSULE_UNEVEN_MM = 1.5

_FREE_OF_TENDON_MM = 0.5

_FLAT, _BAYS = 1.5, 1.0
"""How many times longer than thick a ragged lesion is, and the depth of its bays against that of its long waves."""

DISC_MM = 0.2
"""Least distance of synovium from the disc."""

LEVEL_LOW_MM, LEVEL_HIGH_MM = -34.0, 9.0
"""Tenosynovitis counts from the distal radio-ulnar joint to the hook of the hamate (Haavardsholm 2007)."""

# The capsule of each compartment, and where its synovium is thickest: dorsal, palmar, radial and ulnar recesses.
CAPSULES: dict[str, tuple[Shape, tuple[Point, ...]]] = {
    "DRUJ": (Ellipsoid((-9.8, 1.5, -32.0), (12.0, 11.0, 8.2)), ((-6.0, 8.0, -31.0), (-6.5, -6.0, -32.0))),
    "RC": (
        RoundedBox((2.6, 0.6, -18.6), (23.0, 11.6, 4.9), 4.5),
        ((2.0, 9.5, -19.0), (21.0, 3.0, -13.0), (-17.0, 5.0, -18.5), (4.0, -9.0, -19.0)),
    ),
    "IC-CMC": (
        RoundedBox((-1.0, 0.6, 1.6), (21.5, 11.6, 14.8), 9.0),
        ((3.0, 9.5, -3.0), (-9.0, 8.5, 2.0), (10.0, 9.5, 13.0), (-5.0, 9.0, 14.0), (4.0, -8.5, -8.0)),
    ),
}

# Between which levels of z each compartment lies: a millimetre or so of disc or ligament parts it from the next.
LEVELS = {"DRUJ": (-60.0, -24.6), "RC": (-23.6, -13.9), "IC-CMC": (-13.1, 40.0)}


@dataclass(frozen=True, slots=True)
class Fineness:
    """How finely lesions are counted: the grid of volumes, and the points among which a sheath's greatest width is."""

    grid_mm: float = 0.5
    sheath_mm: float = 0.06


FINE, COARSE = Fineness(), Fineness(1.0, 0.15)


@dataclass(frozen=True, slots=True)
class Growth:
    """A lesion by seeds and limit: ill where the field is below `limit_mm`. `share` is what was counted.

    ragged: it has lobes and bays and is longer than wide, as lesions are that eat their way along what is soft.
    """

    seeds: tuple[Point, ...]
    uneven_mm: float
    limit_mm: float
    share: float
    ragged: bool = False

    def depth(self, at: Points, phases: NDArray[np.float64]) -> Field:
        """Field minus limit: negative where ill."""
        return _growth(at, self.seeds, self.uneven_mm, phases, ragged=self.ragged) - np.float32(self.limit_mm)


@dataclass(frozen=True, slots=True)
class Sheath:
    """Swelling round the tendons of one area: greatest at `centre_z`, gone `reach_mm` from there; not round.

    target_mm: the greatest width, in millimetres of the model. push: how much the uneven swelling is overdrawn so that
    it reaches the target where there is room for it. width_mm: the greatest width found, in the patient's millimetres.
    uneven: along the sheath, too.
    """

    area: str
    target_mm: float
    centre_z: float
    reach_mm: float
    push: float = 1.0
    width_mm: float = 0.0
    uneven: bool = False

    def depth(self, at: Points, to_tendon: Field) -> Field:
        """Signed distance to the swelling's outer surface, given that to the area's tendons."""
        along = (at.z - np.float32(self.centre_z)) / np.float32(self.reach_mm)
        width = np.minimum(np.float32(self.push) * self.shape(at), 1) * np.clip(1 - along**2, 0, 1) ** np.float32(0.75)
        if self.uneven:
            # beads and waists along the sheath, none at its widest
            away = np.minimum(np.abs(along) * 5, 1) * np.sin(along * np.float32(9.0) + np.float32(len(self.area))) ** 2
            width = width * (1 - np.float32(0.45) * away)
        result: Field = to_tendon - np.float32(self.target_mm) * width
        # No swelling at all beyond its reach, where the width is nothing and the tendon's own edge would remain.
        return np.where(np.abs(along) < 1, result, np.maximum(result, np.float32(0.3)))

    def shape(self, at: Points) -> Field:
        """How far the swelling goes each way across the tendon, 0.5 (uneven ones 0.2) to 1 of its greatest width."""
        phase = np.float32(sum(map(ord, self.area)))
        wave = np.sin(at.x * np.float32(0.55) + phase) + np.sin(at.y * np.float32(0.75) - 2 * phase)
        least = np.float32(0.2 if self.uneven else 0.5)
        result: Field = (1 + least) / 2 + (1 - least) / 4 * wave
        return result


@dataclass(frozen=True, slots=True)
class Lesions:
    """All lesions of one visit, by site; a site that is well has none."""

    erosions: dict[str, Growth]
    osteitis: dict[str, Growth]
    synovitis: dict[str, Growth]
    sheaths: dict[str, Sheath]

    def quantities(self) -> dict[tuple[str, str], float]:
        """What was counted, by feature and site, in reading order; 0 where there is nothing."""
        found: dict[tuple[str, str], float] = {}
        found |= {("SYN", code): _share(self.synovitis, code) for code in CAPSULES}
        found |= {("OST", code): _share(self.osteitis, code) for code in READING_ORDER}
        found |= {("ERO", code): _share(self.erosions, code) for code in READING_ORDER}
        return found | {("TEN", a): self.sheaths[a].width_mm if a in self.sheaths else 0.0 for a in AREAS}


READING_ORDER = (
    *("RAD", "ULN", "SCA", "LUN", "TRQ", "PIS", "TRM", "TRD", "CAP", "HAM"),
    *("MC1", "MC2", "MC3", "MC4", "MC5"),
)


def grow(
    illness: Illness, skeleton: Skeleton, tubes: tuple[Tube, ...], nerve: Tube, fineness: Fineness = FINE
) -> Lesions:
    """Place all lesions of a visit; seeds depend on the anatomy alone, so a lesion stays where it was."""
    erosions: dict[str, Growth] = {}
    osteitis: dict[str, Growth] = {}
    for bone in skeleton.bones.values():
        if illness.erosion[bone.code] == 0 and illness.osteitis[bone.code] == 0:
            continue
        volume = _bone_volume(bone, skeleton, fineness.grid_mm)
        surface = _surface_point(bone, skeleton)
        if share := illness.erosion[bone.code]:
            erosions[bone.code] = _grown((surface,), 0.8, share, volume, skeleton, ragged=skeleton.lifelike)
        if share := illness.osteitis[bone.code]:
            middle = (bone.inside, surface)
            seed = tuple(0.6 * a + 0.4 * b for a, b in zip(*middle, strict=True))
            osteitis[bone.code] = _grown(
                ((seed[0], seed[1], seed[2]),), 1.6, share, volume, skeleton, ragged=skeleton.lifelike
            )
    synovitis = {
        code: _grown(
            CAPSULES[code][1],
            1.5,
            share,
            _compartment_volume(code, skeleton, tubes, fineness.grid_mm),
            skeleton,
            ragged=False,
        )
        for code, share in illness.synovitis.items()
        if share
    }
    sheaths = {
        area: _measured(
            Sheath(area, width / skeleton.size, *_extent(area, tubes)), skeleton, (*tubes, nerve), fineness.sheath_mm
        )
        for area, width in illness.sheath_mm.items()
        if width
    }
    return Lesions(erosions, osteitis, synovitis, sheaths)


def compartment(code: str, at: Points, to_bone: Field, to_tendon: Field, skeleton: Skeleton) -> Field:
    """Signed distance to the space that inflamed synovium of a compartment can fill."""
    uneven = np.float32(CAPSULE_UNEVEN_MM) * ripple(at, skeleton.phases, 8.0)
    inside = np.maximum(CAPSULES[code][0].distance(at) + uneven, np.float32(CARTILAGE_MM) - to_bone)
    # The disc and the ligaments of the proximal row part the compartments; they are as uneven as the capsules.
    level = at.z + uneven
    low, high = LEVELS[code]
    inside = np.maximum(inside, np.maximum(np.float32(low) - level, level - np.float32(high)))
    if code == "IC-CMC":
        # The first carpometacarpal joint has a capsule of its own and isn't scored.
        inside = np.maximum(inside, (at.x - np.float32(17.0)) * np.float32(0.7) + (at.z - np.float32(8.0)) * 0.7)
    else:
        common = skeleton.common(at)
        for disc in skeleton.disc:
            inside = np.maximum(inside, np.float32(DISC_MM) - disc.distance(common))
    inside = np.maximum(inside, to_bone - np.float32(CAPSULE_MM))
    result: Field = np.maximum(inside, np.float32(_FREE_OF_TENDON_MM) - to_tendon)
    return result


def grid(low: Point, high: Point, step_mm: float) -> Points:
    """A regular grid of points in a box, in one row."""
    axes = [np.arange(a, b, step_mm, dtype=np.float32) for a, b in zip(low, high, strict=True)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    return Points(x.ravel(), y.ravel(), z.ravel())


def _bone_volume(bone: Bone, skeleton: Skeleton, step_mm: float) -> Points:
    low, high = bone.box(0.5)
    if bone.articular is not None:
        levels = (bone.articular[2] - _REACH_MM, bone.articular[2] + _REACH_MM)
        low, high = (low[0], low[1], max(low[2], levels[0])), (high[0], high[1], min(high[2], levels[1]))
    at = grid(low, high, step_mm)
    return at.where((skeleton.distance(bone.code, at) < 0) & assessed(bone, at, skeleton.size))


def _compartment_volume(code: str, skeleton: Skeleton, tubes: tuple[Tube, ...], step_mm: float) -> Points:
    shape = CAPSULES[code][0]
    at = grid(*shape.box(), step_mm)
    at = at.where(shape.distance(at) < CAPSULE_UNEVEN_MM)
    # What is a tendon's is soon told; bones take longest, and so come last.
    low, high = LEVELS[code]
    at = at.where((at.z > low - CAPSULE_UNEVEN_MM) & (at.z < high + CAPSULE_UNEVEN_MM))
    to_tendon = nearest_tendon(tubes, at)
    free = to_tendon > _FREE_OF_TENDON_MM
    at, to_tendon = at.where(free), to_tendon[free]
    return at.where(compartment(code, at, skeleton.nearest(at), to_tendon, skeleton) < 0)


def _surface_point(bone: Bone, skeleton: Skeleton) -> Point:
    steps = np.arange(0.0, 20.0, 0.1, dtype=np.float32)
    direction = np.array(bone.erodes_towards, np.float32) / np.float32(np.linalg.norm(bone.erodes_towards))
    ray = [np.float32(bone.inside[k]) + steps * direction[k] for k in range(3)]
    first = int((skeleton.distance(bone.code, Points(*ray)) > 0).argmax())
    return (float(ray[0][first]), float(ray[1][first]), float(ray[2][first]))


def _growth(
    at: Points, seeds: tuple[Point, ...], uneven_mm: float, phases: NDArray[np.float64], *, ragged: bool
) -> Field:
    nearest = np.full(at.x.shape, np.float32(1e6))
    for k, (x, y, z) in enumerate(seeds):
        away = [at.x - np.float32(x), at.y - np.float32(y), at.z - np.float32(z)]
        squared: Field = away[0] ** 2 + away[1] ** 2 + away[2] ** 2
        if ragged:
            squared = squared + _flattens(away, phases[k % len(phases), :3])
        nearest = np.minimum(nearest, squared)
    result: Field = np.sqrt(nearest) + np.float32(uneven_mm) * ripple(at, phases, 7.0)
    if ragged:
        result = result + np.float32(_BAYS * uneven_mm) * ripple(at, phases[:, [2, 0, 1, 3]], 3.6)
    return result


def _flattens(away: list[Field], direction: NDArray[np.float64]) -> Field:
    """What a squared distance grows by along the direction in which the lesion is flat."""
    x, y, z = (np.float32(part) for part in direction / np.linalg.norm(direction))
    result: Field = np.float32(_FLAT**2 - 1) * (away[0] * x + away[1] * y + away[2] * z) ** 2
    return result


def _grown(
    seeds: tuple[Point, ...], uneven_mm: float, share: float, volume: Points, skeleton: Skeleton, *, ragged: bool
) -> Growth:
    field = np.sort(_growth(volume, seeds, uneven_mm, skeleton.phases, ragged=ragged))
    # Rounded down, so that a share at the upper edge of a band stays in it.
    ill = max(1, int(share * len(field) + 1e-6))
    limit = float(field[-1]) + 1.0 if ill >= len(field) else float((field[ill - 1] + field[ill]) / 2)
    return Growth(seeds, uneven_mm, limit, ill / len(field), ragged)


def _extent(area: str, tubes: tuple[Tube, ...]) -> tuple[float, float]:
    """Middle and reach along z of a swelling: within the scored level, and where the area's tendons run."""
    own = [tube for tube in tubes if tube.area == area]
    low = max(LEVEL_LOW_MM, *(float(tube.z[0]) for tube in own))
    high = min(LEVEL_HIGH_MM, *(float(tube.z[-1]) for tube in own))
    return (low + high) / 2, (high - low) / 2


def _measured(sheath: Sheath, skeleton: Skeleton, tubes: tuple[Tube, ...], fine_mm: float) -> Sheath:
    """The sheath, pushed as far as it takes to reach its target, with its greatest width as found.

    Looked for where it is greatest along the tendons, among places free of bone and of other areas' tendons. The width
    is the least distance from a place of the swelling to a tendon of its area; it is the target, or less where bones
    and tendons leave no room.
    """
    middle = sheath.centre_z
    own = tuple(tube for tube in tubes if tube.area == sheath.area)
    others = tuple(tube for tube in tubes if tube.area != sheath.area)
    boxes = [box for tube in own if (box := tube.box(sheath.target_mm + 0.5, middle - 1, middle + 1))]
    axes = [
        np.arange(min(b[0][k] for b in boxes), max(b[1][k] for b in boxes), fine_mm, dtype=np.float32) for k in (0, 1)
    ]
    x, y = (axis.ravel() for axis in np.meshgrid(*axes))
    at = Points(x, y, np.full(x.shape, np.float32(middle)))
    at = at.where(nearest_tendon(own, at) > 0)
    at = at.where((skeleton.nearest(at) > 0) & (nearest_tendon(others, at) > 0))
    to_tendon = nearest_tendon(own, at)
    sheath = replace(sheath, uneven=skeleton.lifelike)
    needed = to_tendon / (np.float32(sheath.target_mm) * sheath.shape(at))
    there = np.abs(to_tendon - np.float32(sheath.target_mm)) < fine_mm
    push = float(needed[there].min(initial=2.0)) * 1.001
    pushed = Sheath(sheath.area, sheath.target_mm, middle, sheath.reach_mm, push, uneven=skeleton.lifelike)
    reached = float(to_tendon[pushed.depth(at, to_tendon) < 0].max(initial=0.0))
    width = sheath.target_mm if reached > sheath.target_mm - 2 * fine_mm else reached
    return replace(pushed, width_mm=round(width * skeleton.size, 2))


def _share(growths: dict[str, Growth], code: str) -> float:
    return round(growths[code].share, 4) if code in growths else 0.0


assert set(READING_ORDER) == set(CODES)  # noqa: S101  the two lists of bones are one set, checked once at import
